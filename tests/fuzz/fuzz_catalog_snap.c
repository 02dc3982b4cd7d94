/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "snap/hello/42/meta/snap.yaml", "snap/hello/42/snap/manifest.yaml",
		"base/usr/share/snappy/dpkg.yaml", "usr/share/snappy/dpkg.yaml", NULL };
	return fuzz_cataloger("snap", paths, data, size);
}

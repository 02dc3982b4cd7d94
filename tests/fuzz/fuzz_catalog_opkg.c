/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/lib/opkg/status", "usr/lib/opkg/info/a.control", NULL };
	return fuzz_cataloger("opkg", paths, data, size);
}

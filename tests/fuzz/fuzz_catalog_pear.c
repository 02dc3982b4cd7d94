/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/share/php/.registry/a.reg",
		"usr/share/php/.registry/.channel.c.example.org/a.reg", NULL };
	return fuzz_cataloger("pear", paths, data, size);
}

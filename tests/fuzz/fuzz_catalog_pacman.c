/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "var/lib/pacman/local/a-1-1/desc", "srv/x/var/lib/pacman/local/a-1-1/desc",
		NULL };
	return fuzz_cataloger("pacman", paths, data, size);
}

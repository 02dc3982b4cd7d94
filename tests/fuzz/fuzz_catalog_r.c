/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/lib/R/library/a/DESCRIPTION", NULL };
	return fuzz_cataloger("r", paths, data, size);
}

/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "node_modules/a/package.json", "app/node_modules/@s/a/package.json",
		NULL };
	return fuzz_cataloger("npm", paths, data, size);
}

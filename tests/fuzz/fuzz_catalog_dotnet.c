/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "app/a.deps.json",
		"usr/share/dotnet/shared/Microsoft.A/1.0/Microsoft.A.deps.json", NULL };
	return fuzz_cataloger("dotnet", paths, data, size);
}

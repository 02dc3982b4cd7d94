/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str head = { size > 0 ? (const char *)data : "",
		size < BD_CATALOG_HEAD_BYTES ? size : BD_CATALOG_HEAD_BYTES };
	(void)bd_catalog_examines("usr/bin/a", (int64_t)size, head);
	return fuzz_extract("go", "usr/bin/a", data, size);
}

/* links: format */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str bytes = { size > 0 ? (const char *)data : "", size };
	return fuzz_rpmdb(&rpmdb_sqlite, bytes, (struct bd_str){ NULL, 0 });
}

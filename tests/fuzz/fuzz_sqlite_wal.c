/* links: format */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database and the write-ahead log beside it: the length of the first in 4 bytes, then both.  Once with the log's
 * checksums, which hardly any of these bytes pass, and once as if they had been found good before.
 */
#include "format/integers.h"
#include "fuzz_rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 4) {
		return 0;
	}
	const size_t n = load_le32(data) < size - 4 ? load_le32(data) : size - 4;
	const struct bd_str bytes = { (const char *)data + 4, n };
	const struct bd_str wal = { bytes.p + n, size - 4 - n };
	for (uint64_t frames = 1; frames < 8; frames++) {
		AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
		AUTO(pieces_release) struct pieces header = { .len = 0 };
		struct bd_error err;
		if (rpmdb_open(&db, bytes, wal, frames << 40 | 1, NULL, &err) == 0) {
			(void)!rpmdb_find(&db, &header, &err);
		}
	}
	return fuzz_rpmdb(&rpmdb_sqlite, bytes, wal);
}

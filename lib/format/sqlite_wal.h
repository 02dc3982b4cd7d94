/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log beside an SQLite database (sqlite.org/fileformat2.html, section 4): pages that readers see
 * instead of the database's own.  Only what was committed counts, and only as far as the checksums hold.
 */
#ifndef FORMAT_SQLITE_WAL_H
#define FORMAT_SQLITE_WAL_H

#include "format/sparse.h"

#define SQLITE_WAL_UNKNOWN UINT32_MAX

struct sqlite_wal {
	struct sparse file;
	uint32_t page_size;
	uint32_t page_count; /* of the database after the last transaction */
	uint32_t frames;     /* up to the last commit; 0: nothing counts, the database is as it stands */
	uint64_t *v;         /* page << 32 | frame, sorted */
};

/*
 * frames: how many count, where an earlier sqlite_wal_open() of the same bytes found that out (its checksums are not
 * computed again), or SQLITE_WAL_UNKNOWN.  Bytes that are no log, or an empty one, are a log of 0 frames.
 * Fails: BD_ERR_LIMIT.
 */
int sqlite_wal_open(struct bd_str bytes, uint32_t frames, struct sqlite_wal *out, struct bd_error *err) BD_CHECKED;
/* Where in the log the page stands as it was committed last; false: nowhere. */
bool sqlite_wal_page(const struct sqlite_wal *wal, uint32_t page, uint64_t *offset_out);
void sqlite_wal_release(struct sqlite_wal *wal);

#endif

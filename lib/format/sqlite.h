/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of an SQLite table, read from the bytes of the database file (sqlite.org/fileformat2.html); nothing is
 * executed, and only the pages of the table asked for are touched.  Works on a file of which only those are at hand.
 */
#ifndef FORMAT_SQLITE_H
#define FORMAT_SQLITE_H

#include "format/sparse.h"
#include "format/sqlite_wal.h"

struct sqlite {
	const struct sparse *file;    /* borrowed */
	const struct sqlite_wal *wal; /* borrowed; of the same database, maybe of 0 frames */
	uint32_t page_size, usable, page_count;
};

/* A column of a record; type: sqlite.org/fileformat2.html, section 2.1, "Serial Type Codes". */
struct sqlite_column {
	uint64_t type;
	uint64_t at, n; /* its bytes in the record */
};

/* Return 0 to go on, a negative code to stop with it. */
typedef int sqlite_row_fn(int64_t rowid, struct pieces *record, void *context, struct bd_error *err);

bool sqlite_is(const struct sparse *file);
/* Fails, as all that follows: BD_ERR_FORMAT with the page. */
int sqlite_open(
	const struct sparse *file, const struct sqlite_wal *wal, struct sqlite *out, struct bd_error *err) BD_CHECKED;
/* The first page of a table's tree; 0 when there is no such table. */
int sqlite_table(const struct sqlite *db, const char *name, uint32_t *root_out, struct bd_error *err) BD_CHECKED;
/* All rows, by rowid.  Rows that share bytes (no database has them) are refused before they cost time. */
int sqlite_each(
	const struct sqlite *db, uint32_t root, sqlite_row_fn *row, void *context, struct bd_error *err) BD_CHECKED;
/* One row's record added to an empty out; BD_ERR_FORMAT when there is none. */
int sqlite_find(
	const struct sqlite *db, uint32_t root, int64_t rowid, struct pieces *out, struct bd_error *err) BD_CHECKED;
/* The i-th column; type 0 (NULL) when the record has fewer. */
int sqlite_column(const struct pieces *record, size_t i, struct sqlite_column *out, struct bd_error *err) BD_CHECKED;

#endif

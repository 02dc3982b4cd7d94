/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpmdb.sqlite (rpm, lib/backend/sqlite.c): table Packages (hnum INTEGER PRIMARY KEY, blob BLOB).  A header's place is
 * its row number, and above it how many frames of the write-ahead log count: finding one header does not check the
 * whole log again.
 */
#include "format/rpmdb.h"

#define ROW_BITS 40U
#define ROW_MASK ((1ULL << ROW_BITS) - 1)

static int open_database(struct rpmdb *db, struct bd_str wal, struct bd_error *err)
{
	const uint32_t frames = db->place == RPMDB_ANYWHERE ? SQLITE_WAL_UNKNOWN : (uint32_t)(db->place >> ROW_BITS);
	if (sqlite_wal_open(wal, frames, &db->sqlite.wal, err) < 0 ||
		sqlite_open(&db->file, &db->sqlite.wal, &db->sqlite.db, err) < 0 ||
		sqlite_table(&db->sqlite.db, "Packages", &db->sqlite.root, err) < 0) {
		return -(int)err->code;
	}
	if (db->sqlite.root == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "it has no table Packages");
	}
	return 0;
}

/* The column blob of a row. */
static int cut_blob(struct pieces *record, struct bd_error *err)
{
	struct sqlite_column column;
	if (sqlite_column(record, 1, &column, err) < 0) {
		return -(int)err->code;
	}
	if (column.type < 12 || column.type % 2 != 0 || !pieces_cut(record, column.at, column.n)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a row of Packages has no blob");
	}
	return 0;
}

static int take_row(int64_t rowid, struct pieces *record, void *context, struct bd_error *err)
{
	struct rpmdb *db = context;
	const uint64_t place = (uint64_t)db->sqlite.wal.frames << ROW_BITS | ((uint64_t)rowid & ROW_MASK);
	if (rowid < 0 || (uint64_t)rowid > ROW_MASK) {
		return bd_error_set(err, BD_ERR_FORMAT, "a row of Packages with the number %lld", (long long)rowid);
	}
	return cut_blob(record, err) < 0 ? -(int)err->code : db->sqlite.each(record, place, db->sqlite.context, err);
}

static int each_header(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err)
{
	db->sqlite.each = each;
	db->sqlite.context = context;
	return sqlite_each(&db->sqlite.db, db->sqlite.root, take_row, db, err);
}

static int find_header(struct rpmdb *db, struct pieces *out, struct bd_error *err)
{
	if (sqlite_find(&db->sqlite.db, db->sqlite.root, (int64_t)(db->place & ROW_MASK), out, err) < 0) {
		return -(int)err->code;
	}
	return cut_blob(out, err);
}

static void release_database(struct rpmdb *db)
{
	sqlite_wal_release(&db->sqlite.wal);
}

const struct rpmdb_backend rpmdb_sqlite = {
	.name = "SQLite",
	.is = sqlite_is,
	.open = open_database,
	.each = each_header,
	.find = find_header,
	.release = release_database,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rpmdb.h"

int rpmdb_open(struct rpmdb *db, struct bd_str bytes, struct bd_str wal, uint64_t place, struct sparse_trace *trace,
	struct bd_error *err)
{
	static const struct rpmdb_backend *const backends[] = { &rpmdb_sqlite, &rpmdb_ndb, &rpmdb_bdb };
	*db = (struct rpmdb){ .file = sparse_open(bytes, trace), .place = place };
	if (db->file.size_bytes == 0 && wal.n > 0) { /* nothing of the log has been written back yet */
		db->backend = &rpmdb_sqlite;
	}
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]) && db->backend == NULL; i++) {
		db->backend = backends[i]->is(&db->file) ? backends[i] : NULL;
	}
	if (db->backend == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "neither SQLite nor ndb nor a Berkeley DB hash");
	}
	return db->backend->open(db, wal, err) < 0 ? bd_error_wrap(err, "%s", db->backend->name) : 0;
}

int rpmdb_each(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err)
{
	return db->backend->each(db, each, context, err) < 0 ? bd_error_wrap(err, "%s", db->backend->name) : 0;
}

int rpmdb_find(struct rpmdb *db, struct pieces *out, struct bd_error *err)
{
	return db->backend->find(db, out, err) < 0 ? bd_error_wrap(err, "%s", db->backend->name) : 0;
}

void rpmdb_release(struct rpmdb *db)
{
	if (db->backend != NULL && db->backend->release != NULL) {
		db->backend->release(db);
	}
	db->backend = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers in rpm's database, whichever of its backends wrote it: sqlite (rpm 4.16 and later), ndb (SUSE), Berkeley
 * DB (before).  The bytes are the file's own or what rpmdb's trace kept of them.
 */
#ifndef FORMAT_RPMDB_H
#define FORMAT_RPMDB_H

#include "format/rpm_header.h"
#include "format/sqlite.h"

/* Return 0 to go on.  place: what rpmdb_open() needs to find this header again. */
typedef int rpmdb_header_fn(const struct pieces *header, uint64_t place, void *context, struct bd_error *err);

struct rpmdb {
	struct sparse file;
	const struct rpmdb_backend *backend;
	uint64_t place;
	union {
		struct {
			struct sqlite_wal wal;
			struct sqlite db;
			uint32_t root;
			rpmdb_header_fn *each; /* the caller's, while it runs */
			void *context;
		} sqlite;
		struct {
			uint32_t slot_pages;
		} ndb;
		struct {
			uint32_t page_size, last_page, max_bucket, spares[32];
			bool big_endian;
		} bdb;
	};
};

/* A backend's functions; internal to rpmdb*.c. */
struct rpmdb_backend {
	const char *name;
	bool (*is)(const struct sparse *file);
	int (*open)(struct rpmdb *db, struct bd_str wal, struct bd_error *err);
	int (*each)(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err);
	int (*find)(struct rpmdb *db, struct pieces *out, struct bd_error *err);
	void (*release)(struct rpmdb *db);
};
extern const struct rpmdb_backend rpmdb_sqlite, rpmdb_ndb, rpmdb_bdb;

#define RPMDB_ANYWHERE UINT64_MAX

/*
 * wal: the bytes of "rpmdb.sqlite-wal", or none.  place: of the only header that will be asked for, or RPMDB_ANYWHERE.
 * trace: notes what is read of bytes, or NULL.  bytes and wal are borrowed.
 * Fails, as all that follows: BD_ERR_FORMAT, BD_ERR_LIMIT.  Release with rpmdb_release() also then.
 */
int rpmdb_open(struct rpmdb *db, struct bd_str bytes, struct bd_str wal, uint64_t place, struct sparse_trace *trace,
	struct bd_error *err) BD_CHECKED;
/* Every header once, in the database's order. */
int rpmdb_each(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err) BD_CHECKED;
/* The header at the place rpmdb_open() was given, added to an empty out. */
int rpmdb_find(struct rpmdb *db, struct pieces *out, struct bd_error *err) BD_CHECKED;
void rpmdb_release(struct rpmdb *db);

#endif

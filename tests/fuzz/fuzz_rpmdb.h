/* SPDX-License-Identifier: Apache-2.0 */
/* A database of rpm of any bytes: each header that rpmdb_each() gives is found again by its place, with the same bytes.
 */
#ifndef FUZZ_RPMDB_H
#define FUZZ_RPMDB_H

#include "base/auto.h"
#include "format/rpmdb.h"

static inline void require(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

struct rpmdb_fuzz {
	struct bd_str bytes, wal;
	uint64_t bytes_seen;
};

static inline void read_all(const struct pieces *header, struct bd_buf *out)
{
	struct bd_error err;
	bd_buf_add(out, "", 0);
	out->p = bd_xrealloc(out->p, (size_t)header->n + 1);
	out->cap = (size_t)header->n + 1;
	if (pieces_read(header, 0, out->p, (size_t)header->n, &err) == 0) {
		out->n = (size_t)header->n;
	}
}

static inline int find_again(const struct pieces *header, uint64_t place, void *context, struct bd_error *err)
{
	struct rpmdb_fuzz *fuzz = context;
	AUTO(bd_buf_release) struct bd_buf first = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf second = { .n = 0 };
	AUTO(pieces_release) struct pieces again = { .len = 0 };
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	fuzz->bytes_seen += header->n;
	require(fuzz->bytes_seen <= fuzz->bytes.n + fuzz->wal.n, "headers do not share their bytes");
	if (rpmdb_open(&db, fuzz->bytes, fuzz->wal, place, NULL, err) < 0 || rpmdb_find(&db, &again, err) < 0) {
		return 0; /* rows out of order are given by a walk and not found by a search */
	}
	read_all(header, &first);
	read_all(&again, &second);
	require(db.backend == &rpmdb_sqlite || bd_str_equal(bd_buf_view(&first), bd_buf_view(&second)),
		"the place leads to the same header");
	return 0;
}

static inline int fuzz_rpmdb(const struct rpmdb_backend *backend, struct bd_str bytes, struct bd_str wal)
{
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	struct rpmdb_fuzz fuzz = { .bytes = bytes, .wal = wal };
	struct bd_error err = { .code = BD_ERR_USAGE };
	if (sparse_is_written(bytes)) {
		return 0;
	}
	int r = rpmdb_open(&db, bytes, wal, RPMDB_ANYWHERE, NULL, &err);
	if (r == 0 && db.backend == backend) {
		r = rpmdb_each(&db, find_again, &fuzz, &err);
	}
	require(r == 0 || err.code == BD_ERR_FORMAT || err.code == BD_ERR_LIMIT, "bytes make no other error");
	return 0;
}

#endif

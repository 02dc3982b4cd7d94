/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/sql.h"
#include "store/url.h"

struct bd_store {
	struct sql_db *db;
	struct store_url url;
	bool empty; /* opened only to look, and there are no tables */
	struct bd_arena arena;
};

/* Put the store's name before a failure, unless its engine has said it. */
int store_failed(const struct bd_store *store, struct bd_error *err);

/* A column as text that lives in the arena. */
const char *store_text(struct bd_arena *arena, const struct sql_value *value);
struct bd_str store_bytes(struct bd_arena *arena, const struct sql_value *value);
/* "sha256:…" of 32 bytes. */
const char *store_digest_text(struct bd_arena *arena, struct bd_str digest);
int64_t store_now_us(void);

/* ---- schema.c ---- */

#define STORE_SCHEMA 2

struct schema_step {
	const char *const *statements; /* NULL-ended; %BYTES% and %NARROW% are the dialect's */
};
/*
 * Bring the database to version `count`, step by step, in one transaction; write false: only look.
 * *version_out: 0: no tables.  Fails: BD_ERR_UNSUPPORTED when the database is of a later version.
 */
int schema_apply(struct sql_db *db, const struct schema_step *steps, int64_t count, bool write, int64_t *version_out,
	struct bd_error *err) BD_CHECKED;
extern const struct schema_step schema_steps[STORE_SCHEMA];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store asks of a database, whichever it is.  The SQL is one text for all of them: parameters are $1, $2 …
 * and always bound; where the engines' words differ, the text has one of the marks of struct sql_dialect.
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "basedrift/store.h"

enum sql_type {
	SQL_NULL,
	SQL_INTEGER,
	SQL_TEXT,
	SQL_BYTES
};

/* A parameter or a column.  Bytes of a column are valid until the row function returns. */
struct sql_value {
	enum sql_type type;
	int64_t number;
	struct bd_str bytes;
};
struct sql_value sql_integer(int64_t number);
struct sql_value sql_text(const char *text); /* NULL is "": no column of ours is NULL */
struct sql_value sql_bytes(struct bd_str bytes);

/* One row of the answer; a negative result ends the query with that error. */
typedef int sql_row_fn(const struct sql_value *row, void *context, struct bd_error *err);

struct sql_query {
	const char *text;
	bool once; /* text does not live as long as the database: otherwise statements are kept by its address */
	const struct sql_value *params;
	size_t param_count;
	size_t columns;
	sql_row_fn *row; /* NULL: no rows are expected */
	void *context;
};

/* Words that CREATE TABLE spells differently, for %BYTES% and %NARROW% in the text of schema.c. */
struct sql_dialect {
	const char *bytes;  /* the type of binary strings */
	const char *narrow; /* after the ")" of tables whose rows are little more than their key */
};

struct store_url;
struct sql_db;

/* An engine: one file, one row of backends.h. */
struct bd_store_ops {
	const char *name;
	const char *const *schemes; /* NULL-ended: what stands before the first ":" of a URL */
	struct sql_dialect dialect;
	int (*open)(const struct store_url *url, const struct bd_store_options *options, struct sql_db **out,
		struct bd_error *err);
	void (*close)(struct sql_db *db);
	/* *changed_out (may be NULL): rows that were inserted, updated or deleted. */
	int (*query)(struct sql_db *db, const struct sql_query *query, int64_t *changed_out, struct bd_error *err);
	int (*begin)(struct sql_db *db, bool write, struct bd_error *err);
	int (*commit)(struct sql_db *db, struct bd_error *err);
	void (*rollback)(struct sql_db *db);
	int (*reconnect)(struct sql_db *db, struct bd_error *err);
	/* Bytes on disk. */
	int (*size)(struct sql_db *db, int64_t *bytes_out, struct bd_error *err);
	/* The engine's own check of its files: a text for each problem. */
	int (*verify)(struct sql_db *db, sql_row_fn *problem, void *context, struct bd_error *err);
	/* Give back space that deleted rows took. */
	int (*tidy)(struct sql_db *db, struct bd_error *err);
	const char *(*library)(void); /* "sqlite 3.40.1", for --version */
};

/* The first member of every engine's own struct. */
struct sql_db {
	const struct bd_store_ops *ops;
	bool retry; /* the last failure was of the moment: a conflict with another writer, or a lost connection */
	bool lost;  /* … and the connection is gone */
	bool read_only;
	bool in_transaction;
};

int sql_run(struct sql_db *db, const struct sql_query *query, int64_t *changed_out, struct bd_error *err) BD_CHECKED;

/*
 * Runs work in a transaction, again after conflicts and lost connections: it must leave nothing behind but what it
 * writes to the database, and mean the same when it is done twice.
 */
typedef int sql_work_fn(struct sql_db *db, void *context, struct bd_error *err);
int sql_transaction(struct sql_db *db, sql_work_fn *work, void *context, struct bd_error *err) BD_CHECKED;

#define SQL_PARAMS(...) \
	.params = (const struct sql_value[]){ __VA_ARGS__ }, \
	.param_count = sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A build as rows of the store's tables: what put.c writes, and what a bench writes by the million. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "store/parts.h"
#include "store/store.h"

struct base_row {
	uint8_t digest[PART_DIGEST];
	const char *reference, *platform, *index, *manifest, *config, *layers, *stated, *created, *role;
	int stage, line;
	bool is_state; /* says what a tag was */
};
struct build_row {
	const char *project, *id, *branch, *revision, *tree, *number, *url;
	int rerun;
	const char *dockerfile, *target, *platform;
	uint8_t variant[PART_DIGEST], record[PART_DIGEST];
	enum bd_status status;
	int64_t marked, started, finished, arrived, size_bytes;
	struct {
		struct base_row *v;
		size_t len, cap;
	} bases;
	struct bd_arena arena;
};
/* platform: where the base has none. */
void base_row_make(const struct bd_base *base, const char *platform, struct bd_arena *arena, struct base_row *out);
/* Once its texts are there: digest, is_state.  is_believed: it may make history. */
void base_row_finish(struct base_row *row, bool is_believed);
/* In a transaction: what it is, and which state of a tag. */
int base_row_write(struct sql_db *db, const struct base_row *base, struct bd_error *err) BD_CHECKED;
/* What the record says of the build itself; bytes are the record. */
void build_row_make(struct bd_str bytes, const struct bd_record *parsed, const struct bd_store_arrival *arrival,
	struct build_row *out);
void build_row_release(struct build_row *row);

/* In a transaction.  *new_out: it was not there. */
int build_row_write(struct sql_db *db, const struct build_row *row, const struct record_parts *parts, bool *new_out,
	struct bd_error *err) BD_CHECKED;

/* part_rows.c: make sure that all parts of the record are there. */
int part_rows_write(struct sql_db *db, const struct record_parts *parts, struct bd_error *err) BD_CHECKED;
/* A part somebody used on one of the last days is not removed: nobody has to look again within this many days. */
#define PART_FRESH_DAYS 1
int64_t part_today(void);

/* The content of parts, by their digests. */
struct part_content {
	uint8_t digest[PART_DIGEST];
	struct bd_buf bytes;
	bool found;
};
struct part_contents {
	struct part_content *v; /* sorted by digest */
	size_t len, cap;
};
void part_contents_want(struct part_contents *contents, const uint8_t *digest);
int part_contents_read(struct sql_db *db, struct part_contents *contents, struct bd_error *err) BD_CHECKED;
/* NULL: not wanted, or not there. */
const struct bd_buf *part_contents_find(const struct part_contents *contents, const uint8_t *digest);
void part_contents_release(struct part_contents *contents);
/* Unpack what a bytes column has. */
int part_unpack(struct bd_str packed, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif

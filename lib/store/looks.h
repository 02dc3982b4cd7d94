/* SPDX-License-Identifier: Apache-2.0 */
/* What those who looked at a tag without a build have seen of it: rows. */
#ifndef STORE_LOOKS_H
#define STORE_LOOKS_H

#include "store/rows.h"

struct look_row {
	struct base_row base;
	int64_t first_seen, last_seen;
	const char *by;
};
/* One transaction each, that touches its rows in one order: those who meet wait for each other, and none is refused. */
int look_row_put(struct bd_store *store, const struct look_row *row, struct bd_error *err) BD_CHECKED;

typedef int look_each_fn(const struct look_row *row, void *context, struct bd_error *err);
/* By reference, then by when they were seen; a negative result ends it. */
int looks_each(struct bd_store *store, look_each_fn *each, void *context, struct bd_error *err) BD_CHECKED;

#define LOOK_LINE "{\"type\":\"seen\","
/* As a line of an exported store, and back. */
void look_line_add(const struct look_row *row, struct bd_buf *out);
/* Fails: BD_ERR_FORMAT. */
int look_line_parse(struct bd_str line, struct bd_arena *arena, struct look_row *out, struct bd_error *err) BD_CHECKED;

#endif

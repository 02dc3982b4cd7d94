/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of builds as structs. */
#ifndef STORE_BUILDS_H
#define STORE_BUILDS_H

#include "store/store.h"

/* What BUILD_COLUMNS has, in its order; the tables are "b" (builds) and "v" (variants). */
#define BUILD_COLUMNS \
	"b.project, b.id, b.record, b.rerun, b.branch, b.status, b.marked, b.started, b.finished, b.arrived, b.revision," \
	" b.source_tree, b.number, b.url, b.size_bytes, b.tree, v.dockerfile, v.target, v.platform"
#define BUILD_TABLES \
	" FROM basedrift_build b JOIN basedrift_variant v ON v.project = b.project AND v.variant = b.variant "
#define BUILD_COLUMN_COUNT 19

/* context: struct bd_store_builds, which grows by it. */
int build_take_row(const struct sql_value *row, void *context, struct bd_error *err);
/* Number the attempts and write the names, once all rows are there: asks the store for the other attempts. */
int builds_name(struct bd_store *store, struct bd_store_builds *builds, struct bd_error *err) BD_CHECKED;
/* Fill bases of each. */
int builds_add_bases(struct bd_store *store, struct bd_store_builds *builds, struct bd_error *err) BD_CHECKED;
/* text (static) with these parameters gives BUILD_COLUMNS; the rows are added to out. */
int builds_query(struct bd_store *store, const char *text, const struct sql_value *params, size_t count,
	struct bd_store_builds *out, struct bd_error *err) BD_CHECKED;
/* Without the mark at the beginning: "4811" or "4811.2". */
const char *build_short_name(const struct bd_store_build *build);
/* The 32 bytes of build->record. */
bool build_record_digest(const struct bd_store_build *build, uint8_t *out);

#endif

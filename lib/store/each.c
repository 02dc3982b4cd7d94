/* SPDX-License-Identifier: Apache-2.0 */
/* All builds, some at a time: a store may have a million. */
#include "base/auto.h"
#include "store/builds.h"

#define PAGE "500"

/* After the last one of the page before; the record parts those that arrived in one moment. */
static int read_page(struct bd_store *store, const struct bd_store_build *last, struct bd_str last_record,
	struct bd_store_builds *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES
		"WHERE b.project >= $1 AND (b.project > $1 OR b.id > $2 OR (b.id = $2 AND b.record > $3))"
		" ORDER BY b.project, b.id, b.record LIMIT " PAGE;
	const struct sql_value params[] = { sql_text(last->project), sql_text(last->id), sql_bytes(last_record) };
	return builds_query(store, text, params, 3, out, err) < 0 ? -(int)err->code : 0;
}

static int give_page(struct bd_store *store, const struct bd_store_builds *page, bd_store_each_fn *each, void *context,
	struct bd_error *err)
{
	for (size_t i = 0; i < page->len; i++) {
		const int result = each(store, &page->v[i], context, err);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

static void remember(const struct bd_store_builds *page, struct bd_store_builds *last)
{
	const struct bd_store_build *build = &page->v[page->len - 1];
	bd_store_builds_release(last);
	*bd_vec_push(last) = (struct bd_store_build){
		.project = bd_arena_strdup(&last->arena, build->project),
		.id = bd_arena_strdup(&last->arena, build->id),
		.record = bd_arena_strdup(&last->arena, build->record),
	};
}

int bd_store_each(struct bd_store *store, bd_store_each_fn *each, void *context, struct bd_error *err)
{
	AUTO(bd_store_builds_release) struct bd_store_builds last = { .len = 0 };
	bool more = true;

	*bd_vec_push(&last) = (struct bd_store_build){ .project = "", .id = "", .record = "" };
	while (more) {
		AUTO(bd_store_builds_release) struct bd_store_builds page = { .len = 0 };
		uint8_t record[BD_SHA256_BYTES];
		const bool begun = *last.v[0].record != '\0';
		if (begun && !build_record_digest(&last.v[0], record)) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s: not the digest of a record", last.v[0].record);
		}
		const struct bd_str bytes = { (const char *)record, begun ? sizeof(record) : 0 };
		if (read_page(store, &last.v[0], bytes, &page, err) < 0 || builds_name(store, &page, err) < 0 ||
			give_page(store, &page, each, context, err) < 0) {
			return -(int)err->code;
		}
		more = page.len > 0;
		if (more) {
			remember(&page, &last);
		}
	}
	return 0;
}

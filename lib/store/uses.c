/* SPDX-License-Identifier: Apache-2.0 */
#include "store/uses.h"

#include "base/auto.h"
#include "store/states.h"

void last_builds_release(struct last_builds *lasts)
{
	free(lasts->v);
}

const struct last_build *last_build_of(const struct last_variant *variant, enum bd_status status)
{
	return variant->builds[status].there ? &variant->builds[status] : NULL;
}

static bool is_later(const struct last_build *a, const struct last_build *b)
{
	return a->started != b->started ? a->started > b->started : a->arrived > b->arrived;
}

const struct last_build *last_build_newest(const struct last_variant *variant)
{
	const struct last_build *newest = NULL;
	for (size_t i = 0; i < sizeof(variant->builds) / sizeof(variant->builds[0]); i++) {
		const struct last_build *build = &variant->builds[i];
		if (build->there && (newest == NULL || is_later(build, newest))) {
			newest = build;
		}
	}
	return newest;
}

void use_describe(const struct last_variant *variant, const struct last_build *good, const struct last_build *newest,
	struct bd_store_use *out)
{
	*out = (struct bd_store_use){
		.project = variant->project,
		.dockerfile = variant->dockerfile,
		.target = variant->target,
		.platform = variant->platform,
		.good_build = good != NULL ? good->id : "",
		.good_branch = good != NULL ? good->branch : "",
		.good_started = good != NULL ? good->started : 0,
		.newest_build = newest != NULL ? newest->id : "",
		.newest_status = newest != NULL ? newest->status : BD_STATUS_UNKNOWN,
		.newest_started = newest != NULL ? newest->started : 0,
		.newest_image = newest != NULL && newest->uses ? bd_store_state_digest(&newest->base) : "",
	};
	out->on = good != NULL && good->uses ? good->base
					     : (struct bd_store_state){ .platform = "",
						       .index = "",
						       .manifest = "",
						       .config = "",
						       .layers = "",
						       .stated = "",
						       .created = "" };
}

/* ---- reading
 * -------------------------------------------------------------------------------------------------------------- */

/*
 * The last build of a status of each (project, variant) comes out of the index by one look each; it is named by id and
 * record, the key of builds.
 */
#define LAST_OF(member) \
	"(SELECT b." member " FROM basedrift_build b WHERE b.project = u.project AND b.variant = u.variant" \
	" AND b.status = $2 ORDER BY b.started DESC, b.arrived DESC LIMIT 1)"
#define VARIANT_COLUMNS "x.project, x.variant, v.dockerfile, v.target, v.platform"
#define LAST_COLUMNS    "b.id, b.rerun, b.branch, b.started, b.arrived, b.tree"
#define JOINED \
	" JOIN basedrift_variant v ON v.project = x.project AND v.variant = x.variant" \
	" JOIN basedrift_build b ON b.project = x.project AND b.id = x.last_id AND b.record = x.last_record"
enum {
	VARIANT_COUNT = 5,
	LAST_COUNT = 6
};

struct taking {
	struct last_builds *lasts;
	enum bd_status status;
};

static struct last_variant *variant_of(struct last_builds *lasts, const struct sql_value *row)
{
	for (size_t i = lasts->len; i > 0; i--) {
		struct last_variant *variant = &lasts->v[i - 1];
		if (bd_str_equal(variant->digest, row[1].bytes) && bd_str_is(row[0].bytes, variant->project)) {
			return variant;
		}
	}
	struct last_variant *variant = bd_vec_push(lasts);
	variant->project = store_text(lasts->arena, &row[0]);
	variant->digest = store_bytes(lasts->arena, &row[1]);
	variant->dockerfile = store_text(lasts->arena, &row[2]);
	variant->target = store_text(lasts->arena, &row[3]);
	variant->platform = store_text(lasts->arena, &row[4]);
	return variant;
}

static const char *name_of(struct bd_arena *arena, const struct sql_value *row)
{
	const char *id = store_text(arena, &row[0]);
	return row[1].number > 1 ? bd_arena_printf(arena, "#%s.%lld", id, (long long)row[1].number)
				 : bd_arena_printf(arena, "#%s", id);
}

static struct last_build *take_last(const struct sql_value *row, const struct taking *taking)
{
	struct bd_arena *arena = taking->lasts->arena;
	struct last_build *build = &variant_of(taking->lasts, row)->builds[taking->status];
	const struct sql_value *last = row + VARIANT_COUNT;
	if (build->there) {
		return build; /* it names the image in several places: the first one counts */
	}
	*build = (struct last_build){
		.there = true,
		.id = name_of(arena, last),
		.branch = store_text(arena, &last[2]),
		.started = last[3].number,
		.arrived = last[4].number,
		.status = taking->status,
		.tree = store_bytes(arena, &last[5]),
	};
	return build;
}

static int take_row(const struct sql_value *row, void *context, struct bd_error *err)
{
	(void)err;
	(void)take_last(row, context);
	return 0;
}

static int take_row_with_base(const struct sql_value *row, void *context, struct bd_error *err)
{
	const struct taking *taking = context;
	struct last_build *build = take_last(row, taking);
	const struct sql_value *base = row + VARIANT_COUNT + LAST_COUNT;
	(void)err;
	if (base[0].type != SQL_NULL && !build->uses) {
		build->uses = true;
		state_take_base(base, taking->lasts->arena, &build->base);
	}
	return 0;
}

static int compare_variants(const void *a, const void *b)
{
	const struct last_variant *x = a;
	const struct last_variant *y = b;
	const int order = strcmp(x->project, y->project);
	return order != 0 ? order : bd_str_compare(x->digest, y->digest);
}

static void sort_variants(struct last_builds *lasts)
{
	if (lasts->len > 0) {
		qsort(lasts->v, lasts->len, sizeof(*lasts->v), compare_variants);
	}
}

/*
 * s.reference || '': few rows have this project and record, a million may have this reference; the key of the first two
 * is the index to take, and a planner without statistics cannot know.
 */
int last_builds_on(struct bd_store *store, const char *reference, struct last_builds *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT " VARIANT_COLUMNS ", " LAST_COLUMNS ", " STATE_BASE_COLUMNS
		" FROM (SELECT u.project, u.variant, " LAST_OF("id") " AS last_id, " LAST_OF(
			"record") " AS last_record FROM basedrift_use u WHERE u.reference = $1) x" JOINED
				  " LEFT JOIN basedrift_build_base s ON s.project = b.project AND s.record = b.record AND s.reference || '' = $1"
				  " LEFT JOIN basedrift_base a ON a.digest = s.base";
	for (int status = BD_STATUS_UNKNOWN; status <= BD_STATUS_FAILED; status++) {
		struct taking taking = { out, (enum bd_status)status };
		const struct sql_query query = { .text = text,
			SQL_PARAMS(sql_text(reference), sql_integer(status)),
			.columns = VARIANT_COUNT + LAST_COUNT + STATE_BASE_COLUMN_COUNT,
			.row = take_row_with_base,
			.context = &taking };
		if (sql_run(store->db, &query, NULL, err) < 0) {
			return store_failed(store, err);
		}
	}
	sort_variants(out);
	return 0;
}

int last_builds_of_all(struct bd_store *store, struct last_builds *out, struct bd_error *err)
{
	static const char text[] = "SELECT " VARIANT_COLUMNS ", " LAST_COLUMNS
				   " FROM (SELECT u.project, u.variant, " LAST_OF("id") " AS last_id, " LAST_OF(
					   "record") " AS last_record FROM basedrift_variant u WHERE $1 = '') x" JOINED;
	struct taking taking = { out, BD_STATUS_PASSED };
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(""), sql_integer(BD_STATUS_PASSED)),
		.columns = VARIANT_COUNT + LAST_COUNT,
		.row = take_row,
		.context = &taking };
	if (sql_run(store->db, &query, NULL, err) < 0) {
		return store_failed(store, err);
	}
	sort_variants(out);
	return 0;
}

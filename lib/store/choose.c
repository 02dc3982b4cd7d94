/* SPDX-License-Identifier: Apache-2.0 */
/* Which two builds `why` compares, and the sentence that says so. */
#include "base/auto.h"
#include "store/builds.h"

/* two bounds of one index, and then the tie */
#define BEFORE " AND b.started <= $5 AND (b.started < $5 OR b.arrived < $6)"
#define NEWEST " ORDER BY b.started DESC, b.arrived DESC LIMIT 1"

void bd_store_choice_release(struct bd_store_choice *choice)
{
	bd_store_builds_release(&choice->builds);
}

static bool is_later(const struct bd_store_build *a, const struct bd_store_build *b)
{
	return a->started != b->started ? a->started > b->started : a->arrived > b->arrived;
}

/* ---- variants: what can be compared
 * ------------------------------------------------------------------------------------------ */

struct variant {
	struct bd_str digest;
	const char *dockerfile, *target, *platform;
};
struct variants {
	struct variant *v;
	size_t len, cap;
	struct bd_arena arena;
};

static void variants_release(struct variants *variants)
{
	free(variants->v);
	bd_arena_release(&variants->arena);
}

static int take_variant(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct variants *variants = context;
	struct bd_arena *arena = &variants->arena;
	(void)err;
	*bd_vec_push(variants) = (struct variant){ store_bytes(arena, &row[0]), store_text(arena, &row[1]),
		store_text(arena, &row[2]), store_text(arena, &row[3]) };
	return 0;
}

static int read_variants(struct bd_store *store, const char *project, struct variants *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT variant, dockerfile, target, platform FROM basedrift_variant WHERE project = $1";
	const struct sql_query query = {
		.text = text, SQL_PARAMS(sql_text(project)), .columns = 4, .row = take_variant, .context = out
	};
	return sql_run(store->db, &query, NULL, err) < 0 ? store_failed(store, err) : 0;
}

/* A build that left no image may not know its platform: that does not make it another one. */
static bool is_comparable(const struct variant *variant, const struct bd_store_build *build)
{
	return strcmp(variant->dockerfile, build->dockerfile) == 0 && strcmp(variant->target, build->target) == 0 &&
	       (strcmp(variant->platform, build->platform) == 0 || *variant->platform == '\0' ||
		       *build->platform == '\0');
}

/* ---- the newest of a status
 * -------------------------------------------------------------------------------------------------- */

struct sought {
	const char *project, *branch; /* branch NULL: any */
	enum bd_status status;
	int64_t started, arrived; /* before these */
};

static int newest_of_variant(struct bd_store *store, const struct sought *sought, struct bd_str variant,
	struct bd_store_builds *out, struct bd_error *err)
{
	static const char any_branch[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES
		"WHERE b.project = $1 AND b.variant = $2 AND b.status = $3 AND $4 = ''" BEFORE NEWEST;
	static const char one_branch[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES
		"WHERE b.project = $1 AND b.branch = $4 AND b.variant = $2 AND b.status = $3" BEFORE NEWEST;
	const struct sql_value params[] = { sql_text(sought->project), sql_bytes(variant), sql_integer(sought->status),
		sql_text(sought->branch), sql_integer(sought->started), sql_integer(sought->arrived) };
	return builds_query(store, sought->branch != NULL ? one_branch : any_branch, params, 6, out, err);
}

/* The newest one over the variants that can be compared with `like` (NULL: over all) is added to out. */
static int add_newest(struct bd_store *store, const struct sought *sought, const struct bd_store_build *like,
	struct bd_store_builds *out, bool *found, struct bd_error *err)
{
	AUTO(variants_release) struct variants variants = { .len = 0 };
	const size_t first = out->len;
	const struct bd_store_build wanted = like != NULL ? *like : (struct bd_store_build){ .id = NULL };
	const bool any = like == NULL;

	if (read_variants(store, sought->project, &variants, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < variants.len; i++) {
		if ((any || is_comparable(&variants.v[i], &wanted)) &&
			newest_of_variant(store, sought, variants.v[i].digest, out, err) < 0) {
			return -(int)err->code;
		}
	}
	*found = out->len > first;
	for (size_t i = first + 1; i < out->len; i++) {
		if (is_later(&out->v[i], &out->v[first])) {
			out->v[first] = out->v[i];
		}
	}
	out->len = *found ? first + 1 : first;
	return 0;
}

/* ---- the last good build
 * ------------------------------------------------------------------------------------------------------ */

struct good_search {
	bool found, other_branch, nobody_passed;
};

static int search_good(struct bd_store *store, const struct bd_store_build *failing, struct bd_store_builds *out,
	struct good_search *search, struct bd_error *err)
{
	const struct bd_store_build like = *failing; /* out may be the list that has it, and grow */
	struct sought sought = { like.project, like.branch, BD_STATUS_PASSED, like.started, like.arrived };
	const enum bd_status statuses[] = { BD_STATUS_PASSED, BD_STATUS_UNKNOWN };

	for (size_t i = 0; i < (like.status == BD_STATUS_UNKNOWN ? 2 : 1) && !search->found; i++) {
		sought.status = statuses[i];
		sought.branch = like.branch;
		search->nobody_passed = i == 1;
		if (add_newest(store, &sought, &like, out, &search->found, err) < 0) {
			return -(int)err->code;
		}
		sought.branch = NULL;
		search->other_branch = !search->found;
		if (!search->found && add_newest(store, &sought, &like, out, &search->found, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static void add_alike(struct bd_buf *text, const struct bd_store_build *build)
{
	bd_buf_add_str(text, *build->target != '\0' ? "the same Dockerfile, target" : "the same Dockerfile");
	bd_buf_add_str(text, *build->platform != '\0' ? " and platform" : "");
}

static const char *reason_of(struct bd_store_builds *builds, const struct good_search *search)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	const struct bd_store_build *good = &builds->v[0];
	const struct bd_store_build *failing = &builds->v[1];

	bd_buf_printf(&text, "%s is the newest build", build_short_name(good));
	if (*good->branch != '\0') {
		bd_buf_printf(&text, " of %s", good->branch);
	}
	bd_buf_printf(&text, " that %s before %s started, of ",
		search->nobody_passed ? "was recorded (nobody said which builds passed: see --status)" : "passed",
		build_short_name(failing));
	add_alike(&text, failing);
	if (search->other_branch && *failing->branch != '\0') {
		bd_buf_printf(&text, "; none of %s did", failing->branch);
	}
	bd_buf_add_char(&text, '.');
	return bd_arena_text(&builds->arena, bd_buf_str(&text), text.n);
}

static int no_good_build(const struct bd_store *store, const struct bd_store_build *failing, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf alike = { 0 };
	add_alike(&alike, failing);
	return bd_error_set(err, BD_ERR_NOT_FOUND,
		"store %s: no build of %s with %s passed before %s: there is nothing to compare it with ('basedrift mark BUILD "
		"passed' sets a status afterwards)",
		store->url.shown, failing->project, bd_buf_str(&alike), build_short_name(failing));
}

/* choice->builds has the failing build alone: the good one comes before it. */
static int add_good(struct bd_store *store, struct bd_store_choice *choice, struct bd_error *err)
{
	struct good_search search = { .found = false };
	struct bd_store_builds *builds = &choice->builds;

	if (builds_name(store, builds, err) < 0 || search_good(store, &builds->v[0], builds, &search, err) < 0) {
		return -(int)err->code;
	}
	if (!search.found) {
		return no_good_build(store, &builds->v[0], err);
	}
	const struct bd_store_build failing = builds->v[0];
	builds->v[0] = builds->v[1];
	builds->v[1] = failing;
	if (builds_name(store, builds, err) < 0 || builds_add_bases(store, builds, err) < 0) {
		return -(int)err->code;
	}
	choice->reason = reason_of(builds, &search);
	return 0;
}

int bd_store_choose_for(struct bd_store *store, const char *failing, const struct bd_store_filter *filter,
	struct bd_store_choice *out, struct bd_error *err)
{
	*out = (struct bd_store_choice){ .reason = NULL };
	if (bd_store_find(store, failing, filter, &out->builds, err) < 0) {
		return -(int)err->code;
	}
	if (add_good(store, out, err) < 0) {
		bd_store_choice_release(out);
		return -(int)err->code;
	}
	return 0;
}

/* ---- both
 * -------------------------------------------------------------------------------------------------------------------
 */

static int no_failing_build(const struct bd_store *store, const struct bd_store_filter *filter, struct bd_error *err)
{
	return bd_error_set(err, BD_ERR_NOT_FOUND,
		"store %s: no build of %s%s%s has failed, as far as it knows ('basedrift log' lists them, 'basedrift mark BUILD "
		"failed' sets a status afterwards)",
		store->url.shown, filter->project, filter->branch != NULL ? " on branch " : "",
		filter->branch != NULL ? filter->branch : "");
}

/* Failed builds first; where nobody says how builds ended, the newest is the one that is asked about. */
static int add_failing(
	struct bd_store *store, const struct bd_store_filter *filter, struct bd_store_builds *out, struct bd_error *err)
{
	const enum bd_status statuses[] = { BD_STATUS_FAILED, BD_STATUS_UNKNOWN };
	bool found = false;
	for (size_t i = 0; i < 2 && !found; i++) {
		const struct sought sought = { filter->project, filter->branch, statuses[i], INT64_MAX, INT64_MAX };
		if (add_newest(store, &sought, NULL, out, &found, err) < 0) {
			return -(int)err->code;
		}
	}
	return found ? 0 : no_failing_build(store, filter, err);
}

int bd_store_choose(
	struct bd_store *store, const struct bd_store_filter *filter, struct bd_store_choice *out, struct bd_error *err)
{
	*out = (struct bd_store_choice){ .reason = NULL };
	if (add_failing(store, filter, &out->builds, err) < 0 || add_good(store, out, err) < 0) {
		bd_store_choice_release(out);
		return -(int)err->code;
	}
	return 0;
}

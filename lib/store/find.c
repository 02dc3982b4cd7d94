/* SPDX-License-Identifier: Apache-2.0 */
/* Names of builds: PROJECT#ID, #ID.ATTEMPT, @last-good … */
#include "base/auto.h"
#include "store/builds.h"

#define NEWEST " ORDER BY b.started DESC, b.arrived DESC, b.record LIMIT $1"

bool bd_store_name_likely(const char *name)
{
	return *name == '#' || strncmp(name, "@last", 5) == 0 || strncmp(name, "@-", 2) == 0 ||
	       (strchr(name, '#') != NULL && strchr(name, ':') == NULL);
}

static int no_such_build(
	const struct bd_store *store, const char *name, const struct bd_store_filter *filter, struct bd_error *err)
{
	const bool any_project = filter->project == NULL || strchr(name, '#') > name;
	return bd_error_set(err, BD_ERR_NOT_FOUND, "store %s: %s: no such build%s%s%s%s; 'basedrift log' lists them",
		store->url.shown, name, any_project ? "" : " of ", any_project ? "" : filter->project,
		filter->branch != NULL ? " on branch " : "", filter->branch != NULL ? filter->branch : "");
}

/* ---- by its id
 * ---------------------------------------------------------------------------------------------------------- */

struct id_name {
	const char *project, *id;
	int attempt; /* 0: the last */
};

static int builds_of_id(
	struct bd_store *store, const struct id_name *name, struct bd_store_builds *out, struct bd_error *err)
{
	static const char text[] = "SELECT " BUILD_COLUMNS BUILD_TABLES "WHERE b.project = $1 AND b.id = $2"
				   " ORDER BY b.rerun, b.started, b.arrived, b.record";
	const struct sql_value params[] = { sql_text(name->project), sql_text(name->id) };
	return builds_query(store, text, params, 2, out, err) < 0 || builds_name(store, out, err) < 0 ? -(int)err->code
												      : 0;
}

/* Leave the one in the first place. */
static bool pick_attempt(struct bd_store_builds *builds, int attempt)
{
	for (size_t i = builds->len; i > 0; i--) {
		if (attempt == 0 || builds->v[i - 1].attempt == attempt) {
			builds->v[0] = builds->v[i - 1];
			builds->len = 1;
			return true;
		}
	}
	return false;
}

/* "4811.1" may be an id itself: that comes first. */
static int find_id(struct bd_store *store, const char *project, const char *id, struct bd_store_builds *out,
	bool *found, struct bd_error *err)
{
	uint64_t attempt = 0;
	struct id_name name = { project, id, 0 };
	const char *dot = strrchr(id, '.');

	if (builds_of_id(store, &name, out, err) < 0) {
		return -(int)err->code;
	}
	*found = pick_attempt(out, 0);
	if (*found || dot == NULL || !bd_str_to_u64(bd_str(dot + 1), &attempt) || attempt == 0 || attempt > 1000000) {
		return 0;
	}
	name.id = bd_arena_text(&out->arena, id, (size_t)(dot - id));
	name.attempt = (int)attempt;
	if (builds_of_id(store, &name, out, err) < 0) {
		return -(int)err->code;
	}
	*found = pick_attempt(out, name.attempt);
	return 0;
}

/* ---- by its place
 * --------------------------------------------------------------------------------------------------------- */

static int newest_with(struct bd_store *store, const struct bd_store_filter *filter, int status, size_t count,
	struct bd_store_builds *out, struct bd_error *err)
{
	static const char any_branch[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES "WHERE b.project = $2 AND (b.status = $3 OR $3 < 0)" NEWEST;
	static const char one_branch[] = "SELECT " BUILD_COLUMNS BUILD_TABLES
					 "WHERE b.project = $2 AND (b.status = $3 OR $3 < 0) AND b.branch = $4" NEWEST;
	const struct sql_value params[] = { sql_integer((int64_t)count), sql_text(filter->project), sql_integer(status),
		sql_text(filter->branch) };
	return builds_query(store, filter->branch != NULL ? one_branch : any_branch, params,
		filter->branch != NULL ? 4 : 3, out, err);
}

/* "@last" 0, "@-2" 2 … and the status that is asked for, -1: any. */
static bool parse_place(const char *name, size_t *back, int *status)
{
	uint64_t number = 0;
	*back = 0;
	*status = -1;
	if (strcmp(name, "@last") == 0) {
		return true;
	}
	if (strcmp(name, "@last-good") == 0 || strcmp(name, "@last-failed") == 0) {
		*status = strcmp(name, "@last-good") == 0 ? BD_STATUS_PASSED : BD_STATUS_FAILED;
		return true;
	}
	if (strncmp(name, "@-", 2) == 0 && bd_str_to_u64(bd_str(name + 2), &number) && number < 100000) {
		*back = (size_t)number;
		return true;
	}
	return false;
}

static int find_place(struct bd_store *store, const char *name, const struct bd_store_filter *filter,
	struct bd_store_builds *out, bool *found, struct bd_error *err)
{
	size_t back;
	int status;
	if (!parse_place(name, &back, &status)) {
		return bd_error_set(err, BD_ERR_USAGE,
			"%s: one of @last, @last-good, @last-failed, @-N (N builds before the last)", name);
	}
	if (newest_with(store, filter, status, back + 1, out, err) < 0) {
		return -(int)err->code;
	}
	*found = out->len == back + 1;
	if (*found) {
		out->v[0] = out->v[back];
		out->len = 1;
		return builds_name(store, out, err);
	}
	return 0;
}

/* ---- by either
 * --------------------------------------------------------------------------------------------------------------- */

static int find(struct bd_store *store, const char *name, const struct bd_store_filter *filter,
	struct bd_store_builds *out, bool *found, struct bd_error *err)
{
	const char *mark = strrchr(name, '#');
	const char *project = filter->project;
	if (mark != NULL && mark > name) {
		project = bd_arena_text(&out->arena, name, (size_t)(mark - name));
	}
	if (project == NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "%s: of which project? Name it with --project", name);
	}
	return mark != NULL ? find_id(store, project, mark + 1, out, found, err)
			    : find_place(store, name, filter, out, found, err);
}

int bd_store_find(struct bd_store *store, const char *name, const struct bd_store_filter *filter,
	struct bd_store_builds *out, struct bd_error *err)
{
	bool found = false;
	*out = (struct bd_store_builds){ .len = 0 };
	int result = find(store, name, filter, out, &found, err);
	if (result == 0 && !found) {
		result = no_such_build(store, name, filter, err);
	}
	if (result == 0) {
		result = builds_add_bases(store, out, err);
	}
	if (result < 0) {
		bd_store_builds_release(out);
	}
	return result;
}

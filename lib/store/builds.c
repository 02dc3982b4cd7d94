/* SPDX-License-Identifier: Apache-2.0 */
#include "store/builds.h"

#include "base/auto.h"
#include "store/rows.h"
#include "store/states.h"

void bd_store_builds_release(struct bd_store_builds *builds)
{
	free(builds->v);
	bd_arena_release(&builds->arena);
	*builds = (struct bd_store_builds){ .len = 0 };
}

static enum bd_status status_of(int64_t number)
{
	return number == BD_STATUS_PASSED   ? BD_STATUS_PASSED
	       : number == BD_STATUS_FAILED ? BD_STATUS_FAILED
					    : BD_STATUS_UNKNOWN;
}

int build_take_row(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct bd_store_builds *builds = context;
	struct bd_arena *arena = &builds->arena;
	struct bd_store_build *build = bd_vec_push(builds);
	(void)err;
	*build = (struct bd_store_build){
		.project = store_text(arena, &row[0]),
		.id = store_text(arena, &row[1]),
		.record = store_digest_text(arena, row[2].bytes),
		.attempt = (int)row[3].number,
		.branch = store_text(arena, &row[4]),
		.status = status_of(row[5].number),
		.marked = row[6].number,
		.started = row[7].number,
		.finished = row[8].number,
		.arrived = row[9].number,
		.commit = store_text(arena, &row[10]),
		.tree = store_text(arena, &row[11]),
		.number = store_text(arena, &row[12]),
		.url = store_text(arena, &row[13]),
		.size_bytes = row[14].number,
		.tree_digest = store_bytes(arena, &row[15]),
		.dockerfile = store_text(arena, &row[16]),
		.target = store_text(arena, &row[17]),
		.platform = store_text(arena, &row[18]),
	};
	return 0;
}

bool build_record_digest(const struct bd_store_build *build, uint8_t *out)
{
	const struct bd_str hex = bd_str(build->record + strlen("sha256:"));
	return hex.n == 2UL * PART_DIGEST && bd_unhex(hex, out);
}

/* ---- attempts
 * ------------------------------------------------------------------------------------------------------------ */

/* One build of an id, for its place among the others. */
struct attempt {
	const char *record;
	int64_t rerun;
};
struct attempts {
	struct attempt *v;
	size_t len, cap;
	struct bd_arena *arena;
};

static void attempts_release(struct attempts *attempts)
{
	free(attempts->v);
}

static int take_attempt(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct attempts *attempts = context;
	(void)err;
	*bd_vec_push(attempts) =
		(struct attempt){ .record = store_digest_text(attempts->arena, row[0].bytes), .rerun = row[1].number };
	return 0;
}

/* The CI's own count where there is one; otherwise the order in which they started. */
static int number_attempt(
	struct bd_store *store, struct bd_store_build *build, struct bd_arena *arena, struct bd_error *err)
{
	static const char text[] = "SELECT record, rerun FROM basedrift_build WHERE project = $1 AND id = $2"
				   " ORDER BY rerun, started, arrived, record";
	AUTO(attempts_release) struct attempts attempts = { .arena = arena };
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(build->project), sql_text(build->id)),
		.columns = 2,
		.row = take_attempt,
		.context = &attempts };
	int64_t number = 0;

	if (sql_run(store->db, &query, NULL, err) < 0) {
		return store_failed(store, err);
	}
	for (size_t i = 0; i < attempts.len; i++) {
		number = attempts.v[i].rerun > number ? attempts.v[i].rerun : number + 1;
		if (strcmp(attempts.v[i].record, build->record) == 0) {
			build->attempt = (int)number;
		}
	}
	build->reruns = number > 1;
	return 0;
}

struct take_ids {
	struct bd_store_builds *builds;
};

/* The ids among these that have several builds: most stores have few, and asking for each build would be slow. */
static int mark_repeated(const struct sql_value *row, void *context, struct bd_error *err)
{
	const struct take_ids *take = context;
	(void)err;
	for (size_t i = 0; i < take->builds->len; i++) {
		struct bd_store_build *build = &take->builds->v[i];
		if (bd_str_is(row[0].bytes, build->id)) {
			build->reruns = true;
		}
	}
	return 0;
}

static int find_repeated(struct bd_store *store, struct bd_store_builds *builds, struct bd_error *err)
{
	static const char text[] = "SELECT id FROM basedrift_build WHERE project = $1 AND started >= $2"
				   " GROUP BY id HAVING COUNT(*) > 1";
	struct take_ids take = { builds };
	int64_t oldest = INT64_MAX;
	for (size_t i = 0; i < builds->len; i++) {
		oldest = builds->v[i].started < oldest ? builds->v[i].started : oldest;
	}
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(builds->v[0].project), sql_integer(oldest)),
		.columns = 1,
		.row = mark_repeated,
		.context = &take };
	return sql_run(store->db, &query, NULL, err) < 0 ? store_failed(store, err) : 0;
}

static bool one_project(const struct bd_store_builds *builds)
{
	for (size_t i = 1; i < builds->len; i++) {
		if (strcmp(builds->v[i].project, builds->v[0].project) != 0) {
			return false;
		}
	}
	return true;
}

static void write_name(struct bd_store_build *build, struct bd_arena *arena)
{
	build->name = build->reruns ? bd_arena_printf(arena, "%s#%s.%d", build->project, build->id, build->attempt)
				    : bd_arena_printf(arena, "%s#%s", build->project, build->id);
}

int builds_name(struct bd_store *store, struct bd_store_builds *builds, struct bd_error *err)
{
	const bool all = builds->len <= 16 || !one_project(builds);
	if (!all && find_repeated(store, builds, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < builds->len; i++) {
		struct bd_store_build *build = &builds->v[i];
		if ((all || build->reruns) && number_attempt(store, build, &builds->arena, err) < 0) {
			return -(int)err->code;
		}
		write_name(build, &builds->arena);
	}
	return 0;
}

const char *build_short_name(const struct bd_store_build *build)
{
	return build->name + strlen(build->project);
}

/* ---- asking
 * --------------------------------------------------------------------------------------------------------------- */

struct taking_bases {
	struct bd_arena *arena;
	struct {
		struct bd_store_base *v;
		size_t len, cap;
	} bases;
};

static void taking_bases_release(struct taking_bases *taking)
{
	free(taking->bases.v);
}

static int take_base(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct taking_bases *taking = context;
	struct bd_store_state state = { .platform = NULL };
	(void)err;
	state_take_base(row + 2, taking->arena, &state);
	*bd_vec_push(&taking->bases) = (struct bd_store_base){
		.reference = store_text(taking->arena, &row[0]),
		.role = store_text(taking->arena, &row[1]),
		.image = bd_store_state_digest(&state),
		.index = state.index,
	};
	return 0;
}

static int add_bases(struct bd_store *store, struct bd_store_build *build, struct bd_arena *arena, struct bd_error *err)
{
	static const char text[] = "SELECT s.reference, s.role, " STATE_BASE_COLUMNS
				   " FROM basedrift_build_base s JOIN basedrift_base a ON a.digest = s.base"
				   " WHERE s.project = $1 AND s.record = $2 ORDER BY s.n";
	AUTO(taking_bases_release) struct taking_bases taking = { .arena = arena };
	uint8_t record[PART_DIGEST];

	if (!build_record_digest(build, record)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: not the digest of a record", build->record);
	}
	const struct sql_query query = { .text = text,
		SQL_PARAMS(
			sql_text(build->project), sql_bytes((struct bd_str){ (const char *)record, sizeof(record) })),
		.columns = 2 + STATE_BASE_COLUMN_COUNT,
		.row = take_base,
		.context = &taking };
	if (sql_run(store->db, &query, NULL, err) < 0) {
		return store_failed(store, err);
	}
	build->base_count = taking.bases.len;
	build->bases = bd_arena_copy(arena, taking.bases.v, taking.bases.len * sizeof(*taking.bases.v));
	return 0;
}

int builds_add_bases(struct bd_store *store, struct bd_store_builds *builds, struct bd_error *err)
{
	for (size_t i = 0; i < builds->len; i++) {
		if (add_bases(store, &builds->v[i], &builds->arena, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int builds_query(struct bd_store *store, const char *text, const struct sql_value *params, size_t count,
	struct bd_store_builds *out, struct bd_error *err)
{
	const struct sql_query query = { .text = text,
		.params = params,
		.param_count = count,
		.columns = BUILD_COLUMN_COUNT,
		.row = build_take_row,
		.context = out };
	return sql_run(store->db, &query, NULL, err) < 0 ? store_failed(store, err) : 0;
}

int bd_store_list(
	struct bd_store *store, const struct bd_store_filter *filter, struct bd_store_builds *out, struct bd_error *err)
{
	static const char of_all[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES "ORDER BY b.started DESC, b.arrived DESC, b.record LIMIT $1";
	static const char of_project[] =
		"SELECT " BUILD_COLUMNS BUILD_TABLES
		"WHERE b.project = $2 ORDER BY b.started DESC, b.arrived DESC, b.record LIMIT $1";
	static const char of_branch[] = "SELECT " BUILD_COLUMNS BUILD_TABLES "WHERE b.project = $2 AND b.branch = $3"
					" ORDER BY b.started DESC, b.arrived DESC, b.record LIMIT $1";
	const size_t limit = filter->limit != 0 ? filter->limit : INT32_MAX;
	const struct sql_value params[] = { sql_integer((int64_t)limit), sql_text(filter->project),
		sql_text(filter->branch) };
	const char *text = filter->project == NULL ? of_all : filter->branch == NULL ? of_project : of_branch;
	const size_t count = filter->project == NULL ? 1 : filter->branch == NULL ? 2 : 3;

	*out = (struct bd_store_builds){ .len = 0 };
	if (builds_query(store, text, params, count, out, err) < 0 || builds_name(store, out, err) < 0 ||
		builds_add_bases(store, out, err) < 0) {
		bd_store_builds_release(out);
		return -(int)err->code;
	}
	return 0;
}

struct take_names {
	struct bd_arena *arena;
	struct bd_string_vec *names;
};

static int take_name(const struct sql_value *row, void *context, struct bd_error *err)
{
	const struct take_names *take = context;
	(void)err;
	*bd_vec_push(take->names) = store_text(take->arena, &row[0]);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y); /* by bytes, whatever order the server's locale has */
}

static int list_names(struct bd_store *store, const char *text, const char *param, struct bd_arena *arena,
	struct bd_string_vec *out, struct bd_error *err)
{
	struct take_names take = { arena, out };
	const struct sql_value value = sql_text(param);
	const struct sql_query query = { .text = text,
		.params = &value,
		.param_count = param != NULL ? 1 : 0,
		.columns = 1,
		.row = take_name,
		.context = &take };
	*out = (struct bd_string_vec){ .len = 0 };
	if (sql_run(store->db, &query, NULL, err) < 0) {
		free(out->v);
		return store_failed(store, err);
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), compare_names);
	}
	return 0;
}

int bd_store_projects(struct bd_store *store, struct bd_arena *arena, struct bd_string_vec *out, struct bd_error *err)
{
	return list_names(store, "SELECT DISTINCT project FROM basedrift_variant", NULL, arena, out, err);
}

int bd_store_references(struct bd_store *store, const char *project, struct bd_arena *arena, struct bd_string_vec *out,
	struct bd_error *err)
{
	static const char of_all[] = "SELECT reference FROM basedrift_use UNION SELECT reference FROM basedrift_look";
	static const char of_one[] = "SELECT DISTINCT reference FROM basedrift_use WHERE project = $1";
	return list_names(store, project != NULL ? of_one : of_all, project, arena, out, err);
}

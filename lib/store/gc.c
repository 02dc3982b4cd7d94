/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing what nobody needs.  Writers go on meanwhile: parts that were used lately stay whatever refers to them, and
 * each removal looks at the day once more (part_rows.c says why that is enough).
 */
#include "base/auto.h"
#include "store/builds.h"
#include "store/rows.h"

/* ---- builds
 * ------------------------------------------------------------------------------------------------------------ */

struct victim {
	const char *project, *id;
	uint8_t record[PART_DIGEST];
};
struct victims {
	struct victim *v;
	size_t len, cap;
	struct bd_arena arena;
};

static void victims_release(struct victims *victims)
{
	free(victims->v);
	bd_arena_release(&victims->arena);
}

static int take_victim(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct victims *victims = context;
	if (row[2].bytes.n != PART_DIGEST) {
		return bd_error_set(err, BD_ERR_FORMAT, "a record's digest has %zu bytes", row[2].bytes.n);
	}
	struct victim *victim = bd_vec_push(victims);
	victim->project = store_text(&victims->arena, &row[0]);
	victim->id = store_text(&victims->arena, &row[1]);
	memcpy(victim->record, row[2].bytes.p, PART_DIGEST);
	return 0;
}

/* Old ones, but not the last good one of its kind, nor the first that saw a state of a tag, nor the newest of its
 * project. */
static int find_victims(struct sql_db *db, const struct bd_store_gc *gc, struct victims *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT b.project, b.id, b.record FROM basedrift_build b WHERE b.started < $1"
		" AND NOT EXISTS (SELECT 1 FROM basedrift_build_base s JOIN basedrift_tag t ON t.reference = s.reference AND"
		" t.base = s.base WHERE s.project = b.project AND s.record = b.record AND s.started ="
		" (SELECT MIN(f.started) FROM basedrift_build_base f WHERE f.reference = s.reference AND f.base = s.base))"
		" AND (b.status <> 1 OR EXISTS (SELECT 1 FROM basedrift_build g WHERE g.project = b.project AND"
		" g.variant = b.variant AND g.branch = b.branch AND g.status = 1 AND g.started > b.started))"
		" AND (SELECT COUNT(*) FROM (SELECT 1 AS one FROM basedrift_build n WHERE n.project = b.project AND"
		" n.started > b.started LIMIT $2) k) >= $2";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_integer(gc->before), sql_integer((int64_t)gc->keep)),
		.columns = 3,
		.row = take_victim,
		.context = out };
	return sql_run(db, &query, NULL, err);
}

/*
 * A look before the limit says nothing more where a build saw the same as early, unless it is the last thing that was
 * seen of its tag; and nothing to anybody where no build uses the reference and nobody has looked since.
 */
static int remove_looks(struct sql_db *db, const struct bd_store_gc *gc, struct bd_error *err)
{
	static const char text[] =
		"DELETE FROM basedrift_look WHERE last_seen < $1"
		" AND ((EXISTS (SELECT 1 FROM basedrift_build_base s WHERE s.reference = basedrift_look.reference AND"
		" s.base = basedrift_look.base AND s.started <= basedrift_look.first_seen)"
		" AND EXISTS (SELECT 1 FROM basedrift_look n WHERE n.reference = basedrift_look.reference AND"
		" n.last_seen > basedrift_look.last_seen))"
		" OR (NOT EXISTS (SELECT 1 FROM basedrift_use u WHERE u.reference = basedrift_look.reference)"
		" AND NOT EXISTS (SELECT 1 FROM basedrift_look l WHERE l.reference = basedrift_look.reference AND"
		" l.last_seen >= $1)))";
	const struct sql_query query = { .text = text, SQL_PARAMS(sql_integer(gc->before)) };
	return sql_run(db, &query, NULL, err);
}

static int remove_victim(struct sql_db *db, const struct victim *victim, struct bd_error *err)
{
	static const char of_bases[] =
		"DELETE FROM basedrift_build_base WHERE project = $1 AND record = $3 AND id = $2";
	static const char of_builds[] = "DELETE FROM basedrift_build WHERE project = $1 AND id = $2 AND record = $3";
	const char *const texts[] = { of_bases, of_builds };
	for (size_t i = 0; i < 2; i++) {
		const struct sql_query query = { .text = texts[i],
			SQL_PARAMS(sql_text(victim->project), sql_text(victim->id),
				sql_bytes((struct bd_str){ (const char *)victim->record, PART_DIGEST })) };
		if (sql_run(db, &query, NULL, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int remove_builds(struct sql_db *db, void *context, struct bd_error *err)
{
	struct bd_store_gc *gc = context;
	AUTO(victims_release) struct victims victims = { .len = 0 };
	gc->builds_removed = 0;
	if (find_victims(db, gc, &victims, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < victims.len; i++) {
		if (remove_victim(db, &victims.v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	gc->builds_removed = (int64_t)victims.len;
	return remove_looks(db, gc, err);
}

/* ---- parts: which are in use
 * ---------------------------------------------------------------------------------------------- */

struct digests {
	uint8_t (*v)[PART_DIGEST];
	size_t len, cap;
};

static void digests_release(struct digests *digests)
{
	free(digests->v);
}

static void add_digest(struct digests *digests, const uint8_t *digest)
{
	memcpy(*bd_vec_push(digests), digest, PART_DIGEST);
}

static int compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, PART_DIGEST);
}

static void sort_digests(struct digests *digests)
{
	size_t kept = 0;
	if (digests->len == 0) {
		return;
	}
	qsort(digests->v, digests->len, PART_DIGEST, compare_digests);
	for (size_t i = 0; i < digests->len; i++) {
		if (i == 0 || memcmp(digests->v[i], digests->v[kept - 1], PART_DIGEST) != 0) {
			memmove(digests->v[kept++], digests->v[i], PART_DIGEST);
		}
	}
	digests->len = kept;
}

static bool has_digest(const struct digests *digests, const uint8_t *digest)
{
	return digests->len > 0 && bsearch(digest, digests->v, digests->len, PART_DIGEST, compare_digests) != NULL;
}

static int take_digest(const struct sql_value *row, void *context, struct bd_error *err)
{
	if (row[0].bytes.n != PART_DIGEST) {
		return bd_error_set(err, BD_ERR_FORMAT, "a part's digest has %zu bytes", row[0].bytes.n);
	}
	add_digest(context, (const uint8_t *)row[0].bytes.p);
	return 0;
}

struct marking {
	struct digests live, lists; /* lists: to be looked into */
};

static int mark_list(const struct bd_buf *list, struct marking *marking, struct bd_error *err)
{
	struct bd_str rest = bd_buf_view(list);
	struct part_entry entry;
	bool bad = false;
	while (part_entry_next(&rest, &entry, &bad)) {
		add_digest(&marking->live, entry.digest);
		if (entry.set != NULL) {
			add_digest(&marking->live, entry.set);
		}
		if (entry.kind == PART_LIST) {
			add_digest(&marking->lists, entry.digest);
		}
	}
	return bad ? bd_error_set(err, BD_ERR_FORMAT,
			     "a list of parts is damaged: nothing was removed ('basedrift store check')")
		   : 0;
}

#define LISTS_AT_ONCE 240

static int mark_some(
	struct sql_db *db, const struct digests *lists, size_t from, struct marking *marking, struct bd_error *err)
{
	struct part_contents contents = { .len = 0 };
	int result = 0;
	for (size_t i = from; i < lists->len && i < from + LISTS_AT_ONCE; i++) {
		part_contents_want(&contents, lists->v[i]);
	}
	result = part_contents_read(db, &contents, err);
	for (size_t i = 0; i < contents.len && result == 0; i++) {
		result =
			contents.v[i].found
				? mark_list(&contents.v[i].bytes, marking, err)
				: bd_error_set(err, BD_ERR_FORMAT,
					  "a list of parts is not there: nothing was removed ('basedrift store check')");
	}
	part_contents_release(&contents);
	return result;
}

static int mark_all(struct sql_db *db, struct digests *roots, struct digests *live, struct bd_error *err)
{
	struct marking marking = { .live = *live };
	int result = 0;
	for (int depth = 0; roots->len > 0 && depth < 4 && result == 0; depth++) {
		sort_digests(roots);
		for (size_t i = 0; i < roots->len && result == 0; i += LISTS_AT_ONCE) {
			result = mark_some(db, roots, i, &marking, err);
			sort_digests(&marking.lists); /* the same few bases again and again */
			if (marking.live.len > (1U << 20)) {
				sort_digests(&marking.live);
			}
		}
		free(roots->v);
		*roots = marking.lists;
		marking.lists = (struct digests){ NULL, 0, 0 };
	}
	sort_digests(&marking.live);
	*live = marking.live;
	return result;
}

/* ---- parts: removing the others
 * ------------------------------------------------------------------------------------------- */

struct sweep {
	struct digests roots, old, live, dead;
	int64_t before, removed;
};

/* Together with the packages of a set, whose rows its part stands for. */
static int sweep_parts(struct sql_db *db, void *context, struct bd_error *err)
{
	static const char of_parts[] = "DELETE FROM basedrift_part WHERE digest = $1 AND touched < $2";
	static const char of_packages[] = "DELETE FROM basedrift_package WHERE digest = $1 AND $2 > 0"
					  " AND NOT EXISTS (SELECT 1 FROM basedrift_part p WHERE p.digest = $1)";
	struct sweep *sweep = context;
	sweep->removed = 0;
	for (size_t i = 0; i < sweep->dead.len; i++) {
		const struct sql_value params[] = { sql_bytes((struct bd_str){
							    (const char *)sweep->dead.v[i], PART_DIGEST }),
			sql_integer(sweep->before) };
		const struct sql_query part = { .text = of_parts, .params = params, .param_count = 2 };
		const struct sql_query packages = { .text = of_packages, .params = params, .param_count = 2 };
		int64_t changed = 0;
		if (sql_run(db, &part, &changed, err) < 0 || (changed > 0 && sql_run(db, &packages, NULL, err) < 0)) {
			return -(int)err->code;
		}
		sweep->removed += changed;
	}
	return 0;
}

static void sweep_release(struct sweep *sweep)
{
	digests_release(&sweep->roots);
	digests_release(&sweep->old);
	digests_release(&sweep->live);
	digests_release(&sweep->dead);
}

/* Old ones before the builds: who uses an old part notes the day, or has its build seen here. */
static int read_candidates(struct sql_db *db, struct sweep *sweep, struct bd_error *err)
{
	static const char of_roots[] = "SELECT DISTINCT tree FROM basedrift_build";
	static const char of_old[] = "SELECT digest FROM basedrift_part WHERE touched < $1";
	const struct sql_query old = { .text = of_old,
		SQL_PARAMS(sql_integer(sweep->before)),
		.columns = 1,
		.row = take_digest,
		.context = &sweep->old };
	const struct sql_query roots = { .text = of_roots, .columns = 1, .row = take_digest, .context = &sweep->roots };
	return sql_run(db, &old, NULL, err) < 0 || sql_run(db, &roots, NULL, err) < 0 ? -(int)err->code : 0;
}

static int find_dead(struct sql_db *db, struct sweep *sweep, struct bd_error *err)
{
	if (read_candidates(db, sweep, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < sweep->roots.len; i++) {
		add_digest(&sweep->live, sweep->roots.v[i]);
	}
	if (mark_all(db, &sweep->roots, &sweep->live, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < sweep->old.len; i++) {
		if (!has_digest(&sweep->live, sweep->old.v[i])) {
			add_digest(&sweep->dead, sweep->old.v[i]);
		}
	}
	return 0;
}

int bd_store_gc(struct bd_store *store, struct bd_store_gc *gc, struct bd_error *err)
{
	AUTO(sweep_release) struct sweep sweep = { .before = part_today() - (int64_t)gc->grace_days };

	if ((gc->before > 0 && sql_transaction(store->db, remove_builds, gc, err) < 0) ||
		find_dead(store->db, &sweep, err) < 0 || sql_transaction(store->db, sweep_parts, &sweep, err) < 0 ||
		store->db->ops->tidy(store->db, err) < 0) {
		return store_failed(store, err);
	}
	gc->parts_removed = sweep.removed;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds of every engine.  SQLite in a temporary folder; with BASEDRIFT_TEST_POSTGRES, an empty database that
 * tests/integration/postgres.sh has started, the same tests once more.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"
#include "store/store.h"

struct place {
	const char *url;
	char folder[64];
	char text[96];
	struct bd_store *store;
};

static void open_store(struct place *place)
{
	const struct bd_store_options options = { .write = true };
	struct bd_error err = { .msg = "" };
	if (bd_store_open(place->url, &options, &place->store, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static const char *const tables[] = { "part", "package", "variant", "build", "base", "build_base", "tag", "use", NULL };

static void empty(struct bd_store *store)
{
	struct bd_error err;
	for (size_t i = 0; tables[i] != NULL; i++) {
		char text[64];
		(void)snprintf(text, sizeof(text), "DELETE FROM basedrift_%s", tables[i]);
		const struct sql_query query = { .text = text, .once = true };
		assert_int_equal(sql_run(store->db, &query, NULL, &err), 0);
	}
}

static int set_up_sqlite(void **state)
{
	struct place *place = bd_xcalloc(1, sizeof(*place));
	(void)snprintf(place->folder, sizeof(place->folder), "/tmp/basedrift-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	(void)snprintf(place->text, sizeof(place->text), "sqlite:%s/store.db", place->folder);
	place->url = place->text;
	open_store(place);
	*state = place;
	return 0;
}

static int set_up_postgres(void **state)
{
	struct place *place = bd_xcalloc(1, sizeof(*place));
	place->url = getenv("BASEDRIFT_TEST_POSTGRES");
	open_store(place);
	empty(place->store);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	static const char *const endings[] = { "", "-wal", "-shm" };
	bd_store_close(place->store);
	for (size_t i = 0; i < 3 && place->folder[0] != '\0'; i++) {
		char path[128];
		(void)snprintf(path, sizeof(path), "%s/store.db%s", place->folder, endings[i]);
		(void)unlink(path);
	}
	(void)rmdir(place->folder);
	free(place);
	return 0;
}

static struct bd_store *store_of(void **state)
{
	const struct place *place = *state;
	return place->store;
}

#define GOOD BD_STATUS_PASSED
#define BAD  BD_STATUS_FAILED
#define ORDERS(n, when, how, image) \
	{ \
		.project = "orders", .branch = "main", .id = n, .started = when, .status = how, .index = image, \
		.manifest = image \
	}

static void put_all(struct bd_store *store, const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sample_put(store, &samples[i]);
	}
}

static const struct bd_store_filter orders = { .project = "orders" };

static void finds(struct bd_store *store, const char *name, const char *wanted)
{
	struct bd_store_builds builds;
	struct bd_error err = { .msg = "" };
	if (bd_store_find(store, name, &orders, &builds, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(builds.v[0].name, wanted);
	bd_store_builds_release(&builds);
}

static void finds_none(struct bd_store *store, const char *name)
{
	struct bd_store_builds builds;
	struct bd_error err;
	assert_int_equal(bd_store_find(store, name, &orders, &builds, &err), -BD_ERR_NOT_FOUND);
}

/* ---- records
 * ---------------------------------------------------------------------------------------------------------------- */

static void gives_back(struct bd_store *store, const struct sample *sample)
{
	struct bd_store_builds builds;
	struct bd_error err = { .msg = "" };
	struct bd_buf wanted = { 0 };
	struct bd_buf bytes = { 0 };
	char name[64];
	sample_bytes(sample, &wanted);
	(void)snprintf(name, sizeof(name), "%s#%s", sample->project, sample->id);
	assert_int_equal(bd_store_find(store, name, &orders, &builds, &err), 0);
	if (bd_store_get(store, &builds.v[0], &bytes, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(bytes.n, wanted.n);
	assert_memory_equal(bd_buf_str(&bytes), bd_buf_str(&wanted), wanted.n);
	bd_buf_release(&bytes);
	bd_buf_release(&wanted);
	bd_store_builds_release(&builds);
}

static void test_get_gives_records_byte_for_byte(void **state)
{
	static const struct sample samples[] = {
		ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("2", "2026-01-02T00:00:00Z", BAD, 2),
		{ .project = "orders", .id = "3", .manifest = 3, .base_packages = 300, .step = 4 },
		{ .project = "orders", .id = "4", .no_image = true, .status = BD_STATUS_FAILED },
	};
	put_all(store_of(state), samples, 4);
	for (size_t i = 0; i < 4; i++) {
		gives_back(store_of(state), &samples[i]);
	}
}

/* A record of many megabytes of lines is in pieces; an empty inventory is in none. */
static void test_get_gives_large_records_back(void **state)
{
	const struct sample sample = {
		.project = "orders", .id = "big", .index = 1, .manifest = 1, .base_packages = 30000
	};
	sample_put(store_of(state), &sample);
	gives_back(store_of(state), &sample);
}

static void test_put_the_same_record_twice_is_one_build(void **state)
{
	const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	struct bd_store_builds builds;
	struct bd_error err;
	sample_put(store_of(state), &sample);
	sample_put(store_of(state), &sample);
	assert_int_equal(bd_store_list(store_of(state), &orders, &builds, &err), 0);
	assert_int_equal(builds.len, 1);
	bd_store_builds_release(&builds);
}

static struct bd_store_stats stats_of(struct bd_store *store)
{
	struct bd_store_stats stats;
	struct bd_error err = { .msg = "" };
	if (bd_store_stats(store, &stats, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return stats;
}

static void test_put_a_hundred_builds_on_one_base_cost_little_more_than_one(void **state)
{
	struct sample sample = ORDERS("first", "2026-01-01T00:00:00Z", GOOD, 1);
	sample.base_packages = 400;
	sample_put(store_of(state), &sample);
	const struct bd_store_stats one = stats_of(store_of(state));
	for (int i = 0; i < 100; i++) {
		char id[16];
		(void)snprintf(id, sizeof(id), "%d", i);
		sample.id = id;
		sample_put(store_of(state), &sample);
	}
	const struct bd_store_stats all = stats_of(store_of(state));
	assert_int_equal(all.builds, 101);
	assert_int_equal(all.parts, one.parts);
	assert_int_equal(all.part_bytes, one.part_bytes);
	assert_true(all.record_bytes > 100 * one.record_bytes);
	assert_true(all.head_bytes < 101 * 600);
}

static void count_problem(const char *text, void *context)
{
	size_t *count = context;
	(void)text;
	(*count)++;
}

static size_t problems_of(struct bd_store *store)
{
	size_t said = 0;
	size_t problems = 0;
	struct bd_error err = { .msg = "" };
	if (bd_store_check(store, count_problem, &said, &problems, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(said, problems);
	return problems;
}

static void run(struct bd_store *store, const char *text)
{
	struct bd_error err = { .msg = "" };
	const struct sql_query query = { .text = text, .once = true };
	if (sql_run(store->db, &query, NULL, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void test_check_finds_what_is_missing_or_changed(void **state)
{
	static const struct sample samples[] = { ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("2", "2026-01-02T00:00:00Z", BAD, 2) };
	struct bd_store *store = store_of(state);
	put_all(store, samples, 2);
	assert_int_equal(problems_of(store), 0);
	run(store, "DELETE FROM basedrift_base WHERE digest IN (SELECT base FROM basedrift_build_base WHERE id = '1')");
	assert_int_equal(problems_of(store), 1);
	run(store,
		"UPDATE basedrift_build SET head = (SELECT head FROM basedrift_build WHERE id = '2') WHERE id = '1'");
	assert_int_equal(problems_of(store), 2);
	run(store, "DELETE FROM basedrift_part");
	assert_true(problems_of(store) >= 3);
}

/* ---- names
 * --------------------------------------------------------------------------------------------------------------------
 */

static void test_find_names_of_builds(void **state)
{
	static const struct sample samples[] = {
		ORDERS("4811", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("4812", "2026-01-02T00:00:00Z", BAD, 1),
		ORDERS("4813", "2026-01-03T00:00:00Z", BD_STATUS_UNKNOWN, 1),
		{ .project = "other", .id = "9", .started = "2026-02-01T00:00:00Z", .manifest = 1 },
	};
	put_all(store_of(state), samples, 4);
	finds(store_of(state), "#4811", "orders#4811");
	finds(store_of(state), "orders#4812", "orders#4812");
	finds(store_of(state), "other#9", "other#9");
	finds(store_of(state), "@last", "orders#4813");
	finds(store_of(state), "@last-good", "orders#4811");
	finds(store_of(state), "@last-failed", "orders#4812");
	finds(store_of(state), "@-0", "orders#4813");
	finds(store_of(state), "@-2", "orders#4811");
	finds_none(store_of(state), "@-3");
	finds_none(store_of(state), "#9");
	finds_none(store_of(state), "#4811.2");
}

static void test_find_attempts_of_one_id(void **state)
{
	static const struct sample samples[] = {
		ORDERS("4811", "2026-01-01T02:00:00Z", GOOD, 1), /* arrives first, began second */
		ORDERS("4811", "2026-01-01T01:00:00Z", BAD, 1),
	};
	put_all(store_of(state), samples, 2);
	finds(store_of(state), "#4811", "orders#4811.2");
	finds(store_of(state), "#4811.1", "orders#4811.1");
	finds(store_of(state), "@last-good", "orders#4811.2");
	finds(store_of(state), "@last-failed", "orders#4811.1");
	finds_none(store_of(state), "#4811.3");
}

static void test_find_attempts_that_the_ci_counts(void **state)
{
	static const struct sample samples[] = {
		{ .project = "orders",
			.id = "77.3",
			.ci_provider = "github",
			.started = "2026-01-01T00:00:00Z",
			.manifest = 1 },
		{ .project = "orders",
			.id = "77",
			.ci_provider = "github",
			.started = "2026-01-01T01:00:00Z",
			.manifest = 1 },
		{ .project = "orders", .id = "1.2", .started = "2026-01-01T02:00:00Z", .manifest = 1 },
	};
	put_all(store_of(state), samples, 3);
	finds(store_of(state), "#77", "orders#77.3");
	finds(store_of(state), "#77.1", "orders#77.1");
	finds_none(store_of(state), "#77.2");
	finds(store_of(state), "#1.2", "orders#1.2"); /* no CI that counts: an id like any other */
	finds_none(store_of(state), "#1");
}

static void test_find_a_build_without_an_id_by_its_digest(void **state)
{
	const struct sample sample = { .project = "orders", .manifest = 1 };
	struct bd_store_builds builds;
	struct bd_error err;
	sample_put(store_of(state), &sample);
	assert_int_equal(bd_store_find(store_of(state), "@last", &orders, &builds, &err), 0);
	assert_int_equal(strlen(builds.v[0].id), 12);
	assert_memory_equal(builds.v[0].id, builds.v[0].record + 7, 12);
	finds(store_of(state), builds.v[0].name, builds.v[0].name);
	bd_store_builds_release(&builds);
}

/* ---- why
 * ------------------------------------------------------------------------------------------------------------------------
 */

static void chooses(struct bd_store *store, const struct bd_store_filter *filter, const char *good, const char *failing)
{
	struct bd_store_choice choice;
	struct bd_error err = { .msg = "" };
	if (bd_store_choose(store, filter, &choice, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(choice.builds.v[0].name, good);
	assert_string_equal(choice.builds.v[1].name, failing);
	assert_non_null(strstr(choice.reason, strchr(good, '#')));
	bd_store_choice_release(&choice);
}

static void test_choose_the_last_good_build_before_the_newest_failing_one(void **state)
{
	static const struct sample samples[] = {
		ORDERS("5", "2026-01-05T00:00:00Z", GOOD, 2), /* after it: fixed */
		ORDERS("4", "2026-01-04T00:00:00Z", BAD, 2),
		ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("3", "2026-01-03T00:00:00Z", BAD, 2), /* arrival is not the order */
		ORDERS("2", "2026-01-02T00:00:00Z", GOOD, 1),
	};
	put_all(store_of(state), samples, 5);
	chooses(store_of(state), &orders, "orders#2", "orders#4");
}

static void test_choose_only_what_is_comparable(void **state)
{
	static const struct sample samples[] = {
		ORDERS("good", "2026-01-01T00:00:00Z", GOOD, 1),
		{ .project = "orders",
			.branch = "main",
			.id = "arm",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.platform = "linux/arm64" },
		{ .project = "orders",
			.branch = "main",
			.id = "debug",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.target = "debug" },
		{ .project = "orders",
			.branch = "main",
			.id = "web",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.dockerfile = "web/Dockerfile" },
		{ .project = "orders",
			.branch = "feature",
			.id = "branch",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.manifest = 1 },
		ORDERS("bad", "2026-01-03T00:00:00Z", BAD, 2),
	};
	put_all(store_of(state), samples, 6);
	chooses(store_of(state), &orders, "orders#good", "orders#bad");
}

static void test_choose_another_branch_when_this_one_never_passed(void **state)
{
	static const struct sample samples[] = {
		ORDERS("good", "2026-01-01T00:00:00Z", GOOD, 1),
		{ .project = "orders",
			.branch = "feature",
			.id = "bad",
			.started = "2026-01-02T00:00:00Z",
			.status = BAD,
			.manifest = 1 },
	};
	const struct bd_store_filter feature = { .project = "orders", .branch = "feature" };
	const struct bd_store_filter main_branch = { .project = "orders", .branch = "main" };
	struct bd_store_choice choice;
	struct bd_error err;
	put_all(store_of(state), samples, 2);
	chooses(store_of(state), &feature, "orders#good", "orders#bad");
	assert_int_equal(bd_store_choose(store_of(state), &main_branch, &choice, &err), -BD_ERR_NOT_FOUND);
	assert_int_equal(bd_store_choose(store_of(state), &feature, &choice, &err), 0);
	assert_non_null(strstr(choice.reason, "none of feature did"));
	bd_store_choice_release(&choice);
}

static void test_choose_a_failed_build_that_left_no_image(void **state)
{
	static const struct sample samples[] = {
		{ .project = "orders",
			.id = "good",
			.started = "2026-01-01T00:00:00Z",
			.status = GOOD,
			.platform = "linux/arm64",
			.manifest = 1 },
		{ .project = "orders",
			.id = "bad",
			.started = "2026-01-02T00:00:00Z",
			.status = BAD,
			.no_image = true,
			.platform = "" },
	};
	put_all(store_of(state), samples, 2);
	chooses(store_of(state), &orders, "orders#good", "orders#bad");
}

static void test_choose_where_nobody_said_how_builds_ended(void **state)
{
	static const struct sample samples[] = {
		ORDERS("1", "2026-01-01T00:00:00Z", BD_STATUS_UNKNOWN, 1),
		ORDERS("2", "2026-01-02T00:00:00Z", BD_STATUS_UNKNOWN, 2),
	};
	put_all(store_of(state), samples, 2);
	chooses(store_of(state), &orders, "orders#1", "orders#2");
}

/* Two runners, one a minute ahead: what they say is what counts, and of two that say the same, who came first. */
static void test_choose_orders_by_start_and_then_by_arrival(void **state)
{
	static const struct sample samples[] = {
		ORDERS("a", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("b", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("c", "2026-01-01T00:00:00Z", BAD, 2),
		ORDERS("d", "2026-01-01T00:00:00Z", GOOD, 2),
	};
	put_all(store_of(state), samples, 4);
	chooses(store_of(state), &orders, "orders#b", "orders#c");
}

static void test_mark_changes_the_status_and_not_the_record(void **state)
{
	const struct sample good = ORDERS("1", "2026-01-01T00:00:00Z", BD_STATUS_UNKNOWN, 1);
	const struct sample bad = ORDERS("2", "2026-01-02T00:00:00Z", GOOD, 2);
	struct bd_store *store = store_of(state);
	struct bd_store_builds builds;
	struct bd_record *record = NULL;
	struct bd_error err;
	sample_put(store, &good);
	sample_put(store, &bad);
	assert_int_equal(bd_store_find(store, "#1", &orders, &builds, &err), 0);
	assert_int_equal(bd_store_mark(store, &builds.v[0], GOOD, &err), 0);
	bd_store_builds_release(&builds);
	assert_int_equal(bd_store_find(store, "#2", &orders, &builds, &err), 0);
	assert_int_equal(bd_store_mark(store, &builds.v[0], BAD, &err), 0);
	bd_store_builds_release(&builds);
	chooses(store, &orders, "orders#1", "orders#2");
	gives_back(store, &good);
	assert_int_equal(bd_store_find(store, "#2", &orders, &builds, &err), 0);
	assert_int_equal(bd_store_read(store, &builds.v[0], &record, &err), 0);
	assert_int_equal(record->build.status, BAD);
	bd_record_free(record);
	bd_store_builds_release(&builds);
	sample_put(store, &bad); /* its record still says that it passed: the mark holds */
	chooses(store, &orders, "orders#1", "orders#2");
}

/* ---- tags
 * ------------------------------------------------------------------------------------------------------------------------
 */

static const char *const tag = "docker.io/library/python:2.7";

static void test_history_tells_image_moves_and_index_moves_apart(void **state)
{
	static const struct sample samples[] = {
		{ .project = "a", .id = "1", .started = "2026-01-01T00:00:00Z", .index = 1, .manifest = 1 },
		{ .project = "b", .id = "1", .started = "2026-01-02T00:00:00Z", .index = 2, .manifest = 1 },
		{ .project = "a", .id = "2", .started = "2026-01-03T00:00:00Z", .index = 3, .manifest = 2 },
		{ .project = "b", .id = "2", .started = "2026-01-04T00:00:00Z", .index = 3, .manifest = 2 },
		{ .project = "c",
			.id = "1",
			.started = "2026-01-05T00:00:00Z",
			.manifest = 2 }, /* knows less: no move */
		{ .project = "c", .id = "2", .started = "2026-01-06T00:00:00Z", .index = 4, .manifest = 2 },
	};
	struct bd_store_history history;
	struct bd_error err = { .msg = "" };
	put_all(store_of(state), samples, 6);
	if (bd_store_history(store_of(state), tag, &history, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(history.len, 5);
	assert_int_equal(history.image_moves, 1);
	assert_int_equal(history.index_moves, 3);
	assert_string_equal(history.v[2].first_project, "a");
	assert_string_equal(history.v[2].first_build, "#2");
	assert_int_equal(history.v[2].builds, 2);
	assert_int_equal(history.v[0].image_moved, BD_CANNOT_TELL);
	assert_int_equal(history.v[3].index_moved, BD_CANNOT_TELL);
	bd_store_history_release(&history);
}

static void outlook_is(const struct bd_store_affected *affected, const char *project, enum bd_outlook outlook)
{
	for (size_t i = 0; i < affected->len; i++) {
		if (strcmp(affected->v[i].project, project) == 0) {
			assert_string_equal(bd_outlook_name(affected->v[i].outlook), bd_outlook_name(outlook));
			return;
		}
	}
	fail_msg("%s is not there", project);
}

static void test_affected_names_who_breaks_next(void **state)
{
	static const struct sample samples[] = {
		{ .project = "broken",
			.id = "1",
			.started = "2026-01-01T00:00:00Z",
			.status = GOOD,
			.index = 1,
			.manifest = 1 },
		{ .project = "quiet",
			.id = "1",
			.started = "2026-01-01T00:00:00Z",
			.status = GOOD,
			.index = 1,
			.manifest = 1 },
		{ .project = "broken",
			.id = "2",
			.started = "2026-01-03T00:00:00Z",
			.status = BAD,
			.index = 3,
			.manifest = 2 },
		{ .project = "fixed",
			.id = "1",
			.started = "2026-01-04T00:00:00Z",
			.status = GOOD,
			.index = 3,
			.manifest = 2 },
		{ .project = "older-index",
			.id = "1",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.index = 2,
			.manifest = 2 },
		{ .project = "vague", .id = "1", .started = "2026-01-02T00:00:00Z", .status = GOOD },
		{ .project = "gone",
			.id = "1",
			.started = "2026-01-01T00:00:00Z",
			.status = GOOD,
			.index = 1,
			.manifest = 1 },
		{ .project = "gone",
			.id = "2",
			.started = "2026-01-02T00:00:00Z",
			.status = GOOD,
			.reference = "docker.io/library/debian:12",
			.manifest = 9 },
		{ .project = "never",
			.id = "1",
			.started = "2026-01-02T00:00:00Z",
			.status = BAD,
			.index = 1,
			.manifest = 1 },
	};
	struct bd_store_affected affected;
	struct bd_error err = { .msg = "" };
	put_all(store_of(state), samples, sizeof(samples) / sizeof(samples[0]));
	if (bd_store_affected(store_of(state), tag, &affected, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(affected.len, 6);
	assert_string_equal(affected.v[0].project, "quiet");
	outlook_is(&affected, "quiet", BD_OUTLOOK_NEXT);
	outlook_is(&affected, "broken", BD_OUTLOOK_FAILING);
	outlook_is(&affected, "fixed", BD_OUTLOOK_CURRENT);
	outlook_is(&affected, "older-index", BD_OUTLOOK_REPUBLISHED);
	outlook_is(&affected, "vague", BD_OUTLOOK_UNKNOWN);
	outlook_is(&affected, "never", BD_OUTLOOK_UNKNOWN);
	bd_store_affected_release(&affected);
}

static void test_affected_package_looks_into_last_good_builds(void **state)
{
	static const struct sample samples[] = {
		{ .project = "a", .id = "1", .started = "2026-01-01T00:00:00Z", .status = GOOD, .manifest = 1 },
		{ .project = "b", .id = "1", .started = "2026-01-01T00:00:00Z", .status = GOOD, .manifest = 1 },
		{ .project = "b", .id = "2", .started = "2026-01-02T00:00:00Z", .status = GOOD, .manifest = 2 },
		{ .project = "c", .id = "1", .started = "2026-01-02T00:00:00Z", .status = BAD, .manifest = 1 },
	};
	struct bd_store_affected affected;
	struct bd_error err;
	put_all(store_of(state), samples, 4);
	assert_int_equal(bd_store_affected_package(store_of(state), "deb/debian/lib007", NULL, &affected, &err), 0);
	assert_int_equal(affected.len, 2);
	assert_string_equal(affected.v[0].version, "1.0-2");
	assert_string_equal(affected.v[1].version, "1.0-1");
	bd_store_affected_release(&affected);
	assert_int_equal(bd_store_affected_package(store_of(state), "deb/debian/lib007", "1.0-2", &affected, &err), 0);
	assert_int_equal(affected.len, 1);
	assert_string_equal(affected.v[0].project, "a");
	bd_store_affected_release(&affected);
	assert_int_equal(bd_store_affected_package(store_of(state), "deb/debian/libxyz", NULL, &affected, &err), 0);
	assert_int_equal(affected.len, 0);
	bd_store_affected_release(&affected);
}

static void test_pinned_references_make_no_history_of_a_tag(void **state)
{
	static const struct sample sample = {
		.project = "a",
		.id = "1",
		.manifest = 1,
		.reference =
			"docker.io/library/python:2.7@sha256:0000000000000000000000000000000000000000000000000000000000000001"
	};
	struct bd_store_history history;
	struct bd_error err;
	sample_put(store_of(state), &sample);
	assert_int_equal(bd_store_history(store_of(state), tag, &history, &err), 0);
	assert_int_equal(history.len, 0);
	bd_store_history_release(&history);
	assert_int_equal(stats_of(store_of(state)).states, 0);
}

/* ---- upkeep
 * -------------------------------------------------------------------------------------------------------------------
 */

static void test_gc_removes_what_nobody_needs(void **state)
{
	struct bd_store *store = store_of(state);
	static const struct sample samples[] = {
		ORDERS("1", "2025-01-01T00:00:00Z", GOOD, 1), /* saw image 1 first */
		{ .project = "orders",
			.branch = "main",
			.id = "2",
			.started = "2025-01-02T00:00:00Z",
			.status = BAD,
			.index = 1,
			.manifest = 1,
			.step = 7 },
		ORDERS("3", "2025-01-03T00:00:00Z", GOOD, 1), /* the last good one */
		ORDERS("4", "2026-01-04T00:00:00Z", BAD, 2),
	};
	struct bd_store_gc gc = { .before = 1764547200 /* 2025-12-01 */, .keep = 1, .grace_days = 2 };
	struct bd_error err = { .msg = "" };
	put_all(store, samples, 4);
	const struct bd_store_stats before = stats_of(store);
	if (bd_store_gc(store, &gc, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(gc.builds_removed, 1);
	assert_int_equal(gc.parts_removed, 0); /* used today */
	run(store, "UPDATE basedrift_part SET touched = 1");
	assert_int_equal(bd_store_gc(store, &gc, &err), 0);
	assert_true(gc.parts_removed > 0);
	assert_int_equal(stats_of(store).parts, before.parts - gc.parts_removed);
	assert_int_equal(problems_of(store), 0);
	finds_none(store, "#2");
	gives_back(store, &samples[0]);
	gives_back(store, &samples[2]);
	gives_back(store, &samples[3]);
	sample_put(store, &samples[1]); /* its parts are written again, and the old ones noted as in use */
	gives_back(store, &samples[1]);
	assert_int_equal(stats_of(store).parts, before.parts);
}

static void test_open_refuses_a_newer_store(void **state)
{
	const struct place *place = *state;
	const struct bd_store_options options = { .write = true };
	struct bd_store *second = NULL;
	struct bd_error err;
	run(place->store, "UPDATE basedrift_meta SET number = 99 WHERE name = 'schema'");
	assert_int_equal(bd_store_open(place->url, &options, &second, &err), -BD_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "newer basedrift"));
	run(place->store, "UPDATE basedrift_meta SET number = 1 WHERE name = 'schema'");
}

static void test_put_says_who_holds_the_lock(void **state)
{
	const struct place *place = *state;
	const struct bd_store_options options = { .write = true, .wait_ms = 100 };
	const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	struct bd_store *second = NULL;
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	struct bd_error err = { .msg = "" };
	assert_int_equal(bd_store_open(place->url, &options, &second, &err), 0);
	sample_bytes(&sample, &bytes);
	assert_int_equal(bd_record_parse(bd_buf_view(&bytes), &parsed, &err), 0);
	assert_int_equal(place->store->db->ops->begin(place->store->db, true, &err), 0);
	if (strcmp(place->store->db->ops->name, "postgres") == 0) {
		run(place->store, "LOCK TABLE basedrift_build");
	}
	assert_int_equal(bd_store_put(second, bd_buf_view(&bytes), parsed, NULL, NULL, &err), -BD_ERR_IO);
	assert_non_null(strstr(err.msg, "for too long"));
	place->store->db->ops->rollback(place->store->db);
	assert_int_equal(bd_store_put(second, bd_buf_view(&bytes), parsed, NULL, NULL, &err), 0);
	bd_record_free(parsed);
	bd_buf_release(&bytes);
	bd_store_close(second);
}

static const char *const second_step[] = {
	"CREATE TABLE basedrift_later (name TEXT NOT NULL PRIMARY KEY, bytes %BYTES%)",
	"INSERT INTO basedrift_later (name) VALUES ('a')", NULL
};
static const char *const broken_step[] = { "CREATE TABLE basedrift_broken (name TEXT)", "this is no SQL", NULL };

static void test_schema_goes_forward_in_one_transaction(void **state)
{
	struct bd_store *store = store_of(state);
	const struct schema_step broken[] = { schema_steps[0], { second_step }, { broken_step } };
	int64_t version = 0;
	struct bd_error err;
	assert_true(schema_apply(store->db, broken, 3, true, &version, &err) < 0);
	assert_int_equal(stats_of(store).schema, 1);
	run(store, "CREATE TABLE basedrift_later (name TEXT)"); /* nothing of the failed steps is there */
	run(store, "DROP TABLE basedrift_later");
	assert_int_equal(schema_apply(store->db, broken, 2, true, &version, &err), 0);
	assert_int_equal(version, 2);
	assert_int_equal(stats_of(store).schema, 2);
	run(store, "DROP TABLE basedrift_later");
	run(store, "UPDATE basedrift_meta SET number = 1 WHERE name = 'schema'");
}

static int copy_to(struct bd_store *store, const struct bd_store_build *build, void *context, struct bd_error *err)
{
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	const struct bd_store_arrival arrival = { build->arrived, build->status, build->marked, build->project };
	assert_int_equal(bd_store_get(store, build, &bytes, err), 0);
	assert_int_equal(bd_record_parse(bd_buf_view(&bytes), &parsed, err), 0);
	assert_int_equal(bd_store_put(context, bd_buf_view(&bytes), parsed, &arrival, NULL, err), 0);
	bd_record_free(parsed);
	bd_buf_release(&bytes);
	return 0;
}

static void test_two_stores_merge(void **state)
{
	void *other_state = NULL;
	static const struct sample here[] = { ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("2", "2026-01-02T00:00:00Z", BD_STATUS_UNKNOWN, 2) };
	struct bd_store_builds builds;
	struct bd_error err;
	assert_int_equal(set_up_sqlite(&other_state), 0);
	struct bd_store *other = store_of(&other_state);
	put_all(store_of(state), here, 1);
	put_all(other, here, 2);
	assert_int_equal(bd_store_find(other, "#2", &orders, &builds, &err), 0);
	assert_int_equal(bd_store_mark(other, &builds.v[0], BAD, &err), 0);
	bd_store_builds_release(&builds);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bd_store_each(other, copy_to, store_of(state), &err), 0);
		assert_int_equal(stats_of(store_of(state)).builds, 2);
	}
	chooses(store_of(state), &orders, "orders#1", "orders#2");
	assert_int_equal(tear_down(&other_state), 0);
}

static void test_each_visits_every_build(void **state)
{
	void *other_state = NULL;
	struct bd_error err;
	assert_int_equal(set_up_sqlite(&other_state), 0);
	for (int i = 0; i < 1030; i++) {
		char id[16];
		(void)snprintf(id, sizeof(id), "%d", i);
		const struct sample sample = {
			.project = i % 2 == 0 ? "a" : "b", .id = id, .base_packages = 1, .no_image = true
		};
		sample_put(store_of(state), &sample);
	}
	assert_int_equal(bd_store_each(store_of(state), copy_to, store_of(&other_state), &err), 0);
	assert_int_equal(stats_of(store_of(&other_state)).builds, 1030);
	assert_int_equal(tear_down(&other_state), 0);
}

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, set_up_sqlite, tear_down), \
		cmocka_unit_test_setup_teardown(test, set_up_postgres, tear_down)

int main(void)
{
	const struct CMUnitTest all[] = {
		BOTH(test_get_gives_records_byte_for_byte),
		BOTH(test_get_gives_large_records_back),
		BOTH(test_put_the_same_record_twice_is_one_build),
		BOTH(test_put_a_hundred_builds_on_one_base_cost_little_more_than_one),
		BOTH(test_check_finds_what_is_missing_or_changed),
		BOTH(test_find_names_of_builds),
		BOTH(test_find_attempts_of_one_id),
		BOTH(test_find_attempts_that_the_ci_counts),
		BOTH(test_find_a_build_without_an_id_by_its_digest),
		BOTH(test_choose_the_last_good_build_before_the_newest_failing_one),
		BOTH(test_choose_only_what_is_comparable),
		BOTH(test_choose_another_branch_when_this_one_never_passed),
		BOTH(test_choose_a_failed_build_that_left_no_image),
		BOTH(test_choose_where_nobody_said_how_builds_ended),
		BOTH(test_choose_orders_by_start_and_then_by_arrival),
		BOTH(test_mark_changes_the_status_and_not_the_record),
		BOTH(test_history_tells_image_moves_and_index_moves_apart),
		BOTH(test_affected_names_who_breaks_next),
		BOTH(test_affected_package_looks_into_last_good_builds),
		BOTH(test_pinned_references_make_no_history_of_a_tag),
		BOTH(test_gc_removes_what_nobody_needs),
		BOTH(test_open_refuses_a_newer_store),
		BOTH(test_put_says_who_holds_the_lock),
		BOTH(test_schema_goes_forward_in_one_transaction),
		BOTH(test_two_stores_merge),
		BOTH(test_each_visits_every_build),
	};
	enum {
		COUNT = sizeof(all) / sizeof(all[0])
	};
	struct CMUnitTest chosen[COUNT];
	size_t count = 0;
	for (size_t i = 0; i < COUNT; i++) {
		if (i % 2 == 0 || getenv("BASEDRIFT_TEST_POSTGRES") != NULL) {
			chosen[count++] = all[i];
		}
	}
	return _cmocka_run_group_tests("store", chosen, count, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Upkeep: what goes, versions of the tables, locks, stores that merge. */
#include <stdio.h>
#include <string.h>

#include "place.h"

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
	run(place->store, "UPDATE basedrift_meta SET number = number + 97 WHERE name = 'schema'");
	assert_int_equal(bd_store_open(place->url, &options, &second, &err), -BD_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "newer basedrift"));
	run(place->store, "UPDATE basedrift_meta SET number = number - 97 WHERE name = 'schema'");
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

static const char *const later_step[] = {
	"CREATE TABLE basedrift_later (name TEXT NOT NULL PRIMARY KEY, bytes %BYTES%)",
	"INSERT INTO basedrift_later (name) VALUES ('a')", NULL
};
static const char *const broken_step[] = { "CREATE TABLE basedrift_broken (name TEXT)", "this is no SQL", NULL };

static void test_schema_goes_forward_in_one_transaction(void **state)
{
	struct bd_store *store = store_of(state);
	const int64_t now = STORE_SCHEMA;
	struct schema_step broken[STORE_SCHEMA + 2];
	memcpy(broken, schema_steps, sizeof(schema_steps));
	broken[now] = (struct schema_step){ later_step };
	broken[now + 1] = (struct schema_step){ broken_step };
	int64_t version = 0;
	struct bd_error err;
	assert_true(schema_apply(store->db, broken, now + 2, true, &version, &err) < 0);
	assert_int_equal(stats_of(store).schema, now);
	run(store, "CREATE TABLE basedrift_later (name TEXT)"); /* nothing of the failed steps is there */
	run(store, "DROP TABLE basedrift_later");
	assert_int_equal(schema_apply(store->db, broken, now + 1, true, &version, &err), 0);
	assert_int_equal(version, now + 1);
	assert_int_equal(stats_of(store).schema, now + 1);
	run(store, "DROP TABLE basedrift_later");
	run(store, "UPDATE basedrift_meta SET number = number - 1 WHERE name = 'schema'");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_gc_removes_what_nobody_needs),
		BOTH(test_open_refuses_a_newer_store),
		BOTH(test_put_says_who_holds_the_lock),
		BOTH(test_schema_goes_forward_in_one_transaction),
		BOTH(test_two_stores_merge),
		BOTH(test_each_visits_every_build),
	};
	return run_on_engines(tests, sizeof(tests) / sizeof(tests[0]));
}

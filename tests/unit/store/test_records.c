/* SPDX-License-Identifier: Apache-2.0 */
/* Records go in and come out; builds are found by their names. */
#include <stdio.h>
#include <string.h>

#include "place.h"

/* ---- records
 * ---------------------------------------------------------------------------------------------------------------- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_get_gives_records_byte_for_byte),
		BOTH(test_get_gives_large_records_back),
		BOTH(test_put_the_same_record_twice_is_one_build),
		BOTH(test_put_a_hundred_builds_on_one_base_cost_little_more_than_one),
		BOTH(test_check_finds_what_is_missing_or_changed),
		BOTH(test_find_names_of_builds),
		BOTH(test_find_attempts_of_one_id),
		BOTH(test_find_attempts_that_the_ci_counts),
		BOTH(test_find_a_build_without_an_id_by_its_digest),
	};
	return run_on_engines(tests, sizeof(tests) / sizeof(tests[0]));
}

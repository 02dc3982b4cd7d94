/* SPDX-License-Identifier: Apache-2.0 */
/* What `why` compares. */
#include <stdio.h>
#include <string.h>

#include "place.h"

/* ---- why
 * ------------------------------------------------------------------------------------------------------------------------
 */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_choose_the_last_good_build_before_the_newest_failing_one),
		BOTH(test_choose_only_what_is_comparable),
		BOTH(test_choose_another_branch_when_this_one_never_passed),
		BOTH(test_choose_a_failed_build_that_left_no_image),
		BOTH(test_choose_where_nobody_said_how_builds_ended),
		BOTH(test_choose_orders_by_start_and_then_by_arrival),
		BOTH(test_mark_changes_the_status_and_not_the_record),
	};
	return run_on_engines(tests, sizeof(tests) / sizeof(tests[0]));
}

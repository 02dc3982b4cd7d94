/* SPDX-License-Identifier: Apache-2.0 */
/* What a report tells of time: both builds, and others that the caller knows of. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/explain.h"

#include "made_record.h"

struct pair {
	struct bd_record *a, *b;
};

static struct pair make_pair(bool moved)
{
	struct pair pair = { made_record("base", "run", "copy"), made_record(moved ? "other" : "base", "run", "copy") };
	pair.a->build.id = "4811";
	pair.b->build.id = "4817";
	pair.a->build.started = "2019-10-18T21:40:00Z";
	pair.b->build.started = "2019-10-19T13:30:00+02:00";
	pair.a->build.status = BD_STATUS_PASSED;
	pair.b->build.status = BD_STATUS_FAILED;
	return pair;
}

static void release(struct pair *pair, struct bd_report *report)
{
	bd_report_free(report);
	bd_record_free(pair->a);
	bd_record_free(pair->b);
}

static struct bd_report *explain(struct pair *pair, const struct bd_observation *seen, size_t count)
{
	const struct bd_explain_options options = { .observations = seen, .observation_count = count };
	bd_record_sort(pair->a);
	bd_record_sort(pair->b);
	return bd_explain(pair->a, pair->b, &options);
}

static void test_timeline_of_two_records(void **state)
{
	(void)state;
	struct pair pair = make_pair(true);
	struct bd_report *report = explain(&pair, NULL, 0);
	assert_int_equal(report->timeline.len, 2);
	assert_string_equal(report->timeline.v[0].label, "build 4811");
	assert_int_equal(report->timeline.v[0].image, 1);
	assert_int_equal(report->timeline.v[1].image, 2);
	assert_string_equal(report->timeline.v[1].time, "2019-10-19T11:30:00Z");
	assert_non_null(report->timeline_reference);
	release(&pair, report);
}

static void test_timeline_of_one_image(void **state)
{
	(void)state;
	struct pair pair = make_pair(false);
	/* names of the store may differ where the comparison proved the image to be the same */
	const struct bd_observation seen[] = { { .which = BD_OBSERVED_A, .image = "x" },
		{ .which = BD_OBSERVED_B, .image = "y" },
		{ .time = "2019-10-17T00:00:00Z", .label = "build 1", .image = "y" } };
	struct bd_report *report = explain(&pair, seen, 3);
	assert_int_equal(report->timeline.len, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(report->timeline.v[i].image, 1);
	}
	release(&pair, report);
}

static void test_timeline_with_others(void **state)
{
	(void)state;
	struct pair pair = make_pair(true);
	const struct bd_observation seen[] = {
		{ .time = "2019-10-19T05:00:00Z", .label = "build 4812", .status = BD_STATUS_FAILED, .image = "new" },
		{ .which = BD_OBSERVED_B, .time = "2019-10-19T11:30:00Z", .label = "build 4817", .image = "new" },
		{ .which = BD_OBSERVED_A, .time = "2019-10-18T21:40:00Z", .label = "build 4811", .image = "old" },
		{ .time = "2019-10-17T15:05:00Z", .label = "build 4809", .status = BD_STATUS_PASSED, .image = "old" },
		{ .time = "2019-10-16T15:05:00Z", .label = "build 4808", .image = "older" },
		{ .time = "2019-10-16T16:05:00Z", .label = "build 4808.2", .image = NULL },
		{ .time = "yesterday", .label = "build 0", .image = "old" },
		{ .time = NULL, .label = "build 00", .image = "old" },
	};
	static const struct {
		const char *label;
		int image;
	} expected[] = { { "build 4808", 3 }, { "build 4808.2", 0 }, { "build 4809", 1 }, { "build 4811", 1 },
		{ "build 4812", 2 }, { "build 4817", 2 } };
	struct bd_report *report = explain(&pair, seen, sizeof(seen) / sizeof(seen[0]));
	assert_int_equal(report->timeline.len, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(report->timeline.v[i].label, expected[i].label);
		assert_int_equal(report->timeline.v[i].image, expected[i].image);
	}
	release(&pair, report);
}

/* Looks at the tag narrow when it moved; what nobody saw closer than the two builds is not said twice. */
static void test_timeline_with_looks(void **state)
{
	(void)state;
	struct pair pair = make_pair(true);
	(void)made_package(pair.a, "deb", "openssl", "1.1.1c-1", 0);
	(void)made_package(pair.b, "deb", "openssl", "1.1.1d-1", 0);
	const struct bd_observation seen[] = {
		{ .which = BD_OBSERVED_A, .time = "2019-10-18T21:40:00Z", .label = "build 4811", .image = "old" },
		{ .which = BD_OBSERVED_B, .time = "2019-10-19T11:30:00Z", .label = "build 4817", .image = "new" },
		{ .which = BD_OBSERVED_LOOK, .time = "2019-10-19T01:00:00Z", .label = "watch", .image = "old" },
		{ .which = BD_OBSERVED_LOOK, .time = "2019-10-19T02:00:00Z", .label = "watch", .image = "new" },
	};
	struct bd_report *report = explain(&pair, seen, 2);
	const size_t evidence = report->causes.v[0].evidence.len;
	bd_report_free(report);
	report = explain(&pair, seen, 4);
	assert_int_equal(report->timeline.len, 4);
	assert_int_equal(report->timeline.v[1].which, BD_OBSERVED_LOOK);
	assert_int_equal(report->timeline.v[1].image, 1);
	assert_int_equal(report->timeline.v[2].image, 2);
	assert_int_equal(report->causes.v[0].kind, BD_BASE_IMAGE_MOVED);
	assert_int_equal(report->causes.v[0].evidence.len, evidence + 1);
	assert_string_equal(report->causes.v[0].evidence.v[evidence],
		"The tag moved between 2019-10-19T01:00:00Z, when watch still saw another image, and "
		"2019-10-19T02:00:00Z, when watch saw this one.");
	release(&pair, report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeline_of_two_records),
		cmocka_unit_test(test_timeline_of_one_image),
		cmocka_unit_test(test_timeline_with_others),
		cmocka_unit_test(test_timeline_with_looks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

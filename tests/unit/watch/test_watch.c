/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/watch.h"

#include "base/auto.h"

static struct bd_digest used_digests[] = { { BD_DIGEST_INDEX, "sha256:i1" }, { BD_DIGEST_MANIFEST, "sha256:m1" } };
static const char *used_layers[] = { "sha256:l1", "sha256:l2" };
static struct bd_base used = { .reference = "docker.io/library/python:2.7",
	.digests = { used_digests, 2, 2 },
	.diff_ids = { used_layers, 2, 2 } };

static void test_bd_watch_glance_knows_only_current(void **state)
{
	const struct bd_digest same = { BD_DIGEST_INDEX, "sha256:i1" };
	const struct bd_digest other = { BD_DIGEST_INDEX, "sha256:i2" };
	const struct bd_digest kind = { BD_DIGEST_MANIFEST, "sha256:i1" };
	(void)state;
	assert_int_equal(bd_watch_glance(&used, &same), BD_WATCH_CURRENT);
	assert_int_equal(bd_watch_glance(&used, &other), BD_WATCH_UNKNOWN);
	assert_int_equal(bd_watch_glance(&used, &kind), BD_WATCH_UNKNOWN); /* digests of two kinds are never compared */
}

static void test_bd_watch_judge_by_layers(void **state)
{
	static const char *moved[] = { "sha256:l1", "sha256:l3" };
	struct bd_watch_now now = { .index = "sha256:i2", .manifest = "sha256:m1" };
	struct bd_base nothing = { .reference = "x" };
	(void)state;
	assert_int_equal(bd_watch_judge(&used, &now), BD_WATCH_REPUBLISHED);
	now.index = "sha256:i1";
	assert_int_equal(bd_watch_judge(&used, &now), BD_WATCH_CURRENT);
	now = (struct bd_watch_now){ .index = "sha256:i2", .manifest = "sha256:m2", .diff_ids = { used_layers, 2, 2 } };
	assert_int_equal(bd_watch_judge(&used, &now), BD_WATCH_REPUBLISHED); /* packed anew, the same layers */
	now.diff_ids.v = moved;
	assert_int_equal(bd_watch_judge(&used, &now), BD_WATCH_MOVED);
	now.diff_ids.len = 0;
	assert_int_equal(
		bd_watch_judge(&used, &now), BD_WATCH_MOVED); /* by the manifest, where nothing better is known */
	assert_int_equal(bd_watch_judge(&nothing, &now), BD_WATCH_UNKNOWN);
}

static void test_bd_watch_status_order(void **state)
{
	struct bd_watched v[] = { { .of = "a#1", .base = &used, .state = BD_WATCH_UNKNOWN },
		{ .of = "a#1", .base = &used, .state = BD_WATCH_REPUBLISHED } };
	struct bd_watched_vec watched = { v, 2, 2 };
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_cases cases = { .title = "t" };
	(void)state;
	assert_int_equal(bd_watch_status(&watched, false), 2);
	assert_int_equal(bd_watch_status(&watched, true), 1);
	v[0].state = BD_WATCH_CURRENT;
	assert_int_equal(bd_watch_status(&watched, false), 0);
	v[0].state = BD_WATCH_GONE;
	assert_int_equal(bd_watch_status(&watched, false), 1);
	bd_watch_cases(&watched, false, &arena, &cases);
	assert_int_equal(cases.len, 2);
	assert_int_equal(bd_cases_count(&cases, BD_CASE_FAILED), 1);
	assert_string_not_equal(cases.v[0].name, cases.v[1].name); /* of two cases of one name, consumers keep one */
	assert_string_equal(cases.v[0].group, "a");
	free(cases.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_watch_glance_knows_only_current),
		cmocka_unit_test(test_bd_watch_judge_by_layers),
		cmocka_unit_test(test_bd_watch_status_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

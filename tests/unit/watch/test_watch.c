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

static void says(struct bd_watched *one, enum bd_watch_state state, const char *wanted)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	one->state = state;
	assert_string_equal(bd_watch_sentence(one, &arena), wanted);
}

/* A file was never built: it is compared with what was seen, and a pin with its tag. */
static void test_bd_watch_sentence_of_files(void **state)
{
	struct bd_base pin = used;
	struct bd_base unresolved = { .as_written = "$BASE" };
	struct bd_watched one = {
		.of = "Dockerfile:3", .file = "Dockerfile", .seen = "2026-01-02 03:04", .base = &used
	};
	(void)state;
	says(&one, BD_WATCH_CURRENT, "python:2.7 has not moved since 2026-01-02 03:04 (Dockerfile:3).");
	says(&one, BD_WATCH_REPUBLISHED,
		"python:2.7 was republished since 2026-01-02 03:04 (Dockerfile:3), with the same image.");
	says(&one, BD_WATCH_MOVED,
		"python:2.7 has moved since 2026-01-02 03:04 (Dockerfile:3): the next build is the first on the new image.");
	says(&one, BD_WATCH_GONE, "python:2.7, which Dockerfile:3 names, is no longer served: the next build fails.");
	one.seen = NULL;
	pin.pin = BD_PIN_DIGEST;
	one.base = &pin;
	says(&one, BD_WATCH_CURRENT, "python:2.7, which Dockerfile:3 pins, is served.");
	one.base = &used;
	one.of_pin = true;
	says(&one, BD_WATCH_CURRENT, "python:2.7 still is what Dockerfile:3 pins.");
	says(&one, BD_WATCH_MOVED, "python:2.7 has moved on from what Dockerfile:3 pins.");
	says(&one, BD_WATCH_GONE, "python:2.7, the tag of what Dockerfile:3 pins, is no longer served.");
	one = (struct bd_watched){ .of = "Dockerfile:1", .file = "Dockerfile", .base = &unresolved, .problem = "why" };
	says(&one, BD_WATCH_UNKNOWN, "$BASE of Dockerfile:1 cannot be told: why.");
}

static void test_bd_watch_cases_of_files_have_their_line(void **state)
{
	struct bd_base base = used;
	struct bd_watched v[] = {
		{ .of = "Dockerfile:3", .file = "Dockerfile", .base = &base, .state = BD_WATCH_MOVED, .of_pin = true }
	};
	const struct bd_watched_vec watched = { v, 1, 1 };
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_cases cases = { .title = "t" };
	(void)state;
	base.line = 3;
	bd_watch_cases(&watched, false, &arena, &cases);
	assert_string_equal(cases.v[0].group, "Dockerfile");
	assert_string_equal(cases.v[0].file, "Dockerfile");
	assert_string_equal(cases.v[0].type, "pin-outdated");
	assert_int_equal(cases.v[0].line, 3);
	free(cases.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_watch_glance_knows_only_current),
		cmocka_unit_test(test_bd_watch_judge_by_layers),
		cmocka_unit_test(test_bd_watch_status_order),
		cmocka_unit_test(test_bd_watch_sentence_of_files),
		cmocka_unit_test(test_bd_watch_cases_of_files_have_their_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

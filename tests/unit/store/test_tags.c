/* SPDX-License-Identifier: Apache-2.0 */
/* What tags were, and who builds on them. */
#include <stdio.h>
#include <string.h>

#include "place.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_history_tells_image_moves_and_index_moves_apart),
		BOTH(test_affected_names_who_breaks_next),
		BOTH(test_affected_package_looks_into_last_good_builds),
		BOTH(test_pinned_references_make_no_history_of_a_tag),
	};
	return run_on_engines(tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is seen of a tag without a build. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"

static const char *const tag = "docker.io/library/python:2.7";

static int64_t at(const char *time)
{
	int64_t seconds = 0;
	assert_true(bd_time_parse(time, &seconds));
	return seconds;
}

struct seen {
	const char *reference, *time, *by; /* by NULL: "watch" */
	int index, manifest;
};

static int observe(struct bd_store *store, const struct seen *seen, struct bd_error *err)
{
	struct bd_arena arena = { .head = NULL };
	struct bd_digest digests[2];
	struct bd_base base = { .reference = seen->reference != NULL ? seen->reference : tag,
		.platform = "linux/amd64",
		.digests = { digests, 0, 2 } };
	if (seen->index != 0) {
		digests[base.digests.len++] =
			(struct bd_digest){ BD_DIGEST_INDEX, sample_digest(&arena, 1000 + seen->index) };
	}
	if (seen->manifest != 0) {
		digests[base.digests.len++] =
			(struct bd_digest){ BD_DIGEST_MANIFEST, sample_digest(&arena, 2000 + seen->manifest) };
	}
	const struct bd_store_look look = {
		.base = &base, .by = seen->by != NULL ? seen->by : "watch", .when = at(seen->time)
	};
	const int result = bd_store_observe(store, &look, err);
	bd_arena_release(&arena);
	return result;
}

static void observe_all(struct bd_store *store, const struct seen *seen, size_t count)
{
	struct bd_error err = { .msg = "" };
	for (size_t i = 0; i < count; i++) {
		if (observe(store, &seen[i], &err) < 0) {
			fail_msg("%s", err.msg);
		}
	}
}

static void history_of(struct bd_store *store, struct bd_store_history *out)
{
	struct bd_error err = { .msg = "" };
	if (bd_store_history(store, tag, out, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void test_observe_extends_and_keeps_the_first(void **state)
{
	static const struct seen seen[] = {
		{ .time = "2026-01-03T00:00:00Z", .index = 1, .manifest = 1 },
		{ .time = "2026-01-03T00:00:00Z", .index = 1, .manifest = 1 },
		{ .time = "2026-01-05T00:00:00Z", .index = 1, .manifest = 1, .by = "later" },
		{ .time = "2026-01-02T00:00:00Z", .index = 1, .manifest = 1, .by = "earlier" },
		{ .time = "2026-01-04T00:00:00Z", .index = 1, .manifest = 1, .by = "between" },
	};
	struct bd_store_history history;
	observe_all(store_of(state), seen, 5);
	history_of(store_of(state), &history);
	assert_int_equal(history.len, 1);
	assert_int_equal(history.v[0].first_look, at("2026-01-02T00:00:00Z"));
	assert_int_equal(history.v[0].last_look, at("2026-01-05T00:00:00Z"));
	assert_int_equal(history.v[0].first_seen, history.v[0].first_look);
	assert_int_equal(history.v[0].last_seen, history.v[0].last_look);
	assert_string_equal(history.v[0].first_by, "earlier");
	assert_string_equal(history.v[0].first_build, "");
	assert_int_equal(history.v[0].builds, 0);
	assert_int_equal(stats_of(store_of(state)).looks, 1);
	assert_int_equal(problems_of(store_of(state)), 0);
	bd_store_history_release(&history);
}

/* Whoever is told only that nothing has changed extends the state that was there, with all that is known of it. */
static void test_observe_the_same_state_again(void **state)
{
	static const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	struct bd_store_history history;
	const struct bd_base base = { .reference = tag };
	struct bd_error err = { .msg = "" };
	sample_put(store_of(state), &sample);
	history_of(store_of(state), &history);
	const struct bd_store_look look = {
		.base = &base, .state = &history.v[0], .by = "watch", .when = at("2026-01-02T00:00:00Z")
	};
	if (bd_store_observe(store_of(state), &look, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	bd_store_history_release(&history);
	history_of(store_of(state), &history);
	assert_int_equal(history.len, 1);
	assert_int_equal(history.v[0].last_look, at("2026-01-02T00:00:00Z"));
	assert_string_equal(history.v[0].first_by, "orders#1");
	bd_store_history_release(&history);
}

static void test_observe_keeps_states_of_tags_only(void **state)
{
	static const struct seen seen[] = {
		{ .time = "2026-01-03T00:00:00Z" },
		{ .time = "2026-01-03T00:00:00Z",
			.manifest = 1,
			.reference =
				"docker.io/library/python:2.7@sha256:0000000000000000000000000000000000000000000000000000000000000001" },
	};
	observe_all(store_of(state), seen, 2);
	assert_int_equal(stats_of(store_of(state)).looks, 0);
	assert_int_equal(stats_of(store_of(state)).states, 0);
}

static void test_looks_narrow_when_a_tag_moved(void **state)
{
	static const struct sample samples[] = {
		ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1),
		ORDERS("2", "2026-01-04T00:00:00Z", BAD, 2),
	};
	static const struct seen seen[] = {
		{ .time = "2026-01-02T00:00:00Z", .index = 1, .manifest = 1 },
		{ .time = "2026-01-02T06:00:00Z", .index = 7, .manifest = 1 }, /* republished */
		{ .time = "2026-01-03T00:00:00Z", .index = 2, .manifest = 2 },
		{ .time = "2026-01-05T00:00:00Z", .index = 2, .manifest = 2 },
	};
	struct bd_store_history history;
	put_all(store_of(state), samples, 2);
	history_of(store_of(state), &history);
	assert_int_equal(history.v[1].moved_after, at("2026-01-01T00:00:00Z"));
	bd_store_history_release(&history);
	observe_all(store_of(state), seen, 4);
	history_of(store_of(state), &history);
	assert_int_equal(history.len, 3);
	assert_int_equal(history.image_moves, 1);
	assert_int_equal(history.index_moves, 2);
	assert_string_equal(history.v[0].first_by, "orders#1");
	assert_int_equal(history.v[0].last_seen, at("2026-01-02T00:00:00Z"));
	assert_int_equal(history.v[1].moved_after, 0); /* the index only */
	const struct bd_store_state *moved = &history.v[2];
	assert_int_equal(moved->first_seen, at("2026-01-03T00:00:00Z"));
	assert_int_equal(moved->moved_after, at("2026-01-02T06:00:00Z"));
	assert_int_equal(moved->last_seen, at("2026-01-05T00:00:00Z"));
	assert_string_equal(moved->first_by, "watch");
	assert_string_equal(moved->first_build, "#2");
	assert_int_equal(moved->builds, 1);
	bd_store_history_release(&history);
}

static void test_looks_tell_who_breaks_next(void **state)
{
	static const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	static const struct seen seen = { .time = "2026-01-02T00:00:00Z", .index = 2, .manifest = 2 };
	struct bd_store_affected affected;
	struct bd_error err;
	sample_put(store_of(state), &sample);
	assert_int_equal(bd_store_affected(store_of(state), tag, &affected, &err), 0);
	assert_int_equal(affected.v[0].outlook, BD_OUTLOOK_CURRENT);
	bd_store_affected_release(&affected);
	observe_all(store_of(state), &seen, 1);
	assert_int_equal(bd_store_affected(store_of(state), tag, &affected, &err), 0);
	assert_int_equal(affected.v[0].outlook, BD_OUTLOOK_NEXT);
	assert_int_equal(affected.now.first_seen, at("2026-01-02T00:00:00Z"));
	bd_store_affected_release(&affected);
}

static void test_references_that_were_only_looked_at(void **state)
{
	static const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	static const struct seen seen = {
		.reference = "docker.io/library/node:8", .time = "2026-01-02T00:00:00Z", .manifest = 2
	};
	struct bd_arena arena = { .head = NULL };
	struct bd_string_vec names;
	struct bd_error err;
	sample_put(store_of(state), &sample);
	observe_all(store_of(state), &seen, 1);
	assert_int_equal(bd_store_references(store_of(state), NULL, &arena, &names, &err), 0);
	assert_int_equal(names.len, 2);
	assert_string_equal(names.v[0], "docker.io/library/node:8");
	free(names.v);
	assert_int_equal(bd_store_references(store_of(state), "orders", &arena, &names, &err), 0);
	assert_int_equal(names.len, 1);
	free(names.v);
	bd_arena_release(&arena);
}

static void test_gc_keeps_looks_that_say_more_than_builds(void **state)
{
	static const struct sample samples[] = {
		ORDERS("1", "2025-01-01T00:00:00Z", GOOD, 1),
		ORDERS("2", "2025-03-01T00:00:00Z", GOOD, 2),
	};
	static const struct seen seen[] = {
		{ .time = "2025-01-02T00:00:00Z", .index = 1, .manifest = 1 }, /* after its build: goes */
		{ .time = "2025-02-01T00:00:00Z", .index = 2, .manifest = 2 }, /* before its build */
		{ .time = "2025-02-02T00:00:00Z", .index = 3, .manifest = 3 }, /* no build has it */
		{ .time = "2026-01-01T00:00:00Z", .index = 4, .manifest = 4 }, /* lately */
		{ .reference = "docker.io/library/node:8",
			.time = "2025-01-01T00:00:00Z",
			.manifest = 5 }, /* nobody's */
		{ .reference = "docker.io/library/node:9", .time = "2025-01-01T00:00:00Z", .manifest = 5 },
		{ .reference = "docker.io/library/node:9", .time = "2026-01-01T00:00:00Z", .manifest = 6 },
	};
	struct bd_store_gc gc = { .before = at("2025-12-01T00:00:00Z"), .keep = 1, .grace_days = 2 };
	struct bd_store_history history;
	struct bd_error err = { .msg = "" };
	put_all(store_of(state), samples, 2);
	observe_all(store_of(state), seen, 7);
	assert_int_equal(stats_of(store_of(state)).looks, 7);
	if (bd_store_gc(store_of(state), &gc, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(stats_of(store_of(state)).looks, 5);
	history_of(store_of(state), &history);
	assert_int_equal(history.len, 4);
	assert_int_equal(history.v[0].last_look, 0);
	assert_string_equal(history.v[1].first_by, "watch");
	bd_store_history_release(&history);
	assert_int_equal(problems_of(store_of(state)), 0);
}

static int add_bytes(struct bd_str bytes, void *context, struct bd_error *err)
{
	(void)err;
	bd_buf_add(context, bytes.p, bytes.n);
	return 0;
}

static void export_all(struct bd_store *store, struct bd_buf *out)
{
	struct bd_error err = { .msg = "" };
	bd_buf_clear(out);
	if (bd_store_export(store, add_bytes, out, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static int import_bytes(struct bd_store *store, struct bd_str bytes, struct bd_error *err)
{
	char path[] = "/tmp/basedrift-looks-XXXXXX";
	struct bd_store_import counts = { .project = NULL };
	const int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	(void)close(fd);
	const int result = bd_store_import_file(store, path, &counts, err);
	(void)unlink(path);
	return result;
}

static void test_looks_go_from_store_to_store(void **state)
{
	void *other_state = NULL;
	static const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	static const struct seen here[] = {
		{ .time = "2026-01-02T00:00:00Z", .index = 1, .manifest = 1 },
		{ .time = "2026-01-04T00:00:00Z", .index = 2, .manifest = 2 },
	};
	static const struct seen there[] = {
		{ .time = "2026-01-03T00:00:00Z", .index = 2, .manifest = 2, .by = "another" },
	};
	struct bd_store_import counts = { .project = NULL };
	struct bd_store_history history;
	struct bd_buf first = { 0 };
	struct bd_buf second = { 0 };
	struct bd_error err = { .msg = "" };
	assert_int_equal(set_up_sqlite(&other_state), 0);
	struct bd_store *other = store_of(&other_state);
	sample_put(store_of(state), &sample);
	observe_all(store_of(state), here, 2);
	observe_all(other, there, 1);
	for (int i = 0; i < 2; i++) { /* twice is once */
		export_all(store_of(state), &first);
		if (import_bytes(other, bd_buf_view(&first), &err) < 0) {
			fail_msg("%s", err.msg);
		}
		assert_int_equal(bd_store_import_store(store_of(state), other, &counts, &err), 0);
	}
	export_all(store_of(state), &first);
	export_all(other, &second);
	assert_string_equal(bd_buf_str(&first), bd_buf_str(&second));
	history_of(store_of(state), &history);
	assert_int_equal(history.len, 2);
	assert_string_equal(history.v[1].first_by, "another");
	assert_int_equal(history.v[1].last_look, at("2026-01-04T00:00:00Z"));
	bd_store_history_release(&history);
	bd_buf_release(&first);
	bd_buf_release(&second);
	assert_int_equal(tear_down(&other_state), 0);
}

static void test_import_refuses_damaged_looks(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"seen\",\"reference\":\"a\"}\n",
		"{\"type\":\"seen\",\"reference\":\"a\",\"manifest\":\"sha256:1\",\"first_seen\":1,\"last_seen\":1}\n",
		"{\"type\":\"seen\",\"reference\":\"a\",\"first_seen\":1,\"last_seen\":1}\n",
		"{\"type\":\"seen\",\"reference\":1,\"first_seen\":1,\"last_seen\":1}\n",
		"{\"type\":\"seen\",\"reference\":\"a@b\",\"index\":\"sha256:"
		"0000000000000000000000000000000000000000000000000000000000000001\",\"first_seen\":1,\"last_seen\":1}\n",
		"{\"type\":\"seen\",\"reference\":\"a\",\"index\":\"sha256:"
		"0000000000000000000000000000000000000000000000000000000000000001\",\"first_seen\":2,\"last_seen\":1}\n",
		"{\"type\":\"seen\",",
	};
	struct bd_error err;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(import_bytes(store_of(state), bd_str(lines[i]), &err), -BD_ERR_FORMAT);
		assert_non_null(strstr(err.msg, "\"seen\""));
	}
	assert_int_equal(stats_of(store_of(state)).looks, 0);
}

static void test_check_finds_looks_without_a_state(void **state)
{
	static const struct seen seen = { .time = "2026-01-02T00:00:00Z", .index = 1, .manifest = 1 };
	observe_all(store_of(state), &seen, 1);
	run(store_of(state), "DELETE FROM basedrift_tag");
	assert_int_equal(problems_of(store_of(state)), 1);
}

/* ---- many at once --------------------------------------------------------------------------------------------------
 */

enum {
	WATCHERS = 4,
	LOOKS = 25
};
struct watcher {
	const char *url;
	int number, failed;
	struct bd_error err;
};

/* Two images, in another order each, at times that interleave. */
static void *watch(void *context)
{
	struct watcher *watcher = context;
	const struct bd_store_options options = { .write = true };
	struct bd_store *store = NULL;
	watcher->failed = bd_store_open(watcher->url, &options, &store, &watcher->err);
	for (int i = 0; i < LOOKS && watcher->failed == 0; i++) {
		char time[48];
		(void)snprintf(time, sizeof(time), "2026-01-01T00:%02d:%02dZ", i, watcher->number);
		const struct seen seen = { .time = time, .manifest = 1 + (i + watcher->number) % 2 };
		watcher->failed = observe(store, &seen, &watcher->err);
	}
	bd_store_close(store);
	return NULL;
}

static void test_watchers_at_once_lose_nothing(void **state)
{
	const struct place *place = *state;
	struct watcher watchers[WATCHERS];
	pthread_t threads[WATCHERS];
	struct bd_store_history history;
	for (int i = 0; i < WATCHERS; i++) {
		watchers[i] = (struct watcher){ .url = place->url, .number = i };
		assert_int_equal(pthread_create(&threads[i], NULL, watch, &watchers[i]), 0);
	}
	for (int i = 0; i < WATCHERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		if (watchers[i].failed < 0) {
			fail_msg("%s", watchers[i].err.msg);
		}
	}
	history_of(place->store, &history);
	assert_int_equal(history.len, 2);
	assert_int_equal(history.v[0].first_look, at("2026-01-01T00:00:00Z"));
	assert_int_equal(history.v[1].first_look, at("2026-01-01T00:00:01Z"));
	assert_int_equal(history.v[0].last_look + history.v[1].last_look,
		at("2026-01-01T00:24:03Z") + at("2026-01-01T00:24:02Z"));
	bd_store_history_release(&history);
}

/* ---- stores of before
 * ------------------------------------------------------------------------------------------------ */

static void test_open_updates_a_store_of_version_1(void **state)
{
	const struct place *place = *state;
	static const struct sample sample = ORDERS("1", "2026-01-01T00:00:00Z", GOOD, 1);
	static const struct seen seen = { .time = "2026-01-02T00:00:00Z", .index = 1, .manifest = 1 };
	struct bd_store_options options = { .write = false };
	struct bd_store *second = NULL;
	struct bd_error err = { .msg = "" };
	sample_put(place->store, &sample);
	run(place->store, "DROP TABLE basedrift_look");
	run(place->store, "UPDATE basedrift_meta SET number = 1 WHERE name = 'schema'");
	assert_int_equal(bd_store_open(place->url, &options, &second, &err), -BD_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "'basedrift store init' updates it"));
	options.write = true;
	assert_int_equal(bd_store_open(place->url, &options, &second, &err), 0);
	observe_all(second, &seen, 1);
	assert_int_equal(stats_of(second).looks, 1);
	assert_int_equal(stats_of(second).schema, STORE_SCHEMA);
	finds(second, "#1", "orders#1");
	assert_int_equal(problems_of(second), 0);
	bd_store_close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_observe_extends_and_keeps_the_first),
		BOTH(test_observe_the_same_state_again),
		BOTH(test_observe_keeps_states_of_tags_only),
		BOTH(test_looks_narrow_when_a_tag_moved),
		BOTH(test_looks_tell_who_breaks_next),
		BOTH(test_references_that_were_only_looked_at),
		BOTH(test_gc_keeps_looks_that_say_more_than_builds),
		BOTH(test_looks_go_from_store_to_store),
		BOTH(test_import_refuses_damaged_looks),
		BOTH(test_check_finds_looks_without_a_state),
		BOTH(test_watchers_at_once_lose_nothing),
		BOTH(test_open_updates_a_store_of_version_1),
	};
	return run_on_engines(tests, sizeof(tests) / sizeof(tests[0]));
}

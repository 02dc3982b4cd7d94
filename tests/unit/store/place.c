/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void open_store(struct place *place)
{
	const struct bd_store_options options = { .write = true };
	struct bd_error err = { .msg = "" };
	if (bd_store_open(place->url, &options, &place->store, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static const char *const tables[] = { "part", "package", "variant", "build", "base", "build_base", "tag", "use", "look",
	NULL };

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

int set_up_sqlite(void **state)
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

int set_up_postgres(void **state)
{
	struct place *place = bd_xcalloc(1, sizeof(*place));
	place->url = getenv("BASEDRIFT_TEST_POSTGRES");
	open_store(place);
	empty(place->store);
	*state = place;
	return 0;
}

int tear_down(void **state)
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

struct bd_store *store_of(void **state)
{
	const struct place *place = *state;
	return place->store;
}

int run_on_engines(const struct CMUnitTest *all, size_t count)
{
	struct CMUnitTest chosen[64];
	size_t n = 0;
	assert_true(count <= sizeof(chosen) / sizeof(chosen[0]));
	for (size_t i = 0; i < count; i++) {
		if (i % 2 == 0 || getenv("BASEDRIFT_TEST_POSTGRES") != NULL) {
			chosen[n++] = all[i];
		}
	}
	return _cmocka_run_group_tests("store", chosen, n, NULL, NULL);
}

/* ---- what tests do with it ----------------------------------------------------------------------------------------
 */

const struct bd_store_filter orders = { .project = "orders" };

void put_all(struct bd_store *store, const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sample_put(store, &samples[i]);
	}
}

void finds(struct bd_store *store, const char *name, const char *wanted)
{
	struct bd_store_builds builds;
	struct bd_error err = { .msg = "" };
	if (bd_store_find(store, name, &orders, &builds, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(builds.v[0].name, wanted);
	bd_store_builds_release(&builds);
}

void finds_none(struct bd_store *store, const char *name)
{
	struct bd_store_builds builds;
	struct bd_error err;
	assert_int_equal(bd_store_find(store, name, &orders, &builds, &err), -BD_ERR_NOT_FOUND);
}

void chooses(struct bd_store *store, const struct bd_store_filter *filter, const char *good, const char *failing)
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

void gives_back(struct bd_store *store, const struct sample *sample)
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

struct bd_store_stats stats_of(struct bd_store *store)
{
	struct bd_store_stats stats;
	struct bd_error err = { .msg = "" };
	if (bd_store_stats(store, &stats, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return stats;
}

static void count_problem(const char *text, void *context)
{
	size_t *count = context;
	(void)text;
	(*count)++;
}

size_t problems_of(struct bd_store *store)
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

void run(struct bd_store *store, const char *text)
{
	struct bd_error err = { .msg = "" };
	const struct sql_query query = { .text = text, .once = true };
	if (sql_run(store->db, &query, NULL, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "layer/pathorder.h"

static const char *const sorted[] = { "a", "a\x01", "a-b", "a.c/x", "a/", "a/b", "a/b/c", "a/b0", "a0", "ab", "b",
	"b/c", "b/\xff", "c" };
#define COUNT (sizeof(sorted) / sizeof(sorted[0]))
static const struct path_array paths = { sorted, COUNT, sizeof(sorted[0]) };

/* Every start gives the same run as looking at each path. */
static void expect_run(const char *dir)
{
	size_t below = 0;
	for (size_t i = 0; i < COUNT; i++) {
		below += path_is_below(sorted[i], dir);
	}
	for (size_t from = 0; from <= COUNT + 1; from++) {
		size_t first = 99, end = 99;
		path_array_below(paths, from, dir, &first, &end);
		assert_int_equal(end - first, below);
		for (size_t i = first; i < end; i++) {
			assert_true(path_is_below(sorted[i], dir));
		}
	}
}

static void test_path_array_below(void **state)
{
	(void)state;
	static const char *const dirs[] = { "a", "a/b", "b", "c", "a.c", "nothing", "0", "zz", "" };
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		expect_run(dirs[i]);
	}
}

static void test_path_array_below_large(void **state)
{
	(void)state;
	enum {
		N = 2000
	};
	static char texts[N][16];
	static const char *list[N];
	for (int i = 0; i < N; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "d%02d/%03d", i / 100, i % 100);
		list[i] = texts[i];
	}
	const struct path_array large = { list, N, sizeof(list[0]) };
	for (int d = 0; d < 20; d++) {
		char dir[16];
		size_t first = 0, end = 0;
		(void)snprintf(dir, sizeof(dir), "d%02d", d);
		path_array_below(large, 0, dir, &first, &end);
		assert_int_equal(first, d * 100);
		assert_int_equal(end, d * 100 + 100);
		path_array_below(large, (size_t)d * 100, dir, &first, &end);
		assert_int_equal(first, d * 100);
	}
}

static void test_path_array_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(path_array_find(paths, sorted[i]), i);
	}
	assert_true(path_array_find(paths, "") == SIZE_MAX);
	assert_true(path_array_find(paths, "a/c") == SIZE_MAX);
	assert_true(path_array_find(paths, "d") == SIZE_MAX);
	assert_true(path_array_find((struct path_array){ NULL, 0, 8 }, "d") == SIZE_MAX);
}

static void test_path_array_seek(void **state)
{
	(void)state;
	static const char *const others[] = { "", "a,", "a/a", "a/b/", "a/b/d", "b/d", "zz" };
	for (size_t at = 0; at <= COUNT + 1; at++) {
		for (size_t i = 0; i < COUNT; i++) {
			assert_int_equal(path_array_seek(paths, at, sorted[i]), i);
		}
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
			size_t expected = 0;
			while (expected < COUNT && strcmp(sorted[expected], others[i]) < 0) {
				expected++;
			}
			assert_int_equal(path_array_seek(paths, at, others[i]), expected);
		}
	}
	assert_int_equal(path_array_seek((struct path_array){ NULL, 0, 8 }, 3, "d"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_array_below),
		cmocka_unit_test(test_path_array_below_large),
		cmocka_unit_test(test_path_array_find),
		cmocka_unit_test(test_path_array_seek),
	};
	return cmocka_run_group_tests_name("layer/pathorder", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "basedrift/base.h"

#define MOST 1000

struct counts {
	atomic_uint calls[MOST];
};

static void count(size_t i, void *context)
{
	struct counts *counts = context;
	(void)atomic_fetch_add(&counts->calls[i], 1);
}

static void test_bd_parallel_calls_each_once(void **state)
{
	(void)state;
	static const size_t threads[] = { 0, 1, 2, 7, 200 };
	static const size_t lengths[] = { 0, 1, 2, 3, MOST };
	for (size_t t = 0; t < sizeof(threads) / sizeof(threads[0]); t++) {
		for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++) {
			struct counts *counts = bd_xcalloc(1, sizeof(*counts));
			bd_parallel(threads[t], lengths[k], count, counts);
			for (size_t i = 0; i < MOST; i++) {
				assert_int_equal(atomic_load(&counts->calls[i]), i < lengths[k]);
			}
			free(counts);
		}
	}
}

static void test_bd_threads(void **state)
{
	(void)state;
	assert_true(bd_threads(0) >= 1);
	assert_int_equal(bd_threads(1), 1);
	assert_int_equal(bd_threads(3), 3);
	assert_true(bd_threads(100000) <= 100);
}

static void test_bd_arena_join(void **state)
{
	(void)state;
	struct bd_arena a = { 0 }, b = { 0 }, none = { 0 };
	const char *first = bd_arena_strdup(&a, "first");
	const char *second = bd_arena_strdup(&b, "second");
	const size_t bytes = a.bytes + b.bytes;
	bd_arena_join(&a, &b);
	assert_null(b.head);
	assert_int_equal(a.bytes, bytes);
	bd_arena_join(&a, &none);
	bd_arena_join(&none, &a); /* into an empty one */
	assert_null(a.head);
	for (int i = 0; i < 1000; i++) { /* it still grows */
		assert_non_null(bd_arena_strdup(&none, "a text of some length that needs another chunk soon"));
	}
	assert_string_equal(first, "first");
	assert_string_equal(second, "second");
	bd_arena_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_parallel_calls_each_once),
		cmocka_unit_test(test_bd_threads),
		cmocka_unit_test(test_bd_arena_join),
	};
	return cmocka_run_group_tests_name("base/parallel", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/base.h"

#include "base/auto.h"

struct number_vec {
	int *v;
	size_t len, cap;
};

static void test_vec_push_keeps_what_is_there_and_zeroes(void **state)
{
	struct number_vec numbers = { 0 };
	(void)state;
	for (int i = 0; i < 10000; i++) {
		int *slot = bd_vec_push(&numbers);
		assert_int_equal(*slot, 0);
		*slot = i;
	}
	assert_int_equal(numbers.len, 10000);
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(numbers.v[i], i);
	}
	free(numbers.v);
}

static void test_arena_alloc_is_aligned_and_zeroed(void **state)
{
	struct bd_arena arena = { 0 };
	(void)state;
	for (size_t size = 0; size < 3000; size += 7) {
		(void)bd_arena_text(&arena, "x", 1); /* leaves the next start odd */
		unsigned char *p = bd_arena_alloc(&arena, size);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++) {
			assert_int_equal(p[i], 0);
		}
		memset(p, 0xff, size);
	}
	bd_arena_release(&arena);
}

static void test_arena_large_pieces_do_not_end_the_current_chunk(void **state)
{
	struct bd_arena arena = { 0 };
	(void)state;
	char *first = bd_arena_strdup(&arena, "first");
	char *large = bd_arena_alloc(&arena, 5U << 20);
	char *second = bd_arena_strdup(&arena, "second");
	memset(large, 'l', 5U << 20);
	assert_ptr_equal(second, first + 6);
	assert_string_equal(first, "first");
	assert_string_equal(second, "second");
	assert_int_equal(arena.bytes, 6 + (5U << 20) + 7);
	bd_arena_release(&arena);
	assert_null(arena.head);
	assert_int_equal(arena.bytes, 0);
}

static void test_arena_large_piece_first(void **state)
{
	struct bd_arena arena = { 0 };
	(void)state;
	char *large = bd_arena_alloc(&arena, 1U << 20);
	const char *small = bd_arena_strdup(&arena, "small");
	memset(large, 'l', 1U << 20);
	assert_string_equal(small, "small");
	bd_arena_release(&arena);
}

static void test_arena_texts(void **state)
{
	struct bd_arena arena = { 0 };
	(void)state;
	assert_null(bd_arena_strdup(&arena, NULL));
	assert_string_equal(bd_arena_text(&arena, NULL, 0), "");
	assert_string_equal(bd_arena_text(&arena, "abcdef", 3), "abc");
	assert_string_equal(bd_arena_printf(&arena, "%s-%d", "a", 12), "a-12");
	assert_string_equal(bd_arena_printf(&arena, "%s", ""), "");
	const int numbers[] = { 1, 2, 3 };
	const int *copy = bd_arena_copy(&arena, numbers, sizeof(numbers));
	assert_memory_equal(copy, numbers, sizeof(numbers));
	assert_non_null(bd_arena_copy(&arena, NULL, 0));
	bd_arena_release(&arena);
}

static void test_arena_many_small_texts_survive(void **state)
{
	struct bd_arena arena = { 0 };
	const char *texts[5000];
	(void)state;
	for (int i = 0; i < 5000; i++) {
		texts[i] = bd_arena_printf(&arena, "%d %.*s", i, i % 400, "                                        ");
	}
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(atoi(texts[i]), i);
	}
	bd_arena_release(&arena);
}

static void test_steal_ptr_leaves_null(void **state)
{
	AUTO(free_ptr) char *mine = bd_xstrdup("text");
	(void)state;
	char *taken = steal_ptr(&mine);
	assert_null(mine);
	assert_string_equal(taken, "text");
	free(taken);
}

static void test_xalloc_zero_sizes(void **state)
{
	(void)state;
	void *p = bd_xmalloc(0);
	void *q = bd_xcalloc(0, 8);
	p = bd_xrealloc(p, 0);
	assert_non_null(p);
	assert_non_null(q);
	free(p);
	free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vec_push_keeps_what_is_there_and_zeroes),
		cmocka_unit_test(test_arena_alloc_is_aligned_and_zeroed),
		cmocka_unit_test(test_arena_large_pieces_do_not_end_the_current_chunk),
		cmocka_unit_test(test_arena_large_piece_first),
		cmocka_unit_test(test_arena_texts),
		cmocka_unit_test(test_arena_many_small_texts_survive),
		cmocka_unit_test(test_steal_ptr_leaves_null),
		cmocka_unit_test(test_xalloc_zero_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/compress.h"

/* Blocks of growing length, the i-th full of i; then the end, or a failure. */
struct counting {
	struct bd_stream base;
	size_t blocks, next;
	bool fails;
	bool *closed;
	char block[4096];
};

static int counting_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct counting *counting = (struct counting *)(void *)stream;
	if (counting->next == counting->blocks) {
		return counting->fails ? bd_error_set(err, BD_ERR_FORMAT, "block %zu is broken", counting->next) : 0;
	}
	const size_t n = counting->next % sizeof(counting->block) + 1;
	memset(counting->block, (int)(counting->next % 251), n);
	*block = (struct bd_str){ counting->block, n };
	counting->next++;
	return 0;
}

static void counting_close(struct bd_stream *stream)
{
	struct counting *counting = (struct counting *)(void *)stream;
	*counting->closed = true;
	free(counting);
}

static struct bd_stream *counting_ahead(size_t blocks, bool fails, bool *closed)
{
	static const struct bd_stream_ops ops = { .next = counting_next, .close = counting_close };
	struct counting *counting = bd_xcalloc(1, sizeof(*counting));
	*counting = (struct counting){ .base = { &ops }, .blocks = blocks, .fails = fails, .closed = closed };
	*closed = false;
	return bd_stream_ahead(&counting->base);
}

static void expect_blocks(struct bd_stream *stream, size_t count)
{
	struct bd_error err;
	for (size_t i = 0; i < count; i++) {
		struct bd_str block;
		assert_int_equal(bd_stream_next(stream, &block, &err), 0);
		assert_int_equal(block.n, i % 4096 + 1);
		assert_int_equal((unsigned char)block.p[0], i % 251);
		assert_int_equal((unsigned char)block.p[block.n - 1], i % 251);
	}
}

static void test_bd_stream_ahead(void **state)
{
	(void)state;
	static const size_t counts[] = { 0, 1, 3, 4, 5, 1000, 9000 };
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		bool closed = false;
		struct bd_stream *stream = counting_ahead(counts[i], false, &closed);
		expect_blocks(stream, counts[i]);
		for (int again = 0; again < 3; again++) { /* the end stays */
			struct bd_str block;
			struct bd_error err;
			assert_int_equal(bd_stream_next(stream, &block, &err), 0);
			assert_int_equal(block.n, 0);
		}
		bd_stream_close(stream);
		assert_true(closed);
	}
}

static void test_bd_stream_ahead_failure(void **state)
{
	(void)state;
	bool closed = false;
	struct bd_stream *stream = counting_ahead(10, true, &closed);
	expect_blocks(stream, 10);
	for (int again = 0; again < 3; again++) { /* it stays as well */
		struct bd_str block;
		struct bd_error err;
		assert_int_equal(bd_stream_next(stream, &block, &err), -BD_ERR_FORMAT);
		assert_string_equal(err.msg, "block 10 is broken");
		assert_int_equal(block.n, 0);
	}
	bd_stream_close(stream);
	assert_true(closed);
}

static void test_bd_stream_ahead_closed_early(void **state)
{
	(void)state;
	for (size_t taken = 0; taken < 8; taken++) {
		bool closed = false;
		struct bd_stream *stream = counting_ahead(100000, false, &closed);
		expect_blocks(stream, taken);
		bd_stream_close(stream);
		assert_true(closed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_stream_ahead),
		cmocka_unit_test(test_bd_stream_ahead_failure),
		cmocka_unit_test(test_bd_stream_ahead_closed_early),
	};
	return cmocka_run_group_tests_name("compress/ahead", tests, NULL, NULL);
}

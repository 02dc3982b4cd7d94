/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "base/auto.h"
#include "format/sparse.h"

static struct bd_str bytes_of_file(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p[i] = (char)(i * 7 + i / 256);
	}
	return (struct bd_str){ p, n };
}

static void test_sparse_write_keeps_what_was_read(void **state)
{
	char memory[3000];
	char read[100];
	AUTO(sparse_trace_release) struct sparse_trace trace = { .len = 0 };
	AUTO(bd_buf_release) struct bd_buf kept = { .n = 0 };
	struct bd_error err;
	const struct bd_str whole = bytes_of_file(memory, sizeof(memory));
	const struct sparse file = sparse_open(whole, &trace);
	(void)state;
	assert_int_equal(sparse_read(&file, 2000, read, 100, &err), 0);
	assert_int_equal(sparse_read(&file, 10, read, 5, &err), 0);
	assert_int_equal(sparse_read(&file, 2050, read, 90, &err), 0);
	sparse_write(whole, &trace, &kept);
	assert_true(kept.n < 400);

	const struct sparse again = sparse_open(bd_buf_view(&kept), NULL);
	assert_int_equal(again.size_bytes, sizeof(memory));
	assert_int_equal(sparse_read(&again, 2000, read, 100, &err), 0);
	assert_memory_equal(read, memory + 2000, 100);
	assert_int_equal(sparse_read(&again, 2139, read, 1, &err), 0);
	assert_int_equal(sparse_read(&again, 11, read, 4, &err), 0);
	assert_memory_equal(read, memory + 11, 4);
	assert_int_equal(sparse_read(&again, 2140, read, 1, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "not kept"));
	assert_int_equal(sparse_read(&again, 0, read, 4, &err), -BD_ERR_FORMAT);
	assert_int_equal(sparse_read(&again, 2990, read, 11, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "ends too early"));
}

static void test_sparse_write_same_in_any_order(void **state)
{
	char memory[3000];
	char read[100];
	AUTO(bd_buf_release) struct bd_buf one = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf two = { .n = 0 };
	AUTO(sparse_trace_release) struct sparse_trace up = { .len = 0 };
	AUTO(sparse_trace_release) struct sparse_trace down = { .len = 0 };
	struct bd_error err;
	const struct bd_str whole = bytes_of_file(memory, sizeof(memory));
	const struct sparse rising = sparse_open(whole, &up);
	const struct sparse falling = sparse_open(whole, &down);
	(void)state;
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(sparse_read(&rising, i * 300, read, 20 + i, &err), 0);
		assert_int_equal(sparse_read(&falling, (8 - i) * 300, read, 28 - i, &err), 0);
	}
	sparse_write(whole, &up, &one);
	sparse_write(whole, &down, &two);
	assert_true(bd_str_equal(bd_buf_view(&one), bd_buf_view(&two)));
}

static void test_sparse_read_damaged_table(void **state)
{
	char memory[200];
	char read[16];
	AUTO(sparse_trace_release) struct sparse_trace trace = { .len = 0 };
	AUTO(bd_buf_release) struct bd_buf kept = { .n = 0 };
	struct bd_error err;
	const struct bd_str whole = bytes_of_file(memory, sizeof(memory));
	const struct sparse file = sparse_open(whole, &trace);
	(void)state;
	assert_int_equal(sparse_read(&file, 100, read, 16, &err), 0);
	sparse_write(whole, &trace, &kept);
	for (size_t i = 16; i < kept.n; i++) { /* each byte wrong once: an error or other bytes, nothing outside */
		kept.p[i] = (char)(kept.p[i] ^ 0x7f);
		const struct sparse again = sparse_open(bd_buf_view(&kept), NULL);
		(void)!sparse_read(&again, 100, read, 16, &err);
		kept.p[i] = (char)(kept.p[i] ^ 0x7f);
	}
	assert_false(sparse_is_written((struct bd_str){ kept.p, 40 }));
}

static void test_pieces_read_over_their_borders(void **state)
{
	char memory[1000];
	char read[250];
	AUTO(pieces_release) struct pieces pieces = { .len = 0 };
	struct bd_error err;
	const struct sparse file = sparse_open(bytes_of_file(memory, sizeof(memory)), NULL);
	(void)state;
	pieces_add(&pieces, &file, 500, 100);
	pieces_add(&pieces, &file, 0, 0);
	pieces_add(&pieces, &file, 100, 50);
	pieces_add(&pieces, &file, 900, 100);
	assert_int_equal(pieces.n, 250);
	assert_int_equal(pieces_read(&pieces, 0, read, 250, &err), 0);
	assert_memory_equal(read, memory + 500, 100);
	assert_memory_equal(read + 100, memory + 100, 50);
	assert_memory_equal(read + 150, memory + 900, 100);
	assert_true(pieces_cut(&pieces, 90, 150));
	assert_int_equal(pieces_read(&pieces, 5, read, 60, &err), 0);
	assert_memory_equal(read, memory + 595, 5);
	assert_memory_equal(read + 5, memory + 100, 50);
	assert_memory_equal(read + 55, memory + 900, 5);
	assert_int_equal(pieces_read(&pieces, 100, read, 51, &err), -BD_ERR_FORMAT);
	assert_false(pieces_cut(&pieces, 1, 150));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sparse_write_keeps_what_was_read),
		cmocka_unit_test(test_sparse_write_same_in_any_order),
		cmocka_unit_test(test_sparse_read_damaged_table),
		cmocka_unit_test(test_pieces_read_over_their_borders),
	};
	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

static void test_empty_buffer_reads_as_empty_text(void **state)
{
	struct bd_buf buf = { 0 };
	(void)state;
	assert_string_equal(bd_buf_str(&buf), "");
	assert_int_equal(bd_buf_view(&buf).n, 0);
	bd_buf_clear(&buf);
	bd_buf_release(&buf);
}

static void test_add_keeps_the_end_and_nul_bytes(void **state)
{
	struct bd_buf buf = { 0 };
	(void)state;
	bd_buf_add(&buf, "a\0b", 3);
	assert_int_equal(buf.n, 3);
	assert_memory_equal(buf.p, "a\0b", 4);
	bd_buf_add(&buf, NULL, 0);
	bd_buf_add_str(&buf, NULL);
	assert_int_equal(buf.n, 3);
	bd_buf_release(&buf);
	assert_null(buf.p);
}

static void test_add_grows_through_every_size(void **state)
{
	struct bd_buf buf = { 0 };
	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		bd_buf_add_char(&buf, (char)('a' + i % 26));
		assert_int_equal(buf.n, i + 1);
		assert_int_equal(buf.p[buf.n], '\0');
		assert_true(buf.cap > buf.n);
	}
	for (size_t i = 0; i < 5000; i++) {
		assert_int_equal(buf.p[i], 'a' + i % 26);
	}
	bd_buf_release(&buf);
}

static void test_printf_appends_exactly(void **state)
{
	struct bd_buf buf = { 0 };
	char long_text[400];
	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	bd_buf_printf(&buf, "%d,", 1);
	bd_buf_printf(&buf, "%s", long_text);
	bd_buf_printf(&buf, "%s", "");
	bd_buf_printf(&buf, ",%c", 'z');
	assert_int_equal(buf.n, 2 + 399 + 2);
	assert_string_equal(buf.p + 2 + 399, ",z");
	bd_buf_release(&buf);
}

static void test_clear_keeps_the_memory(void **state)
{
	struct bd_buf buf = { 0 };
	(void)state;
	bd_buf_add_str(&buf, "something");
	const char *memory = buf.p;
	bd_buf_clear(&buf);
	assert_string_equal(bd_buf_str(&buf), "");
	bd_buf_add_str(&buf, "other");
	assert_ptr_equal(buf.p, memory);
	bd_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_buffer_reads_as_empty_text),
		cmocka_unit_test(test_add_keeps_the_end_and_nul_bytes),
		cmocka_unit_test(test_add_grows_through_every_size),
		cmocka_unit_test(test_printf_appends_exactly),
		cmocka_unit_test(test_clear_keeps_the_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

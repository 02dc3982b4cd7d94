/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <sys/mman.h>

#include "streams.h"

static int file_with(struct bd_str bytes)
{
	const int fd = memfd_create("test", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	return fd;
}

static void read_part(int fd, int64_t offset, int64_t size, const char *expected)
{
	struct bd_error err;
	struct bd_buf got = { 0 };
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_fd(fd, offset, size);
	assert_int_equal(bd_stream_read_all(stream, 100, &got, &err), 0);
	assert_string_equal(bd_buf_str(&got), expected);
	bd_buf_release(&got);
}

static void test_stream_fd_parts(void **state)
{
	(void)state;
	AUTO(close_fd) const int fd = file_with(BD_STR("0123456789"));
	read_part(fd, 0, -1, "0123456789");
	read_part(fd, 3, 4, "3456");
	read_part(fd, 8, -1, "89");
	read_part(fd, 4, 0, "");
	read_part(fd, 40, -1, "");
}

static void test_stream_fd_truncated(void **state)
{
	(void)state;
	struct bd_error err;
	struct bd_buf got = { 0 };
	AUTO(close_fd) const int fd = file_with(BD_STR("0123456789"));
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_fd(fd, 5, 6);
	assert_int_equal(bd_stream_read_all(stream, 100, &got, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "truncated: 1 more bytes were promised at byte 10"));
	bd_buf_release(&got);
}

static void test_stream_fd_errno(void **state)
{
	(void)state;
	struct bd_error err;
	struct bd_str block;
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_fd(-1, 0, -1);
	assert_int_equal(bd_stream_next(stream, &block, &err), -BD_ERR_IO);
	assert_int_not_equal(err.sys_errno, 0);
}

static void test_stream_large_blocks(void **state)
{
	(void)state;
	struct bd_error err;
	struct bd_buf bytes = { 0 }, got = { 0 };
	add_sample(&bytes, 1000000);
	AUTO(close_fd) const int fd = file_with(bd_buf_view(&bytes));
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_fd(fd, 0, -1);
	assert_int_equal(bd_stream_read_all(stream, 1000000, &got, &err), 0);
	assert_true(bd_str_equal(bd_buf_view(&bytes), bd_buf_view(&got)));
	bd_buf_release(&bytes);
	bd_buf_release(&got);
}

static void test_stream_read_all_limit(void **state)
{
	(void)state;
	struct bd_error err;
	struct bd_buf got = { 0 };
	AUTO(bd_stream_auto) struct bd_stream *fits = dribble_new(BD_STR("12345"), 2);
	assert_int_equal(bd_stream_read_all(fits, 5, &got, &err), 0);
	AUTO(bd_stream_auto) struct bd_stream *over = dribble_new(BD_STR("123456"), 2);
	assert_int_equal(bd_stream_read_all(over, 5, &got, &err), -BD_ERR_LIMIT);
	bd_buf_release(&got);
}

static void test_stream_memory(void **state)
{
	(void)state;
	struct bd_error err;
	struct bd_str block;
	const char *text = "borrowed";
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_memory(text, 8);
	assert_int_equal(bd_stream_next(stream, &block, &err), 0);
	assert_ptr_equal(block.p, text);
	assert_int_equal(bd_stream_next(stream, &block, &err), 0);
	assert_int_equal(block.n, 0);
	bd_stream_close(NULL);
}

static void test_stream_pipe(void **state)
{
	(void)state;
	int ends[2];
	struct bd_error err;
	struct bd_buf got = { 0 };
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "through", 7), 7);
	assert_int_equal(close(ends[1]), 0);
	AUTO(close_fd) const int fd = ends[0];
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_pipe(fd);
	assert_int_equal(bd_stream_read_all(stream, 100, &got, &err), 0);
	assert_string_equal(bd_buf_str(&got), "through");
	assert_int_equal(bd_stream_read_all(stream, 100, &got, &err), 0);
	assert_int_equal(got.n, 7);
	bd_buf_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream_fd_parts),
		cmocka_unit_test(test_stream_fd_truncated),
		cmocka_unit_test(test_stream_fd_errno),
		cmocka_unit_test(test_stream_large_blocks),
		cmocka_unit_test(test_stream_read_all_limit),
		cmocka_unit_test(test_stream_memory),
		cmocka_unit_test(test_stream_pipe),
	};
	return cmocka_run_group_tests_name("compress_input", tests, NULL, NULL);
}

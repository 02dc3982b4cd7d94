/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/origin.h"

#include "base/auto.h"

static const struct bd_string_vec no_secrets;

static void test_log_copy_keeps_a_short_log_whole(void **state)
{
	AUTO(bd_log_copy_release) struct bd_log_copy log = { .size_bytes = 0 };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	char digest[BD_DIGEST_TEXT];
	(void)state;
	bd_log_copy_add(&log, "one\n", 4);
	bd_log_copy_add(&log, "", 0);
	bd_log_copy_add(&log, "t\0o\n", 4);
	bd_log_copy_end(&log);
	bd_log_copy_text(&log, &no_secrets, &text);
	assert_int_equal(text.n, 8);
	assert_memory_equal(text.p, "one\nt\0o\n", 8);
	bd_sha256_text("one\nt\0o\n", 8, digest);
	assert_string_equal(log.digest, digest);
	assert_int_equal(log.size_bytes, 8);
}

static void test_log_copy_of_nothing(void **state)
{
	AUTO(bd_log_copy_release) struct bd_log_copy log = { .size_bytes = 0 };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	char digest[BD_DIGEST_TEXT];
	(void)state;
	bd_log_copy_end(&log);
	bd_log_copy_text(&log, &no_secrets, &text);
	assert_int_equal(text.n, 0);
	bd_sha256_text("", 0, digest);
	assert_string_equal(log.digest, digest);
}

/* Both ends byte for byte, whatever the size of the pieces; the digest is of everything. */
static void check_long_log(size_t total, size_t piece)
{
	AUTO(bd_log_copy_release) struct bd_log_copy log = { .size_bytes = 0 };
	AUTO(free_ptr) char *bytes = bd_xmalloc(total);
	char digest[BD_DIGEST_TEXT];
	for (size_t i = 0; i < total; i++) {
		bytes[i] = (char)('a' + i * i / 7 % 23);
	}
	for (size_t at = 0; at < total; at += piece) {
		bd_log_copy_add(&log, bytes + at, piece < total - at ? piece : total - at);
		assert_true(log.tail.n <= 2 * BD_LIMIT_OUTPUT_TAIL);
	}
	bd_log_copy_end(&log);
	bd_sha256_text(bytes, total, digest);
	assert_string_equal(log.digest, digest);
	assert_int_equal(log.size_bytes, total);
	assert_int_equal(log.head.n, BD_LIMIT_OUTPUT_HEAD);
	assert_memory_equal(log.head.p, bytes, log.head.n);
	assert_true(log.tail.n <= BD_LIMIT_OUTPUT_TAIL);
	assert_int_equal(log.tail.n, total - BD_LIMIT_OUTPUT_HEAD < BD_LIMIT_OUTPUT_TAIL ? total - BD_LIMIT_OUTPUT_HEAD
											 : BD_LIMIT_OUTPUT_TAIL);
	assert_memory_equal(log.tail.p, bytes + total - log.tail.n, log.tail.n);
}

static void test_log_copy_keeps_both_ends(void **state)
{
	(void)state;
	check_long_log(BD_LIMIT_OUTPUT_HEAD + BD_LIMIT_OUTPUT_TAIL, 65536);
	check_long_log(BD_LIMIT_OUTPUT_HEAD + BD_LIMIT_OUTPUT_TAIL + 1, 65536);
	check_long_log(3 * BD_LIMIT_OUTPUT_TAIL + 12345, 65521);
	check_long_log(4 * BD_LIMIT_OUTPUT_TAIL, 3 * BD_LIMIT_OUTPUT_TAIL);
}

static void test_log_copy_text_says_what_is_left_out(void **state)
{
	AUTO(bd_log_copy_release) struct bd_log_copy log = { .size_bytes = 0 };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	AUTO(free_ptr) char *bytes = bd_xcalloc(1, BD_LIMIT_OUTPUT_HEAD + BD_LIMIT_OUTPUT_TAIL + 10);
	size_t at;
	(void)state;
	bd_log_copy_add(&log, bytes, BD_LIMIT_OUTPUT_HEAD + BD_LIMIT_OUTPUT_TAIL + 10);
	bd_log_copy_end(&log);
	bd_log_copy_text(&log, &no_secrets, &text);
	assert_true(bd_str_find(bd_buf_view(&text), "\n(10 bytes left out)\n", &at));
	assert_int_equal(at, BD_LIMIT_OUTPUT_HEAD);
}

static void test_log_copy_text_redacts(void **state)
{
	AUTO(bd_log_copy_release) struct bd_log_copy log = { .size_bytes = 0 };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	const char *words[] = { "hunter22", "hunter2", "" };
	const struct bd_string_vec secrets = { words, 3, 3 };
	(void)state;
	bd_log_copy_add(&log, "x hun", 5); /* a secret comes in two pieces */
	bd_log_copy_add(&log, "ter2 hunter22hunter2\n", 21);
	bd_log_copy_end(&log);
	bd_log_copy_text(&log, &secrets, &text);
	assert_string_equal(bd_buf_str(&text), "x REDACTED REDACTEDREDACTED\n");
}

static void check_tail(const char *log, const char *expected)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	assert_string_equal(bd_log_tail(bd_str(log), &arena), expected);
}

static void test_log_tail_redacts_echoed_instructions(void **state)
{
	(void)state;
	check_tail("STEP 2/3: ENV API_KEY=abc PLAIN=seen\n", "STEP 2/3: ENV API_KEY=REDACTED PLAIN=seen\n");
	check_tail("#6 [2/3] ARG NPM_TOKEN=abc\n", "#6 [2/3] ARG NPM_TOKEN=REDACTED\n");
	check_tail("Step 3/5 : LABEL db_password=abc", "Step 3/5 : LABEL db_password=REDACTED\n");
	check_tail("fetch https://joe:abc@host.example/x\n", "fetch https://REDACTED@host.example/x\n");
	check_tail("#6 [2/3] RUN TOKEN=abc make\n", "#6 [2/3] RUN TOKEN=REDACTED make\n");
	check_tail("E: plain = text, KEY=1\n", "E: plain = text, KEY=1\n");
	check_tail("", "");
}

static void test_log_tail_cuts_at_a_line(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf log = { .n = 0 };
	(void)state;
	for (int i = 0; i < 20000; i++) {
		bd_buf_printf(&log, "line %d\n", i);
	}
	const char *tail = bd_log_tail(bd_buf_view(&log), &arena);
	assert_true(strlen(tail) <= BD_LIMIT_OUTPUT_RECORDED);
	assert_true(strlen(tail) > BD_LIMIT_OUTPUT_RECORDED - 16);
	assert_memory_equal(tail, "line ", 5);
	assert_true(bd_str_ends(bd_str(tail), "line 19998\nline 19999\n"));
	bd_buf_clear(&log);
	for (size_t i = 0; i < 3 * BD_LIMIT_OUTPUT_RECORDED; i++) {
		bd_buf_add_char(&log, 'x');
	}
	assert_true(strlen(bd_log_tail(bd_buf_view(&log), &arena)) <= BD_LIMIT_OUTPUT_RECORDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_copy_keeps_a_short_log_whole),
		cmocka_unit_test(test_log_copy_of_nothing),
		cmocka_unit_test(test_log_copy_keeps_both_ends),
		cmocka_unit_test(test_log_copy_text_says_what_is_left_out),
		cmocka_unit_test(test_log_copy_text_redacts),
		cmocka_unit_test(test_log_tail_redacts_echoed_instructions),
		cmocka_unit_test(test_log_tail_cuts_at_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

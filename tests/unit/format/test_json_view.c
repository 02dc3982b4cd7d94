/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "format/json_view.h"

static struct bd_str view(const char *text)
{
	struct bd_str value;
	struct bd_error err = { .msg = "" };
	if (format_json_view(bd_str(text), &value, &err) < 0) {
		fail_msg("%s: %s", text, err.msg);
	}
	return value;
}

static void check_found(const char *text, const char *key, const char *wanted)
{
	struct bd_str value;
	const bool found = format_json_find(view(text), key, &value);
	assert_int_equal(found, wanted != NULL);
	if (found && !bd_str_is(value, wanted)) {
		fail_msg("%s: %.*s", text, (int)value.n, value.p);
	}
}

static void test_format_json_find_values(void **state)
{
	(void)state;
	check_found("\xef\xbb\xbf { \"a\" : 1 , \"b\":[ {\"a\":\"]}\"} ], \"c\": null }\n", "a", "1");
	check_found("{\"a\":1,\"b\":[ {\"a\":\"]}\\\"\"} ]}", "b", "[ {\"a\":\"]}\\\"\"} ]");
	check_found("{\"a\":\"\\\\\",\"b\":\"\\\\\\\"\"}", "b", "\"\\\\\\\"\"");
	check_found("{\"a\":1,\"a\":2}", "a", "2");
	check_found("{}", "a", NULL);
	check_found("[\"a\"]", "a", NULL);
	check_found("{\"a\" 1}", "a", NULL);
}

static void test_format_json_next_array(void **state)
{
	(void)state;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	assert_true(format_json_inside(view("[ 1, \"b\" ,{} ]"), '[', &inside));
	assert_true(format_json_next(&inside, &key, &value) && bd_str_is(value, "1") && key.p == NULL);
	assert_true(format_json_next(&inside, &key, &value) && bd_str_is(value, "\"b\""));
	assert_true(format_json_next(&inside, &key, &value) && bd_str_is(value, "{}"));
	assert_false(format_json_next(&inside, &key, &value));
	assert_int_equal(inside.n, 0);
	assert_true(format_json_inside(view("[1 2]"), '[', &inside));
	assert_false(format_json_next(&inside, &key, &value));
	assert_int_not_equal(inside.n, 0);
}

static void test_format_json_view_refuses(void **state)
{
	static const char *const bad[] = { "", " ", "{", "{\"a\": \"b}", "[1] x", "\n\n\"", "{\"a\":[}" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bd_str value;
		struct bd_error err = { .code = BD_ERR_USAGE };
		if (format_json_view(bd_str(bad[i]), &value, &err) == 0) {
			fail_msg("%s is read", bad[i]);
		}
		assert_int_equal(err.code, BD_ERR_FORMAT);
	}
}

static void test_format_json_string_escapes(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	assert_true(format_json_string(bd_str("\"a\\u00fc\\n\""), &out));
	assert_string_equal(bd_buf_str(&out), "a\xc3\xbc\n");
	assert_true(format_json_string(bd_str("\"\""), &out));
	assert_int_equal(out.n, 0);
	assert_false(format_json_string(bd_str("\"a\\u0000\""), &out));
	assert_false(format_json_string(bd_str("\"\\q\""), &out));
	assert_false(format_json_string(bd_str("\"\xff\""), &out));
	assert_false(format_json_string(bd_str("1"), &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_json_find_values),
		cmocka_unit_test(test_format_json_next_array),
		cmocka_unit_test(test_format_json_view_refuses),
		cmocka_unit_test(test_format_json_string_escapes),
	};
	return cmocka_run_group_tests_name("format json_view", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "format/ruby.h"

static void check(const char *source, const char *wanted, const char *rest_wanted)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_str rest = bd_str(source);
	if (!format_ruby_string(&rest, &out)) {
		fail_msg("%s is no string", source);
	}
	assert_string_equal(bd_buf_str(&out), wanted);
	assert_true(bd_str_is(rest, rest_wanted));
}

static void check_not(const char *source)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_str rest = bd_str(source);
	if (format_ruby_string(&rest, &out)) {
		fail_msg("%s is read as \"%s\"", source, bd_buf_str(&out));
	}
}

static void test_format_ruby_string_quotes(void **state)
{
	(void)state;
	check("\"a\".freeze", "a", ".freeze");
	check("'a\\'b\\\\c\\n' x", "a'b\\c\\n", " x");
	check("%q{a {nested} \\} b}", "a {nested} } b", "");
	check("%q<rake>, 1", "rake", ", 1");
	check("%Q(a\\tb)", "a\tb", "");
	check("%(plain)", "plain", "");
	check("%q|a|", "a", "");
	check("\"\"", "", "");
}

static void test_format_ruby_string_escapes(void **state)
{
	(void)state;
	check("\"J\\u00FCrgen\"", "J\xc3\xbcrgen", "");
	check("\"\\u{41 1F600 20ac}\"", "A\xf0\x9f\x98\x80\xe2\x82\xac", "");
	check("\"\\x41\\101\\e\\s\\\\\\\"\\#{x}\"", "AA\033 \\\"#{x}", "");
	check("\"a\\\nb\"", "ab", "");
}

static void test_format_ruby_string_refuses(void **state)
{
	(void)state;
	check_not("\"a");
	check_not("'a\\'");
	check_not("\"v#{VERSION}\"");
	check_not("\"\\u{110000}\"");
	check_not("\"\\xzz\"");
	check_not("VERSION");
	check_not("%r{a}");
	check_not("");
}

static void check_list(const char *source, const char *wanted)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf joined = { .n = 0 };
	struct format_ruby_list list = format_ruby_list_at(bd_str(source));
	while (format_ruby_list_next(&list, &text)) {
		bd_buf_printf(&joined, "<%s>", bd_buf_str(&text));
	}
	assert_string_equal(bd_buf_str(&joined), wanted);
}

static void test_format_ruby_list_next(void **state)
{
	(void)state;
	check_list(" [\"a\".freeze, 'b', # c\n  %q{d}] + e", "<a><b><d>");
	check_list("%w[a b\n c] x", "<a><b><c>");
	check_list("%w()", "");
	check_list("[]", "");
	check_list("[\"a\", other, \"b\"]", "<a>");
	check_list("Dir['*']", "");
	check_list("%w", "");
	check_list("%wxa b", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_ruby_string_quotes),
		cmocka_unit_test(test_format_ruby_string_escapes),
		cmocka_unit_test(test_format_ruby_string_refuses),
		cmocka_unit_test(test_format_ruby_list_next),
	};
	return cmocka_run_group_tests_name("format ruby", tests, NULL, NULL);
}

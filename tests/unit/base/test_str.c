/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

static void assert_view(struct bd_str view, const char *wanted)
{
	assert_int_equal(view.n, strlen(wanted));
	assert_true(bd_str_is(view, wanted));
}

static void test_equal_and_compare(void **state)
{
	(void)state;
	assert_true(bd_str_equal(bd_str(NULL), BD_STR("")));
	assert_true(bd_str_equal(BD_STR("a\0b"), BD_STR("a\0b")));
	assert_false(bd_str_equal(BD_STR("a\0b"), BD_STR("a\0c")));
	assert_true(bd_str_compare(BD_STR("a"), BD_STR("ab")) < 0);
	assert_true(bd_str_compare(BD_STR("b"), BD_STR("ab")) > 0);
	assert_true(bd_str_compare(BD_STR("\x80"), BD_STR("a")) > 0); /* bytes are unsigned */
	assert_int_equal(bd_str_compare(bd_str(NULL), BD_STR("")), 0);
}

static void test_starts_and_ends(void **state)
{
	(void)state;
	assert_true(bd_str_starts(BD_STR("docker://x"), "docker://"));
	assert_false(bd_str_starts(BD_STR("docker"), "docker://"));
	assert_true(bd_str_ends(BD_STR("a.tar"), ".tar"));
	assert_false(bd_str_ends(BD_STR("tar"), ".tar"));
	assert_true(bd_str_starts(bd_str(NULL), ""));
	assert_true(bd_str_ends(bd_str(NULL), ""));
}

static void test_trim_takes_ascii_space_off_both_ends(void **state)
{
	(void)state;
	assert_view(bd_str_trim(BD_STR(" \t\r\n\v\fa b\n ")), "a b");
	assert_view(bd_str_trim(BD_STR("   ")), "");
	assert_view(bd_str_trim(bd_str(NULL)), "");
}

static void test_cut_walks_fields(void **state)
{
	struct bd_str rest = BD_STR("a::b");
	(void)state;
	assert_view(bd_str_cut(&rest, ':'), "a");
	assert_view(bd_str_cut(&rest, ':'), "");
	assert_view(bd_str_cut(&rest, ':'), "b");
	assert_int_equal(rest.n, 0);
	assert_view(bd_str_cut(&rest, ':'), "");
}

static void test_line_ends(void **state)
{
	struct bd_str rest = BD_STR("one\ntwo\r\n\nlast");
	struct bd_str line;
	(void)state;
	const char *const wanted[] = { "one", "two", "", "last" };
	for (size_t i = 0; i < 4; i++) {
		assert_true(bd_str_line(&rest, &line));
		assert_view(line, wanted[i]);
	}
	assert_false(bd_str_line(&rest, &line));
}

static void test_to_u64_takes_whole_decimal_numbers(void **state)
{
	uint64_t value = 1;
	(void)state;
	assert_true(bd_str_to_u64(BD_STR("0"), &value));
	assert_true(value == 0);
	assert_true(bd_str_to_u64(BD_STR("18446744073709551615"), &value));
	assert_true(value == UINT64_MAX);
	const char *const bad[] = { "", "18446744073709551616", "99999999999999999999", "-1", "+1", " 1", "1 ", "0x1",
		"1e3" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(bd_str_to_u64(bd_str(bad[i]), &value));
	}
}

static void test_find_says_where(void **state)
{
	size_t at = 0;
	(void)state;
	assert_true(bd_str_find(BD_STR("a=b=c"), "=", &at));
	assert_int_equal(at, 1);
	assert_true(bd_str_find(BD_STR("abc"), "bc", NULL));
	assert_false(bd_str_find(BD_STR("ab"), "abc", &at));
	assert_false(bd_str_find(bd_str(NULL), "a", &at));
}

static void test_null_is_less_than_everything(void **state)
{
	(void)state;
	assert_true(bd_strcmp0(NULL, "") < 0);
	assert_true(bd_strcmp0("", NULL) > 0);
	assert_int_equal(bd_strcmp0(NULL, NULL), 0);
	assert_true(bd_streq(NULL, NULL));
	assert_false(bd_streq(NULL, ""));
}

static void test_hash_bytes_is_fnv_1a(void **state)
{
	(void)state;
	assert_true(bd_hash_bytes("", 0) == 0xcbf29ce484222325ULL);
	assert_true(bd_hash_bytes("a", 1) == 0xaf63dc4c8601ec8cULL);
	assert_true(bd_hash_bytes("foobar", 6) == 0x85944171f73967e8ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_and_compare),
		cmocka_unit_test(test_starts_and_ends),
		cmocka_unit_test(test_trim_takes_ascii_space_off_both_ends),
		cmocka_unit_test(test_cut_walks_fields),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_to_u64_takes_whole_decimal_numbers),
		cmocka_unit_test(test_find_says_where),
		cmocka_unit_test(test_null_is_less_than_everything),
		cmocka_unit_test(test_hash_bytes_is_fnv_1a),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

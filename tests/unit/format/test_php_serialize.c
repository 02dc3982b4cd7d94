/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "format/php_serialize.h"

static const char document[] = "a:5:{s:4:\"name\";s:3:\"a\"b\";s:1:\"n\";N;i:7;a:1:{s:1:\"x\";d:0.5;}"
			       "s:1:\"o\";O:3:\"Foo\":1:{s:1:\"p\";b:1;}s:4:\"name\";s:6:\"second\";}rest";

static void test_format_php_next_whole(void **state)
{
	(void)state;
	struct bd_str rest = bd_str(document);
	struct format_php value;
	assert_true(format_php_next(&rest, &value));
	assert_int_equal(value.kind, 'a');
	assert_true(bd_str_is(rest, "rest"));
}

static void test_format_php_member(void **state)
{
	(void)state;
	struct bd_str rest = bd_str(document);
	struct format_php top;
	struct format_php value;
	struct format_php inner;
	assert_true(format_php_next(&rest, &top));
	assert_true(format_php_member(top.members, "name", &value));
	assert_true(bd_str_is(value.text, "a\"b"));
	assert_true(format_php_member(top.members, "n", &value));
	assert_int_equal(value.kind, 'N');
	assert_true(format_php_member(top.members, "7", &value) && format_php_member(value.members, "x", &inner));
	assert_true(inner.kind == 'd' && bd_str_is(inner.text, "0.5"));
	assert_true(format_php_member(top.members, "o", &value) && format_php_member(value.members, "p", &inner));
	assert_true(value.kind == 'O' && bd_str_is(value.text, "Foo"));
	assert_false(format_php_member(top.members, "none", &value));
}

static void test_format_php_next_refuses(void **state)
{
	static const char *const bad[] = { "", "x", "N", "i:1", "s:3:\"ab\";", "s:9999999999999999999:\"a\";",
		"s:1:\"a\"", "a:1:{i:1;", "a:1:{i:1;i:2;", "a:x:{}", "O:1:\"F\"{}", "C:1:\"F\":0:{}", "s:-1:\"\";" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bd_str rest = bd_str(bad[i]);
		struct format_php value;
		if (format_php_next(&rest, &value)) {
			fail_msg("%s is read", bad[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_php_next_whole),
		cmocka_unit_test(test_format_php_member),
		cmocka_unit_test(test_format_php_next_refuses),
	};
	return cmocka_run_group_tests_name("format php_serialize", tests, NULL, NULL);
}

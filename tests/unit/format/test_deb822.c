/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "format/deb822.h"

static const struct format_deb822_field fields[] = { { "Package", false }, { "Files", true } };

static void test_format_deb822_read_paragraphs(void **state)
{
	struct format_deb822 reader = {
		.rest = bd_str("\n# note\npackage: a \nOther: x\n y\nFiles:\n /b\n /c\n\n\nPackage: d")
	};
	struct bd_str values[2];
	struct bd_error err;
	(void)state;
	assert_int_equal(format_deb822_read(&reader, fields, 2, values, &err), 1);
	assert_int_equal(reader.first, 3);
	assert_true(bd_str_is(values[0], "a"));
	assert_true(bd_str_ends(values[1], "\n /b\n /c"));
	assert_int_equal(format_deb822_read(&reader, fields, 2, values, &err), 1);
	assert_int_equal(reader.first, 11);
	assert_true(bd_str_is(values[0], "d"));
	assert_null(values[1].p);
	assert_int_equal(format_deb822_read(&reader, fields, 2, values, &err), 0);
}

static void refused(const char *text, const char *problem)
{
	struct format_deb822 reader = { .rest = bd_str(text) };
	struct bd_str values[2];
	struct bd_error err;
	assert_int_equal(format_deb822_read(&reader, fields, 2, values, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, problem);
}

static void test_format_deb822_read_refuses(void **state)
{
	struct format_deb822 reader = { .rest = { "Package: a\0b", 12 } };
	struct bd_str values[2];
	struct bd_error err;
	(void)state;
	refused(" x\n", "line 1: continues a field, but there is none");
	refused("\nPackage: a\nPACKAGE: b\n", "line 3: second field \"PACKAGE\"");
	refused("x\n", "line 1: no field name");
	refused(":x\n", "line 1: no field name");
	assert_int_equal(format_deb822_read(&reader, fields, 2, values, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "line 1: a NUL byte");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_deb822_read_paragraphs),
		cmocka_unit_test(test_format_deb822_read_refuses),
	};
	return cmocka_run_group_tests_name("deb822", tests, NULL, NULL);
}

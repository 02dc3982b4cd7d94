/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/yaml.h"

static void add(struct bd_str path, struct bd_str value, void *context)
{
	bd_buf_printf(context, "%.*s=%.*s ", (int)path.n, path.p, (int)value.n, value.p);
}

static const char *scalars(const char *text, struct bd_buf *out)
{
	struct bd_error err;
	bd_buf_clear(out);
	if (format_yaml_scalars(bd_str(text), 4096, add, out, &err) < 0) {
		bd_buf_add_str(out, err.msg);
	}
	return bd_buf_str(out);
}

static void test_format_yaml_scalars_paths(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "plain", "=plain " },
		{ "a: b\nc: 'd'\n", "a=b c=d " },
		{ "a:\n- b\n- c: d\n  e: f\n- [g, h]\n", "a[]=b a[]/c=d a[]/e=f a[][]=g a[][]=h " },
		{ "a: {b: {c: d}, e: f}\ng: |\n  h: i\n", "a/b/c=d a/e=f g=h: i\n " },
		{ "a: &x b\nc: *x\nd: e\n", "a=b d=e " },
		{ "? [a, b]\n: {name: c}\nname: d\n", "[]=a []=b ?/name=c name=d " },
		{ "a: b\n---\na: c\n", "a=b " },
	};
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(scalars(cases[i][0], &out), cases[i][1]);
	}
}

static void test_format_yaml_scalars_refuses(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf deep = { .n = 0 };
	struct bd_error err;
	(void)state;
	assert_non_null(strstr(scalars("a: b\nc: [\n", &out), "a=b line 3: "));
	assert_non_null(strstr(scalars("a: \x01\n", &out), "line 1: "));
	for (size_t i = 0; i <= BD_LIMIT_TERM_DEPTH; i++) {
		bd_buf_add_char(&deep, '[');
	}
	assert_non_null(strstr(scalars(bd_buf_str(&deep), &out), "more than 64 levels"));
	assert_int_equal(format_yaml_scalars(bd_str("a: b"), 3, add, &out, &err), -BD_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_yaml_scalars_paths),
		cmocka_unit_test(test_format_yaml_scalars_refuses),
	};
	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/lua.h"

static void add(const struct bd_str *keys, size_t count, struct bd_str value, void *context)
{
	struct bd_buf *out = context;
	for (size_t i = 0; i < count; i++) {
		bd_buf_printf(out, "%s%.*s", i > 0 ? "." : "", (int)keys[i].n, keys[i].p);
	}
	bd_buf_printf(out, "=%.*s ", (int)value.n, value.p);
}

/* "PATH=VALUE " of every string, and the error. */
static const char *strings(const char *text, struct bd_buf *out)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err;
	bd_buf_clear(out);
	if (format_lua_strings(bd_str(text), &arena, add, out, &err) < 0) {
		bd_buf_add_str(out, err.msg);
	}
	return bd_buf_str(out);
}

static void test_format_lua_strings_values(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "#!/usr/bin/lua\na = 'b'", "a=b " },
		{ "a = \"b\\65\\x42\\n\\\"\"", "a=bAB\n\" " },
		{ "a = [[\nb]]; c = [==[ ]] ]==]", "a=b c= ]]  " },
		{ "a.b['c'] = 'd'", "a.b.c=d " },
		{ "a = { b = 'c', ['d e'] = 'f'; 'g', h }", "a.b=c a.d e=f a.=g " },
		{ "a = { { 'x' }, { b = { 'y' } } }", "a..=x a..b.=y " },
		{ "local v, w = '1', '2' a = 'x' .. v .. '.' .. w", "a=x1.2 " },
		{ "local v = '1' local v = '2' a = v", "a=2 " },
		{ "a = b b = 'c'", "b=c " },
		{ "a = (x == 'y') and 'b' or 'c' d = 'e'", "d=e " },
		{ "a = f('x').y[1]:z { 'u' } b = #'c' d = -1 + 2 e = not true f = ... g = 'h'", "g=h " },
		{ "local function f() if a then return {} end end a = 'b'", "a=b " },
		{ "for i = 1, 2 do a = 'x' end while true do b = 'y' end repeat c = 'z' until true d = 'e'", "d=e " },
		{ "f() a = function () return 'x' end b = 'c' return { d = 'e' }", "b=c " },
		{ "a = 'b' --[[ c = 'd'\n]] e = 'f' -- g", "a=b e=f " },
	};
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(strings(cases[i][0], &out), cases[i][1]);
	}
}

static void test_format_lua_strings_refuses(void **state)
{
	static const char *const cases[][2] = {
		{ "a = ", "ends where a value is missing" },
		{ "a = 'b\n'", "line 1: a string that never ends" },
		{ "a = [[b", "a long bracket that never ends" },
		{ "a = {\n'b'", "\"}\" is missing" },
		{ "a = { ['b' = 'c' }", "\"]\" is missing" },
		{ "a = f(", "a bracket that is never closed" },
		{ "if a then", "a block that never ends" },
		{ "a = 'b' ..", "ends where a value is missing" },
		{ "'a'", "no assignment" },
		{ "end", "no assignment" },
		{ "local 'a'", "a local without a name" },
		{ "a = end", "a value is missing" },
	};
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_non_null(strstr(strings(cases[i][0], &out), cases[i][1]));
	}
}

static void test_format_lua_strings_limits(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	(void)state;
	bd_buf_add_str(&text, "local a = '0123456789abcdef'\n");
	for (size_t n = 16; n <= BD_LIMIT_LUA_STRING; n *= 2) {
		bd_buf_add_str(&text, "local a = a .. a\n");
	}
	assert_non_null(strstr(strings(bd_buf_str(&text), &out), "a string of more than 65536 bytes"));
	bd_buf_clear(&text);
	bd_buf_add_str(&text, "a = ");
	for (size_t i = 0; i <= BD_LIMIT_TERM_DEPTH; i++) {
		bd_buf_add_char(&text, '{');
	}
	assert_non_null(strstr(strings(bd_buf_str(&text), &out), "more than 64 levels"));
	bd_buf_clear(&text);
	for (size_t i = 0; i <= BD_LIMIT_LUA_LOCALS; i++) {
		bd_buf_add_str(&text, "local a\n");
	}
	assert_non_null(strstr(strings(bd_buf_str(&text), &out), "more than 256 locals"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_lua_strings_values),
		cmocka_unit_test(test_format_lua_strings_refuses),
		cmocka_unit_test(test_format_lua_strings_limits),
	};
	return cmocka_run_group_tests_name("lua", tests, NULL, NULL);
}

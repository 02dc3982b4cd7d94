/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "origin/shell_word.h"

struct fixed {
	const char *name, *value; /* value NULL: unset */
};
static const struct fixed fixed[] = { { "V", "3.11" }, { "EMPTY", "" }, { "UNSET", NULL }, { "PATHS", "/a/b/c.tar.gz" },
	{ "STARS", "a*b?c" }, { "WIDE", "käse" }, { "SPACED", " x  y " }, { "NEEDLE", "/" } };

static enum shell_variable get_fixed(struct bd_str name, const void *context, const char **value_out)
{
	(void)context;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (bd_str_is(name, fixed[i].name)) {
			*value_out = fixed[i].value;
			return fixed[i].value != NULL ? SHELL_SET : SHELL_UNSET;
		}
	}
	return SHELL_UNKNOWN;
}

static int expand(
	const char *source, char escape, struct bd_arena *arena, struct shell_result *out, struct bd_error *err)
{
	const struct shell_options options = { .escape = escape, .split = true, .get = get_fixed };
	return shell_expand(&options, bd_str(source), arena, out, err);
}

static void test_shell_expand_forms(void **state)
{
	static const struct {
		const char *source, *expected; /* expected NULL: an error */
	} table[] = {
		{ "python:$V", "python:3.11" },
		{ "python:${V}-slim", "python:3.11-slim" },
		{ "$V$V", "3.113.11" },
		{ "${V:-x}", "3.11" },
		{ "${UNSET:-x}", "x" },
		{ "${EMPTY:-x}", "x" },
		{ "${EMPTY-x}", "" },
		{ "${UNSET-x}", "x" },
		{ "${V:+x}", "x" },
		{ "${EMPTY:+x}", "" },
		{ "${EMPTY+x}", "x" },
		{ "${UNSET+x}", "" },
		{ "${V?gone}", "3.11" },
		{ "${EMPTY?gone}", "" },
		{ "${UNSET?gone}", NULL },
		{ "${EMPTY:?gone}", NULL },
		{ "${UNSET:?}", NULL },
		{ "${UNSET:-${EMPTY:-${V}}}", "3.11" },
		{ "${UNSET:-$V-$V}", "3.11-3.11" },
		{ "${UNSET:-\"a b\"}", "a b" },
		{ "${PATHS#*/}", "a/b/c.tar.gz" },
		{ "${PATHS##*/}", "c.tar.gz" },
		{ "${PATHS%.*}", "/a/b/c.tar" },
		{ "${PATHS%%.*}", "/a/b/c" },
		{ "${PATHS%/*}", "/a/b" },
		{ "${PATHS#nothing}", "/a/b/c.tar.gz" },
		{ "${PATHS#/?/}", "b/c.tar.gz" },
		{ "${PATHS#}", "/a/b/c.tar.gz" },
		{ "${PATHS##*}", "" },
		{ "${STARS#a\\*}", "b?c" },
		{ "${STARS%\\?c}", "a*b" },
		{ "${STARS#a\\x}", NULL },
		{ "${WIDE#k?}", "se" },
		{ "${WIDE%?se}", "k" },
		{ "${PATHS/\\//_}", "_a/b/c.tar.gz" },
		{ "${PATHS//\\//_}", "_a_b_c.tar.gz" },
		{ "${PATHS//$NEEDLE/_}", "_a_b_c.tar.gz" },
		{ "${PATHS/.*/}", "/a/b/c" },
		{ "${PATHS/nothing/x}", "/a/b/c.tar.gz" },
		{ "${V//}", NULL },
		{ "${V/x", NULL },
		{ "${UNSET:#x}", NULL },
		{ "${V=x}", NULL },
		{ "${V:=x}", NULL },
		{ "${}", NULL },
		{ "${{V}", NULL },
		{ "${V", NULL },
		{ "${", NULL },
		{ "$", "$" },
		{ "a$", "a$" },
		{ "$.", "$." },
		{ "$1x", "$1x" },
		{ "\\$V", "$V" },
		{ "\\\\$V", "\\3.11" },
		{ "'$V'", "$V" },
		{ "\"$V\"", "3.11" },
		{ "\"\\$V\"", "$V" },
		{ "\"a\\nb\"", "a\\nb" },
		{ "'it'\\''s'", "it's" },
		{ "'open", NULL },
		{ "\"open", NULL },
		{ "end\\", "end" },
		{ "$ELSEWHERE", "$ELSEWHERE" },
		{ "${ELSEWHERE:-x}/y", "${ELSEWHERE:-x}/y" },
		{ "${ELSEWHERE/a/b}", "${ELSEWHERE/a/b}" },
		{ "${ELSEWHERE#a}", "${ELSEWHERE#a}" },
		{ "a < b << c", "a < b << c" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct shell_result result;
		struct bd_error err;
		const int rc = expand(table[i].source, '\\', &arena, &result, &err);
		if ((rc == 0) != (table[i].expected != NULL)) {
			fail_msg("%s: %s", table[i].source, rc < 0 ? err.msg : result.text);
		}
		if (rc == 0) {
			assert_string_equal(result.text, table[i].expected);
		} else {
			assert_int_equal(err.code, BD_ERR_FORMAT);
		}
	}
}

static void test_shell_expand_backtick(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct shell_result result;
	struct bd_error err;
	(void)state;
	assert_int_equal(expand("C:\\x`$V ``", '`', &arena, &result, &err), 0);
	assert_string_equal(result.text, "C:\\x$V `");
}

static void test_shell_expand_words(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct shell_result result;
	struct bd_error err;
	(void)state;
	assert_int_equal(expand(" a${SPACED}b \"c $V\" \"\" d\\ e <<  EOF", '\\', &arena, &result, &err), 0);
	static const char *const expected[] = { "a", "x", "y", "b", "c 3.11", "d e", "<<  EOF" };
	assert_int_equal(result.words.len, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < result.words.len; i++) {
		assert_string_equal(result.words.v[i], expected[i]);
	}
}

static void test_shell_expand_names(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct shell_result result;
	struct bd_error err;
	(void)state;
	assert_int_equal(expand("${UNSET:-$V}${UNSET}$EMPTY", '\\', &arena, &result, &err), 0);
	assert_string_equal(result.missing, "UNSET");
	assert_int_equal(result.names.len, 4);
	assert_string_equal(result.names.v[0], "V");
	assert_int_equal(expand("${UNSET:-$V}", '\\', &arena, &result, &err), 0);
	assert_null(result.missing);
	assert_int_equal(expand("${UNSET%x}", '\\', &arena, &result, &err), 0);
	assert_string_equal(result.missing, "UNSET");
}

static void test_shell_expand_message(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct shell_result result;
	struct bd_error err;
	(void)state;
	assert_true(expand("${UNSET:?say the version}", '\\', &arena, &result, &err) < 0);
	assert_string_equal(err.msg, "UNSET: say the version");
	assert_true(expand("${EMPTY:?}", '\\', &arena, &result, &err) < 0);
	assert_string_equal(err.msg, "EMPTY: is not allowed to be empty");
}

static void add_nested(struct bd_buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		bd_buf_add_str(out, "${UNSET:-");
	}
	for (unsigned i = 0; i < depth; i++) {
		bd_buf_add_char(out, '}');
	}
}

static void test_shell_expand_depth(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct shell_result result;
	struct bd_error err;
	(void)state;
	add_nested(&text, BD_LIMIT_EXPANSION_DEPTH - 1);
	assert_int_equal(expand(bd_buf_str(&text), '\\', &arena, &result, &err), 0);
	bd_buf_clear(&text);
	add_nested(&text, BD_LIMIT_EXPANSION_DEPTH);
	assert_int_equal(expand(bd_buf_str(&text), '\\', &arena, &result, &err), -BD_ERR_LIMIT);
}

static enum shell_variable get_long(struct bd_str name, const void *context, const char **value_out)
{
	(void)name;
	*value_out = context;
	return SHELL_SET;
}

static void test_shell_expand_size(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(free_ptr) char *value = bd_xmalloc(BD_LIMIT_EXPANDED_WORD / 4 + 1);
	struct shell_result result;
	struct bd_error err;
	(void)state;
	memset(value, 'x', BD_LIMIT_EXPANDED_WORD / 4);
	value[BD_LIMIT_EXPANDED_WORD / 4] = '\0';
	const struct shell_options options = { .escape = '\\', .get = get_long, .context = value };
	assert_int_equal(shell_expand(&options, bd_str("$A$A$A$A"), &arena, &result, &err), 0);
	assert_int_equal(shell_expand(&options, bd_str("$A$A$A$A$A$A"), &arena, &result, &err), -BD_ERR_LIMIT);
	assert_int_equal(shell_expand(&options, bd_str("${A%x}"), &arena, &result, &err), -BD_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shell_expand_forms),
		cmocka_unit_test(test_shell_expand_backtick),
		cmocka_unit_test(test_shell_expand_words),
		cmocka_unit_test(test_shell_expand_names),
		cmocka_unit_test(test_shell_expand_message),
		cmocka_unit_test(test_shell_expand_depth),
		cmocka_unit_test(test_shell_expand_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

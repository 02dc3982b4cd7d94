/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/erlang.h"

/* "KIND TEXT DEPTH" of every token, in a line. */
static const char *tokens(const char *text, struct bd_buf *out)
{
	static const char kinds[] = ".([asn,;o";
	struct format_erlang reader = { .bytes = bd_str(text) };
	struct format_erlang_token token;
	struct bd_error err;
	bd_buf_clear(out);
	do {
		if (format_erlang_next(&reader, &token, &err) < 0) {
			bd_buf_printf(out, "%s", err.msg);
			break;
		}
		if (token.kind != FORMAT_ERLANG_END) {
			bd_buf_printf(
				out, "%c%.*s%zu ", kinds[token.kind], (int)token.text.n, token.text.p, token.depth);
		}
	} while (token.kind != FORMAT_ERLANG_END);
	return bd_buf_str(out);
}

static void test_format_erlang_next_kinds(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	assert_string_equal(tokens("{a, 'B c'}. % end }", &out), "({1 aa1 ,,1 aB c1 [}1 ;.0 ");
	assert_string_equal(tokens("<<\"b\\\"\">>", &out), "(<<1 sb\\\"1 [>>1 ");
	assert_string_equal(tokens("[$a,$\\n|-1.5e-3]", &out), "([1 n$a1 ,,1 n$\\n1 o|1 n-1.5e-31 []1 ");
	assert_string_equal(tokens("#{k => 16#ff}.", &out), "(#{1 ak1 o=1 o>1 n16#ff1 [}1 ;.0 ");
	assert_string_equal(tokens("", &out), "");
}

static void test_format_erlang_next_refuses(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf deep = { .n = 0 };
	(void)state;
	assert_non_null(strstr(tokens("\n[", &out), "line 2: ends inside a term"));
	assert_non_null(strstr(tokens("(", &out), "line 1: a byte that begins no term"));
	assert_non_null(strstr(tokens("[}", &out), "a bracket that nothing opened"));
	assert_non_null(strstr(tokens("\"a\\\"", &out), "a quote that never ends"));
	for (size_t i = 0; i <= BD_LIMIT_TERM_DEPTH; i++) {
		bd_buf_add_char(&deep, '[');
	}
	assert_non_null(strstr(tokens(bd_buf_str(&deep), &out), "more than 64 brackets"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_erlang_next_kinds),
		cmocka_unit_test(test_format_erlang_next_refuses),
	};
	return cmocka_run_group_tests_name("erlang terms", tests, NULL, NULL);
}

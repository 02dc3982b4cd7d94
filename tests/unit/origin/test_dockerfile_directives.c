/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "origin/dockerfile.h"

static void test_directive_find_places(void **state)
{
	static const struct {
		const char *key, *file, *value; /* value NULL: not found */
		int line;
	} table[] = {
		{ "syntax", "# syntax=docker/dockerfile:1\nFROM x\n", "docker/dockerfile:1", 1 },
		{ "syntax", "#syntax = a/b:1 more words\n", "a/b:1", 1 },
		{ "syntax", "# SynTax=x\r\n", "x", 1 },
		{ "syntax", "# escape=`\n# syntax=x\n", "x", 2 },
		{ "syntax", "#!/usr/bin/env x\n# escape=`\n# syntax=x\n", "x", 3 },
		{ "syntax", "\xef\xbb\xbf# syntax=x\n", "x", 1 },
		{ "syntax", "# a comment\n# syntax=x\n", NULL, 0 },
		{ "syntax", "\n# syntax=x\n", NULL, 0 },
		{ "syntax", "# other=1\n# syntax=x\n", NULL, 0 },
		{ "syntax", "FROM x\n# syntax=x\n", NULL, 0 },
		{ "syntax", "# syntax=\n", NULL, 0 },
		{ "syntax", "# =x\n", NULL, 0 },
		{ "syntax", "# 1syntax=x\n", NULL, 0 },
		{ "syntax", "// check=1\n// syntax=x\n", "x", 2 },
		{ "syntax", "{\"a\": [1], \"syntax\": \"x\"}\n", "x", 1 },
		{ "syntax", "{\"syntax\": 1}\n", NULL, 0 },
		{ "check", "// check=x\n", NULL, 0 },
		{ "check", "# syntax=x\n# check=skip=all;error=true\n", "skip=all;error=true", 2 },
		{ "syntax", "", NULL, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct directive found;
		if (directive_find(table[i].key, bd_str(table[i].file), &arena, &found) != (table[i].value != NULL)) {
			fail_msg("row %zu: %s", i, table[i].file);
		}
		if (table[i].value != NULL) {
			assert_true(bd_str_is(found.value, table[i].value));
			assert_int_equal(found.line, table[i].line);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directive_find_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

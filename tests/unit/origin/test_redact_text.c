/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "origin/redact_text.h"

static void test_redact_text_rows(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "nothing here", "nothing here" },
		{ "export API_TOKEN=hunter2 X=1", "export API_TOKEN=REDACTED X=1" },
		{ "PASSWORD=\"a b\" y", "PASSWORD=\"REDACTED\" y" },
		{ "-e \"PASSWORD=a b\" y", "-e \"PASSWORD=REDACTED\" y" },
		{ "--token=abc --name=x", "--token=REDACTED --name=x" },
		{ "https://u:p@h/x?api_key=1 z", "https://h/x?api_key=REDACTED z" },
		{ "a://u:p@b c://d:e@f", "a://b c://f" },
		{ "Authorization: Bearer abc def\nnext", "Authorization: REDACTED\nnext" },
		{ "PASSWORD=\nnext", "PASSWORD=\nnext" },
		{ "PASSWORD=\"open\nnext", "PASSWORD=\"REDACTED\nnext" },
		{ "jose-token==1.2", "jose-token==1.2" },
		{ "mail bob@example", "mail bob@example" },
		{ "invalid token: x", "invalid token: x" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { 0 };
		assert_string_equal(redacted(&arena, rows[i][0]), rows[i][1]);
		assert_string_equal(redacted(&arena, rows[i][1]), rows[i][1]);
	}
	assert_null(redacted(NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_redact_text_rows) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/origin.h"

#include "base/auto.h"

static void test_bd_dockerfile_redact_forms(void **state)
{
	static const struct {
		const char *file, *expected; /* expected NULL: unchanged */
	} table[] = {
		{ "FROM x\nENV API_TOKEN=abc PATH=/bin\n", "FROM x\nENV API_TOKEN=REDACTED PATH=/bin\n" },
		{ "ENV A=1 DB_PASSWORD=\"x y\" B='2'\n", "ENV A=1 DB_PASSWORD=REDACTED B='2'\n" },
		{ "ENV DB_PASSWORD x y  z \nUSER a", "ENV DB_PASSWORD REDACTED \nUSER a" },
		{ "env\tDB_PASSWORD\tx\r\n", "env\tDB_PASSWORD\tREDACTED\r\n" },
		{ "ARG NPM_TOKEN\n", NULL },
		{ "ARG NPM_TOKEN=\n", NULL },
		{ "ARG NPM_TOKEN=x A=1\n", "ARG NPM_TOKEN=REDACTED A=1\n" },
		{ "LABEL com.example.secret=\"a\\\"b\" v=1\n", "LABEL com.example.secret=REDACTED v=1\n" },
		{ "ONBUILD ENV TOKEN=a\n", "ONBUILD ENV TOKEN=REDACTED\n" },
		{ "ENV A=1 \\\n# why\n    TOKEN=ab\\\nc \\\n\n    B=2\n",
			"ENV A=1 \\\n# why\n    TOKEN=REDACTED\\\nREDACTED \\\n\n    B=2\n" },
		{ "# escape=`\nENV TOKEN=C:\\ A=1\n", "# escape=`\nENV TOKEN=REDACTED A=1\n" },
		{ "  # ENV TOKEN=a B=1\n", "  # ENV TOKEN=REDACTED B=1\n" },
		{ "# a token=x is needed\nRUN TOKEN=x make\n", "# a token=x is needed\nRUN TOKEN=REDACTED make\n" },
		{ "RUN git clone https://u:p@example.org/x https://example.org/a@b\n",
			"RUN git clone https://REDACTED@example.org/x https://example.org/a@b\n" },
		{ "RUN pip -i https://tok@example.org \\\n http://a:b@c:1/\n",
			"RUN pip -i https://REDACTED@example.org \\\n http://REDACTED@c:1/\n" },
		{ "RUN git clone ssh://git@example.org/x git@example.org:x\n", NULL },
		{ "RUN git clone ssh://git:pw@example.org/x\n", "RUN git clone ssh://REDACTED@example.org/x\n" },
		{ "ENV INDEX=https://u:p@h/ SECRET=https://u:p@h/\n",
			"ENV INDEX=https://REDACTED@h/ SECRET=REDACTED\n" },
		{ "garbage\nENV TOKEN=a oops SECRET=b\n", "garbage\nENV TOKEN=REDACTED oops SECRET=REDACTED\n" },
		{ "# escape=?\n# escape=`\nENV TOKEN=a\n", "# escape=?\n# escape=`\nENV TOKEN=REDACTED\n" },
		{ "RUN <<EOF\ncat\nEOF\nENV TOKEN=a", "RUN <<EOF\ncat\nEOF\nENV TOKEN=REDACTED" },
		{ "ENV \"TOKEN=a b\" C=\"d\"\n", "ENV \"TOKEN=REDACTED\" C=\"d\"\n" },
		{ "ENV \"TOKEN=a\"b\"c\" D=e\n", "ENV \"TOKEN=REDACTED\" D=e\n" },
		{ "ENV TOKEN=\"a \\\n b\"\nUSER x\n", "ENV TOKEN=REDACTED\\\nREDACTED\nUSER x\n" },
		{ "LABEL a=1 x://u=p@h/TOKEN\" \"=b\n", "LABEL a=1 x://REDACTED@h/TOKEN\" \"=REDACTED\n" },
		{ "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		const char *expected = table[i].expected != NULL ? table[i].expected : table[i].file;
		const char *once = bd_dockerfile_redact(bd_str(table[i].file), &arena);
		assert_string_equal(once, expected);
		assert_string_equal(bd_dockerfile_redact(bd_str(once), &arena), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_dockerfile_redact_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

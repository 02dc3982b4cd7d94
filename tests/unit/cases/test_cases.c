/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/cases.h"

#include "base/auto.h"

static struct bd_case some[] = {
	{ .result = BD_CASE_PASSED, .group = "Dockerfile", .name = "FROM a & b" },
	{ .result = BD_CASE_FAILED,
		.group = "Dockerfile",
		.name = "FROM <c>, d",
		.type = "no-tag",
		.message = "100% \"so\"\x1b[0m",
		.detail = "one\ntwo\n",
		.file = "Dockerfile",
		.line = 3 },
	{ .result = BD_CASE_ERROR, .group = "b.yml", .name = "e", .type = "not-asked", .message = "why" },
	{ .result = BD_CASE_SKIPPED, .group = "b.yml", .name = "f", .message = "because" },
};

static void test_bd_cases_junit_escapes(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct bd_cases cases = { .title = "t", .v = some, .len = 4 };
	(void)state;
	bd_cases_junit(&cases, &out);
	assert_string_equal(bd_buf_str(&out),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"t\" tests=\"4\" failures=\"1\" errors=\"1\">\n"
		"  <testsuite name=\"Dockerfile\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.000\">\n"
		"    <testcase classname=\"basedrift.Dockerfile\" name=\"FROM a &amp; b\" time=\"0.000\"/>\n"
		"    <testcase classname=\"basedrift.Dockerfile\" name=\"FROM &lt;c&gt;, d\" time=\"0.000\" file=\"Dockerfile\" line=\"3\">"
		"<failure type=\"no-tag\" message=\"&quot;100% \\&quot;so\\&quot;\\x1b[0m&quot;\">&quot;100% \\&quot;so\\&quot;\\x1b[0m&quot;\none\ntwo</failure></testcase>\n"
		"  </testsuite>\n"
		"  <testsuite name=\"b.yml\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\" time=\"0.000\">\n"
		"    <testcase classname=\"basedrift.b.yml\" name=\"e\" time=\"0.000\"><error type=\"not-asked\" message=\"why\">why</error></testcase>\n"
		"    <testcase classname=\"basedrift.b.yml\" name=\"f\" time=\"0.000\"><skipped message=\"because\">because</skipped></testcase>\n"
		"  </testsuite>\n</testsuites>\n");
}

/* Ant's schema wants a suite's every attribute, the Jenkins plugin's no file and no line. */
static void test_bd_cases_junit_strict(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct bd_cases cases = {
		.title = "t", .v = some + 1, .len = 2, .strict = true, .time = "2026-01-02T03:04:05Z"
	};
	(void)state;
	bd_cases_junit(&cases, &out);
	const char *text = bd_buf_str(&out);
	assert_non_null(strstr(text,
		"<testsuites>\n  <testsuite name=\"Dockerfile\" package=\"\" id=\"0\" hostname=\"localhost\" "
		"timestamp=\"2026-01-02T03:04:05\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" "
		"time=\"0.000\">\n    <properties/>\n"));
	assert_non_null(strstr(text,
		"    <system-out/>\n    <system-err/>\n  </testsuite>\n  <testsuite name=\"b.yml\" package=\"\" id=\"1\""));
	assert_null(strstr(text, " file="));
	assert_null(strstr(text, " line="));
}

static void test_bd_cases_github_commands(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_case many[12];
	struct bd_cases cases = { .title = "t", .v = some, .len = 4 };
	(void)state;
	bd_cases_github(&cases, &out);
	assert_string_equal(bd_buf_str(&out),
		"::error file=Dockerfile,line=3,title=FROM <c>%2C d::\"100%25 \\\"so\\\"\\x1b[0m\"\n::warning title=e::why\n");
	for (size_t i = 0; i < 12; i++) {
		many[i] = some[1];
	}
	cases = (struct bd_cases){ .title = "t", .v = many, .len = 12 };
	bd_buf_clear(&out);
	bd_cases_github(&cases, &out);
	assert_non_null(strstr(bd_buf_str(&out), "::error title=3 more::"));
}

static void test_bd_cases_markdown_is_safe(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct bd_cases cases = { .title = "t", .v = some, .len = 4 };
	(void)state;
	bd_cases_markdown(&cases, &out);
	assert_non_null(strstr(bd_buf_str(&out), "1 of 4 hold."));
	assert_non_null(strstr(bd_buf_str(&out), "- **FROM \\<c\\>, d**: "));
	assert_null(strstr(bd_buf_str(&out), "FROM a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_cases_junit_escapes),
		cmocka_unit_test(test_bd_cases_junit_strict),
		cmocka_unit_test(test_bd_cases_github_commands),
		cmocka_unit_test(test_bd_cases_markdown_is_safe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

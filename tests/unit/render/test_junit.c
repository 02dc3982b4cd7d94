/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "render/junit_cases.h"
#include "render/renderers.h"
#include "render/words.h"
#include "xml_check.h"

static const struct bd_render_options strict = { .junit_strict = true };

static char *junit_of(enum fixture_kind kind, const struct bd_render_options *options)
{
	struct fixture *f = fixture_new(kind);
	char *text = fixture_render(f, &bd_renderer_junit, options);
	fixture_free(f);
	return text;
}

static void assert_count(xmlDoc *doc, const char *expression, int expected)
{
	const double n = count_xpath(doc, expression);
	if ((int)n != expected) {
		fail_msg("%s is %d, not %d", expression, (int)n, expected);
	}
}

static void test_render_is_valid_in_both_dialects(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		char *own = junit_of((enum fixture_kind)kind, NULL);
		char *both = junit_of((enum fixture_kind)kind, &strict);
		print_message("%s\n", fixture_names[kind]);
		assert_int_not_equal(validate_xml(own, SCHEMAS "/junit-basedrift.xsd"), 0);
		assert_int_not_equal(validate_xml(both, SCHEMAS "/junit-strict.xsd"), 0);
		assert_int_not_equal(validate_xml(both, SHARED_DATA "/junit/schemas/jenkins-junit-10.xsd"), 0);
		assert_int_not_equal(validate_xml(both, SHARED_DATA "/junit/schemas/windyroad-JUnit.xsd"), 0);
		free(own);
		free(both);
	}
}

static void assert_totals(xmlDoc *doc)
{
	static const char *const checks[] = {
		"count(//testsuite[@tests != count(testcase)])",
		"count(//testsuite[@failures != count(testcase/failure)])",
		"count(//testsuite[@errors != count(testcase/error)])",
		"count(//testsuite[@skipped != count(testcase/skipped)])",
		"count(/testsuites[@tests and @tests != count(testsuite/testcase)])",
		"count(/testsuites[@failures and @failures != count(testsuite/testcase/failure)])",
		"count(/testsuites[@errors and @errors != count(testsuite/testcase/error)])",
	};
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		assert_count(doc, checks[i], 0);
	}
	assert_count(doc, "count(/testsuites/testsuite)", 3);
}

/* What consumers rely on: totals, short one-line names and messages, text that begins with the message. */
static void test_render_keeps_the_consumers_rules(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		char *text = junit_of((enum fixture_kind)kind, NULL);
		assert_true(is_inert(text, 0));
		xmlDoc *doc = parse_xml(text);
		assert_totals(doc);
		assert_count(doc, "count(//testcase[string-length(@name) > 120])", 0);
		assert_count(doc, "count(//@message[string-length(.) > 200 or contains(., '\n')])", 0);
		assert_count(doc, "count(//testcase/*[@message and not(starts-with(., @message))])", 0);
		assert_count(doc, "count(//testcase/*[string-length(.) > 30000])", 0);
		assert_count(doc, "count(//testcase[@name = following::testcase/@name])", 0);
		assert_count(doc, "count(//testcase[count(*) > 1])", 0);
		xmlFreeDoc(doc);
		free(text);
	}
}

static void test_render_base_moved(void **state)
{
	(void)state;
	char *text = junit_of(FIXTURE_BASE_MOVED, NULL);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc, "count(//failure)", 1);
	assert_count(doc,
		"count(//testcase[@name='Base image of the final stage is that of the last good build'][@file='Dockerfile']"
		"[@line='1']/failure[@type='base-image-moved'])",
		1);
	assert_count(doc,
		"count(//testcase[@name='Packages of the base image are the same']/skipped"
		"[.='11 of 430 differ. Explained by: python:2.7 now points to another image.'])",
		1);
	assert_count(doc, "count(//skipped)", 4);
	assert_count(doc, "count(//testcase)", 11);
	assert_count(doc, "count(//testcase[starts-with(@classname, 'basedrift.Build inputs')][not(*)])", 5);
	assert_count(doc, "count(//testsuite[@name='Build inputs']/properties/property)", 3);
	assert_count(
		doc, "count(//failure[contains(., 'FROM python:2.7@sha256:79bd')][contains(., 'openssl (3)')])", 1);
	assert_count(doc, "count(//testsuite[@timestamp='2019-10-19T11:41:02'])", 3);
	xmlFreeDoc(doc);
	assert_null(strstr(text, "&lt;"));
	assert_null(strstr(text, "&gt;"));
	assert_null(strstr(text, "&amp;"));
	free(text);
}

static void test_render_causes_of_one_kind_share_a_case(void **state)
{
	(void)state;
	char *text = junit_of(FIXTURE_OWN_STEP, NULL);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc, "count(//failure)", 1);
	assert_count(doc, "count(//testcase[@line='2']/failure[contains(., 'attrs 19.1.0 became 19.3.0')])", 1);
	assert_count(doc, "count(//failure[contains(@message, 'Nothing in git changed (tree 80655da).')])", 1);
	/* what has no row was not compared, and is not passed for equal */
	assert_count(doc,
		"count(//testcase[@name='Files outside packages are the same']/skipped[starts-with(., 'Not compared')])",
		1);
	xmlFreeDoc(doc);
	free(text);
}

static void test_render_exit_status_zero_has_no_failure(void **state)
{
	(void)state;
	static const enum fixture_kind kinds[] = { FIXTURE_ONLY_METADATA, FIXTURE_NOTHING };
	for (size_t i = 0; i < 2; i++) {
		char *text = junit_of(kinds[i], NULL);
		xmlDoc *doc = parse_xml(text);
		assert_count(doc, "count(//failure | //error)", 0);
		xmlFreeDoc(doc);
		free(text);
	}
}

static void test_render_unreadable_is_an_error(void **state)
{
	(void)state;
	char *text = junit_of(FIXTURE_CANNOT_TELL, NULL);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc,
		"count(//testcase[@name='Packages of the base image are the same']/error[@type='not-readable']"
		"[contains(@message, 'line 12')])",
		1);
	assert_count(doc, "count(//testcase/skipped[starts-with(., 'Not compared')])", 10);
	assert_count(doc, "count(//failure)", 0);
	xmlFreeDoc(doc);
	free(text);
}

static void test_render_stage_images_have_their_cases(void **state)
{
	(void)state;
	char *text = junit_of(FIXTURE_STAGES, NULL);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc,
		"count(//testcase[@name='Base image of stage ui is that of the last good build'][@line='7']"
		"/failure[@type='stage-image-moved'])",
		1);
	assert_count(doc, "count(//testcase[@name='Copied image 1 is that of the last good build']/skipped)", 1);
	assert_count(doc, "count(//testcase[@name='Dockerfile frontend is the same'][not(*)])", 1);
	assert_count(doc, "count(//failure)", 2);
	xmlFreeDoc(doc);
	free(text);
}

static void test_render_name_reaches_no_dot_into_the_class(void **state)
{
	(void)state;
	const struct bd_render_options options = { .name = "orders.api/v2" };
	char *text = junit_of(FIXTURE_NOTHING, &options);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc, "count(//testcase[starts-with(@classname, 'basedrift.orders_api_v2.')])", 11);
	xmlFreeDoc(doc);
	free(text);
}

static void test_render_attachment_is_on_failing_cases_only(void **state)
{
	(void)state;
	struct bd_render_options options = { .attach = "reports/report.html" };
	char *text = junit_of(FIXTURE_BASE_MOVED, &options);
	xmlDoc *doc = parse_xml(text);
	assert_count(doc, "count(//system-out[.='[[ATTACHMENT|reports/report.html]]'])", 1);
	assert_count(doc, "count(//testcase[failure]/system-out)", 1);
	xmlFreeDoc(doc);
	free(text);

	struct fixture *f = fixture_new(FIXTURE_BASE_MOVED);
	struct bd_error err = { 0 };
	struct bd_buf out = { 0 };
	options.attach = "a]b";
	assert_int_equal(bd_renderer_junit.render(&f->report, &options, &out, &err), -BD_ERR_USAGE);
	bd_buf_release(&out);
	fixture_free(f);
}

static void test_junit_cut_keeps_characters_whole(void **state)
{
	(void)state;
	struct bd_arena arena = { 0 };
	assert_string_equal(junit_cut(&arena, "abc", 3), "abc");
	assert_string_equal(junit_cut(&arena, "abcd", 3), "ab…");
	assert_string_equal(junit_cut(&arena, "日本語文", 3), "日本…");
	assert_int_equal(render_width(junit_cut(&arena, "日本語文日本語文", 5)), 5);
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_is_valid_in_both_dialects),
		cmocka_unit_test(test_render_keeps_the_consumers_rules),
		cmocka_unit_test(test_render_base_moved),
		cmocka_unit_test(test_render_causes_of_one_kind_share_a_case),
		cmocka_unit_test(test_render_exit_status_zero_has_no_failure),
		cmocka_unit_test(test_render_unreadable_is_an_error),
		cmocka_unit_test(test_render_stage_images_have_their_cases),
		cmocka_unit_test(test_render_name_reaches_no_dot_into_the_class),
		cmocka_unit_test(test_render_attachment_is_on_failing_cases_only),
		cmocka_unit_test(test_junit_cut_keeps_characters_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "render/renderers.h"

static char *text_of(enum fixture_kind kind, const struct bd_render_options *options)
{
	struct fixture *f = fixture_new(kind);
	char *text = fixture_render(f, &bd_renderer_text, options);
	fixture_free(f);
	return text;
}

static void assert_has(const char *text, const char *needle)
{
	if (strstr(text, needle) == NULL) {
		fail_msg("not in the report: %s\n%s", needle, text);
	}
}

static void test_render_base_moved(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_BASE_MOVED, NULL);
	assert_ptr_equal(strstr(text, "Nothing in git changed. The base image did.\n"), text);
	assert_has(text, "  python:2.7  Python 2.7.16 → Python 2.7.17\n");
	assert_has(text, "  last good   build 4811  base sha256:79bd10b2cf39  built 12 Sep 2019\n");
	assert_has(text, "  git tree    80655da in both builds\n");
	assert_has(text, "\nGet master green again: Dockerfile, line 1\n");
	/* never wrapped, whatever the width */
	assert_has(
		text, "    FROM python:2.7@sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36\n");
	assert_has(text, "  ~ openssl (3)");
	assert_has(text, "  + more-itertools           5.0.0   Dockerfile line 4\n");
	assert_has(text, "\nNot compared\n  Mirrors and proxies");
	assert_null(strstr(text, "\x1b"));
	free(text);
}

static void test_render_sections_follow_the_order(void **state)
{
	(void)state;
	static const char *const sections[] = { "\nGet master green", "\nDifferent\n", "\nSame\n", "\nNot compared\n",
		"\nPackages in the base image\n", "\nPackages your steps install\n", "\nSettings\n",
		"\nFiles outside packages" };
	char *text = text_of(FIXTURE_BASE_MOVED, NULL);
	const char *at = text;
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		at = strstr(at, sections[i]);
		assert_non_null(at);
	}
	free(text);
}

static void test_render_color_marks_sides(void **state)
{
	(void)state;
	const struct bd_render_options options = { .color = true, .ascii = true };
	char *text = text_of(FIXTURE_BASE_MOVED, &options);
	assert_ptr_equal(strstr(text, "\x1b[1mNothing in git changed."), text);
	assert_has(text, "\x1b[34mPython 2.7.16\x1b[0m -> \x1b[33mPython 2.7.17\x1b[0m");
	free(text);
}

static void test_render_ascii_has_no_marks_beyond_it(void **state)
{
	(void)state;
	const struct bd_render_options options = { .ascii = true };
	char *text = text_of(FIXTURE_HUGE, &options);
	for (const char *p = text; *p != '\0'; p++) {
		assert_true((unsigned char)*p < 0x80);
	}
	free(text);
	text = text_of(FIXTURE_HOSTILE, &options);
	assert_has(text, "... (4,096 bytes)");
	assert_has(text, "d\xc3\xa9j\xc3\xa0 vu"); /* a name stays what it is */
	free(text);
}

static void test_render_without_color_is_the_same_text(void **state)
{
	(void)state;
	const struct bd_render_options options = { .color = true };
	char *plain = text_of(FIXTURE_BASE_MOVED, NULL);
	char *colored = text_of(FIXTURE_BASE_MOVED, &options);
	char *to = colored;
	for (const char *from = colored; *from != '\0';) {
		if (*from == '\x1b') {
			from = strchr(from, 'm') + 1;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	assert_string_equal(colored, plain);
	free(colored);
	free(plain);
}

static void test_render_sentences_fit_the_width(void **state)
{
	(void)state;
	const struct bd_render_options options = { .width = 50 };
	char *text = text_of(FIXTURE_BASE_MOVED, &options);
	assert_has(text,
		"Both builds used source tree 80655da. Between\nthem, the tag python:2.7 moved from Python 2.7.16\nto Python 2.7.17.\n");
	free(text);
}

static void test_render_caps_are_said(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_HUGE, NULL);
	/* 600 rows in the base, 3 in the steps; 700 settings; 602 folders */
	assert_int_equal(occurrences(text, "  ~ lib"), 36);
	assert_has(text, "  and 560 more (-o json has them all)\n");
	assert_has(text, "  and 680 more (-o json has them all)\n");
	assert_has(text, "  and 582 more (-o json has them all)\n");
	free(text);
}

static void test_render_hostile_names_are_inert_and_visible(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_HOSTILE, NULL);
	assert_true(is_inert(text, 0));
	assert_has(text, "\"\\x1b[31mred\\x1b[0m\"");
	assert_has(text, "\"\\u202egnp.exe\"");
	assert_has(text, "\"bad \\xff\\xc3 bytes\"");
	assert_has(text, "… (4,096 bytes)");
	free(text);
}

static void test_render_cannot_tell_says_what_and_why(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_CANNOT_TELL, NULL);
	assert_has(text, "Cannot tell yet: the last good build has no package inventory.\n");
	assert_has(text, "\nTo know more next time\n");
	assert_has(text, "Build log");
	/* said once although two lists name it */
	assert_int_equal(occurrences(text, "no digest was recorded"), 1);
	assert_null(strstr(text, "\nSame\n"));
	free(text);
}

static void test_render_two_causes_are_both_said(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_OWN_STEP, NULL);
	assert_has(text, "\nCauses\n");
	assert_has(text, "attrs 19.1.0\n  became 19.3.0.\n");
	assert_has(text, "\nRuled out\n");
	free(text);
}

static void test_render_nothing_has_no_empty_section(void **state)
{
	(void)state;
	char *text = text_of(FIXTURE_NOTHING, NULL);
	assert_has(text, "suspect a flake");
	assert_null(strstr(text, "\nDifferent\n"));
	assert_null(strstr(text, "\nPackages"));
	assert_null(strstr(text, "Get master green"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_base_moved),
		cmocka_unit_test(test_render_sections_follow_the_order),
		cmocka_unit_test(test_render_color_marks_sides),
		cmocka_unit_test(test_render_ascii_has_no_marks_beyond_it),
		cmocka_unit_test(test_render_without_color_is_the_same_text),
		cmocka_unit_test(test_render_sentences_fit_the_width),
		cmocka_unit_test(test_render_caps_are_said),
		cmocka_unit_test(test_render_hostile_names_are_inert_and_visible),
		cmocka_unit_test(test_render_cannot_tell_says_what_and_why),
		cmocka_unit_test(test_render_two_causes_are_both_said),
		cmocka_unit_test(test_render_nothing_has_no_empty_section),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

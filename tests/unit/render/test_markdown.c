/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "render/prose.h"
#include "render/renderers.h"

static char *markdown_of(enum fixture_kind kind, const struct bd_render_options *options)
{
	struct fixture *f = fixture_new(kind);
	char *text = fixture_render(f, &bd_renderer_markdown, options);
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
	char *text = markdown_of(FIXTURE_BASE_MOVED, NULL);
	assert_ptr_equal(strstr(text, "## Nothing in git changed. The base image did.\n\n"), text);
	assert_has(text, "source tree `80655da`. Between them, the tag `python:2.7` moved");
	assert_has(text, "| Base image | `sha256:79bd10b2cf39` | `sha256:4924b67b58e5` |\n");
	assert_has(text, "```diff\n-FROM python:2.7\n+FROM python:2.7@sha256:79bd");
	assert_has(text, "<details><summary>9 packages differ</summary>\n\n| | Package |");
	assert_has(text, "| \\~ | `openssl` (3 packages) | `1.1.1c-1` | `1.1.1d-0+deb10u2` | base layers 2, 5 |\n");
	assert_has(text,
		"**Same:** Settings of the application, Source tree, Dockerfile, Build arguments, Platform, Builder.\n");
	free(text);
}

/* Every "<details>" is closed, also where rows were left out. */
static void assert_balanced(const char *text)
{
	assert_int_equal(occurrences(text, "<details>"), occurrences(text, "\n</details>\n"));
}

static void test_render_stays_below_the_ceiling(void **state)
{
	(void)state;
	static const size_t ceilings[] = { 1, 1000, 2000, 5000, 20000, 60000, 1000000 };
	for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++) {
		const struct bd_render_options options = { .md_max_bytes = ceilings[i],
			.json_name = "out/report.json" };
		char *text = markdown_of(FIXTURE_HUGE, &options);
		const size_t ceiling = ceilings[i] < 1000 ? 1000 : ceilings[i];
		assert_true(strlen(text) <= ceiling);
		assert_balanced(text);
		assert_int_equal(
			strstr(text, "did not fit here: see `out/report.json`.\n") != NULL, ceilings[i] < 1000000);
		free(text);
	}
}

static void test_render_default_ceiling_fits_a_comment(void **state)
{
	(void)state;
	char *text = markdown_of(FIXTURE_HOSTILE, NULL);
	assert_true(strlen(text) <= 60000);
	assert_balanced(text);
	free(text);
}

/*
 * What stands outside code must hold no live character; code spans close with as many backticks as
 * they open with (CommonMark, "Code spans").  Returns a copy without code spans, fences and our own tags.
 */
static char *without_code(const char *text)
{
	char *copy = malloc(strlen(text) + 1);
	char *to = copy;
	assert_non_null(copy);
	while (*text != '\0') {
		const size_t run = strspn(text, "`");
		if (run == 0) {
			if (*text == '\\' && text[1] != '\n') {
				*to++ = '\\';
				text++;
			}
			*to++ = *text++;
			continue;
		}
		const char *end = text + run;
		for (size_t closing; *end != '\0'; end += closing > 0 ? closing : 1) {
			closing = strspn(end, "`");
			if (closing == run) {
				break;
			}
		}
		assert_int_not_equal(*end, '\0');
		text = end + run;
		*to++ = 'C';
	}
	*to = '\0';
	return copy;
}

static void test_render_hostile_names_are_inert_and_visible(void **state)
{
	(void)state;
	const struct bd_render_options options = { .md_max_bytes = 1000000 };
	char *text = markdown_of(FIXTURE_HOSTILE, &options);
	assert_true(is_inert(text, 0));
	assert_balanced(text);
	char *words = without_code(text);
	/* only our own tags are left outside code */
	assert_int_equal(
		occurrences(words, "<"), 2 * occurrences(words, "<details>") + 2 * occurrences(words, "<summary>"));
	assert_null(strstr(words, "@everyone"));
	assert_null(strstr(words, "#12"));
	assert_null(strstr(words, " _x_"));
	assert_null(strstr(words, "[l](u)"));
	free(words);
	assert_has(text, "`<script>alert(1)</script>`");
	assert_has(text, "\\x1b[31mred");
	free(text);
}

/* A row of a table has as many cells as its head, whatever its names hold. */
static void test_render_hostile_names_keep_the_tables(void **state)
{
	(void)state;
	const struct bd_render_options options = { .md_max_bytes = 1000000 };
	char *text = markdown_of(FIXTURE_HOSTILE, &options);
	size_t cells = 0;
	char *save = NULL;
	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		size_t n = 0;
		for (const char *p = line; line[0] == '|' && *p != '\0'; p++) {
			n += *p == '|' && (p == line || p[-1] != '\\');
		}
		if (n > 0 && cells > 0) {
			assert_int_equal(n, cells);
		}
		cells = n;
	}
	free(text);
}

static void test_render_prose_names_are_code(void **state)
{
	(void)state;
	static const struct {
		const char *text, *first_code;
		size_t codes;
	} cases[] = {
		{ "plain words only, at 03:12 of 2019-10-19.", NULL, 0 },
		{ "the tag python:2.7 moved (tree 80655da).", "python:2.7", 2 },
		{ "deadbee is a word, 1/2 a count, 4,213 too", NULL, 0 },
		{ "Use --base-image here", "--base-image", 1 },
		{ "(registry.example/a/b:1@sha256:ab), then", "registry.example/a/b:1@sha256:ab", 1 },
		{ "Do it, with: basedrift collect IMAGE --base a:1@sha256:x. Then again a:1.",
			"basedrift collect IMAGE --base a:1@sha256:x", 2 },
		{ "basedrift pin --write.", "basedrift pin --write", 1 },
		{ "", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bd_arena arena = { 0 };
		struct render_run_vec runs = { 0 };
		struct bd_buf whole = { 0 };
		const char *first = NULL;
		size_t codes = 0;
		render_prose(&arena, cases[i].text, &runs);
		for (size_t k = 0; k < runs.len; k++) {
			bd_buf_add_str(&whole, runs.v[k].text);
			codes += runs.v[k].code;
			first = first == NULL && runs.v[k].code ? runs.v[k].text : first;
		}
		assert_string_equal(bd_buf_str(&whole), cases[i].text); /* nothing is lost */
		assert_int_equal(codes, cases[i].codes);
		assert_true(bd_streq(first, cases[i].first_code));
		bd_buf_release(&whole);
		free(runs.v);
		bd_arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_base_moved),
		cmocka_unit_test(test_render_stays_below_the_ceiling),
		cmocka_unit_test(test_render_default_ceiling_fits_a_comment),
		cmocka_unit_test(test_render_hostile_names_are_inert_and_visible),
		cmocka_unit_test(test_render_hostile_names_keep_the_tables),
		cmocka_unit_test(test_render_prose_names_are_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

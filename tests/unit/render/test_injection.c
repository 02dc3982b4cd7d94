/* SPDX-License-Identifier: Apache-2.0 */
/* Names, values and log lines that want to be markup, in every format: nothing of them acts, all of them is seen. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static const struct bd_render_options wide = { .json_name = "report.json", .width = 200, .html_max_rows = 1000 };

static void test_every_format_is_inert(void **state)
{
	(void)state;
	const struct bd_renderer *renderer;
	for (size_t i = 0; (renderer = bd_renderer_at(i)) != NULL; i++) {
		for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
			struct fixture *f = fixture_new((enum fixture_kind)kind);
			char *text = fixture_render(f, renderer, &wide);
			if (!is_inert(text, 0)) {
				fail_msg("%s of %s has a control character", renderer->name, fixture_names[kind]);
			}
			free(text);
			fixture_free(f);
		}
	}
}

/* The only escape sequences of a coloured text are our own four. */
static void test_colour_is_ours_alone(void **state)
{
	(void)state;
	static const char *const ours[] = { "\x1b[1m", "\x1b[34m", "\x1b[33m", "\x1b[0m" };
	const struct bd_render_options options = { .color = true };
	struct fixture *f = fixture_new(FIXTURE_HOSTILE);
	char *text = fixture_render(f, bd_renderer_for("text"), &options);
	size_t known = 0;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		known += occurrences(text, ours[i]);
	}
	assert_true(known > 0);
	assert_int_equal(known, occurrences(text, "\x1b"));
	free(text);
	fixture_free(f);
}

/* What a format does to the text is its own escaping; the escapes of what cannot be shown are the same in all. */
static void test_every_format_shows_what_was_there(void **state)
{
	(void)state;
	static const struct {
		const char *format, *texts[4];
	} cases[] = {
		{ "github", { "<script>alert(1)</script>", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe", "]]>" } },
		{ "html", { "&lt;script&gt;alert(1)&lt;/script&gt;", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe",
				  "]]&gt;" } },
		{ "json", { "<script>alert(1)</script>", "\\\\x1b[31mred\\\\x1b[0m", "\\\\u202egnp.exe", "]]>" } },
		{ "markdown", { "`<script>alert(1)</script>`", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe", "`]]>`" } },
		{ "text", { "<script>alert(1)</script>", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe", "]]>" } },
		{ "xml", { "&lt;script&gt;alert(1)&lt;/script&gt;", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe",
				 "]]&gt;" } },
		{ "junit", { "&lt;script&gt;alert(1)&lt;/script&gt;", "\\x1b[31mred\\x1b[0m", "\\u202egnp.exe",
				   "]]&gt;" } },
	};
	struct fixture *f = fixture_new(FIXTURE_HOSTILE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = fixture_render(f, bd_renderer_for(cases[i].format), &wide);
		for (size_t k = 0; k < 4; k++) {
			if (strstr(text, cases[i].texts[k]) == NULL) {
				fail_msg("%s does not show %s", cases[i].format, cases[i].texts[k]);
			}
		}
		free(text);
	}
	assert_null(bd_renderer_at(sizeof(cases) / sizeof(cases[0]))); /* no format is forgotten */
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_format_is_inert),
		cmocka_unit_test(test_colour_is_ours_alone),
		cmocka_unit_test(test_every_format_shows_what_was_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

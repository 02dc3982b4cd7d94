/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "render/renderers.h"

static char *commands_of(enum fixture_kind kind)
{
	struct fixture *f = fixture_new(kind);
	char *text = fixture_render(f, &bd_renderer_github, NULL);
	fixture_free(f);
	return text;
}

static void test_render_base_moved(void **state)
{
	(void)state;
	char *text = commands_of(FIXTURE_BASE_MOVED);
	assert_string_equal(text,
		"::error file=Dockerfile,line=1,title=Nothing in git changed. The base image did.::"
		"python:2.7 now points to another image: Python 2.7.16 became 2.7.17. Nothing in git changed (tree 80655da)."
		"%0ASame commit, different inputs: not a flake."
		"%0APut the last good image back in Dockerfile, line 1."
		"%0AFROM python:2.7@sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36\n");
	free(text);
}

static void test_render_level_follows_the_exit_status(void **state)
{
	(void)state;
	static const struct {
		enum fixture_kind kind;
		const char *start;
	} cases[] = { { FIXTURE_NOTHING, "::notice title=No difference found in anything we could compare.::" },
		{ FIXTURE_ONLY_METADATA, "::notice title=" },
		{ FIXTURE_CANNOT_TELL,
			"::warning title=Cannot tell yet%3A the last good build has no package inventory.::"
			"Record every build with basedrift collect" },
		{ FIXTURE_OWN_STEP, "::error file=Dockerfile,line=2,title=" } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = commands_of(cases[i].kind);
		if (strncmp(text, cases[i].start, strlen(cases[i].start)) != 0) {
			fail_msg("%s does not begin with %s", text, cases[i].start);
		}
		free(text);
	}
}

/* Every line is one command with a title and a message; nothing in a value ends it. */
static void test_render_every_line_is_one_command(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		char *text = commands_of((enum fixture_kind)kind);
		size_t lines = 0;
		assert_true(is_inert(text, 0));
		for (char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
			const size_t n = strcspn(line, "\n");
			line[n] = '\0';
			assert_true(strncmp(line, "::error ", 8) == 0 || strncmp(line, "::warning ", 10) == 0 ||
				    strncmp(line, "::notice ", 9) == 0);
			const char *title = strstr(line, "title=");
			const char *message = strstr(line + 2, "::");
			assert_true(title != NULL && message != NULL && title < message);
			assert_true((size_t)(message - title) < 3U * 255U);
			assert_true(message[2] != '\0');
			line[n] = '\n';
			lines++;
		}
		assert_true(lines >= 1 && lines <= 10);
		free(text);
	}
}

static void test_render_more_causes_than_are_shown(void **state)
{
	(void)state;
	char *text = commands_of(FIXTURE_HOSTILE);
	assert_int_equal(occurrences(text, "\n"), 10);
	assert_non_null(strstr(text, " more causes::GitHub shows ten"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_base_moved),
		cmocka_unit_test(test_render_level_follows_the_exit_status),
		cmocka_unit_test(test_render_every_line_is_one_command),
		cmocka_unit_test(test_render_more_causes_than_are_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

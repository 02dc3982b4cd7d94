/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "papers_file.h"

struct log_case {
	const char *file, *materials;
	enum bd_status status;
	const char *step, *error_has, *tail_has;
	int line, cached;
};

#define PYTHON_FAILED \
	"frontend docker.io/docker/dockerfile:1 a -\n" \
	"image docker.io/library/python:2.7 b -\n" \
	"image registry.example/acme/tools:latest c linux/arm64\n"
#define CLASSIC "image docker.io/library/golang:1.19 a -\nimage registry.example:5000/base/os:stable b -\n"
#define PODMAN  "image docker.io/library/golang:1.19 a -\nimage docker.io/library/python:2.7 - -\n"
#define PASSED  "image docker.io/library/alpine:3.17 b -\nscanner docker.io/docker/buildkit-syft-scanner:stable-1 - -\n"

static const struct log_case cases[] = {
	{ "log-buildkit-failed.txt", PYTHON_FAILED, BD_STATUS_FAILED, "RUN pip install -r requirements.txt",
		"exit code: 1", "No matching distribution found for PyYAML==5.1", 7, 3 },
	{ "log-github.txt", PYTHON_FAILED, BD_STATUS_FAILED, "RUN pip install -r requirements.txt", "exit code: 1",
		"\n   7 | >>> RUN", 7, 3 },
	{ "log-buildkit-passed.txt", PASSED, BD_STATUS_PASSED, NULL, NULL, "naming to", 0, 0 },
	{ "log-jenkins-freestyle.txt", PASSED, BD_STATUS_PASSED, NULL, NULL, "naming to", 0, 0 },
	{ "log-classic.txt", CLASSIC, BD_STATUS_FAILED, "RUN make check", "non-zero code: 2", "make: ***", 0, 1 },
	{ "log-gitlab.txt", CLASSIC, BD_STATUS_FAILED, "RUN make check", "non-zero code: 2", "\nmake: ***", 0, 1 },
	{ "log-podman.txt", PODMAN, BD_STATUS_FAILED, "RUN pip install \"six\"", "exit status 1", "Could not find", 0,
		1 },
	{ "log-jenkins.txt", PODMAN, BD_STATUS_FAILED, "RUN pip install \"six\"", "exit status 1", "\nERROR: Could", 0,
		1 },
	{ "log-kaniko.txt", "image docker.io/library/python:2.7 - -\n", BD_STATUS_FAILED, "RUN pip install six",
		"waiting for process to exit", "ERROR: boom", 0, 1 },
	{ "log-terminal.txt", "image docker.io/library/python:2.7 b -\n", BD_STATUS_FAILED, "RUN make", "exit code: 2",
		"No rule", 0, -1 },
};

static void assert_has(const char *file, const char *text, const char *part)
{
	if (part == NULL ? text != NULL : text == NULL || strstr(text, part) == NULL) {
		fail_msg("%s: %s, not %s", file, text != NULL ? text : "nothing", part != NULL ? part : "nothing");
	}
}

static void check_case(const struct log_case *c)
{
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers papers;
	struct bd_error err;
	assert_int_equal(bd_build_log_parse(papers_file(c->file, &arena), &arena, &papers, &err), 0);
	assert_string_equal(materials_text(&papers.materials, &arena), c->materials);
	assert_int_equal(papers.status, c->status);
	assert_int_equal(papers.failing_line, c->line);
	assert_int_equal(papers.cached_steps, c->cached);
	assert_has(c->file, papers.error, c->error_has);
	assert_has(c->file, papers.failing_step, c->step);
	assert_has(c->file, papers.tail, c->tail_has);
	assert_no_secret(&papers);
}

static void test_bd_build_log_parse_dialects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check_case(&cases[i]);
	}
}

static struct bd_build_papers parse(const char *text, struct bd_arena *arena)
{
	struct bd_build_papers papers;
	struct bd_error err;
	assert_int_equal(bd_build_log_parse(bd_str(text), arena, &papers, &err), 0);
	return papers;
}

static void test_bd_build_log_parse_digest_kinds(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p = parse("STEP 1/1: FROM a\nTrying to pull docker.io/library/a:latest...\n"
					 "Copying config " DIGEST_A " done\n",
		&arena);
	assert_int_equal(p.materials.len, 1);
	assert_int_equal(p.materials.v[0].digest_kind, BD_DIGEST_CONFIG);
	p = parse("#1 [1/1] FROM docker.io/library/a:1@" DIGEST_B "\n#2 exporting manifest " DIGEST_C " done\n"
		  "#2 exporting config " DIGEST_D "\n",
		&arena);
	assert_int_equal(p.materials.v[0].digest_kind, BD_DIGEST_UNKNOWN);
	assert_int_equal(p.image_digest_kind, BD_DIGEST_MANIFEST);
	assert_string_equal(p.image_digest, DIGEST_C);
	assert_string_equal(p.config_digest, DIGEST_D);
}

/* What a step prints is not what the builder says. */
static void test_bd_build_log_parse_step_output_is_not_believed(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	const struct bd_build_papers p =
		parse("#1 [2/2] RUN x\n#1 0.1 #2 [1/1] FROM evil@" DIGEST_A "\n#1 0.2 CACHED\n", &arena);
	assert_int_equal(p.materials.len, 0);
	assert_int_equal(p.cached_steps, 0);
}

static void test_bd_build_log_parse_last_build_counts(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p = parse("#1 [1/1] RUN x\n#1 ERROR: boom\n#1 naming to a done\n", &arena);
	assert_int_equal(p.status, BD_STATUS_PASSED);
	assert_null(p.failing_step);
	p = parse("#1 naming to a done\n#1 [1/1] RUN x\n#1 ERROR: boom\n", &arena);
	assert_int_equal(p.status, BD_STATUS_FAILED);
	assert_string_equal(p.failing_step, "RUN x");
	assert_string_equal(p.error, "boom");
}

static void test_bd_build_log_parse_progress_and_escapes(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	const struct bd_build_papers p = parse("10%\r20%\rdone\r\n\x1b[31mred\x1b[0m\x1b]8;;http://x\x07link\x1b(B!\n"
					       "\x1b_bk;t=1700000000\x07text\n",
		&arena);
	assert_string_equal(p.tail, "done\nredlink!\ntext\n");
	assert_int_equal(p.status, BD_STATUS_UNKNOWN);
}

static void test_bd_build_log_parse_tail_is_bounded(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	for (int i = 0; i < 50000; i++) {
		bd_buf_printf(&text, i == 20000 ? "#7 ERROR: here\n" : "line %d\n", i);
	}
	assert_int_equal(bd_build_log_parse(bd_buf_view(&text), &arena, &p, &err), 0);
	assert_non_null(strstr(p.tail, "#7 ERROR: here\nline 20001\n"));
	assert_null(strstr(p.tail, "line 20200\n"));
	size_t lines = 0;
	for (const char *at = p.tail; *at != '\0'; at++) {
		lines += *at == '\n';
	}
	assert_true(lines <= BD_LIMIT_LOG_TAIL_LINES && lines > 100);
	bd_buf_clear(&text);
	for (size_t i = 0; i < BD_LIMIT_LOG_TAIL; i++) {
		bd_buf_add_str(&text, "xx\n");
	}
	for (size_t i = 0; i < 10UL * BD_LIMIT_LOG_TAIL; i++) {
		bd_buf_add_char(&text, 'y');
	}
	assert_int_equal(bd_build_log_parse(bd_buf_view(&text), &arena, &p, &err), 0);
	assert_true(p.tail == NULL || strlen(p.tail) <= BD_LIMIT_LOG_TAIL);
}

static void test_bd_build_log_parse_too_large(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	const struct bd_str bytes = { "", (size_t)BD_LIMIT_LOG_BYTES + 1 }; /* refused before it is read */
	assert_int_equal(bd_build_log_parse(bytes, &arena, &p, &err), -BD_ERR_LIMIT);
}

static void test_bd_build_log_parse_many_images(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	for (unsigned int i = 0; i < BD_LIMIT_MATERIALS + 100; i++) {
		bd_buf_printf(&text, "#1 [1/1] FROM docker.io/library/a:%u\n", i);
	}
	assert_int_equal(bd_build_log_parse(bd_buf_view(&text), &arena, &p, &err), 0);
	assert_int_equal(p.materials.len, BD_LIMIT_MATERIALS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_build_log_parse_dialects),
		cmocka_unit_test(test_bd_build_log_parse_digest_kinds),
		cmocka_unit_test(test_bd_build_log_parse_step_output_is_not_believed),
		cmocka_unit_test(test_bd_build_log_parse_last_build_counts),
		cmocka_unit_test(test_bd_build_log_parse_progress_and_escapes),
		cmocka_unit_test(test_bd_build_log_parse_tail_is_bounded),
		cmocka_unit_test(test_bd_build_log_parse_too_large),
		cmocka_unit_test(test_bd_build_log_parse_many_images),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

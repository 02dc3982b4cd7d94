/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "papers_file.h"

static void test_bd_build_history_parse_failed(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_build_history_parse(papers_file("history-failed.json", &arena), &arena, &p, &err), 0);
	assert_string_equal(materials_text(&p.materials, &arena),
		"frontend docker.io/docker/dockerfile:1 a -\n"
		"image docker.io/library/alpine:latest b linux/amd64\n"
		"image docker.io/library/none:1 - -\n");
	assert_no_secret(&p);
	assert_int_equal(p.status, BD_STATUS_FAILED);
	assert_int_equal(p.failing_line, 2);
	assert_int_equal(p.cached_steps, 4);
	assert_string_equal(p.failing_step, "RUN false");
	assert_string_equal(p.tail, "#5 0.1 AUTH_TOKEN=REDACTED\n#5 0.2 boom\n");
	assert_string_equal(p.started, "2025-02-07T11:01:05Z");
	assert_string_equal(p.vcs_url, "https://git.example/a.git");
	assert_string_equal(p.config_source, "https://git.example/a.git");
	assert_true(p.build_args.len == 2 && p.build_args.v[1].redacted);
}

static void test_bd_build_history_parse_refuses(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_build_history_parse(bd_str("{\"a\":1}"), &arena, &p, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_build_history_parse(bd_str("[]"), &arena, &p, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_build_history_parse(
				 bd_str("{\"Ref\":1,\"Materials\":7,\"Error\":[],\"BuildArgs\":{}}"), &arena, &p, &err),
		0);
	assert_int_equal(p.status, BD_STATUS_UNKNOWN);
	assert_int_equal(p.cached_steps, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_build_history_parse_failed),
		cmocka_unit_test(test_bd_build_history_parse_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

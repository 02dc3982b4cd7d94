/* links: check */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list or rules, held against an image that has nothing: each requirement fails, once.  A list rewritten to that
 * image has no package left.  Errors of form have a line.
 */
#include "basedrift/check.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void check_update(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_baseline again;
	struct bd_error err;
	if (bd_baseline_update(bytes, check, &out, &err) == 0) {
		require(bd_baseline_parse(bd_buf_view(&out), arena, &again, &err) < 0, "nothing is left of the list");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct bd_str bytes = { (const char *)data, size };
	const struct bd_check_options options = { .report = NULL };
	struct bd_baseline baseline;
	struct bd_check check;
	struct bd_error err;
	size_t required = 0;
	if (bd_baseline_parse(bytes, &arena, &baseline, &err) < 0) {
		require(err.code != BD_ERR_FORMAT || strncmp(err.msg, "line ", 5) == 0, "an error has its line");
		return 0;
	}
	struct bd_record *record = bd_record_new();
	require(bd_check_record(&baseline, record, &options, &arena, &check, &err) == 0,
		"nothing is compared, nothing fails");
	for (size_t i = 0; i < baseline.rules.len; i++) {
		const struct bd_rule *rule = &baseline.rules.v[i];
		require(rule->line > 0 && rule->at + rule->n <= size, "a rule has its place");
		required += rule->kind == BD_RULE_REQUIRE;
	}
	require(check.discrepancies.len >= required, "each requirement fails");
	bd_check_json(&check, &out);
	struct bd_cases cases = { .title = "fuzz" };
	bd_check_cases(&check, "fuzz", &arena, &cases);
	bd_cases_junit(&cases, &out);
	free(cases.v);
	check_update(bytes, &check, &arena);
	bd_record_free(record);
	return 0;
}

/* links: check */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list or rules, held against an image that has nothing: each requirement fails, once.  A list rewritten to that
 * image has no package left; rules and trees stay readable, whatever is rewritten.  Errors of form have a line.
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

/* A package of each kind of list, two of npm's. */
static struct bd_record *small_image(void)
{
	static const struct {
		const char *type, *name, *version, *path;
	} packages[] = {
		{ "apk", "a", "1-r0", "lib/apk/db/installed" },
		{ "deb", "a", "1", "var/lib/dpkg/status" },
		{ "npm", "a", "1.0.0", "node_modules/a/package.json" },
		{ "npm", "b", "2.0.0", "node_modules/a/node_modules/b/package.json" },
		{ "pypi", "a", "1", "usr/lib/python3/dist-packages/a.dist-info/METADATA" },
		{ "rpm", "a", "1-1", "usr/lib/sysimage/rpm/rpmdb.sqlite" },
	};
	struct bd_record *record = bd_record_new();
	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++) {
		struct bd_package *package = bd_vec_push(&record->packages);
		*package = (struct bd_package){ .type = packages[i].type,
			.name = packages[i].name,
			.version = packages[i].version,
			.path = packages[i].path,
			.layer = -1,
			.purl = bd_arena_printf(&record->arena, "pkg:%s/a/%s@%s", packages[i].type, packages[i].name,
				packages[i].version) };
	}
	return record;
}

/* Edits are in order; what they make is read, unless nothing is left of a list, and a list then holds. */
static void check_update(struct bd_str bytes, struct bd_check *check, bool empty, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf patch = { .n = 0 };
	const bool list = check->baseline->format != BD_BASELINE_RULES && check->baseline->format != BD_BASELINE_NPM;
	const struct bd_check_options options = { .report = NULL };
	struct bd_edit_vec edits;
	struct bd_baseline again;
	struct bd_check second;
	struct bd_error err;
	size_t at = 0;
	bd_baseline_update(bytes, check, arena, &edits);
	for (size_t i = 0; i < edits.len; i++) {
		require(edits.v[i].at >= at && edits.v[i].at + edits.v[i].n <= bytes.n, "edits are in order");
		at = edits.v[i].at + edits.v[i].n;
	}
	bd_edits_apply(bytes, edits.v, edits.len, &out);
	bd_patch_add_lines(&patch, "fuzz", bytes, edits.v, edits.len);
	const int result = bd_baseline_parse(bd_buf_view(&out), arena, &again, &err);
	/* what is passed over as not installed may look like a line of another kind of list by itself */
	require(!list || !empty || result < 0 || again.format != check->baseline->format,
		"nothing is left of the list");
	require(list || result == 0, "JSON stays what it was");
	if (result == 0 && list && !again.by_place &&
		again.format == check->baseline->format) { /* of which another tree may count then */
		require(bd_check_record(&again, check->record, &options, arena, &second, &err) == 0, "it is checked");
		require(second.discrepancies.len <= check->discrepancies.len, "there are no more discrepancies");
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
	check_update(bytes, &check, true, &arena);
	bd_record_free(record);
	record = small_image();
	if (bd_check_record(&baseline, record, &options, &arena, &check, &err) == 0) {
		check_update(bytes, &check, false, &arena);
	}
	bd_record_free(record);
	return 0;
}

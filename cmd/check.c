/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"
#include "basedrift/sbom.h"
#include "basedrift/store.h"

#include "build.h"
#include "case_output.h"
#include "checking.h"
#include "commands.h"
#include "input.h"
#include "keep.h"
#include "listing.h"
#include "seen.h"

static int take_baseline(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->baseline = value;
	return 0;
}

static int take_last_good(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->last_good = value;
	return 0;
}

static int take_update(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->update = true;
	return 0;
}

static const struct option_row check_options[] = {
	{ .name = "baseline",
		.value = "FILE",
		.help = "a record or SBOM, a list (pip freeze, dpkg-query -W, apk info -v, rpm -qa, npm ls --json, purls), or rules",
		.take = take_baseline },
	{ .name = "last-good",
		.value = "BUILD",
		.help = "say since when and why, against this build; default: the store's last good one",
		.take = take_last_good },
	{ .name = "update",
		.help = "rewrite the baseline to what the image has, and show the difference",
		.take = take_update },
	{ 0 },
};

/* ---- the baseline ---------------------------------------------------------------------------------------------------
 */

static bool is_record(struct bd_str bytes, const char *path)
{
	return bd_record_sniff(bytes) || bd_str_ends(bd_str(path), ".jsonl.zst") ||
	       bd_str_ends(bd_str(path), ".jsonl.gz");
}

/* JSON of one of the kinds that bd_sbom_read_file() takes; rules and npm's trees are JSON, too. */
static bool is_sbom(struct bd_str bytes)
{
	static const char *const members[] = { "\"bomFormat\"", "\"spdxVersion\"", "\"artifacts\"" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (bd_str_find(bytes, members[i], NULL) && !bd_str_find(bytes, "\"basedrift/rules/", NULL)) {
			return true;
		}
	}
	return false;
}

static int read_baseline(struct checking *checking, struct bd_error *err)
{
	const char *path = checking->arguments->baseline;
	struct bd_error too_large;
	const int result = read_input(path, BD_LIMIT_BASELINE_BYTES, &checking->bytes, &too_large);
	const struct bd_str bytes = bd_buf_view(&checking->bytes);
	if (is_record(bytes, path)) {
		return bd_record_read_file(path, &checking->baseline_record, err);
	}
	const bool compressed = bd_str_ends(bd_str(path), ".gz") || bd_str_ends(bd_str(path), ".zst");
	if (bytes.n > 0 && bd_sbom_is_file(path) && (compressed || is_sbom(bytes))) {
		checking->sbom = true;
		return bd_sbom_read_file(path, &checking->baseline_record, err);
	}
	if (result < 0) {
		*err = too_large;
		return result;
	}
	return bd_baseline_parse(bytes, &checking->arena, &checking->baseline, err) < 0 ? bd_error_wrap(err, "%s", path)
											: 0;
}

/* ---- since when, and why --------------------------------------------------------------------------------------------
 */

static const struct bd_base *final_base(const struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		if (record->bases.v[i].role == BD_ROLE_BASE && record->bases.v[i].reference != NULL) {
			return &record->bases.v[i];
		}
	}
	return NULL;
}

static void find_first_seen(struct checking *checking, struct bd_store *store)
{
	const struct bd_base *base = final_base(checking->record);
	if (base != NULL) {
		checking->first_seen = first_seen(&checking->arena, store, base);
	}
}

/* Of the store only what it has: without one, or without a project, the check is as strict and says less. */
static void ask_store(struct checking *checking)
{
	struct arguments *arguments = checking->arguments;
	struct bd_store *store = NULL;
	struct bd_store_builds builds = { 0 };
	struct bd_error ignored;
	if (store_url(arguments) == NULL || open_store(arguments, false, &store, &ignored) < 0) {
		return;
	}
	find_first_seen(checking, store);
	const struct bd_store_filter filter = selected_builds(arguments);
	if (checking->baseline_record == NULL && checking->last_good == NULL && filter.project != NULL &&
		bd_store_find(store, "@last-good", &filter, &builds, &ignored) == 0) {
		if (bd_store_read(store, &builds.v[0], &checking->last_good, &ignored) < 0) {
			checking->last_good = NULL;
		}
		bd_store_builds_release(&builds);
	}
	bd_store_close(store);
}

static void explain(struct checking *checking)
{
	const struct bd_record *a = checking->baseline_record != NULL ? checking->baseline_record : checking->last_good;
	const struct bd_explain_options options = { .ignore = checking->arguments->ignore.v };
	if (a != NULL) {
		checking->report = bd_explain(a, checking->record, &options);
	}
}

/* ---- outputs --------------------------------------------------------------------------------------------------------
 */

static void add_text(void *context, struct bd_buf *out)
{
	struct checking *checking = context;
	const struct bd_check *check = &checking->check;
	static const char *const words[] = { "holds", "does not hold", "cannot be told" };
	add_shown(out, "%s (%s): %s\n", checking->arguments->baseline,
		checking->sbom ? "SBOM" : bd_baseline_format_name(check->baseline->format), words[check->status]);
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		add_shown(out, "  %s\n", bd_discrepancy_text(&check->discrepancies.v[i], &checking->arena));
	}
	for (size_t i = 0; i < check->removed.len; i++) {
		add_shown(out,
			"  note: %s is removed, its configuration is left; dpkg-query lists it as if it were installed\n",
			check->removed.v[i]);
	}
	for (size_t i = 0; i < check->unknown.len; i++) {
		add_shown(out, "  not checked: nobody looked for packages of type %s in the image\n",
			check->unknown.v[i]);
	}
	check_show_update(checking, out);
}

static void add_json(void *context, struct bd_buf *out)
{
	const struct checking *checking = context;
	bd_check_json(&checking->check, out);
}

static void list_cases(void *context, struct bd_cases *cases)
{
	struct checking *checking = context;
	bd_check_cases(&checking->check, checking->arguments->baseline, &checking->arena, cases);
}

static const struct own_format formats[] = {
	{ "text", add_text },
	{ "json", add_json },
	{ "patch", check_add_patch },
	{ 0 },
};
static const struct case_outputs outputs = {
	.title = "basedrift check", .formats = formats, .plain = "text", .list_cases = list_cases
};

static int check_arguments(const struct arguments *arguments, struct bd_error *err)
{
	if (check_case_outputs(arguments, &outputs, err) < 0) {
		return -(int)err->code;
	}
	return arguments->operands.len == 1 && arguments->baseline != NULL
		       ? 0
		       : bd_error_set(err, BD_ERR_USAGE, "check takes --baseline FILE and one build");
}

/* ---- the command
 * ------------------------------------------------------------------------------------------------------ */

static bool wants_plan(const struct arguments *arguments)
{
	bool wanted = arguments->update;
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		wanted = wanted || strcmp(arguments->outputs.v[i].format, "patch") == 0;
	}
	return wanted;
}

static int check(struct checking *checking, struct bd_error *err)
{
	struct arguments *arguments = checking->arguments;
	if (read_baseline(checking, err) < 0 ||
		open_build(arguments, arguments->operands.v[0], &checking->record, err) < 0 ||
		(arguments->last_good != NULL &&
			open_build(arguments, arguments->last_good, &checking->last_good, err) < 0)) {
		return -(int)err->code;
	}
	ask_store(checking);
	explain(checking);
	if (checking->baseline_record != NULL) {
		bd_baseline_of_record(checking->baseline_record, &checking->arena, &checking->baseline);
	}
	const struct bd_check_options options = { .report = checking->report, .first_seen = checking->first_seen };
	if (bd_check_record(&checking->baseline, checking->record, &options, &checking->arena, &checking->check, err) <
		0) {
		return bd_error_wrap(err, "%s", arguments->baseline);
	}
	if ((wants_plan(arguments) && check_plan_update(checking, err) < 0) ||
		write_case_outputs(arguments, &outputs, checking, err) < 0 || check_write_update(checking, err) < 0) {
		return -(int)err->code;
	}
	return arguments->update && checking->check.status != EXIT_SAME ? check_status_of_update(checking)
									: checking->check.status;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct checking checking = { .arguments = arguments };
	int result = check_arguments(arguments, err);
	if (result == 0) {
		result = check(&checking, err);
	}
	bd_report_free(checking.report);
	bd_record_free(checking.baseline_record);
	bd_record_free(checking.last_good);
	bd_record_free(checking.record);
	bd_buf_release(&checking.bytes);
	bd_buf_release(&checking.updated);
	bd_arena_release(&checking.arena);
	return result;
}

static const struct option_row *const options[] = { check_options, output_options, case_options, image_options,
	paper_options, select_options, registry_options, common_options, NULL };

const struct command command_check = {
	.name = "check",
	.synopsis = "--baseline FILE IMAGE | BUILD [options]",
	.summary = "hold a build against what it is expected to have, and nothing else",
	.example = "basedrift check --baseline packages.txt docker-archive:app.tar -o junit=check.xml",
	.details =
		"The baseline is a record or an SBOM; a list as other tools print it, told by its content; or rules\n"
		"(schema/rules.schema.json).  Of the package types that a list names nothing else may be there.  Each discrepancy\n"
		"says where it comes from: the base image or the Dockerfile's line; and, against the last good build, since when.\n"
		"Formats: text, json, patch (what --update changes), junit, github, markdown.\n"
		"Exit status: 0 it holds, 1 it does not, 2 trouble, or it cannot be told.\n",
	.options = options,
	.run = run,
};

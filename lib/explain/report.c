/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "explain/parts.h"

static enum bd_tri source_same(const struct bd_diff *diff)
{
	if (diff->tree_same == BD_DIFFERENT || diff->dockerfile_same == BD_DIFFERENT ||
		diff->context_same == BD_DIFFERENT) {
		return BD_DIFFERENT;
	}
	return diff->tree_same;
}

/* Another platform changes the architecture of every package: then it is left out of their identity. */
static bool platform_differs(const struct bd_record *a, const struct bd_record *b)
{
	return a->image.platform != NULL && b->image.platform != NULL &&
	       strcmp(a->image.platform, b->image.platform) != 0;
}

static void copy_commands(struct bd_report *report, const char *const *commands)
{
	for (; commands != NULL && *commands != NULL; commands++) {
		add_text(&report->arena, &report->commands, bd_arena_strdup(&report->arena, *commands));
	}
}

struct bd_report *bd_explain(
	const struct bd_record *a, const struct bd_record *b, const struct bd_explain_options *options)
{
	static const struct bd_explain_options none = { 0 };
	struct bd_report *report = bd_xcalloc(1, sizeof(*report));
	struct explanation x = {
		.report = report, .options = options != NULL ? options : &none, .base_cause = -1, .source_cause = -1
	};
	const struct bd_diff_options diff = { .ignore = x.options->ignore, .ignore_arch = platform_differs(a, b) };

	report->a = a;
	report->b = b;
	report->generated = x.options->generated;
	report->choice = bd_arena_strdup(&report->arena, x.options->choice);
	bd_diff_compute(a, b, &diff, &report->diff);
	report->source_same = source_same(&report->diff);
	report->dockerfile = dockerfile_name(report);
	describe_sides(&x);
	judge_bases(&x);
	attribute_findings(&x);
	list_folders(&x);
	reach_verdict(&x);
	list_package_rows(&x);
	list_layer_rows(&x);
	list_remedies(&x);
	list_timeline(&x);
	copy_commands(report, x.options->commands);
	return report;
}

void bd_report_free(struct bd_report *report)
{
	if (report == NULL) {
		return;
	}
	bd_diff_release(&report->diff);
	free(report->causes.v);
	free(report->ruled_out.v);
	free(report->compared.v);
	free(report->package_rows.v);
	free(report->folders.v);
	free(report->layer_rows.v);
	free(report->remedy.v);
	free(report->not_compared.v);
	free(report->timeline.v);
	bd_arena_release(&report->arena);
	free(report);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* check --update: the baseline as the image has it, planned before anything is shown, and written whole or not at all.
 */
#include "basedrift/patch.h"
#include "basedrift/sbom.h"

#include "checking.h"
#include "commands.h"
#include "console.h"
#include "listing.h"
#include "output.h"

/* The same kind of SBOM, as we write it. */
static int plan_sbom(struct checking *checking, struct bd_error *err)
{
	const char *path = checking->arguments->baseline;
	const struct bd_str bytes = bd_buf_view(&checking->bytes);
	const bool cyclonedx = bd_str_find(bytes, "\"bomFormat\"", NULL);
	if (!cyclonedx && !bd_str_find(bytes, "\"spdxVersion\"", NULL)) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"%s: neither CycloneDX nor SPDX as text: it is read, but not written; make a new one with basedrift export",
			path);
	}
	return bd_sbom_write(
		checking->record, cyclonedx ? BD_SBOM_CYCLONEDX : BD_SBOM_SPDX, NULL, &checking->updated, err);
}

/* Does the new one hold?  What does not had no single answer. */
static int check_again(struct checking *checking, struct bd_error *err)
{
	const struct bd_check_options options = { .report = checking->report, .first_seen = checking->first_seen };
	struct bd_error empty;
	if (bd_baseline_parse(bd_buf_view(&checking->updated), &checking->arena, &checking->baseline_left, &empty) <
		0) {
		checking->edits.len = 0; /* nothing of it is in the image, and an empty list is no baseline */
		checking->left = checking->check;
		return 0;
	}
	return bd_check_record(
		&checking->baseline_left, checking->record, &options, &checking->arena, &checking->left, err);
}

int check_plan_update(struct checking *checking, struct bd_error *err)
{
	const struct bd_str bytes = bd_buf_view(&checking->bytes);
	if (checking->check.status == EXIT_SAME) {
		return 0;
	}
	checking->rewritten = true;
	if (checking->sbom) {
		return plan_sbom(checking, err);
	}
	if (checking->baseline_record != NULL) {
		return 0;
	}
	bd_baseline_update(bytes, &checking->check, &checking->arena, &checking->edits);
	bd_edits_apply(bytes, checking->edits.v, checking->edits.len, &checking->updated);
	const int result = check_again(checking, err);
	checking->rewritten = checking->edits.len > 0;
	return result;
}

int check_write_update(struct checking *checking, struct bd_error *err)
{
	const char *path = checking->arguments->baseline;
	if (!checking->rewritten || !checking->arguments->update) {
		return 0;
	}
	const int result = checking->baseline_record != NULL && !checking->sbom
				   ? bd_record_write_file(checking->record, path, err)
				   : write_output(path, bd_buf_view(&checking->updated), err);
	if (result == 0) {
		print_hint(checking->arguments, "%s is rewritten", path);
	}
	return result;
}

void check_add_patch(void *context, struct bd_buf *out)
{
	const struct checking *checking = context;
	bd_patch_add_lines(out, checking->arguments->baseline, bd_buf_view(&checking->bytes), checking->edits.v,
		checking->edits.len);
}

void check_show_update(struct checking *checking, struct bd_buf *out)
{
	struct bd_buf patch = { 0 };
	struct bd_str line;
	if (!checking->arguments->update) {
		return;
	}
	check_add_patch(checking, &patch);
	struct bd_str rest = bd_buf_view(&patch);
	while (bd_str_line(&rest, &line)) {
		add_shown(out, "%s\n", bd_arena_text(&checking->arena, line.p, line.n));
	}
	bd_buf_release(&patch);
	for (size_t i = 0; i < checking->left.discrepancies.len; i++) {
		add_shown(out, "left as it is: %s\n",
			bd_discrepancy_text(&checking->left.discrepancies.v[i], &checking->arena));
	}
}

int check_status_of_update(const struct checking *checking)
{
	return checking->baseline_record != NULL ? EXIT_SAME : checking->left.status;
}

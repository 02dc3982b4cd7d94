/* SPDX-License-Identifier: Apache-2.0 */
/* Changed packages and files that the failing build's log names: first inside their cause, with the line quoted. */
#include <stdlib.h>
#include <string.h>

#include "explain/culprits.h"
#include "explain/parts.h"

enum {
	MOST_FILES = 20000,
	MOST_QUOTES = 10
};

/* What may be named, and whose cause it belongs to. */
struct suspects {
	struct culprit_name *v;
	const int **explained_by;
	size_t len;
};

static void add_suspect(struct suspects *suspects, enum culprit_kind kind, const char *text, const int *explained_by)
{
	suspects->v[suspects->len] = (struct culprit_name){ kind, text };
	suspects->explained_by[suspects->len] = explained_by;
	suspects->len++;
}

static void list_suspects(const struct bd_diff *diff, struct suspects *suspects)
{
	for (size_t i = 0; i < diff->packages.len; i++) {
		const struct bd_package_change *change = &diff->packages.v[i];
		add_suspect(suspects, CULPRIT_PACKAGE, shown_package(change)->name, &change->explained_by);
	}
	for (size_t i = 0; i < diff->files.len && i < MOST_FILES; i++) {
		const struct bd_file_change *change = &diff->files.v[i];
		if (file_change_counts(change)) {
			add_suspect(suspects, CULPRIT_FILE, change->b != NULL ? change->b->path : change->a->path,
				&change->explained_by);
		}
	}
}

static void quote(struct bd_report *report, const struct suspects *suspects, const struct culprit *culprit)
{
	const int cause = *suspects->explained_by[culprit->name];
	const char *name = suspects->v[culprit->name].text;
	struct bd_arena *arena = &report->arena;

	if (cause < 0) {
		return;
	}
	add_text(arena, &report->causes.v[cause].evidence,
		bd_arena_printf(arena, "The log's failing lines name %s: %s", name, culprit->quote));
	add_text(arena, &report->named_in_log, name);
}

void quote_log(struct explanation *x)
{
	struct bd_report *report = x->report;
	const size_t most = report->diff.packages.len + report->diff.files.len + 1;
	struct culprit_vec found = { 0 };

	if (!report->b->log.present || report->b->log.tail == NULL) {
		return; /* no log: no guess */
	}
	struct suspects suspects = { .v = bd_xcalloc(most, sizeof(*suspects.v)),
		.explained_by = bd_xcalloc(most, sizeof(*suspects.explained_by)) };
	list_suspects(&report->diff, &suspects);
	find_culprits(report->b->log.tail, suspects.v, suspects.len, &report->arena, &found);
	for (size_t i = 0; i < found.len && i < MOST_QUOTES; i++) {
		quote(report, &suspects, &found.v[i]);
	}
	if (found.len > 0) {
		report->verdict.sentence = bd_arena_printf(&report->arena, "%s The log's failing lines name %s: %s",
			report->verdict.sentence, suspects.v[found.v[0].name].text, found.v[0].quote);
	}
	free(suspects.v);
	free(suspects.explained_by);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files by folder: at most three components deep, so that one moved runtime is one row. */
#include <string.h>

#include "explain/parts.h"

enum {
	FOLDER_DEPTH = 3
};

static struct bd_str folder_of(const char *path)
{
	struct bd_str folder = bd_path_dir(bd_str(path));
	size_t depth = 0;
	for (size_t i = 0; i < folder.n; i++) {
		if (folder.p[i] == '/' && ++depth == FOLDER_DEPTH) {
			folder.n = i;
		}
	}
	return folder;
}

static struct bd_folder_row *row_of(struct bd_report *report, struct bd_str folder)
{
	/* paths are sorted, but "a.b" stands between "a" and "a/": look a little back */
	const size_t len = report->folders.len;
	for (size_t i = len; i-- > 0 && len - i <= 16;) {
		if (bd_str_is(folder, report->folders.v[i].folder)) {
			return &report->folders.v[i];
		}
	}
	struct bd_folder_row *row = bd_vec_push(&report->folders);
	row->folder = bd_arena_text(&report->arena, folder.p, folder.n);
	return row;
}

static void count(struct bd_report *report, const struct bd_file_change *change)
{
	struct bd_folder_row *row;
	if (change->noise == NULL && change->change == BD_METADATA) {
		report->files_metadata++;
		return;
	}
	row = row_of(report, folder_of(change->b != NULL ? change->b->path : change->a->path));
	if (change->noise != NULL) {
		report->files_noise++;
		row->noise++;
	} else if (change->change == BD_ADDED) {
		report->files_added++;
		row->added++;
	} else if (change->change == BD_REMOVED) {
		report->files_removed++;
		row->removed++;
	} else {
		report->files_changed++;
		row->changed++;
	}
}

void list_folders(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.files.len; i++) {
		count(x->report, &x->report->diff.files.v[i]);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files that no package owns, or that are not what their owner shipped. */
#include <string.h>

#include "diff/parts.h"

static const char *noise_of(const char *path, const struct bd_diff_options *options)
{
	const char *reason = bd_noise_reason(path);
	for (const char *const *glob = options != NULL ? options->ignore : NULL;
		reason == NULL && glob != NULL && *glob != NULL; glob++) {
		if (bd_path_match(*glob, path)) {
			reason = "named by --ignore";
		}
	}
	return reason;
}

static void add_file(struct bd_diff *diff, enum bd_change change, const struct bd_file_line *a,
	const struct bd_file_line *b, const struct bd_diff_options *options)
{
	const struct bd_file_line *named = a != NULL ? a : b;
	*bd_vec_push(&diff->files) = (struct bd_file_change){
		.change = change,
		.a = a,
		.b = b,
		.noise = named != NULL ? noise_of(named->path, options) : NULL,
		.explained_by = -1,
	};
}

/* A regular file whose bytes are not known equals nothing: an error is never "same". */
static bool same_content(const struct bd_file_line *a, const struct bd_file_line *b)
{
	if (a->kind != b->kind || !bd_streq(a->target, b->target)) {
		return false;
	}
	return a->kind != BD_FILE || (a->digest != NULL && b->digest != NULL && strcmp(a->digest, b->digest) == 0);
}

static bool same_metadata(const struct bd_file_line *a, const struct bd_file_line *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid && a->mtime_sec == b->mtime_sec;
}

/* Owner or permission bits: more than a time. */
static bool mode_differs(const struct bd_file_line *a, const struct bd_file_line *b)
{
	return a->mode != b->mode || a->uid != b->uid || a->gid != b->gid;
}

static void compare_files(struct bd_diff *diff, const struct bd_file_line *a, const struct bd_file_line *b,
	const struct bd_diff_options *options)
{
	if (!same_content(a, b)) {
		add_file(diff, BD_CONTENT, a, b, options);
	} else if (!same_metadata(a, b) && (a->kind != BD_DIRECTORY || mode_differs(a, b))) {
		add_file(diff, BD_METADATA, a, b,
			options); /* a folder's time says only that something in it was touched */
	}
}

static bool differs_beyond_noise(const struct bd_file_change_vec *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (changes->v[i].noise == NULL && changes->v[i].change != BD_METADATA) {
			return true;
		}
	}
	return false;
}

void diff_files(struct bd_diff *diff, const struct bd_diff_options *options)
{
	const struct bd_file_line_vec *a = &diff->a->files;
	const struct bd_file_line_vec *b = &diff->b->files;
	size_t i = 0;
	size_t j = 0;

	if (!diff->a->files_known || !diff->b->files_known) {
		diff->files_same = BD_CANNOT_TELL;
		return;
	}
	while (i < a->len || j < b->len) {
		const int order = i == a->len ? 1 : j == b->len ? -1 : strcmp(a->v[i].path, b->v[j].path);
		if (order < 0) {
			add_file(diff, BD_REMOVED, &a->v[i], NULL, options);
		} else if (order > 0) {
			add_file(diff, BD_ADDED, NULL, &b->v[j], options);
		} else {
			compare_files(diff, &a->v[i], &b->v[j], options);
		}
		i += order <= 0;
		j += order >= 0;
	}
	diff->files_same = differs_beyond_noise(&diff->files) ? BD_DIFFERENT : BD_SAME;
}

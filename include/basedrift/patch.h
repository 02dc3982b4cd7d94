/* SPDX-License-Identifier: Apache-2.0 */
/* Changes inside lines of a text, and the patch that `git apply` takes for them. */
#ifndef BASEDRIFT_PATCH_H
#define BASEDRIFT_PATCH_H

#include "basedrift/base.h"

/* Put `with` in place of n bytes at `at`. */
struct bd_edit {
	size_t at, n;
	struct bd_str with;
};
struct bd_edit_vec {
	struct bd_edit *v;
	size_t len, cap;
};
/* Edits are sorted by `at` and do not overlap. */
void bd_edits_apply(struct bd_str bytes, const struct bd_edit *edits, size_t count, struct bd_buf *out);
/*
 * The unified diff, relative to where it will be applied; nothing when there is no edit.  No edit has a line end in it.
 * path: as bytes, quoted as git does where that is needed.  not_near: what a line has in it that is not what the file
 * has: context ends before it; or NULL.  False, and nothing is added: such a line is changed, or stands right behind a
 * change, and git would refuse.
 */
bool bd_patch_add(struct bd_buf *out, const char *path, struct bd_str bytes, const struct bd_edit *edits, size_t count,
	const char *not_near);
/* The same of any edits, lines added and removed, too. */
void bd_patch_add_lines(
	struct bd_buf *out, const char *path, struct bd_str bytes, const struct bd_edit *edits, size_t count);

#endif

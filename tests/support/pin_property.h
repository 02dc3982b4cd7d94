/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pinning promises of any file: with made-up digests written in, taking them out again gives the same bytes, and a
 * second reading finds the same images at the same lines, each with that digest, and nothing left to edit.
 */
#ifndef SUPPORT_PIN_PROPERTY_H
#define SUPPORT_PIN_PROPERTY_H

#include "basedrift/pin.h"

#include "base/auto.h"

/* NULL: it holds; else what does not.  *edits_out: how many references were rewritten. */
static inline const char *pin_property(const struct bd_pin_file *file, struct bd_arena *arena, size_t *edits_out)
{
	AUTO(bd_buf_release) struct bd_buf pinned = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf back = { .n = 0 };
	struct bd_edit_vec edits;
	struct bd_edit_vec reverse = { .len = 0 };
	struct bd_error err;
	for (size_t i = 0; i < file->uses.len; i++) {
		char digest[BD_DIGEST_TEXT];
		struct bd_pin_use *use = &file->uses.v[i];
		if (use->name != NULL) {
			bd_sha256_text(use->name, strlen(use->name), digest);
			use->wanted = bd_arena_strdup(arena, digest);
		}
	}
	bd_pin_edits(file, arena, &edits);
	*edits_out = edits.len;
	bd_edits_apply(file->bytes, edits.v, edits.len, &pinned);
	size_t moved = 0;
	for (size_t i = 0; i < edits.len; i++) {
		*bd_vec_push(&reverse) = (struct bd_edit){ edits.v[i].at + moved, edits.v[i].with.n,
			{ file->bytes.p + edits.v[i].at, edits.v[i].n } };
		moved += edits.v[i].with.n - edits.v[i].n;
	}
	bd_edits_apply(bd_buf_view(&pinned), reverse.v, reverse.len, &back);
	free(reverse.v);
	if (!bd_str_equal(bd_buf_view(&back), file->bytes)) {
		return "reversed, it is another file";
	}
	struct bd_pin_file again = { .path = file->path, .compose = file->compose, .bytes = bd_buf_view(&pinned) };
	if (bd_pin_read(&again, NULL, arena, &err) < 0) {
		return bd_arena_printf(arena, "pinned, it cannot be read: %s", err.msg);
	}
	if (again.uses.len != file->uses.len) {
		return "pinned, it has another number of images";
	}
	for (size_t i = 0; i < again.uses.len; i++) {
		const struct bd_pin_use *was = &file->uses.v[i];
		const struct bd_pin_use *is = &again.uses.v[i];
		if (was->line != is->line || was->role != is->role || strcmp(was->where, is->where) != 0 ||
			!bd_streq(was->name, is->name) || (was->n > 0) != (is->n > 0)) {
			return bd_arena_printf(
				arena, "line %d: %s is another image: %s", was->line, was->as_written, is->as_written);
		}
		if (was->n > 0 && was->wanted != NULL && !bd_streq(is->digest, was->wanted)) {
			return bd_arena_printf(arena, "line %d: %s does not have its digest", is->line, is->as_written);
		}
		if (was->n == 0 && strcmp(was->as_written, is->as_written) != 0) {
			return bd_arena_printf(arena, "line %d: %s was not to be edited", was->line, was->as_written);
		}
	}
	return NULL;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "render/file_note.h"

#include "render/words.h"

static const char *joined(struct bd_arena *arena, const char *text, const char *more)
{
	return *text == '\0' ? more : bd_arena_printf(arena, "%s, %s", text, more);
}

static const char *size_text(struct bd_arena *arena, const struct bd_file_line *file)
{
	return bd_count_text(arena, file->size_bytes < 0 ? 0 : (size_t)file->size_bytes);
}

static const char *content_note(struct bd_arena *arena, const struct bd_file_line *a, const struct bd_file_line *b)
{
	if (a->kind != b->kind) {
		return bd_arena_printf(arena, "%s → %s", bd_file_kind_name(a->kind), bd_file_kind_name(b->kind));
	}
	if (!bd_streq(a->target, b->target)) {
		return bd_arena_printf(
			arena, "link to %s → %s", render_shown(arena, a->target), render_shown(arena, b->target));
	}
	if (a->size_bytes != b->size_bytes) {
		return bd_arena_printf(arena, "%s → %s bytes", size_text(arena, a), size_text(arena, b));
	}
	return "other content, same size";
}

static const char *metadata_note(struct bd_arena *arena, const struct bd_file_line *a, const struct bd_file_line *b)
{
	const char *text = "";
	if (a->mode != b->mode) {
		text = bd_arena_printf(arena, "mode %04o → %04o", a->mode, b->mode);
	}
	if (a->uid != b->uid || a->gid != b->gid) {
		text = joined(
			arena, text, bd_arena_printf(arena, "owner %u:%u → %u:%u", a->uid, a->gid, b->uid, b->gid));
	}
	return *text != '\0' ? text : "time stamp only";
}

const char *render_file_note(struct bd_arena *arena, const struct bd_file_change *change)
{
	const char *text = render_change_word(change->change);
	if (change->a != NULL && change->b != NULL) {
		text = change->change == BD_METADATA ? metadata_note(arena, change->a, change->b)
						     : content_note(arena, change->a, change->b);
	}
	return change->noise == NULL
		       ? text
		       : bd_arena_printf(arena, "%s (noise: %s)", text, render_shown(arena, change->noise));
}

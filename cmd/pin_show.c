/* SPDX-License-Identifier: Apache-2.0 */
/* How `pin` says what it found. */
#include <string.h>

#include "console.h"
#include "listing.h"
#include "pinning.h"

static void add_patches(void *context, struct bd_buf *out)
{
	struct pinning *pinning = context;
	for (size_t i = 0; i < pinning->files.len; i++) {
		struct bd_edit_vec edits;
		bd_pin_edits(&pinning->files.v[i], &pinning->files.arena, &edits);
		bd_patch_add(out, pinning->files.v[i].patch, pinning->files.v[i].bytes, edits.v, edits.len, NULL);
	}
}

static void add_text(void *context, struct bd_buf *out)
{
	struct pinning *pinning = context;
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		add_shown(out, "%s:%d: %s %s%s\n", use->file, use->line, use->where, use->as_written,
			use->reachable ? "" : " (the last stage does not need it)");
		add_shown(out, "    %s\n", bd_pin_sentence(use, arena));
		if (use->now.answer == BD_PIN_UNKNOWN) {
			add_shown(out, "    The registry could not be asked: %s\n", use->now.problem);
		}
		if (use->unwanted != NULL && !pinning->arguments->check_only) {
			add_shown(out, "    %s\n", use->unwanted);
		} else if (use->wanted != NULL && !bd_streq(use->wanted, use->digest) &&
			   !pinning->arguments->check_only) {
			add_shown(out, use->n > 0 ? "    → %s%s\n" : "    would be %s%s\n",
				bd_pin_text(use, use->wanted, arena),
				use->edited == NULL
					? ""
					: bd_arena_printf(arena, ", in the ARG of line %d", use->edited_line));
		}
		if (use->not_editable != NULL) {
			add_shown(out, "    Not to be edited: %s.\n", use->not_editable);
		}
	}
}

static const char *case_name(struct bd_arena *arena, const struct bd_pin_use *use, const struct bd_cases *cases)
{
	const char *name = bd_arena_printf(
		arena, "%s %.*s is pinned", use->where, (int)strcspn(use->as_written, "@"), use->as_written);
	size_t same = 0;
	for (size_t i = 0; i < cases->len; i++) {
		same += strcmp(cases->v[i].group, use->file) == 0 && bd_str_starts(bd_str(cases->v[i].name), name);
	}
	return same == 0 ? name : bd_arena_printf(arena, "%s (%zu)", name, same + 1);
}

void pin_list_cases(void *context, struct bd_cases *cases)
{
	struct pinning *pinning = context;
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		const enum bd_tri holds = bd_pin_holds(use);
		struct bd_case one = { .result = holds == BD_SAME        ? BD_CASE_PASSED
						 : holds == BD_DIFFERENT ? BD_CASE_FAILED
									 : BD_CASE_ERROR,
			.group = use->file,
			.name = case_name(arena, use, cases),
			.type = use->served == BD_PIN_GONE            ? "digest-gone"
				: holds == BD_CANNOT_TELL             ? "registry-not-asked"
				: use->pinned == BD_PINNED_UNRESOLVED ? "unresolved-image"
								      : bd_pinned_name(use->pinned),
			.message = holds == BD_SAME ? NULL : bd_pin_sentence(use, arena),
			.detail = use->wanted != NULL && holds == BD_DIFFERENT
					  ? bd_arena_printf(arena, "Write: %s", bd_pin_text(use, use->wanted, arena))
					  : use->not_editable,
			.file = use->file,
			.line = use->line };
		*bd_vec_push(cases) = one;
	}
}

static void add_json(void *context, struct bd_buf *out)
{
	const struct pinning *pinning = context;
	bd_pin_json(pinning->files.v, pinning->files.len, out);
}

const struct own_format pin_formats[] = {
	{ "patch", add_patches },
	{ "text", add_text },
	{ "json", add_json },
	{ 0 },
};

/* What a patch cannot say. */
void pin_tell_rest(struct pinning *pinning)
{
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		const char *why = bd_pin_advice(use, &pinning->files.arena);
		if (why != NULL) {
			print_hint(pinning->arguments, "%s:%d: %s is left as it is: %s", use->file, use->line,
				use->as_written, why);
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "origin/arena_vec.h"
#include "pin/pin_parts.h"

bool bd_pin_is_compose(const char *path)
{
	return bd_str_ends(bd_str(path), ".yml") || bd_str_ends(bd_str(path), ".yaml");
}

static int by_line(const void *a, const void *b)
{
	const struct bd_pin_use *x = a;
	const struct bd_pin_use *y = b;
	if (x->line != y->line) {
		return x->line < y->line ? -1 : 1;
	}
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : strcmp(x->as_written, y->as_written);
}

int bd_pin_read(struct bd_pin_file *file, const struct bd_dockerfile_options *options, struct bd_arena *arena,
	struct bd_error *err)
{
	const struct pin_reading reading = { file, options, arena };
	file->uses = (struct bd_pin_use_vec){ 0 };
	const int result = file->compose ? pin_read_compose(&reading, err) : pin_read_dockerfile(&reading, err);
	if (result < 0) {
		return bd_error_wrap(err, "%s", file->path);
	}
	if (file->uses.len > 0) {
		qsort(file->uses.v, file->uses.len, sizeof(*file->uses.v), by_line);
	}
	return 0;
}

/* ---- what to write ------------------------------------------------------------------------------------------------
 */

const char *bd_pin_text(const struct bd_pin_use *use, const char *digest, struct bd_arena *arena)
{
	struct bd_reference parsed;
	struct bd_error ignored;
	const char *text = use->edited != NULL ? use->edited : use->as_written;
	const bool variable = strchr(text, '$') != NULL;
	if (variable && use->name != NULL && bd_reference_parse(bd_str(use->name), arena, &parsed, &ignored) == 0) {
		text = parsed.familiar;
	}
	const int n = (int)strcspn(text, "@");
	const char *tag = use->pinned == BD_PINNED_NO_TAG && !variable ? ":latest" : "";
	return bd_arena_printf(arena, "%.*s%s@%s", n, text, tag, digest);
}

const char *bd_pin_advice(const struct bd_pin_use *use, struct bd_arena *arena)
{
	if (use->unwanted != NULL) {
		return use->unwanted;
	}
	if (use->not_editable == NULL || (use->wanted != NULL && bd_streq(use->wanted, use->digest))) {
		return NULL;
	}
	return use->wanted == NULL ? use->not_editable
				   : bd_arena_printf(arena, "%s; to be written by hand: %s", use->not_editable,
					     bd_pin_text(use, use->wanted, arena));
}

/* One ARG of several stages is one place. */
static bool is_new(const struct bd_edit_vec *edits, size_t at)
{
	for (size_t i = 0; i < edits->len; i++) {
		if (edits->v[i].at == at) {
			return false;
		}
	}
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct bd_edit *x = a;
	const struct bd_edit *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

void bd_pin_edits(const struct bd_pin_file *file, struct bd_arena *arena, struct bd_edit_vec *out)
{
	*out = (struct bd_edit_vec){ 0 };
	for (size_t i = 0; i < file->uses.len; i++) {
		const struct bd_pin_use *use = &file->uses.v[i];
		if (use->n > 0 && use->wanted != NULL && !bd_streq(use->wanted, use->digest) && is_new(out, use->at)) {
			*arena_push(arena, out) =
				(struct bd_edit){ use->at, use->n, bd_str(bd_pin_text(use, use->wanted, arena)) };
		}
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), by_place);
	}
}

/* ---- what a build recorded ----------------------------------------------------------------------------------------
 */

static bool names(const struct bd_base *base, const struct bd_pin_use *use)
{
	const size_t n = strlen(use->name);
	return base->reference != NULL && strncmp(base->reference, use->name, n) == 0 &&
	       (base->reference[n] == '\0' || base->reference[n] == '@');
}

static int nearness(const struct bd_base *base, const struct bd_pin_use *use)
{
	const bool from = base->role == BD_ROLE_BASE || base->role == BD_ROLE_BUILDER;
	const bool use_from = use->role == BD_ROLE_BASE || use->role == BD_ROLE_BUILDER;
	const bool alike = base->role == use->role || (from && use_from);
	return 1 + (alike ? 2 : 0) + (alike && base->line == use->line ? 1 : 0);
}

const struct bd_base *bd_pin_base_of(const struct bd_pin_use *use, const struct bd_record *record)
{
	const struct bd_base *best = NULL;
	for (size_t i = 0; i < record->bases.len && use->name != NULL; i++) {
		const struct bd_base *base = &record->bases.v[i];
		if (names(base, use) && (best == NULL || nearness(base, use) > nearness(best, use))) {
			best = base;
		}
	}
	return best;
}

const char *bd_pin_pullable(const struct bd_base *base, const char *than)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST };
	bool passed = than == NULL;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && base->confidence >= BD_STATED; i++) {
		const char *digest = bd_digest_of_kind(&base->digests, order[i]);
		if (passed && digest != NULL && bd_digest_valid(digest)) {
			return digest;
		}
		passed = passed || bd_streq(digest, than);
	}
	return NULL;
}

/* ---- judging ------------------------------------------------------------------------------------------------------
 */

enum bd_tri bd_pin_holds(const struct bd_pin_use *use)
{
	if (use->pinned != BD_PINNED_DIGEST || use->served == BD_PIN_GONE) {
		return BD_DIFFERENT;
	}
	return use->served == BD_PIN_UNKNOWN ? BD_CANNOT_TELL : BD_SAME;
}

static const char *tag_of(const struct bd_pin_use *use)
{
	const char *name = use->name != NULL ? strrchr(use->name, '/') : NULL;
	const char *colon = name != NULL ? strchr(name, ':') : NULL;
	return colon != NULL ? colon + 1 : "";
}

static const char *class_sentence(const struct bd_pin_use *use, struct bd_arena *arena)
{
	switch (use->pinned) {
	case BD_PINNED_NO_TAG:
		return "Without a tag it is latest, which moves with every release.";
	case BD_PINNED_FLOATING:
		return bd_arena_printf(
			arena, "The tag %s names a series: every release and rebuild moves it.", tag_of(use));
	case BD_PINNED_VERSION:
		return bd_arena_printf(arena,
			"The tag %s names one version, and is still moved when that is rebuilt on a newer base.",
			tag_of(use));
	case BD_PINNED_DIGEST:
		return use->served == BD_PIN_GONE      ? "Its digest is no longer served: the next build fails."
		       : use->served == BD_PIN_SERVED  ? "Pinned by digest, which the registry serves."
		       : use->served == BD_PIN_UNKNOWN ? "Pinned by digest; the registry could not be asked for it."
						       : "Pinned by digest.";
	case BD_PINNED_UNRESOLVED:
	default:
		return bd_arena_printf(arena, "Not known: %s.", use->problem != NULL ? use->problem : "no image");
	}
}

static const char *now_sentence(const struct bd_pin_use *use, struct bd_arena *arena)
{
	if (use->now.answer == BD_PIN_GONE) {
		return " The registry has no such tag.";
	}
	if (use->now.answer != BD_PIN_SERVED) {
		return "";
	}
	if (use->now.index == NULL) {
		return " The registry serves one platform's image under it, no index.";
	}
	if (use->digest == NULL) {
		return bd_arena_printf(arena, " The registry serves index %s under it.", use->now.index);
	}
	return strcmp(use->now.index, use->digest) == 0 || bd_streq(use->now.manifest, use->digest)
		       ? " Its tag is still that image."
		       : bd_arena_printf(arena, " Its tag is another image by now: %s.", use->now.index);
}

const char *bd_pin_sentence(const struct bd_pin_use *use, struct bd_arena *arena)
{
	return bd_arena_printf(arena, "%s%s", class_sentence(use, arena), now_sentence(use, arena));
}

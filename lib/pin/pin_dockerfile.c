/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "pin/pin_parts.h"

void pin_classify(struct bd_pin_use *use, const char *reference, struct bd_arena *arena)
{
	struct bd_reference parsed;
	struct bd_reference written;
	struct bd_error err;
	if (reference == NULL || bd_reference_parse(bd_str(reference), arena, &parsed, &err) < 0) {
		use->pinned = BD_PINNED_UNRESOLVED;
		return;
	}
	const char *text = use->edited != NULL ? use->edited : use->as_written;
	const bool plain = bd_reference_parse(bd_str(text), arena, &written, &err) == 0;
	use->digest = parsed.digest;
	use->name = parsed.tag != NULL
			    ? bd_arena_printf(arena, "%s/%s:%s", parsed.registry, parsed.repository, parsed.tag)
			    : bd_arena_printf(arena, "%s/%s", parsed.registry, parsed.repository);
	use->pinned = parsed.digest != NULL          ? BD_PINNED_DIGEST
		      : plain && written.tag == NULL ? BD_PINNED_NO_TAG
		      : parsed.tag != NULL           ? bd_pin_class_of_tag(parsed.tag)
						     : BD_PINNED_NO_TAG;
}

static const char *where_of(const struct bd_image_use *use)
{
	switch (use->role) {
	case BD_ROLE_COPY:
		return "COPY --from";
	case BD_ROLE_MOUNT:
		return "RUN --mount";
	case BD_ROLE_FRONTEND:
		return "# syntax";
	case BD_ROLE_BASE:
	case BD_ROLE_BUILDER:
	case BD_ROLE_SCANNER:
	default:
		return "FROM";
	}
}

/* The ARG before the first FROM that names a whole image, for those who set it there. */
static const char *why_variable(
	const struct pin_reading *reading, const struct bd_dockerfile *dockerfile, const struct bd_image_use *use)
{
	const char *name = strchr(use->as_written, '$') + 1;
	name += *name == '{';
	const size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	for (size_t i = 0; i < dockerfile->instructions.len; i++) {
		const struct bd_instruction *one = &dockerfile->instructions.v[i];
		if (one->stage < 0 && strcmp(one->name, "ARG") == 0 && strncmp(one->args, name, n) == 0 &&
			(one->args[n] == '=' || one->args[n] == '\0')) {
			return bd_arena_printf(reading->arena,
				"it is made from build argument %.*s (line %d): pin it there, or write the whole image here",
				(int)n, name, one->line);
		}
	}
	return bd_arena_printf(reading->arena,
		"it is made from variable %.*s, which no ARG before the first FROM sets: pin it where that is set",
		(int)n, name);
}

/* Do the bytes say what the builder makes of them? */
static bool is_written_out(struct bd_arena *arena, const struct bd_pin_use *use, const char *reference)
{
	struct bd_reference written;
	struct bd_error ignored;
	return bd_reference_parse(bd_str(use->as_written), arena, &written, &ignored) == 0 &&
	       strcmp(bd_reference_with_tag(&written, arena).text, reference) == 0;
}

static void add_use(
	const struct pin_reading *reading, const struct bd_dockerfile *dockerfile, const struct bd_image_use *image)
{
	struct bd_pin_use use = { .file = reading->file->path,
		.line = image->line,
		.where = where_of(image),
		.role = image->role,
		.as_written = image->as_written,
		.platform = image->platform,
		.problem = image->problem,
		.reachable = image->reachable };
	const bool argument = pin_locate_argument(&use, reading, dockerfile, image);
	pin_classify(&use, image->reference, reading->arena);
	if (argument) {
		*arena_push(reading->arena, &reading->file->uses) = use;
		return;
	}
	if (strchr(use.as_written, '$') != NULL && use.role != BD_ROLE_FRONTEND) {
		use.not_editable = why_variable(reading, dockerfile, image);
	} else if (use.pinned == BD_PINNED_UNRESOLVED) {
		use.not_editable = "it names no image";
	} else if (!is_written_out(reading->arena, &use, image->reference)) {
		use.not_editable = "it is written with quotes or escapes";
	} else {
		pin_locate(&use, reading, dockerfile->escape, &reading->file->uses);
	}
	*arena_push(reading->arena, &reading->file->uses) = use;
}

/* ONBUILD runs in each stage on top: one place, one use. */
static bool is_known(const struct bd_pin_use_vec *uses, const struct bd_image_use *image, const struct bd_dockerfile *d)
{
	for (size_t i = 0; i < uses->len; i++) {
		if (uses->v[i].line == image->line && uses->v[i].role == image->role &&
			strcmp(uses->v[i].as_written, image->as_written) == 0) {
			for (size_t k = 0; k < d->instructions.len; k++) {
				if (d->instructions.v[k].line == image->line) {
					return strcmp(d->instructions.v[k].name, "ONBUILD") == 0;
				}
			}
		}
	}
	return false;
}

/* ---- a second reading -------------------------------------------------------------------------------------------- */

#define TRIAL "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static size_t count_expected(const struct bd_pin_file *file, const struct bd_pin_use *like)
{
	size_t n = 0;
	for (size_t i = 0; i < file->uses.len; i++) {
		const struct bd_pin_use *use = &file->uses.v[i];
		n += use->line == like->line && use->n > 0 && strcmp(use->as_written, like->as_written) == 0 &&
		     (use->edited != NULL) == (like->edited != NULL);
	}
	return n;
}

/* Of an ARG, the same variable with the value that has the digest. */
static size_t count_found(const struct bd_dockerfile *dockerfile, const struct bd_pin_use *use, const char *text)
{
	size_t n = 0;
	for (size_t i = 0; i < dockerfile->images.len; i++) {
		const struct bd_image_use *image = &dockerfile->images.v[i];
		n += image->line == use->line &&
		     (use->edited == NULL ? strcmp(image->as_written, text) == 0
					  : strcmp(image->as_written, use->as_written) == 0 &&
						    bd_str_ends(bd_str(image->reference), "@" TRIAL));
	}
	return n;
}

static void refuse_line(struct bd_pin_file *file, int line)
{
	for (size_t i = 0; i < file->uses.len; i++) {
		if (file->uses.v[i].line == line && file->uses.v[i].n > 0) {
			file->uses.v[i].n = 0;
			file->uses.v[i].not_editable = "its line is written in a way that is better edited by hand";
		}
	}
}

/* With every reference pinned: does the builder's own reader find each pin?  *all_out: it does. */
static int try_pins(const struct pin_reading *reading, bool *all_out, struct bd_error *err)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf pinned = { .n = 0 };
	struct bd_pin_file trial = *reading->file;
	struct bd_edit_vec edits;
	struct bd_dockerfile dockerfile;
	trial.uses.v = bd_arena_copy(&arena, trial.uses.v, trial.uses.len * sizeof(*trial.uses.v));
	for (size_t i = 0; i < trial.uses.len; i++) {
		trial.uses.v[i].wanted = TRIAL;
	}
	bd_pin_edits(&trial, &arena, &edits);
	bd_edits_apply(trial.bytes, edits.v, edits.len, &pinned);
	if (bd_dockerfile_parse(bd_buf_view(&pinned), reading->options, &arena, &dockerfile, err) < 0) {
		return -(int)err->code;
	}
	*all_out = true;
	for (size_t i = 0; i < trial.uses.len; i++) {
		const struct bd_pin_use *use = &trial.uses.v[i];
		const char *text = bd_pin_text(use, TRIAL, &arena);
		if (use->n > 0 && count_found(&dockerfile, use, text) < count_expected(&trial, use)) {
			refuse_line(reading->file, use->line);
			refuse_line(&trial, use->line);
			*all_out = false;
		}
	}
	return 0;
}

/* Nothing is offered that was not read back. */
static void verify_places(const struct pin_reading *reading)
{
	bool all = reading->file->uses.len == 0;
	struct bd_error ignored;
	while (!all) {
		if (try_pins(reading, &all, &ignored) < 0) {
			for (size_t i = 0; i < reading->file->uses.len; i++) {
				refuse_line(reading->file, reading->file->uses.v[i].line);
			}
			return;
		}
	}
}

int pin_read_dockerfile(const struct pin_reading *reading, struct bd_error *err)
{
	struct bd_dockerfile dockerfile;
	if (bd_dockerfile_parse(reading->file->bytes, reading->options, reading->arena, &dockerfile, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < dockerfile.images.len; i++) {
		if (!is_known(&reading->file->uses, &dockerfile.images.v[i], &dockerfile)) {
			add_use(reading, &dockerfile, &dockerfile.images.v[i]);
		}
	}
	verify_places(reading);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compose files (compose-spec): images of services, those that additional_contexts name, and Dockerfiles written into
 * them.  An image beside `build` is the name of what comes out.  Extension fields ("x-…") are taken, too: they are
 * there to be merged into services.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "format/yaml.h"
#include "origin/arena_vec.h"
#include "pin/pin_parts.h"

#define IMAGE_CONTEXT "docker-image://"

struct compose {
	const struct pin_reading *reading;
	size_t services;
	struct bd_string_vec built; /* "services/web" */
	struct {
		struct inline_file {
			const char *owner;
			struct bd_str text;
			int line;
			bool block; /* its lines follow; else they are escaped in one */
		} * v;
		size_t len, cap;
	} inline_files;
};

/* "services/web" of "services/web/image"; p NULL: the path is another one. */
static struct bd_str owner_of(struct bd_str path)
{
	const size_t first = path.p != NULL && bd_str_starts(path, "services/") ? strlen("services/") : 0;
	const char *end = first > 0 ? memchr(path.p + first, '/', path.n - first) : NULL;
	return end != NULL ? (struct bd_str){ path.p, (size_t)(end - path.p) } : (struct bd_str){ NULL, 0 };
}

static bool is_image_path(struct bd_str path, struct bd_str owner)
{
	if (owner.p != NULL) {
		return bd_str_is((struct bd_str){ path.p + owner.n, path.n - owner.n }, "/image");
	}
	return bd_str_starts(path, "x-") && bd_str_ends(path, "/image");
}

static const char *dotted(struct bd_arena *arena, struct bd_str path)
{
	char *text = bd_arena_text(arena, path.p, path.n);
	for (char *c = text; *c != '\0'; c++) {
		*c = *c == '/' ? '.' : *c;
	}
	return text;
}

static void add_image(const struct compose *compose, const struct format_yaml_place *place, size_t prefix)
{
	struct bd_arena *arena = compose->reading->arena;
	struct bd_pin_use use = { .file = compose->reading->file->path,
		.line = (int)place->line,
		.where = dotted(arena, place->path),
		.role = BD_ROLE_BASE,
		.as_written = bd_arena_text(arena, place->value.p + prefix, place->value.n - prefix),
		.reachable = true };
	struct bd_reference reference;
	struct bd_error err;
	if (memchr(place->value.p, '$', place->value.n) != NULL) {
		use.not_editable =
			"it is made from a variable: pin it where that is set (.env, the environment), as …@sha256:…";
		use.problem = "variables of compose files are not expanded";
		pin_classify(&use, NULL, arena);
	} else if (bd_reference_parse(bd_str(use.as_written), arena, &reference, &err) < 0) {
		use.problem = bd_arena_printf(arena, "\"%s\" is no image reference: %s", use.as_written, err.msg);
		use.not_editable = "it names no image";
		pin_classify(&use, NULL, arena);
	} else {
		pin_classify(&use, bd_reference_with_tag(&reference, arena).text, arena);
		use.at = place->at + prefix;
		use.n = place->as_written ? place->value.n - prefix : 0;
		use.not_editable = place->as_written ? NULL : "it is written with escapes, or over several lines";
	}
	*arena_push(arena, &compose->reading->file->uses) = use;
}

static void take(const struct format_yaml_place *place, void *context)
{
	struct compose *compose = context;
	struct bd_arena *arena = compose->reading->arena;
	const struct bd_str owner = owner_of(place->path);
	const bool build =
		owner.p != NULL &&
		(bd_str_starts((struct bd_str){ place->path.p + owner.n, place->path.n - owner.n }, "/build/") ||
			bd_str_is((struct bd_str){ place->path.p + owner.n, place->path.n - owner.n }, "/build"));
	compose->services += owner.p != NULL;
	if (is_image_path(place->path, owner) && place->value.n > 0) {
		add_image(compose, place, 0);
	} else if (build) {
		*arena_push(arena, &compose->built) = bd_arena_text(arena, owner.p, owner.n);
		const bool extra = bd_str_find(place->path, "/build/additional_contexts", NULL);
		size_t prefix = 0;
		if (extra && bd_str_find(place->value, IMAGE_CONTEXT, &prefix)) {
			add_image(compose, place, prefix + strlen(IMAGE_CONTEXT));
		} else if (bd_str_ends(place->path, "/build/dockerfile_inline")) {
			*arena_push(arena, &compose->inline_files) = (struct inline_file){ dotted(arena, place->path),
				{ bd_arena_text(arena, place->value.p, place->value.n), place->value.n },
				(int)place->line, place->at == 0 };
		}
	}
}

/* Its own reference stands in a block of other indentation: said, not edited. */
static int take_inline(const struct compose *compose, const struct inline_file *one, struct bd_error *err)
{
	const struct pin_reading *reading = compose->reading;
	struct bd_pin_file file = { .path = reading->file->path, .bytes = one->text };
	const struct pin_reading inner = { &file, reading->options, reading->arena };
	if (pin_read_dockerfile(&inner, err) < 0) {
		return bd_error_wrap(err, "%s of line %d", one->owner, one->line);
	}
	for (size_t i = 0; i < file.uses.len; i++) {
		struct bd_pin_use *use = arena_push(reading->arena, &reading->file->uses);
		*use = file.uses.v[i];
		use->line = one->block ? use->line + one->line : one->line;
		use->edited_line = one->block ? use->edited_line + one->line : one->line;
		use->where = bd_arena_printf(reading->arena, "%s: %s", one->owner, use->where);
		use->n = 0;
		use->not_editable = "it stands in a Dockerfile inside of YAML: write it there by hand";
	}
	return 0;
}

static bool is_built(const struct compose *compose, const struct bd_pin_use *use)
{
	for (size_t i = 0; i < compose->built.len; i++) {
		const char *image = bd_arena_printf(compose->reading->arena, "%s/image", compose->built.v[i]);
		if (strcmp(dotted(compose->reading->arena, bd_str(image)), use->where) == 0) {
			return true;
		}
	}
	return false;
}

int pin_read_compose(const struct pin_reading *reading, struct bd_error *err)
{
	struct compose compose = { .reading = reading };
	struct bd_pin_use_vec *uses = &reading->file->uses;
	size_t kept = 0;
	if (format_yaml_places(reading->file->bytes, BD_LIMIT_COMPOSE_BYTES, take, &compose, err) < 0) {
		return -(int)err->code;
	}
	if (compose.services == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line 1: no services: not a compose file");
	}
	for (size_t i = 0; i < uses->len; i++) {
		if (!is_built(&compose, &uses->v[i])) {
			uses->v[kept++] = uses->v[i];
		}
	}
	uses->len = kept;
	for (size_t i = 0; i < compose.inline_files.len; i++) {
		if (take_inline(&compose, &compose.inline_files.v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

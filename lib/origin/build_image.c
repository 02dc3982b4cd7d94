/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the image of a build that passed is.  A daemon is asked by the image's id wherever there is one: a name may
 * still be that of the build before (buildx keeps what it makes to itself unless it is told to load or push it).
 */
#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/build_flags.h"

/* "sha256:ab…" without its algorithm, as buildah and podman know images. */
static const char *hex_of(const char *image_id)
{
	const char *colon = image_id != NULL ? strchr(image_id, ':') : NULL;
	return colon != NULL ? colon + 1 : image_id;
}

static void add_named(struct bd_arena *arena, struct bd_string_vec *out, const char *prefix, const char *name)
{
	*arena_push(arena, out) = bd_arena_printf(arena, "%s%s", prefix, name);
}

static const char *daemon_of(enum bd_builder builder)
{
	switch (builder) {
	case BD_BUILDER_DOCKER:
	case BD_BUILDER_BUILDX:
		return "docker-daemon:";
	case BD_BUILDER_PODMAN:
	case BD_BUILDER_BUILDAH: /* one storage */
		return "podman:";
	case BD_BUILDER_NERDCTL:
	case BD_BUILDER_KANIKO:
	case BD_BUILDER_UNKNOWN:
	default:
		return NULL;
	}
}

/* These name what they have just built in the very storage that is asked. */
static bool name_is_sure(enum bd_builder builder)
{
	return builder == BD_BUILDER_PODMAN || builder == BD_BUILDER_BUILDAH || builder == BD_BUILDER_NERDCTL;
}

void bd_build_command_images(
	const struct bd_build_command *command, const char *image_id, struct bd_arena *arena, struct bd_string_vec *out)
{
	const char *daemon = daemon_of(command->builder);
	*out = (struct bd_string_vec){ .len = 0 };
	if (command->makes_no_image || command->bake) {
		return;
	}
	for (size_t i = 0; i < command->images.len; i++) {
		*arena_push(arena, out) = command->images.v[i];
	}
	if (daemon != NULL && image_id != NULL) {
		add_named(arena, out, daemon, image_id);
	} else if (daemon != NULL && name_is_sure(command->builder) && command->tags.len > 0) {
		add_named(arena, out, daemon, command->tags.v[0]);
	}
	for (size_t i = 0; command->pushes && i < command->tags.len; i++) {
		add_named(arena, out, "docker://", command->tags.v[i]);
	}
}

/* ---- written by the tool itself ------------------------------------------------------------------------- */

static void add_words(struct bd_arena *arena, struct bd_string_vec *out, const char *const *words)
{
	for (; *words != NULL; words++) {
		*arena_push(arena, out) = *words;
	}
}

static const char *what_to_export(const struct bd_build_command *command, const char *image_id)
{
	if (command->makes_no_image || command->bake) {
		return NULL;
	}
	if (image_id != NULL) {
		const bool hex = command->builder == BD_BUILDER_PODMAN || command->builder == BD_BUILDER_BUILDAH;
		return hex ? hex_of(image_id) : image_id;
	}
	return name_is_sure(command->builder) && command->tags.len > 0 ? command->tags.v[0] : NULL;
}

/* Has this tool a command that writes an image?  buildx keeps none itself; whose plug-in it is has them. */
static bool can_export(const struct bd_build_command *command, const char *const *argv)
{
	return command->builder != BD_BUILDER_UNKNOWN && command->builder != BD_BUILDER_KANIKO &&
	       (command->builder != BD_BUILDER_BUILDX ||
		       bd_str_is(bd_path_name(bd_str(argv[command->program])), "docker"));
}

const char *const *bd_build_command_export(const struct bd_build_command *command, const char *const *argv,
	const char *image_id, const char *file, struct bd_arena *arena, const char **image_out)
{
	const char *image = what_to_export(command, image_id);
	struct bd_string_vec words = { .len = 0 };

	if (image == NULL || !can_export(command, argv)) {
		return NULL;
	}
	for (size_t i = 0; i < command->subcommand; i++) {
		*arena_push(arena, &words) = argv[i];
	}
	if (command->builder == BD_BUILDER_PODMAN) {
		const char *const save[] = { "save", "-q", "--format", "oci-archive", "-o", file, image, NULL };
		add_words(arena, &words, save);
		*image_out = bd_arena_printf(arena, "oci-archive:%s", file);
	} else if (command->builder == BD_BUILDER_BUILDAH) {
		const char *const push[] = { "push", "-q", NULL };
		const char *const policy[] = { "--signature-policy", command->signature_policy, NULL };
		const char *const what[] = { image, bd_arena_printf(arena, "oci-archive:%s", file), NULL };
		add_words(arena, &words, push);
		add_words(arena, &words, policy + (command->signature_policy == NULL ? 2 : 0));
		add_words(arena, &words, what);
		*image_out = what[1];
	} else {
		const char *const save[] = { "save", "-o", file, image, NULL };
		add_words(arena, &words, save);
		*image_out = file; /* by content: docker's archive, or an OCI one */
	}
	*arena_push(arena, &words) = NULL;
	return words.v;
}

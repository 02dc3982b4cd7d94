/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's `base` lines.  Every place that names an image becomes evidence, with the kind of its
 * digest; only what is confirmed, or stated by the user or a tool for this very build, becomes one of
 * the base's digests.  The rest is a hint (docs/verdicts.md).
 */
#include "basedrift/source.h"

#include "base/auto.h"
#include "collect/base_line.h"
#include "collect/local_base.h"
#include "collect/papers.h"
#include "collect/parts.h"
#include "collect/registry_base.h"

#define ANNOTATION_NAME   "org.opencontainers.image.base.name"
#define ANNOTATION_DIGEST "org.opencontainers.image.base.digest"

struct base_reader {
	const struct bd_collect_options *options;
	struct bd_image *image;
	const struct build_source *source;
	struct bd_record *record;
};

/* ---- the images that the Dockerfile names ----------------------------------------------------- */

static void normalise(struct base_reader *reader, struct bd_base *base, const char *text)
{
	struct bd_reference reference;
	struct bd_error err;

	if (bd_reference_parse(bd_str(text), &reader->record->arena, &reference, &err) < 0) {
		bd_record_diagnose(reader->record, "base-reference-invalid", text, "%s: %s", text, err.msg);
		return;
	}
	reference = bd_reference_with_tag(&reference, &reader->record->arena);
	base->reference = reference.text;
	base->pin = reference.digest != NULL ? BD_PIN_DIGEST : BD_PIN_TAG;
	if (reference.digest != NULL) { /* pinned: the builder checked it */
		struct bd_evidence *evidence =
			base_add_evidence(reader->record, base, "dockerfile", text, reference.digest);
		evidence->confidence = BD_STATED;
		base_add_digest(reader->record, base, BD_DIGEST_UNKNOWN, reference.digest);
		base_raise_confidence(base, BD_STATED);
	}
}

static enum bd_pin pin_as_written(const char *as_written, enum bd_pin normalised)
{
	if (normalised != BD_PIN_TAG) {
		return normalised;
	}
	const struct bd_str name = bd_path_name(bd_str(as_written));
	return memchr(name.p, ':', name.n) != NULL ? BD_PIN_TAG : BD_PIN_NONE;
}

static struct bd_base *add_base(struct base_reader *reader)
{
	struct bd_base *base = bd_vec_push(&reader->record->bases);
	base->stage = -1;
	base->platform = reader->record->image.platform;
	return base;
}

static void add_use(struct base_reader *reader, const struct bd_image_use *use)
{
	const struct bd_dockerfile *dockerfile = &reader->source->dockerfile;
	struct bd_arena *arena = &reader->record->arena;
	struct bd_base *base = add_base(reader);

	base->role = use->role;
	base->line = use->line;
	base->stage = use->stage;
	if (use->stage >= 0 && (size_t)use->stage < dockerfile->stages.len) {
		base->stage_name = bd_arena_strdup(arena, dockerfile->stages.v[use->stage].name);
	}
	base->as_written = bd_arena_strdup(arena, use->as_written);
	if (use->platform != NULL) {
		base->platform = bd_arena_strdup(arena, use->platform);
	}
	if (use->reference == NULL) {
		bd_record_diagnose(reader->record, "base-reference-unknown", use->as_written, "line %d: %s: %s",
			use->line, use->as_written, use->problem != NULL ? use->problem : "the image is not known");
		return;
	}
	normalise(reader, base, use->reference);
	base->pin = pin_as_written(base->as_written, base->pin);
}

static bool target_is_scratch(const struct build_source *source)
{
	if (!source->has_dockerfile) {
		return false;
	}
	int stage = source->dockerfile.target_stage;
	while (stage >= 0 && source->dockerfile.stages.v[stage].from_stage >= 0) {
		stage = source->dockerfile.stages.v[stage].from_stage;
	}
	return stage >= 0 && source->dockerfile.stages.v[stage].scratch;
}

static struct bd_base *final_base(struct base_reader *reader)
{
	for (size_t i = 0; i < reader->record->bases.len; i++) {
		if (reader->record->bases.v[i].role == BD_ROLE_BASE) {
			return &reader->record->bases.v[i];
		}
	}
	return NULL;
}

/* ---- what the user says ------------------------------------------------------------------------- */

static bool is_copied_image(const struct bd_base *base, const char *name)
{
	return (base->role == BD_ROLE_COPY || base->role == BD_ROLE_MOUNT) &&
	       (strcmp(base->as_written, name) == 0 || bd_streq(base->reference, name));
}

/* The base of a stage, by name or number, or an image that is copied from; the final base when stage is NULL. */
static struct bd_base *base_of_stage(struct base_reader *reader, const char *stage)
{
	uint64_t number;
	if (stage == NULL) {
		return final_base(reader);
	}
	const bool numbered = bd_str_to_u64(bd_str(stage), &number);
	for (size_t i = 0; i < reader->record->bases.len; i++) {
		struct bd_base *base = &reader->record->bases.v[i];
		if (is_copied_image(base, stage)) {
			return base;
		}
		if (base->role != BD_ROLE_BASE && base->role != BD_ROLE_BUILDER) {
			continue;
		}
		if ((base->stage_name != NULL && strcasecmp(base->stage_name, stage) == 0) ||
			(numbered && base->stage >= 0 && (uint64_t)base->stage == number)) {
			return base;
		}
	}
	return NULL;
}

static int take_base_option(struct base_reader *reader, const struct bd_base_option *option, struct bd_error *err)
{
	struct bd_reference reference;
	struct bd_base *base = base_of_stage(reader, option->stage);

	if (bd_reference_parse(bd_str(option->value), &reader->record->arena, &reference, err) < 0) {
		return bd_error_wrap(err, "--base %s", option->value);
	}
	if (base == NULL && option->stage != NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			"--base %s=%s: the Dockerfile has no such stage that starts from an image, and copies from no such image",
			option->stage, option->value);
	}
	if (base == NULL) {
		base = add_base(reader);
		base->role = BD_ROLE_BASE;
		base->as_written = bd_arena_strdup(&reader->record->arena, option->value);
		normalise(reader, base, option->value);
	}
	struct bd_evidence *evidence =
		base_add_evidence(reader->record, base, "option", option->value, reference.digest);
	evidence->confidence = BD_STATED;
	if (reference.digest != NULL) {
		base_add_digest(reader->record, base, BD_DIGEST_UNKNOWN, reference.digest);
		base_raise_confidence(base, BD_STATED);
	}
	return 0;
}

/*
 * A final base is confirmed or refuted by its diff_ids; of a stage that is copied from nothing is left
 * in the image, so there the user's word stands.  *config_out: of the confirmed final base.
 */
static int take_base_image(struct base_reader *reader, const struct bd_base_option *option,
	struct bd_image **opened_out, struct bd_error *err)
{
	struct bd_source_options source = reader->options->source;
	source.platform = reader->options->platform;
	struct bd_image *given = NULL;
	struct bd_base *base = base_of_stage(reader, option->stage);

	if (base == NULL && option->stage != NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			"--base-image %s=%s: the Dockerfile has no such stage that starts from an image, and copies from no such image",
			option->stage, option->value);
	}
	if (bd_image_open(option->value, &source, &given, err) < 0) {
		return bd_error_wrap(err, "--base-image");
	}
	if (base == NULL) {
		base = add_base(reader);
		base->role = BD_ROLE_BASE;
		base->as_written = bd_arena_strdup(
			&reader->record->arena, given->reference != NULL ? given->reference : option->value);
		if (given->reference != NULL) {
			normalise(reader, base, given->reference);
		}
	}
	if (base->role != BD_ROLE_BASE || !reader->record->image.present) {
		base_take_image(reader->options, reader->record, base, given, "base-image",
			BD_STATED); /* no image, or none of its layers: nothing to hold it against */
		if (base->role == BD_ROLE_BASE && *opened_out == NULL) {
			*opened_out = given;
			return 0;
		}
	} else if (diff_ids_are_prefix(&given->config.diff_ids, &reader->image->config.diff_ids)) {
		base_take_image(reader->options, reader->record, base, given, "base-image", BD_PROVEN);
		if (*opened_out == NULL) {
			*opened_out = given;
			return 0;
		}
	} else if (history_is_squashed(&reader->image->config)) {
		base_take_image(reader->options, reader->record, base, given, "base-image",
			BD_STATED); /* merged layers neither confirm nor refute it */
	} else {
		const char *config = bd_digest_of_kind(&given->digests, BD_DIGEST_CONFIG);
		struct bd_evidence *evidence =
			base_add_evidence(reader->record, base, "base-image", given->reference, config);
		evidence->digest.kind = BD_DIGEST_CONFIG;
		evidence->note = "refuted: its layers are not the first layers of the built image";
		bd_record_diagnose(reader->record, "base-image-refuted", option->value,
			"--base-image %s is not the base of this image: its layers are not the first layers of it",
			option->value);
	}
	bd_image_close(given);
	return 0;
}

/* ---- what the image says ---------------------------------------------------------------------- */

static void take_annotation(
	struct base_reader *reader, struct bd_base *base, const struct bd_key_value_vec *pairs, const char *source)
{
	const char *name = bd_key_value_get(pairs, ANNOTATION_NAME);
	const char *digest = bd_key_value_get(pairs, ANNOTATION_DIGEST);

	if ((name == NULL || *name == '\0') && (digest == NULL || *digest == '\0')) {
		return;
	}
	struct bd_evidence *evidence = base_add_evidence(
		reader->record, base, source, name, digest != NULL && *digest != '\0' ? digest : NULL);
	evidence->note = "not confirmed: builders also write digests here that no registry knows";
	for (size_t i = 0; digest != NULL && i < base->digests.len; i++) {
		if (base->confidence >= BD_STATED && strcmp(base->digests.v[i].value, digest) == 0) {
			evidence->confidence = base->confidence;
			evidence->digest.kind = base->digests.v[i].kind;
			evidence->note = NULL;
		}
	}
}

static void take_history(struct base_reader *reader, struct bd_base *base, const struct history_map *map)
{
	const struct bd_config *config = &reader->image->config;
	if (map->comment_reference != NULL) {
		struct bd_evidence *evidence =
			base_add_evidence(reader->record, base, "history", map->comment_reference, NULL);
		evidence->confidence = BD_INFERRED;
		evidence->note = "names the reference and the first own layer, not a digest";
	}
	if (!history_boundary_known(map) || map->source == BOUNDARY_SCRATCH || base->diff_ids.len > 0) {
		return;
	}
	base_copy_diff_ids(reader->record, base, &config->diff_ids, map->base_layers);
	if (map->boundary > 0) {
		base->created = bd_arena_strdup(&reader->record->arena, config->history.v[map->boundary - 1].created);
	}
	base_raise_confidence(base, BD_INFERRED);
}

static bool own_steps_set(const struct history_map *map, const char *name, const char *key)
{
	for (size_t i = map->boundary; i < map->len; i++) {
		const struct bd_instruction *instruction = map->v[i].instruction;
		if (instruction != NULL && strcmp(instruction->name, name) == 0 &&
			strstr(instruction->args, key) != NULL) {
			return true;
		}
	}
	return false;
}

/* The image's variables that no own step sets are the base's. */
static void take_inherited_env(struct base_reader *reader, struct bd_base *base, const struct history_map *map)
{
	const struct bd_setting_vec *env = &reader->record->image.config.env;
	if (!history_boundary_known(map) || map->source == BOUNDARY_SCRATCH || base->env.len > 0) {
		return;
	}
	base->env = (struct bd_setting_vec){ .cap = env->len };
	base->env.v = bd_arena_alloc(&reader->record->arena, (env->len + 1) * sizeof(*base->env.v));
	for (size_t i = 0; i < env->len; i++) {
		if (!own_steps_set(map, "ENV", env->v[i].key)) {
			base->env.v[base->env.len++] = env->v[i];
		}
	}
}

static struct bd_base *base_by_name(struct base_reader *reader, const char *name)
{
	struct bd_base *base = add_base(reader);
	base->role = BD_ROLE_BASE;
	base->as_written = bd_arena_strdup(&reader->record->arena, name);
	normalise(reader, base, name);
	return base;
}

/* A reference that only the image names, when there is no Dockerfile to name one. */
static struct bd_base *base_from_image(struct base_reader *reader, const struct history_map *map)
{
	const char *name = map->comment_reference != NULL
				   ? map->comment_reference
				   : bd_key_value_get(&reader->image->annotations, ANNOTATION_NAME);
	if (name == NULL || *name == '\0' || reader->source->has_dockerfile) {
		return NULL;
	}
	return base_by_name(reader, name);
}

/* Provenance whose list of the base's layers is this image's lowest layers: the digest that it names had these. */
static void take_stated_layers(struct base_reader *reader, struct bd_base *base, const struct layer_steps *steps)
{
	if (steps->base_layers == 0 || steps->base_digest == NULL || base->reference == NULL ||
		!base_is_named(base, steps->base_reference)) {
		return;
	}
	struct bd_evidence *evidence =
		base_add_evidence(reader->record, base, "provenance", steps->base_reference, steps->base_digest);
	evidence->confidence = BD_STATED;
	evidence->note = "its layers, as the provenance lists them, are this image's lowest";
	base_add_digest(reader->record, base, BD_DIGEST_UNKNOWN, steps->base_digest);
	base_raise_confidence(base, BD_STATED);
}

/* The papers may know better than the history where the base's layers end, and which step made the others. */
static void take_layer_steps(const struct build_source *source, struct history_input *in,
	const struct layer_steps *steps, struct bd_arena *arena, struct history_map *map)
{
	const bool certain =
		map->source == BOUNDARY_SCRATCH || map->source == BOUNDARY_BASE_IMAGE || map->source == BOUNDARY_MERGED;
	if (steps->base_layers > 0 && !certain && map->base_layers != steps->base_layers) {
		in->base_layers = steps->base_layers;
		history_map(in, arena, map);
	}
	if (source->has_dockerfile) {
		layer_steps_apply(steps, &source->dockerfile, map);
	}
}

static int take_options(struct base_reader *reader, struct bd_image **opened_out, struct bd_error *err)
{
	for (size_t i = 0; i < reader->options->base_count; i++) {
		if (take_base_option(reader, &reader->options->bases[i], err) < 0) {
			return -(int)err->code;
		}
	}
	for (size_t i = 0; i < reader->options->base_image_count; i++) {
		if (take_base_image(reader, &reader->options->base_images[i], opened_out, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

DEFINE_AUTO(image, struct bd_image, bd_image_close)

int read_bases(const struct bd_collect_options *options, struct bd_image *image, const struct build_source *source,
	struct bd_record *record, struct bases_found *out, struct bd_error *err)
{
	struct base_reader reader = { options, image, source, record };
	AUTO(image_auto) struct bd_image *opened = NULL;
	AUTO(silent_registries_release) struct silent_registries silent = { 0 };
	struct layer_steps steps = { .lines = NULL };

	for (size_t i = 0; source->has_dockerfile && i < source->dockerfile.images.len; i++) {
		if (source->dockerfile.images.v[i].reachable) {
			add_use(&reader, &source->dockerfile.images.v[i]);
		}
	}
	if (take_options(&reader, &opened, err) < 0) {
		return -(int)err->code;
	}
	struct bd_base *base = final_base(&reader);
	struct history_input in = {
		.config = &image->config,
		.dockerfile = source->has_dockerfile ? &source->dockerfile : NULL,
		.base_reference = base != NULL ? base->reference : NULL,
		.from_scratch = target_is_scratch(source),
		.base_config = opened != NULL && record->image.present ? &opened->config : NULL,
	};
	history_map(&in, &record->arena, &out->map);
	if (base == NULL) {
		base = base_from_image(&reader, &out->map);
	}
	int index = base != NULL ? (int)(base - record->bases.v) : -1;
	if (take_papers(options, record->image.present ? image : NULL, record, &steps, err) < 0) {
		return -(int)err->code;
	}
	take_layer_steps(source, &in, &steps, &record->arena, &out->map);
	if (index < 0 && !source->has_dockerfile && steps.base_reference != NULL) {
		index = (int)(base_by_name(&reader, steps.base_reference) - record->bases.v);
	}
	resolve_other_images(options, record, &silent);
	if (index < 0) {
		return 0;
	}
	base = &record->bases.v[index]; /* papers may have added some */
	take_stated_layers(&reader, base, &steps);
	take_history(&reader, base, &out->map);
	take_inherited_env(&reader, base, &out->map);
	if (opened == NULL) {
		ask_daemon(options, image, record, base);
		opened = ask_registry(options, image, record, base, &silent);
	}
	take_annotation(&reader, base, &image->annotations, "annotation");
	take_annotation(&reader, base, &image->config.labels, "label");
	out->base_image = steal_ptr(&opened);
	return 0;
}

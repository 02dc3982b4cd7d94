/* SPDX-License-Identifier: Apache-2.0 */
/* An image of a registry. */
#include "source/layout.h"
#include "source/registry.h"
#include "source/sources.h"

/* "//NAME" of "docker://NAME", or the bare NAME. */
static int parse_name(const char *name, struct bd_arena *arena, struct bd_reference *out, struct bd_error *err)
{
	const struct bd_str text = bd_str(bd_str_starts(bd_str(name), "//") ? name + 2 : name);
	if (bd_reference_parse(text, arena, out, err) < 0) {
		return -(int)err->code;
	}
	*out = bd_reference_with_tag(out, arena);
	if (out->digest != NULL && !bd_digest_valid(out->digest)) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "neither a sha256 nor a sha512 digest");
	}
	return 0;
}

/* The registry, and what the reference leads to there; the place keeps it. */
static int open_reference(struct stored_image *image, const struct bd_reference *reference,
	const struct request *request, struct registry_manifest *top, struct bd_error *err)
{
	AUTO(registry_auto) struct registry *registry = NULL;
	const struct registry_settings settings = { .reference = reference, .options = request->options };
	if (request->options->offline) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "offline: %s is not asked", reference->registry);
	}
	if (registry_open(&settings, &registry, err) < 0 ||
		registry_manifest(registry, reference->digest != NULL ? reference->digest : reference->tag,
			&image->base.arena, top, err) < 0) {
		return -(int)err->code;
	}
	image->place = registry_place(steal_ptr(&registry), top);
	image->naming = NAMING_REGISTRY;
	return 0;
}

static int document_of(
	const struct registry_manifest *top, struct bd_descriptor *self, enum bd_media *media, struct bd_error *err)
{
	*self = (struct bd_descriptor){ .digest = top->digest, .size_bytes = (int64_t)top->bytes.n };
	if (bd_document_media(top->bytes, media, err) < 0) {
		return bd_error_wrap(err, "manifest %s", top->digest);
	}
	if (*media == BD_MEDIA_V2S1) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"a schema 1 manifest: not supported, Docker itself stopped reading these");
	}
	return 0;
}

static int docker_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	struct bd_reference reference;
	struct registry_manifest top = { 0 };
	struct bd_descriptor self;
	enum bd_media media = BD_MEDIA_UNKNOWN;
	if (parse_name(request->path, &image->base.arena, &reference, err) < 0 ||
		open_reference(image, &reference, request, &top, err) < 0 ||
		document_of(&top, &self, &media, err) < 0) {
		return -(int)err->code;
	}
	image->base.reference = reference.text;
	return layout_open_document(image, &self, media, request, err);
}

const struct bd_image_source bd_image_source_docker = {
	.transport = "docker",
	.remote = true,
	.open = docker_open,
};

/* ---- what a tag means ------------------------------------------------------------------------ */

static void add_digest(struct bd_digest_vec *out, struct bd_arena *arena, enum bd_digest_kind kind, const char *value)
{
	out->v[out->len++] = (struct bd_digest){ .kind = kind, .value = bd_arena_strdup(arena, value) };
}

/* The platform's manifest by what the index says of it, without asking for its config. */
static int resolve_index(struct stored_image *image, const struct bd_descriptor *self, const struct request *request,
	const char **manifest_out, struct bd_error *err)
{
	AUTO(leaf_vec_auto) struct leaf_vec leaves = { 0 };
	struct layout layout = layout_of(image);
	const struct way way = { 0 };
	if (layout_leaves(&layout, self, &way, 0, &leaves, err) < 0) {
		return -(int)err->code;
	}
	const struct leaf *leaf = layout_pick(&layout, &leaves, request, err);
	if (leaf == NULL) {
		return -(int)err->code;
	}
	const struct bd_platform *have = &leaf->descriptor->platform;
	if (request->platform != NULL && have->architecture != NULL && !bd_platform_matches(request->platform, have)) {
		struct bd_arena *arena = &image->base.arena;
		return bd_error_set(err, BD_ERR_NOT_FOUND, "the image is for %s, not for %s",
			bd_display(arena, bd_platform_text(have, arena)),
			bd_display(arena, bd_platform_text(request->platform, arena)));
	}
	*manifest_out = leaf->descriptor->digest;
	return 0;
}

static int resolve(struct stored_image *image, const struct request *request, struct bd_arena *arena,
	struct bd_digest_vec *out, struct bd_error *err)
{
	struct bd_reference reference;
	struct registry_manifest top = { 0 };
	struct bd_descriptor self;
	enum bd_media media = BD_MEDIA_UNKNOWN;
	const char *manifest = NULL;

	if (parse_name(request->path, &image->base.arena, &reference, err) < 0 ||
		open_reference(image, &reference, request, &top, err) < 0 ||
		document_of(&top, &self, &media, err) < 0) {
		return -(int)err->code;
	}
	const bool index = media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST;
	if (!index && media != BD_MEDIA_MANIFEST && media != BD_MEDIA_V2S2) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "neither an index nor a manifest");
	}
	if (index && resolve_index(image, &self, request, &manifest, err) < 0) {
		return -(int)err->code;
	}
	out->v = bd_arena_alloc(arena, 2 * sizeof(*out->v));
	out->cap = 2;
	out->len = 0;
	if (index) {
		add_digest(out, arena, BD_DIGEST_INDEX, top.digest);
	}
	add_digest(out, arena, BD_DIGEST_MANIFEST, index ? manifest : top.digest);
	return 0;
}

int bd_registry_resolve(const char *reference, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_digest_vec *index_and_manifest_out, struct bd_error *err)
{
	static const struct bd_source_options defaults = { 0 };
	struct stored_image *image = bd_xcalloc(1, sizeof(*image));
	struct request request = { .options = options != NULL ? options : &defaults,
		.path = bd_str_starts(bd_str(reference), "docker://") ? reference + strlen("docker:") : reference };
	struct bd_platform platform;

	int result = 0;
	if (request.options->platform != NULL) {
		result = bd_platform_parse(request.options->platform, &image->base.arena, &platform, err);
		request.platform = &platform;
	}
	if (result == 0) {
		result = resolve(image, &request, arena, index_and_manifest_out, err);
	}
	if (result < 0) {
		(void)bd_error_wrap(err, "%.300s", bd_display(&image->base.arena, reference));
	}
	bd_image_close(&image->base);
	return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From one manifest to an opened image. */
#include "source/layout.h"

static void set_annotation(struct bd_key_value_vec *out, const struct bd_key_value *pair)
{
	for (size_t i = 0; i < out->len; i++) {
		if (strcmp(out->v[i].key, pair->key) == 0) {
			out->v[i].value = pair->value;
			return;
		}
	}
	*bd_vec_push(out) = *pair;
}

static void set_annotations(struct bd_key_value_vec *out, const struct bd_key_value_vec *pairs)
{
	for (size_t i = 0; pairs != NULL && i < pairs->len; i++) {
		set_annotation(out, &pairs->v[i]);
	}
}

/* From the outermost index inwards, so that what is nearer to the image says the last word. */
/* At most BD_LIMIT_INDEX_DEPTH of them.  NOLINTNEXTLINE(misc-no-recursion) */
static void add_way(struct bd_image *image, const struct way *way)
{
	if (way == NULL) {
		return;
	}
	add_way(image, way->above);
	set_annotations(&image->annotations, way->descriptor_annotations);
	set_annotations(&image->annotations, way->annotations);
	if (way->digest != NULL) {
		image_add_digest(image, BD_DIGEST_INDEX, way->digest);
	}
}

static void fill_layers(struct layout *layout, struct stored_image *image, const struct bd_manifest *manifest)
{
	for (size_t i = 0; i < manifest->layers.len; i++) {
		const struct bd_descriptor *d = &manifest->layers.v[i];
		struct bd_image_layer *layer = &image->base.layers.v[i];
		layer->digest.value = d->digest;
		layer->media_type = d->media_type;
		layer->size_bytes = d->size_bytes;
		image->layer_paths[i] = layout_blob_path(layout, d->digest, false);
		if (bd_media_parse(d->media_type) != BD_MEDIA_LAYER) {
			image_warn(&image->base,
				"layer %zu: media type %.100s is not a layer's; it is read by its content", i,
				bd_display(&image->base.arena, d->media_type));
		}
	}
}

/* Paths are made of these digests. */
static int check_layer_digests(const struct bd_manifest *manifest, struct bd_error *err)
{
	for (size_t i = 0; i < manifest->layers.len; i++) {
		if (!bd_digest_valid(manifest->layers.v[i].digest)) {
			return bd_error_set(err, BD_ERR_UNSUPPORTED,
				"layer %zu: %.150s: neither a sha256 nor a sha512 digest", i,
				manifest->layers.v[i].digest);
		}
	}
	return 0;
}

int layout_fill_manifest(struct layout *layout, struct stored_image *image, const struct leaf *leaf,
	const struct bd_manifest *manifest, struct bd_error *err)
{
	struct bd_image *base = &image->base;
	if (layout_config(layout, manifest, &base->config, err) < 0 || check_layer_digests(manifest, err) < 0 ||
		image_make_layers(image, manifest->layers.len, "the manifest", err) < 0) {
		return bd_error_wrap(err, "manifest %s", leaf->descriptor->digest);
	}
	add_way(base, leaf->way);
	set_annotations(&base->annotations, &leaf->descriptor->annotations);
	set_annotations(&base->annotations, &manifest->annotations);
	image_add_digest(base, BD_DIGEST_MANIFEST, leaf->descriptor->digest);
	image_add_digest(base, BD_DIGEST_CONFIG, manifest->config.digest);
	fill_layers(layout, image, manifest);
	return 0;
}

int layout_fill(struct layout *layout, struct stored_image *image, const struct leaf *leaf,
	const struct request *request, struct bd_error *err)
{
	struct bd_manifest manifest;
	if (layout_manifest(layout, leaf, &manifest, err) < 0 ||
		layout_fill_manifest(layout, image, leaf, &manifest, err) < 0) {
		return -(int)err->code;
	}
	return image_finish(image, request, &leaf->descriptor->platform, err);
}

int layout_open_document(struct stored_image *image, const struct bd_descriptor *self, enum bd_media media,
	const struct request *request, struct bd_error *err)
{
	AUTO(leaf_vec_auto) struct leaf_vec leaves = { 0 };
	struct layout layout = layout_of(image);
	const struct way way = { 0 };
	const struct leaf alone = { .descriptor = self, .way = &way };
	const struct leaf *leaf = &alone;

	if (media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST) {
		if (layout_leaves(&layout, self, &way, 0, &leaves, err) < 0) {
			return -(int)err->code;
		}
		leaf = layout_pick(&layout, &leaves, request, err);
	}
	return leaf == NULL ? -(int)err->code : layout_fill(&layout, image, leaf, request, err);
}

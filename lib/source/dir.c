/* SPDX-License-Identifier: Apache-2.0 */
/* skopeo's folder: manifest.json as it was, blobs by their hex digits (containers-image, directory/). */
#include "basedrift/limits.h"

#include "source/layout.h"
#include "source/sources.h"

static bool dir_recognise(const struct place *place)
{
	return place_has(place, "manifest.json") && place_has(place, "version");
}

/* `skopeo copy --all`: manifest.json is an index, the manifests lie beside it. */
static int open_index(struct layout *layout, struct stored_image *image, const struct bd_descriptor *self,
	const struct request *request, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	AUTO(leaf_vec_auto) struct leaf_vec leaves = { 0 };
	struct bd_index index;

	if (place_read(layout->place, "manifest.json", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_index_parse(bd_buf_view(&json), &image->base.arena, &index, err) < 0) {
		return bd_error_wrap(err, "manifest.json");
	}
	const struct way way = { .digest = self->digest, .annotations = &index.annotations, .depth = 1 };
	for (size_t i = 0; i < index.manifests.len; i++) {
		if (layout_leaves(layout, &index.manifests.v[i], &way, 0, &leaves, err) < 0) {
			return -(int)err->code;
		}
	}
	const struct leaf *leaf = layout_pick(layout, &leaves, request, err);
	if (leaf == NULL) {
		return -(int)err->code;
	}
	return layout_fill(layout, image, leaf, request, err);
}

static int open_manifest(struct layout *layout, struct stored_image *image, const struct bd_descriptor *self,
	const struct request *request, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	struct bd_manifest manifest;
	const struct leaf leaf = { .descriptor = self };

	if (place_read(layout->place, "manifest.json", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_manifest_parse(bd_buf_view(&json), &image->base.arena, &manifest, err) < 0) {
		return bd_error_wrap(err, "manifest.json");
	}
	if (layout_fill_manifest(layout, image, &leaf, &manifest, err) < 0) {
		return -(int)err->code;
	}
	return image_finish(image, request, NULL, err);
}

static int dir_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	image->naming = NAMING_FOLDER;
	struct layout layout = layout_of(image);
	char digest[BD_DIGEST_TEXT];
	enum bd_media media = BD_MEDIA_UNKNOWN;

	if (place_read(image->place, "manifest.json", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_document_media(bd_buf_view(&json), &media, err) < 0) {
		return bd_error_wrap(err, "manifest.json");
	}
	bd_sha256_text(json.p, json.n, digest);
	const struct bd_descriptor self = { .digest = bd_arena_strdup(&image->base.arena, digest),
		.size_bytes = (int64_t)json.n };
	if (media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST) {
		return open_index(&layout, image, &self, request, err);
	}
	return open_manifest(&layout, image, &self, request, err);
}

const struct bd_image_source bd_image_source_dir = {
	.transport = "dir",
	.folder = true,
	.recognise = dir_recognise,
	.open = dir_open,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "source/layout.h"

#include "basedrift/limits.h"

void leaf_vec_auto(struct leaf_vec *leaves)
{
	free(leaves->v);
}

struct layout layout_of(struct stored_image *image)
{
	return (struct layout){ .place = image->place,
		.image = &image->base,
		.naming = image->naming,
		.attestations = &image->attestations };
}

const char *layout_blob_path(const struct layout *layout, const char *digest, bool manifest)
{
	struct bd_str hex = bd_str(digest);
	const struct bd_str algorithm = bd_str_cut(&hex, ':');
	struct bd_arena *arena = &layout->image->arena;
	switch (layout->naming) {
	case NAMING_FOLDER:
		return bd_arena_printf(arena, "%.*s%s", (int)hex.n, hex.p, manifest ? ".manifest.json" : "");
	case NAMING_REGISTRY:
		return bd_arena_printf(arena, "%s/%s", manifest ? "manifests" : "blobs", digest);
	case NAMING_LAYOUT:
		break;
	}
	return bd_arena_printf(arena, "blobs/%.*s/%.*s", (int)algorithm.n, algorithm.p, (int)hex.n, hex.p);
}

/* Before a path is made of it: "sha256:" and hex digits, nothing that leads elsewhere. */
static int check_digest(const char *digest, struct bd_error *err)
{
	if (!bd_digest_valid(digest)) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%.150s: neither a sha256 nor a sha512 digest", digest);
	}
	return 0;
}

int layout_read(const struct layout *layout, const struct bd_descriptor *descriptor, bool manifest, size_t limit,
	struct bd_buf *out, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *verified = NULL;
	struct bd_stream *stream = NULL;

	if (check_digest(descriptor->digest, err) < 0) {
		return -(int)err->code;
	}
	if (descriptor->size_bytes > (int64_t)limit) {
		return bd_error_set(err, BD_ERR_LIMIT, "blob %s: more than the %zu bytes that are read of such a file",
			descriptor->digest, limit);
	}
	if (place_open(layout->place, layout_blob_path(layout, descriptor->digest, manifest), &stream, NULL, err) < 0) {
		return bd_error_wrap(err, "blob %s", descriptor->digest);
	}
	AUTO(buf_auto) struct bd_buf what = { 0 };
	bd_buf_printf(&what, "blob %s", descriptor->digest);
	if (bd_stream_verify(stream, what.p, descriptor->digest, descriptor->size_bytes, &verified, err) < 0) {
		return -(int)err->code;
	}
	return bd_stream_read_all(verified, limit, out, err);
}

/* BuildKit, docs/attestations/attestation-storage.md. */
static bool is_attestation(const struct bd_descriptor *d)
{
	return bd_key_value_get(&d->annotations, "vnd.docker.reference.type") != NULL ||
	       (bd_streq(d->platform.os, "unknown") && bd_streq(d->platform.architecture, "unknown"));
}

/* Some thousand at most: their indexes are within BD_LIMIT_MANIFEST_BYTES. */
static void keep_attestation(struct layout *layout, const struct bd_descriptor *d)
{
	if (layout->attestations != NULL && layout->attestations->len < BD_LIMIT_MANIFESTS) {
		*bd_vec_push(layout->attestations) = (struct attestation){ .descriptor = *d,
			.of = bd_key_value_get(&d->annotations, "vnd.docker.reference.digest") };
	}
}

static bool is_index(enum bd_media media)
{
	return media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST;
}

static bool is_manifest(enum bd_media media)
{
	return media == BD_MEDIA_MANIFEST || media == BD_MEDIA_V2S2;
}

/* What the descriptor says, or where its media type says nothing, what the document says. */
static int media_of(struct layout *layout, const struct bd_descriptor *d, enum bd_media *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	*out = bd_media_parse(d->media_type);
	if (*out != BD_MEDIA_UNKNOWN) {
		return 0;
	}
	if (layout_read(layout, d, true, BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return err->code == BD_ERR_NOT_FOUND ? 0 : -(int)err->code;
	}
	return bd_document_media(bd_buf_view(&json), out, err);
}

/* An index in an index, up to BD_LIMIT_INDEX_DEPTH.  NOLINTBEGIN(misc-no-recursion) */
static int leaves_of_index(struct layout *layout, const struct bd_descriptor *descriptor, const struct way *way,
	size_t top, struct leaf_vec *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	struct bd_arena *arena = &layout->image->arena;
	struct bd_index *index = bd_arena_alloc(arena, sizeof(*index));
	struct way *below = bd_arena_alloc(arena, sizeof(*below));

	*below = (struct way){ .above = way,
		.digest = descriptor->digest,
		.annotations = &index->annotations,
		.descriptor_annotations = &descriptor->annotations,
		.depth = way->depth + 1 };
	if (below->depth > BD_LIMIT_INDEX_DEPTH) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u indexes in one another", BD_LIMIT_INDEX_DEPTH);
	}
	if (layout_read(layout, descriptor, true, BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_index_parse(bd_buf_view(&json), arena, index, err) < 0) {
		return bd_error_wrap(err, "index %s", descriptor->digest);
	}
	for (size_t i = 0; i < index->manifests.len; i++) {
		if (layout_leaves(layout, &index->manifests.v[i], below, top, out, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int layout_leaves(struct layout *layout, const struct bd_descriptor *descriptor, const struct way *way, size_t top,
	struct leaf_vec *out, struct bd_error *err)
{
	enum bd_media media = BD_MEDIA_UNKNOWN;
	if (is_attestation(descriptor)) {
		keep_attestation(layout, descriptor);
		return 0;
	}
	if (++layout->visited > BD_LIMIT_MANIFESTS) { /* the same index may be named thousands of times */
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u descriptors in all indexes", BD_LIMIT_MANIFESTS);
	}
	if (media_of(layout, descriptor, &media, err) < 0) {
		return -(int)err->code;
	}
	if (is_index(media)) {
		return leaves_of_index(layout, descriptor, way, top, out, err);
	}
	if (!is_manifest(media)) {
		image_warn(layout->image, "%s is left out: media type %.100s is not an image's", descriptor->digest,
			bd_display(&layout->image->arena, descriptor->media_type));
		return 0;
	}
	*bd_vec_push(out) = (struct leaf){ .descriptor = descriptor, .way = way, .top = top };
	return 0;
}

/* NOLINTEND(misc-no-recursion) */

int layout_manifest(const struct layout *layout, const struct leaf *leaf, struct bd_manifest *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	if (layout_read(layout, leaf->descriptor, true, BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_manifest_parse(bd_buf_view(&json), &layout->image->arena, out, err) < 0) {
		return bd_error_wrap(err, "manifest %s", leaf->descriptor->digest);
	}
	return 0;
}

/* Docker pushed configs as octet-stream to registries of 2016. */
static bool is_config(const char *media_type)
{
	return bd_media_parse(media_type) == BD_MEDIA_CONFIG || bd_streq(media_type, "application/octet-stream");
}

int layout_config(
	const struct layout *layout, const struct bd_manifest *manifest, struct bd_config *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	struct bd_arena *arena = &layout->image->arena;
	if (!is_config(manifest->config.media_type)) {
		const char *type =
			manifest->artifact_type != NULL ? manifest->artifact_type : manifest->config.media_type;
		return bd_error_set(
			err, BD_ERR_UNSUPPORTED, "an artifact (%.150s), not an image", bd_display(arena, type));
	}
	if (layout_read(layout, &manifest->config, false, BD_LIMIT_CONFIG_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_config_parse(bd_buf_view(&json), arena, out, err) < 0) {
		return bd_error_wrap(err, "config %s", manifest->config.digest);
	}
	return 0;
}

int layout_read_index(struct layout *layout, struct bd_index *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf marker = { 0 };
	AUTO(buf_auto) struct bd_buf json = { 0 };
	if (place_read(layout->place, "oci-layout", BD_LIMIT_MANIFEST_BYTES, &marker, err) < 0) {
		return -(int)err->code;
	}
	if (bd_image_layout_check(bd_buf_view(&marker), err) < 0) {
		return bd_error_wrap(err, "oci-layout");
	}
	if (place_read(layout->place, "index.json", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	return bd_index_parse(bd_buf_view(&json), &layout->image->arena, out, err) < 0
		       ? bd_error_wrap(err, "index.json")
		       : 0;
}

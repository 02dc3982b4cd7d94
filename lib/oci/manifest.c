/* SPDX-License-Identifier: Apache-2.0 */
/* Index and manifest: OCI image-spec, image-index.md and manifest.md; Docker's list and V2 schema 2. */
#include "basedrift/limits.h"

#include "oci/descriptor.h"

/*
 * image-spec, manifest.md ("mediaType"), GHSA-77vh-xpmg-72qh: one document must not be readable both
 * as a manifest and as an index.
 */
static int check_one_kind(const struct at *root, struct bd_error *err)
{
	const json_t *value = root->value;
	const bool index = json_object_get(value, "manifests") != NULL;
	const bool manifest = json_object_get(value, "config") != NULL || json_object_get(value, "layers") != NULL ||
			      json_object_get(value, "fsLayers") != NULL;
	if (index && manifest) {
		return at_error(root, err, "both an index (manifests) and a manifest (config, layers)");
	}
	return 0;
}

static int check_schema(const struct at *root, struct bd_error *err)
{
	int64_t version = 0;
	const struct at member = at_member(root, "schemaVersion");
	if (get_integer(root, "schemaVersion", &version, err) < 0) {
		return -(int)err->code;
	}
	if (version == 1) {
		return bd_error_set(
			err, BD_ERR_UNSUPPORTED, "a schema 1 manifest: Docker itself stopped reading these");
	}
	return version == 2 ? 0 : at_error(&member, err, member.value == NULL ? "missing" : "not 2");
}

static int check_kind(
	const struct at *root, const char *media_type, enum bd_media oci, enum bd_media docker, struct bd_error *err)
{
	const enum bd_media media = bd_media_parse(media_type);
	const struct at member = at_member(root, "mediaType");
	if (check_media_type(root, "mediaType", media_type, err) < 0) {
		return -(int)err->code;
	}
	if (media_type == NULL || media == oci || media == docker) {
		return 0;
	}
	if (media == BD_MEDIA_V2S1) {
		return bd_error_set(
			err, BD_ERR_UNSUPPORTED, "a schema 1 manifest: Docker itself stopped reading these");
	}
	return at_error(&member, err, oci == BD_MEDIA_INDEX ? "not an index's" : "not a manifest's");
}

static int check_subject(const struct at *root, struct bd_error *err)
{
	struct bd_descriptor subject;
	const struct at member = at_member(root, "subject");
	return member.value == NULL ? 0 : read_descriptor(&member, &subject, err);
}

static int get_descriptors(
	const struct at *at, const char *key, size_t most, struct bd_descriptor_vec *out, struct bd_error *err)
{
	const struct at list = at_member(at, key);
	if (json_object_get(at->value, key) == NULL) {
		return at_error(&list, err, "missing");
	}
	if (at_array(&list, most, err) < 0) { /* null: Go's encoding of none */
		return -(int)err->code;
	}
	const size_t n = json_array_size(list.value);
	out->v = bd_arena_alloc(at->arena, n * sizeof(*out->v));
	out->cap = n;
	for (out->len = 0; out->len < n; out->len++) {
		const struct at element = at_element(&list, out->len);
		if (read_descriptor(&element, &out->v[out->len], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int read_index(const struct at *root, struct bd_index *out, struct bd_error *err)
{
	const char *artifact_type = NULL;
	if (at_object(root, err) < 0 || check_one_kind(root, err) < 0 || check_schema(root, err) < 0 ||
		get_text(root, "mediaType", &out->media_type, err) < 0 ||
		check_kind(root, out->media_type, BD_MEDIA_INDEX, BD_MEDIA_LIST, err) < 0 ||
		get_text(root, "artifactType", &artifact_type, err) < 0 ||
		check_media_type(root, "artifactType", artifact_type, err) < 0 || check_subject(root, err) < 0 ||
		get_pairs(root, "annotations", &out->annotations, err) < 0) {
		return -(int)err->code;
	}
	return get_descriptors(root, "manifests", BD_LIMIT_MANIFESTS, &out->manifests, err);
}

int bd_index_parse(struct bd_str json, struct bd_arena *arena, struct bd_index *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct bd_index){ 0 };
	if (json_open(json, BD_LIMIT_MANIFEST_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const int result = read_index(&root, out, err);
	json_decref(document);
	return result;
}

static int read_manifest(const struct at *root, struct bd_manifest *out, struct bd_error *err)
{
	const struct at config = at_member(root, "config");
	if (at_object(root, err) < 0 || check_one_kind(root, err) < 0 || check_schema(root, err) < 0 ||
		get_text(root, "mediaType", &out->media_type, err) < 0 ||
		check_kind(root, out->media_type, BD_MEDIA_MANIFEST, BD_MEDIA_V2S2, err) < 0 ||
		get_text(root, "artifactType", &out->artifact_type, err) < 0 ||
		check_media_type(root, "artifactType", out->artifact_type, err) < 0 || check_subject(root, err) < 0 ||
		get_pairs(root, "annotations", &out->annotations, err) < 0 ||
		read_descriptor(&config, &out->config, err) < 0) {
		return -(int)err->code;
	}
	return get_descriptors(root, "layers", BD_LIMIT_LAYERS, &out->layers, err);
}

int bd_manifest_parse(struct bd_str json, struct bd_arena *arena, struct bd_manifest *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct bd_manifest){ 0 };
	if (json_open(json, BD_LIMIT_MANIFEST_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const int result = read_manifest(&root, out, err);
	json_decref(document);
	return result;
}

/* By its members, where a document does not say what it is. */
static enum bd_media media_by_members(const json_t *document)
{
	if (json_object_get(document, "manifests") != NULL) {
		return BD_MEDIA_INDEX;
	}
	if (json_object_get(document, "config") != NULL && json_object_get(document, "layers") != NULL) {
		return BD_MEDIA_MANIFEST;
	}
	if (json_integer_value(json_object_get(document, "schemaVersion")) == 1) {
		return BD_MEDIA_V2S1;
	}
	return json_object_get(document, "rootfs") != NULL ? BD_MEDIA_CONFIG : BD_MEDIA_UNKNOWN;
}

int bd_document_media(struct bd_str json, enum bd_media *out, struct bd_error *err)
{
	json_t *document = NULL;
	if (json_open(json, BD_LIMIT_CONFIG_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, NULL);
	int result = check_one_kind(&root, err);
	const char *media_type = json_string_value(json_object_get(document, "mediaType"));
	*out = bd_media_parse(media_type);
	if (*out == BD_MEDIA_UNKNOWN && result == 0) {
		*out = media_by_members(document);
	}
	json_decref(document);
	return result;
}

int bd_image_layout_check(struct bd_str json, struct bd_error *err)
{
	json_t *document = NULL;
	const char *version = NULL;
	if (json_open(json, BD_LIMIT_MANIFEST_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	struct bd_arena arena = { 0 };
	const struct at root = at_root(document, &arena);
	int result = at_object(&root, err) < 0 ? -(int)err->code : get_text(&root, "imageLayoutVersion", &version, err);
	const struct at member = at_member(&root, "imageLayoutVersion");
	if (result == 0 && !bd_streq(version, "1.0.0")) {
		result = at_error(&member, err, version == NULL ? "missing" : "not 1.0.0, the one that is known");
	}
	json_decref(document);
	bd_arena_release(&arena);
	return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of docker archives: moby, image/tarexport; the legacy layout is "image spec v1". */
#include <stdlib.h>

#include "basedrift/limits.h"

#include "oci/config.h"

static int read_archive_image(const struct at *at, struct bd_archive_image *out, struct bd_error *err)
{
	const struct at config = at_member(at, "Config");
	const struct at layers = at_member(at, "Layers");
	if (at->value == NULL || at_object(at, err) < 0) {
		return at_error(at, err, "not an object");
	}
	if (get_text(at, "Config", &out->config, err) < 0 || get_texts(at, "RepoTags", &out->repo_tags, err) < 0 ||
		at_array(&layers, BD_LIMIT_LAYERS, err) < 0 || get_texts(at, "Layers", &out->layers, err) < 0) {
		return -(int)err->code;
	}
	return out->config != NULL ? 0 : at_error(&config, err, "missing");
}

static int read_archive_images(const struct at *root, struct bd_archive_image_vec *out, struct bd_error *err)
{
	if (!json_is_array(root->value) || at_array(root, BD_LIMIT_MANIFESTS, err) < 0) {
		return json_is_array(root->value) ? -(int)err->code : at_error(root, err, "not an array of images");
	}
	const size_t n = json_array_size(root->value);
	out->v = bd_arena_alloc(root->arena, n * sizeof(*out->v));
	out->cap = n;
	for (out->len = 0; out->len < n; out->len++) {
		const struct at element = at_element(root, out->len);
		if (read_archive_image(&element, &out->v[out->len], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int bd_archive_manifest_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_archive_image_vec *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct bd_archive_image_vec){ 0 };
	if (bd_str_is(bd_str_trim(json), "null")) { /* Go's encoding of no images; a bare word, which jansson refuses */
		return bd_error_set(err, BD_ERR_FORMAT, "document: null, not an array of images");
	}
	if (json_open(json, BD_LIMIT_MANIFEST_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const int result = read_archive_images(&root, out, err);
	json_decref(document);
	return result;
}

/* All tags of one repository, after those that are there. */
static int read_tags(
	const struct at *repositories, const char *repository, struct bd_legacy_tag_vec *out, struct bd_error *err)
{
	struct bd_key_value_vec tags = { 0 };
	if (get_pairs(repositories, repository, &tags, err) < 0) {
		return -(int)err->code;
	}
	if (tags.len > BD_LIMIT_MANIFESTS - out->len) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u tags", BD_LIMIT_MANIFESTS);
	}
	for (size_t i = 0; i < tags.len; i++) {
		*bd_vec_push(out) = (struct bd_legacy_tag){
			.reference = bd_arena_printf(repositories->arena, "%s:%s", repository, tags.v[i].key),
			.layer_id = tags.v[i].value,
		};
	}
	return 0;
}

static int read_repositories(const struct at *root, struct bd_legacy_tag_vec *out, struct bd_error *err)
{
	if (at_object(root, err) < 0) {
		return -(int)err->code;
	}
	/* the names, sorted: the order of an object's members says nothing */
	json_t *wrapper = json_pack("{sO}", "repositories", root->value);
	const struct at outer = at_root(wrapper, root->arena);
	struct bd_string_vec names = { 0 };
	int result = get_keys(&outer, "repositories", &names, err);
	for (size_t i = 0; i < names.len && result == 0; i++) {
		result = read_tags(root, names.v[i], out, err);
	}
	json_decref(wrapper);
	return result;
}

int bd_legacy_repositories_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_legacy_tag_vec *out, struct bd_error *err)
{
	json_t *document = NULL;
	struct bd_legacy_tag_vec tags = { 0 };
	*out = tags;
	if (json_open(json, BD_LIMIT_MANIFEST_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const int result = read_repositories(&root, &tags, err);
	json_decref(document);
	if (result == 0 && tags.len > 0) {
		out->v = bd_arena_copy(arena, tags.v, tags.len * sizeof(*tags.v));
		out->len = out->cap = tags.len;
	}
	free(tags.v);
	return result;
}

/* moby, image/v1/imagev1.go, HistoryFromConfig: created_by is the container's command. */
static int read_one_history(const struct at *root, struct bd_config *config, struct bd_error *err)
{
	struct bd_string_vec words = { 0 };
	struct bd_buf joined = { 0 };
	struct bd_history *entry = bd_arena_alloc(root->arena, sizeof(*entry));
	const struct at container = at_member(root, "container_config");
	if (at_object(&container, err) < 0 || get_words(&container, "Cmd", &words, err) < 0 ||
		get_text(root, "comment", &entry->comment, err) < 0 ||
		get_bool(root, "throwaway", &entry->empty_layer, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < words.len; i++) {
		bd_buf_add_str(&joined, i > 0 ? " " : "");
		bd_buf_add_str(&joined, words.v[i]);
	}
	entry->created_by = bd_arena_text(root->arena, bd_buf_str(&joined), joined.n);
	entry->created = config->created;
	entry->author = config->author;
	config->history = (struct bd_history_vec){ .v = entry, .len = 1, .cap = 1 };
	bd_buf_release(&joined);
	return 0;
}

static int read_legacy_layer(const struct at *root, struct bd_legacy_layer *out, struct bd_error *err)
{
	const struct at id = at_member(root, "id");
	if (at_object(root, err) < 0 || get_text(root, "id", &out->id, err) < 0 ||
		get_text(root, "parent", &out->parent, err) < 0 || read_settings(root, &out->config, err) < 0 ||
		read_one_history(root, &out->config, err) < 0) {
		return -(int)err->code;
	}
	if (out->parent != NULL && out->parent[0] == '\0') {
		out->parent = NULL;
	}
	return out->id != NULL ? 0 : at_error(&id, err, "missing");
}

int bd_legacy_layer_parse(struct bd_str json, struct bd_arena *arena, struct bd_legacy_layer *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct bd_legacy_layer){ 0 };
	if (json_open(json, BD_LIMIT_CONFIG_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const int result = read_legacy_layer(&root, out, err);
	json_decref(document);
	return result;
}

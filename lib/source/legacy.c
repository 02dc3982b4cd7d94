/* SPDX-License-Identifier: Apache-2.0 */
#include "source/legacy.h"

#include "basedrift/limits.h"

#include "source/names.h"

struct legacy_layers {
	struct bd_legacy_layer *v; /* the image's top layer first */
	size_t len, cap;
};

static void legacy_layers_auto(struct legacy_layers *layers)
{
	free(layers->v);
}

/* Ids name folders of the archive: 64 hex digits, or whatever one component may be. */
static int layer_path(struct bd_arena *arena, const char *id, const char *file, const char **out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf cleaned = { 0 };
	if (!bd_path_clean(&cleaned, id, strlen(id)) || cleaned.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "%.100s: not a layer's id", bd_display(arena, id));
	}
	*out = bd_arena_printf(arena, "%s/%s", cleaned.p, file);
	return 0;
}

static int read_layer(const struct stored_image *image, const char *id, struct bd_arena *arena,
	struct bd_legacy_layer *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	const char *path = NULL;
	if (layer_path(arena, id, "json", &path, err) < 0 ||
		place_read(image->place, path, BD_LIMIT_CONFIG_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	return bd_legacy_layer_parse(bd_buf_view(&json), arena, out, err) < 0
		       ? bd_error_wrap(err, "%s", bd_display(arena, path))
		       : 0;
}

static int read_chain(struct stored_image *image, const char *top, struct legacy_layers *out, struct bd_error *err)
{
	for (const char *id = top; id != NULL; id = out->v[out->len - 1].parent) {
		if (out->len >= BD_LIMIT_LAYERS) { /* also where parents go in a circle */
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u layers", BD_LIMIT_LAYERS);
		}
		struct bd_legacy_layer *layer = bd_vec_push(out);
		if (read_layer(image, id, &image->base.arena, layer, err) < 0) {
			return -(int)err->code;
		}
		layer->id = id; /* the folder's name; "id" in the json is the same where the archive is sound */
	}
	return 0;
}

static const struct bd_legacy_tag *choose(
	const struct bd_legacy_tag_vec *tags, struct bd_arena *arena, const char *wanted, struct bd_error *err)
{
	struct name_list list = { 0 };
	bool ambiguous = false;
	const struct bd_legacy_tag *chosen = NULL;
	for (size_t i = 0; i < tags->len; i++) {
		const struct bd_legacy_tag *tag = &tags->v[i];
		name_list_add(&list, tag->reference, arena);
		if (wanted != NULL && !name_is(wanted, tag->reference) && strcmp(wanted, tag->layer_id) != 0) {
			continue;
		}
		ambiguous = ambiguous || (chosen != NULL && strcmp(chosen->layer_id, tag->layer_id) != 0);
		chosen = chosen != NULL ? chosen : tag;
	}
	if (ambiguous) {
		(void)bd_error_set(err, BD_ERR_USAGE, "several images: say which after the path, :REF (there are: %s)",
			name_list_text(&list));
		chosen = NULL;
	} else if (chosen == NULL) {
		(void)bd_error_set(err, BD_ERR_NOT_FOUND, "no such image (there are: %s)", name_list_text(&list));
	}
	name_list_release(&list);
	return chosen;
}

/* The archive does not name them, so they are computed: later reads are held against this first one. */
static int compute_diff_id(const struct stored_image *image, const char *path, struct bd_arena *arena, const char **out,
	struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *unpacked = NULL;
	struct bd_stream *stream = NULL;
	uint8_t bytes[64];
	char text[BD_DIGEST_TEXT] = "sha256:";
	struct bd_str block = { 0 };

	if (place_open(image->place, path, &stream, NULL, err) < 0) {
		return -(int)err->code;
	}
	unpacked = bd_stream_decompress(stream);
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	int result = 0;
	do {
		result = bd_stream_next(unpacked, &block, err);
		bd_hash_update(hash, block.p, block.n);
	} while (result == 0 && block.n > 0);
	bd_hex(bytes, bd_hash_final(hash, bytes), text + 7);
	bd_hash_free(hash);
	*out = bd_arena_strdup(arena, text);
	return result < 0 ? bd_error_wrap(err, "%s", bd_display(arena, path)) : 0;
}

static int fill(struct stored_image *image, const struct legacy_layers *layers, struct bd_error *err)
{
	struct bd_arena *arena = &image->base.arena;
	struct bd_config *config = &image->base.config;
	const size_t n = layers->len;

	if (n == 0) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no layers");
	}
	*config = layers->v[0].config;
	config->diff_ids = (struct bd_string_vec){
		.v = bd_arena_alloc(arena, n * sizeof(*config->diff_ids.v)), .len = n, .cap = n
	};
	config->history = (struct bd_history_vec){
		.v = bd_arena_alloc(arena, n * sizeof(*config->history.v)), .len = n, .cap = n
	};
	const char **paths = bd_arena_alloc(arena, n * sizeof(*paths));
	for (size_t i = 0; i < n; i++) {
		const struct bd_legacy_layer *layer = &layers->v[n - 1 - i];
		if (layer_path(arena, layer->id, "layer.tar", &paths[i], err) < 0 ||
			compute_diff_id(image, paths[i], arena, &config->diff_ids.v[i], err) < 0) {
			return bd_error_wrap(err, "layer %zu", i);
		}
		config->history.v[i] = layer->config.history.v[0];
		config->history.v[i].empty_layer = false; /* every layer has its tar, if only an empty one */
	}
	if (image_make_layers(image, n, "repositories", err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < n; i++) {
		image->layer_paths[i] = paths[i];
	}
	return 0;
}

int legacy_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	AUTO(legacy_layers_auto) struct legacy_layers layers = { 0 };
	struct bd_legacy_tag_vec tags = { 0 };

	if (place_read(image->place, "repositories", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_legacy_repositories_parse(bd_buf_view(&json), &image->base.arena, &tags, err) < 0) {
		return bd_error_wrap(err, "repositories");
	}
	const struct bd_legacy_tag *tag = choose(&tags, &image->base.arena, request->reference, err);
	if (tag == NULL || read_chain(image, tag->layer_id, &layers, err) < 0 || fill(image, &layers, err) < 0) {
		return -(int)err->code;
	}
	image->base.reference = tag->reference;
	image_warn(&image->base, "an archive of Docker before 1.10: it names no digests, the diff_ids are computed");
	return image_finish(image, request, NULL, err);
}

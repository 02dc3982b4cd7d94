/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker save` writes and skopeo and podman imitate (moby, image/tarexport).  Since Docker 25 the
 * archive is an OCI layout as well: then the OCI manifest gives the digests.
 */
#include "basedrift/limits.h"

#include "source/layout.h"
#include "source/legacy.h"
#include "source/names.h"
#include "source/sources.h"

static bool docker_archive_recognise(const struct place *place)
{
	return place_has(place, "manifest.json") || place_has(place, "repositories");
}

/* A path in a document is as untrusted as a name in the tar; none that leads outside is there. */
static int clean_path(struct bd_arena *arena, const char *path, const char **out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf cleaned = { 0 };
	if (!bd_path_clean(&cleaned, path, strlen(path)) || cleaned.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "%.200s: not a path in an archive", bd_display(arena, path));
	}
	*out = bd_arena_text(arena, cleaned.p, cleaned.n);
	return 0;
}

/* "HEX.json", "blobs/sha256/HEX", "sha256:HEX": the name promises the content's digest. */
static const char *promised_digest(struct bd_arena *arena, const char *path)
{
	struct bd_str name = bd_path_name(bd_str(path));
	if (bd_str_starts(name, "sha256:")) {
		name.p += 7;
		name.n -= 7;
	}
	if (bd_str_ends(name, ".json")) {
		name.n -= 5;
	}
	const char *digest = bd_arena_printf(arena, "sha256:%.*s", (int)name.n, name.p);
	return bd_digest_valid(digest) ? digest : NULL;
}

/*
 * A blob's name is its digest.  "HEX.json" is a file name that Docker does not hold against the
 * content either, and tools that edit archives leave it as it was.
 */
static int check_promise(struct stored_image *image, const char *path, const char *computed, struct bd_error *err)
{
	const char *promised = promised_digest(&image->base.arena, path);
	if (promised == NULL || strcmp(promised, computed) == 0) {
		return 0;
	}
	if (bd_str_starts(bd_str(path), "blobs/")) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "config: digest mismatch: expected %s, computed %s", promised, computed);
	}
	image_warn(&image->base, "the config is not what its name says: digest %s, computed %s", promised, computed);
	return 0;
}

static int read_config(struct stored_image *image, const char *path, const char **digest_out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	struct bd_arena *arena = &image->base.arena;
	const char *cleaned = NULL;
	char computed[BD_DIGEST_TEXT];

	if (clean_path(arena, path, &cleaned, err) < 0 ||
		place_read(image->place, cleaned, BD_LIMIT_CONFIG_BYTES, &json, err) < 0) {
		return bd_error_wrap(err, "config");
	}
	bd_sha256_text(json.p, json.n, computed);
	if (check_promise(image, cleaned, computed, err) < 0) {
		return -(int)err->code;
	}
	*digest_out = bd_arena_strdup(arena, computed);
	return bd_config_parse(bd_buf_view(&json), arena, &image->base.config, err) < 0
		       ? bd_error_wrap(err, "config %s", bd_display(arena, cleaned))
		       : 0;
}

static bool has_tag(const struct bd_archive_image *entry, const char *wanted)
{
	for (size_t i = 0; i < entry->repo_tags.len; i++) {
		if (name_is(wanted, entry->repo_tags.v[i])) {
			return true;
		}
	}
	return false;
}

static bool entry_is(struct bd_arena *arena, const struct bd_archive_image *entry, const char *wanted, size_t position)
{
	return position_is(wanted, position) || has_tag(entry, wanted) ||
	       digest_is(wanted, promised_digest(arena, entry->config));
}

static int several(const struct bd_archive_image_vec *images, struct bd_arena *arena, enum bd_error_code code,
	const char *problem, struct bd_error *err)
{
	struct name_list list = { 0 };
	for (size_t i = 0; i < images->len; i++) {
		const struct bd_archive_image *entry = &images->v[i];
		for (size_t t = 0; t < entry->repo_tags.len; t++) {
			name_list_add(&list, entry->repo_tags.v[t], arena);
		}
		if (entry->repo_tags.len == 0) {
			const char *digest = promised_digest(arena, entry->config);
			name_list_add(&list, digest != NULL ? digest : bd_arena_printf(arena, "@%zu", i), arena);
		}
	}
	(void)bd_error_set(err, code, "%s (there are: %s)", problem, name_list_text(&list));
	name_list_release(&list);
	return -(int)err->code;
}

static const struct bd_archive_image *choose(
	const struct bd_archive_image_vec *images, struct bd_arena *arena, const char *wanted, struct bd_error *err)
{
	const struct bd_archive_image *chosen = NULL;
	for (size_t i = 0; i < images->len; i++) {
		const struct bd_archive_image *entry = &images->v[i];
		if (wanted != NULL && !entry_is(arena, entry, wanted, i)) {
			continue;
		}
		if (chosen != NULL && strcmp(chosen->config, entry->config) != 0) {
			(void)several(
				images, arena, BD_ERR_USAGE, "several images: say which after the path, :REF", err);
			return NULL;
		}
		if (chosen == NULL) {
			chosen = entry;
		}
	}
	if (chosen == NULL) {
		(void)several(images, arena, BD_ERR_NOT_FOUND, "no such image", err);
	}
	return chosen;
}

/* The leaf whose config is the one chosen: what Docker 25 says about it in OCI's words. */
static bool find_leaf(struct layout *layout, const char *config_digest, struct leaf_vec *leaves,
	const struct leaf **leaf_out, struct bd_manifest *manifest)
{
	struct bd_index *index = bd_arena_alloc(&layout->image->arena, sizeof(*index));
	struct way *way = bd_arena_alloc(&layout->image->arena, sizeof(*way));
	struct bd_error err;

	if (!place_has(layout->place, "oci-layout") || !place_has(layout->place, "index.json")) {
		return false;
	}
	way->annotations = &index->annotations;
	int result = layout_read_index(layout, index, &err);
	for (size_t i = 0; result == 0 && i < index->manifests.len; i++) {
		result = layout_leaves(layout, &index->manifests.v[i], way, i, leaves, &err);
	}
	if (result < 0) {
		image_warn(layout->image, "the OCI half of the archive is not used: %s", err.msg);
		return false;
	}
	for (size_t i = 0; i < leaves->len; i++) {
		if (layout_manifest(layout, &leaves->v[i], manifest, &err) == 0 &&
			bd_streq(manifest->config.digest, config_digest)) {
			*leaf_out = &leaves->v[i];
			return true;
		}
	}
	return false;
}

static bool has_layers(const struct layout *layout, const struct bd_manifest *manifest)
{
	for (size_t i = 0; i < manifest->layers.len; i++) {
		const char *digest = manifest->layers.v[i].digest;
		if (!bd_digest_valid(digest) || !place_has(layout->place, layout_blob_path(layout, digest, false))) {
			return false;
		}
	}
	return true;
}

static int fill_from_manifest_json(struct stored_image *image, const struct bd_archive_image *entry,
	const char *config_digest, struct bd_error *err)
{
	struct bd_arena *arena = &image->base.arena;
	if (image_make_layers(image, entry->layers.len, "manifest.json", err) < 0) {
		return -(int)err->code;
	}
	image_add_digest(&image->base, BD_DIGEST_CONFIG, config_digest);
	for (size_t i = 0; i < entry->layers.len; i++) {
		AUTO(bd_stream_auto) struct bd_stream *stream = NULL;
		int64_t *size = &image->base.layers.v[i].size_bytes;
		if (clean_path(arena, entry->layers.v[i], &image->layer_paths[i], err) < 0 ||
			place_open(image->place, image->layer_paths[i], &stream, size, err) < 0) {
			return bd_error_wrap(err, "layer %zu", i);
		}
	}
	return 0;
}

static int fill(struct stored_image *image, const struct bd_archive_image *entry, const struct request *request,
	struct bd_error *err)
{
	AUTO(leaf_vec_auto) struct leaf_vec leaves = { 0 };
	struct layout layout = layout_of(image);
	struct bd_manifest manifest;
	const struct leaf *leaf = NULL;
	const char *config_digest = NULL;

	if (read_config(image, entry->config, &config_digest, err) < 0) {
		return -(int)err->code;
	}
	int result = 0;
	if (find_leaf(&layout, config_digest, &leaves, &leaf, &manifest) && has_layers(&layout, &manifest)) {
		result = layout_fill_manifest(&layout, image, leaf, &manifest, err);
	} else {
		result = fill_from_manifest_json(image, entry, config_digest, err);
	}
	return result < 0 ? result
			  : image_finish(image, request, leaf != NULL ? &leaf->descriptor->platform : NULL, err);
}

static const char *tag_of(const struct bd_archive_image *entry, const char *wanted)
{
	for (size_t i = 0; wanted != NULL && i < entry->repo_tags.len; i++) {
		if (name_is(wanted, entry->repo_tags.v[i])) {
			return entry->repo_tags.v[i];
		}
	}
	return entry->repo_tags.len > 0 ? entry->repo_tags.v[0] : NULL;
}

static int docker_archive_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf json = { 0 };
	struct bd_arena *arena = &image->base.arena;
	struct bd_archive_image_vec images = { 0 };

	if (!place_has(image->place, "manifest.json") && place_has(image->place, "repositories")) {
		return legacy_open(image, request, err);
	}
	if (place_read(image->place, "manifest.json", BD_LIMIT_MANIFEST_BYTES, &json, err) < 0) {
		return -(int)err->code;
	}
	if (bd_archive_manifest_parse(bd_buf_view(&json), arena, &images, err) < 0) {
		return bd_error_wrap(err, "manifest.json");
	}
	if (images.v == NULL || images.len == 0) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no image in manifest.json");
	}
	const struct bd_archive_image *entry = choose(&images, arena, request->reference, err);
	if (entry == NULL) {
		return -(int)err->code;
	}
	image->base.reference = tag_of(entry, request->reference);
	return fill(image, entry, request, err);
}

const struct bd_image_source bd_image_source_docker_archive = {
	.transport = "docker-archive",
	.folder = false,
	.recognise = docker_archive_recognise,
	.open = docker_archive_open,
};

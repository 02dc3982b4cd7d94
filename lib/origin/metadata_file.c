/* SPDX-License-Identifier: Apache-2.0 */
/* buildx, docs/reference/buildx_build.md, "--metadata-file"; containers/buildah, internal/metadata. */
#include <string.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/material.h"

#define PROVENANCE "buildx.build.provenance"
#define BUILDINFO  "containerimage.buildinfo"

/* Bake's own "buildx.build.warnings" stands beside its targets. */
static bool is_build(json_t *object)
{
	for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i)) {
		const char *key = json_object_iter_key(i);
		if (strncmp(key, "containerimage.", 15) == 0 || strncmp(key, PROVENANCE, strlen(PROVENANCE)) == 0 ||
			strcmp(key, "buildx.build.ref") == 0) {
			return true;
		}
	}
	return false;
}

/* A bake target may have any name, so the wanted one is asked for first. */
static int choose_target(json_t *document, const char *target, json_t **out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf listed = { 0 };
	size_t count = 0;
	if (is_build(document)) {
		*out = document;
		return 0;
	}
	for (void *i = json_object_iter(document); i != NULL; i = json_object_iter_next(document, i)) {
		const char *key = json_object_iter_key(i);
		json_t *value = json_object_iter_value(i);
		if (!is_build(value)) {
			continue;
		}
		*out = value;
		if (bd_streq(key, target)) {
			return 0;
		}
		bd_buf_add_str(&listed, count++ == 0 ? "" : ", ");
		bd_display_text(&listed, key, strlen(key));
	}
	if (count == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "no build in this metadata file");
	}
	return count == 1 ? 0 : bd_error_set(err, BD_ERR_NOT_FOUND, "the bake targets are %s: which one?", listed.p);
}

static void read_result(json_t *build, struct bd_arena *arena, struct bd_build_papers *papers)
{
	json_t *descriptor = json_object_get(build, "containerimage.descriptor");
	const char *digest = paper_copy(build, "containerimage.digest", arena);
	const char *described = paper_copy(descriptor, "digest", arena);
	const char *config = paper_copy(build, "containerimage.config.digest", arena);
	const char *media_type = paper_text(descriptor, "mediaType");
	const enum bd_media media = media_type != NULL ? bd_media_parse(media_type) : BD_MEDIA_UNKNOWN;
	digest = digest != NULL ? digest : described;
	if (!bd_digest_valid(digest)) {
		digest = NULL;
	}
	if (media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST) {
		papers->image_digest_kind = BD_DIGEST_INDEX;
	} else if (media == BD_MEDIA_MANIFEST || media == BD_MEDIA_V2S2) {
		papers->image_digest_kind = BD_DIGEST_MANIFEST;
	}
	papers->image_digest = digest;
	if (digest == NULL || (described != NULL && strcmp(described, digest) != 0)) {
		papers->image_digest_kind = BD_DIGEST_UNKNOWN;
	}
	papers->config_digest = bd_digest_valid(config) ? config : NULL;
	papers->status = digest != NULL || papers->config_digest != NULL ? BD_STATUS_PASSED : BD_STATUS_UNKNOWN;
	papers->invocation_id = paper_copy(build, "buildx.build.ref", arena);
}

/* ---- BuildKit 0.10 ----------------------------------------------------------------------------- */

/* { "frontend": …, "attrs": { … }, "sources": [ { "type": "docker-image", "ref": …, "pin": "sha256:…" } ] } */
static int read_sources(json_t *info, struct bd_arena *arena, struct bd_build_papers *papers, struct bd_error *err)
{
	const char *scanner = NULL;
	json_t *sources = json_object_get(info, "sources");
	papers->frontend = paper_copy(info, "frontend", arena);
	read_frontend_args(papers, json_object_get(info, "attrs"), &scanner, arena);
	for (size_t i = 0; i < json_array_size(sources); i++) {
		json_t *source = json_array_get(sources, i);
		const char *ref = paper_text(source, "ref");
		const char *pin = paper_text(source, "pin");
		if (ref == NULL) {
			continue;
		}
		const bool image = bd_streq(paper_text(source, "type"), "docker-image");
		struct bd_material m = image ? material_of_image(bd_str(ref), "metadata-file", arena)
					     : material_of_uri(ref, "metadata-file", arena);
		if (image && bd_digest_valid(pin)) {
			m.digest = bd_arena_strdup(arena, pin);
		}
		if (add_material(papers, &m, arena, err) < 0) {
			return -(int)err->code;
		}
	}
	mark_tools(papers, scanner, arena);
	return 0;
}

/* The image config has it as base64 text, and so have the first versions of the file. */
static int read_build_info(json_t *info, struct bd_arena *arena, struct bd_build_papers *papers, struct bd_error *err)
{
	json_auto_t *decoded = NULL;
	const char *coded = json_string_value(info);
	if (coded != NULL) {
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		if (!bd_unbase64(&text, bd_str(coded))) {
			return bd_error_set(err, BD_ERR_FORMAT, BUILDINFO ": not base64");
		}
		if (paper_open(bd_buf_view(&text), &decoded, err) < 0) {
			return bd_error_wrap(err, BUILDINFO);
		}
	}
	return read_sources(decoded != NULL ? decoded : info, arena, papers, err);
}

/* ---- provenance -------------------------------------------------------------------------------- */

/* The member called name, or name/PLATFORM. */
static json_t *choose(
	json_t *build, const char *name, const char *platform, struct bd_arena *arena, struct bd_build_papers *papers)
{
	const char *listed = NULL;
	json_t *single = json_object_get(build, name);
	if (single != NULL) {
		return single;
	}
	json_t *chosen = choose_platform(build, bd_arena_printf(arena, "%s/", name), platform, arena, &listed);
	if (chosen == NULL && listed != NULL) {
		*arena_push(arena, &papers->warnings) = bd_arena_printf(arena, "%s is there for %s, not for %s", name,
			listed, platform != NULL ? platform : "one platform only");
	}
	return chosen;
}

int bd_metadata_file_parse(struct bd_str json, const char *platform, const char *target, struct bd_arena *arena,
	struct bd_build_papers *out, struct bd_error *err)
{
	json_auto_t *document = NULL;
	json_t *build = NULL;
	*out = empty_papers();
	if (paper_open(json, &document, err) < 0 || choose_target(document, target, &build, err) < 0) {
		return -(int)err->code;
	}
	json_t *predicate = choose(build, PROVENANCE, platform, arena, out);
	json_t *info = choose(build, BUILDINFO, platform, arena, out);
	int rc = 0;
	if (json_object_size(predicate) > 0) {
		rc = read_predicate(predicate, "metadata-file", arena, out, err);
	} else if (info != NULL) {
		rc = read_build_info(info, arena, out, err);
	}
	const char *invocation = out->invocation_id;
	read_result(build, arena, out);
	if (invocation != NULL) {
		out->invocation_id = invocation;
	}
	return rc;
}

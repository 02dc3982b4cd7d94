/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of an image as the OCI image-spec and Docker's Image Manifest V2 define them: bytes
 * in, structs out, no I/O.  Unknown members are ignored, wrong types and duplicate keys are errors.
 */
#ifndef BASEDRIFT_OCI_H
#define BASEDRIFT_OCI_H

#include "basedrift/base.h"

/* ---- references (distribution/reference grammar, normalised as Docker does) ------------------ */

/*
 * registry "docker.io", repository "library/python", tag "2.7" or NULL, digest or NULL.
 * text: canonical form, "docker.io/library/python:2.7@sha256:…"; a missing tag stays missing there.
 * familiar: what people write, "python:2.7".
 */
struct bd_reference {
	const char *registry, *repository, *tag, *digest;
	const char *text, *familiar;
};
/*
 * Parse and normalise ("python:2.7" is docker.io/library/python:2.7; no tag and no digest stays so:
 * bd_reference_with_tag adds "latest").  Everything lives in the arena.
 * Fails: BD_ERR_FORMAT, with the reason ("repository name must be lowercase").
 */
int bd_reference_parse(
	struct bd_str text, struct bd_arena *arena, struct bd_reference *out, struct bd_error *err) BD_CHECKED;
/* The same reference with ":latest" when it has neither tag nor digest. */
struct bd_reference bd_reference_with_tag(const struct bd_reference *ref, struct bd_arena *arena);

/* ---- media types ----------------------------------------------------------------------------- */

enum bd_media {
	BD_MEDIA_UNKNOWN,
	BD_MEDIA_INDEX,    /* application/vnd.oci.image.index.v1+json */
	BD_MEDIA_LIST,     /* application/vnd.docker.distribution.manifest.list.v2+json */
	BD_MEDIA_MANIFEST, /* application/vnd.oci.image.manifest.v1+json */
	BD_MEDIA_V2S2,     /* application/vnd.docker.distribution.manifest.v2+json */
	BD_MEDIA_V2S1,     /* …manifest.v1+json, +prettyjws: known, refused */
	BD_MEDIA_CONFIG,   /* OCI or Docker image config */
	BD_MEDIA_LAYER,    /* any tar layer: OCI, Docker, nondistributable, foreign; framing is sniffed */
};
enum bd_media bd_media_parse(const char *media_type);

/* ---- documents ------------------------------------------------------------------------------- */

struct bd_key_value {
	const char *key, *value;
};
struct bd_key_value_vec {
	struct bd_key_value *v;
	size_t len, cap;
};
const char *bd_key_value_get(const struct bd_key_value_vec *pairs, const char *key);

struct bd_string_vec {
	const char **v;
	size_t len, cap;
};

/* Any member may be NULL. */
struct bd_platform {
	const char *os, *architecture, *variant, *os_version;
};
/* "linux/arm64/v8", in the arena. */
const char *bd_platform_text(const struct bd_platform *platform, struct bd_arena *arena);
/* "linux/arm64/v8", "arm64" (os linux); architectures as Go names them, "aarch64" and "x86_64" are understood. */
int bd_platform_parse(
	const char *text, struct bd_arena *arena, struct bd_platform *out, struct bd_error *err) BD_CHECKED;
/* This machine's. */
struct bd_platform bd_platform_host(void);
/* Does an image of platform `have` serve a request for `want`?  A variant that want leaves out is not asked. */
bool bd_platform_matches(const struct bd_platform *want, const struct bd_platform *have);

struct bd_descriptor {
	const char *media_type;
	const char *digest;
	int64_t size_bytes;
	struct bd_platform platform;
	struct bd_key_value_vec annotations;
	const char *artifact_type;
};
struct bd_descriptor_vec {
	struct bd_descriptor *v;
	size_t len, cap;
};

struct bd_index {
	const char *media_type;
	struct bd_descriptor_vec manifests;
	struct bd_key_value_vec annotations;
};
struct bd_manifest {
	const char *media_type;
	struct bd_descriptor config;
	struct bd_descriptor_vec layers;
	struct bd_key_value_vec annotations;
	const char *artifact_type;
};

/* One entry of config.history. */
struct bd_history {
	const char *created, *created_by, *author, *comment;
	bool empty_layer;
};
struct bd_history_vec {
	struct bd_history *v;
	size_t len, cap;
};
struct bd_config {
	struct bd_platform platform;
	const char *created, *author;
	struct bd_string_vec env; /* "KEY=VALUE" as written */
	struct bd_key_value_vec labels;
	struct bd_string_vec entrypoint, cmd, exposed_ports, volumes,
		healthcheck; /* ports and volumes sorted; healthcheck: test */
	const char *user, *working_dir, *stop_signal;
	struct bd_string_vec diff_ids;
	struct bd_history_vec history;
};

/* Every parser: the result lives in the arena.  Fails: BD_ERR_FORMAT (message has the member), BD_ERR_LIMIT,
 * BD_ERR_UNSUPPORTED (schema 1). */
int bd_index_parse(struct bd_str json, struct bd_arena *arena, struct bd_index *out, struct bd_error *err) BD_CHECKED;
int bd_manifest_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_manifest *out, struct bd_error *err) BD_CHECKED;
int bd_config_parse(struct bd_str json, struct bd_arena *arena, struct bd_config *out, struct bd_error *err) BD_CHECKED;
/*
 * What a JSON document is: by its mediaType, else by its members (manifests, config + layers,
 * schemaVersion 1, rootfs + architecture).
 */
int bd_document_media(struct bd_str json, enum bd_media *out, struct bd_error *err) BD_CHECKED;

/* The `oci-layout` file: is it a version that is known (1.0.0)?  Fails: BD_ERR_FORMAT. */
int bd_image_layout_check(struct bd_str json, struct bd_error *err) BD_CHECKED;

/* One image of a docker-archive's manifest.json. */
struct bd_archive_image {
	const char *config; /* path in the archive */
	struct bd_string_vec repo_tags, layers;
};
struct bd_archive_image_vec {
	struct bd_archive_image *v;
	size_t len, cap;
};
int bd_archive_manifest_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_archive_image_vec *out, struct bd_error *err) BD_CHECKED;
/* The legacy layout's `repositories` and `<id>/json`; see docker save before 1.10. */
struct bd_legacy_tag {
	const char *reference, *layer_id;
};
struct bd_legacy_tag_vec {
	struct bd_legacy_tag *v;
	size_t len, cap;
};
int bd_legacy_repositories_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_legacy_tag_vec *out, struct bd_error *err) BD_CHECKED;
struct bd_legacy_layer {
	const char *id, *parent;
	struct bd_config config; /* of the top layer: the image's; history has this one entry */
};
int bd_legacy_layer_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_legacy_layer *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a build tool wrote down about a build: SLSA provenance, buildx's --metadata-file and history, the
 * build's log.  Bytes in, one struct out, no I/O.  All of it is what somebody states; who is believed is
 * decided by the caller (docs/record.md).
 *
 * Secrets never get in: build arguments whose names look secret have no value, URLs have no user:password,
 * and in free text the values behind NAME= of such names are "REDACTED".
 */
#ifndef BASEDRIFT_PAPERS_H
#define BASEDRIFT_PAPERS_H

#include "basedrift/record.h"

enum bd_material_kind {
	BD_MATERIAL_OTHER,
	BD_MATERIAL_IMAGE,    /* FROM, COPY --from, RUN --mount from= */
	BD_MATERIAL_FRONTEND, /* docker/dockerfile, or what "# syntax=" named */
	BD_MATERIAL_SCANNER,  /* makes the SBOM */
	BD_MATERIAL_GIT,
	BD_MATERIAL_HTTP,
};
const char *bd_material_kind_name(enum bd_material_kind kind); /* other image frontend scanner git http */

/* One thing that the build took from outside. */
struct bd_material {
	const char *uri;       /* as written, without credentials */
	const char *reference; /* images: normalised "name:tag", or "name@digest" where no tag is named; NULL: a local
				  image layout */
	const char *digest;    /* images: a valid one; git and http: "sha1:…" as written; NULL: not stated */
	enum bd_digest_kind digest_kind; /* of an image: UNKNOWN is the index or the manifest, whatever the tag gave */
	const char *platform;            /* "linux/arm64", or NULL */
	enum bd_material_kind kind;
	bool is_image;      /* image, frontend or scanner */
	const char *source; /* "provenance", "metadata-file", "build-history" or "log" */
};
struct bd_material_vec {
	struct bd_material *v;
	size_t len, cap;
};

/* mode=max of BuildKit: which step made a layer. */
struct bd_layer_step {
	const char *digest; /* of the layer as it is in the image's manifest */
	int line;           /* in the Dockerfile, from 1 */
	long number;        /* of the step: lower ones come first */
};
struct bd_layer_step_vec {
	struct bd_layer_step *v;
	size_t len, cap;
};
/* And which layers an image had that the build took. */
struct bd_image_layers {
	const char *reference, *digest; /* as in struct bd_material */
	struct bd_string_vec layers;    /* digests, lowest first */
};
struct bd_image_layers_vec {
	struct bd_image_layers *v;
	size_t len, cap;
};

/* Members that the paper does not tell are NULL, empty, 0 or -1. */
struct bd_build_papers {
	struct bd_material_vec materials; /* as in the paper, no two the same */
	struct bd_setting_vec build_args; /* as in the paper */
	struct bd_layer_step_vec layer_steps;
	struct bd_image_layers_vec image_layers;
	const char *target;         /* --target */
	const char *frontend;       /* "dockerfile.v0", "gateway.v0" */
	const char *frontend_image; /* as written: "docker/dockerfile:1" */
	const char *build_type, *builder_id, *builder_platform;
	const char *started, *finished; /* RFC 3339 in UTC */
	const char *invocation_id;
	const char *vcs_url, *vcs_revision;        /* the git checkout around the context, unverified */
	const char *config_source, *config_commit; /* remote build context, and its commit */
	const char *dockerfile_path;
	const char *dockerfile_text; /* secrets redacted */
	const char *image_digest;    /* what came out */
	enum bd_digest_kind image_digest_kind;
	const char *config_digest;
	enum bd_status status;
	const char *error; /* the build tool's own message */

	const char *failing_step; /* "RUN pip install -r requirements.txt" */
	int failing_line;         /* in the Dockerfile, from 1; 0: not told */
	const char *tail;         /* the last lines, or those around the failure; BD_LIMIT_LOG_TAIL bytes at most */
	int cached_steps;         /* -1: not told */
	struct bd_string_vec warnings; /* what was there and could not be used */
};

/*
 * SLSA provenance v0.2 or v1: an in-toto statement, a bare predicate, a DSSE envelope around a statement, or what
 * `buildx imagetools inspect --format '{{json .Provenance}}'` prints.  platform chooses among several, NULL when
 * there is one.  Everything lives in the arena; papers of a failure are not to be used.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT, BD_ERR_UNSUPPORTED (another predicate), BD_ERR_NOT_FOUND (not that platform;
 * the message lists those there are).
 */
int bd_provenance_parse(struct bd_str json, const char *platform, struct bd_arena *arena, struct bd_build_papers *out,
	struct bd_error *err) BD_CHECKED;
/*
 * `buildx build --metadata-file`, of bake (target chooses among several), of BuildKit 0.10 (buildinfo), of buildah.
 * Provenance of another platform only is a warning.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT, BD_ERR_NOT_FOUND (no such bake target; the message lists them).
 */
int bd_metadata_file_parse(struct bd_str json, const char *platform, const char *target, struct bd_arena *arena,
	struct bd_build_papers *out, struct bd_error *err) BD_CHECKED;
/* `docker buildx history inspect --format json`.  Fails: BD_ERR_FORMAT, BD_ERR_LIMIT. */
int bd_build_history_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_build_papers *out, struct bd_error *err) BD_CHECKED;
/*
 * The log of BuildKit (--progress=plain, also the terminal's), the classic builder, podman or buildah, kaniko, as
 * the tool wrote it or as a CI product kept it.  Where several builds are in one log the last one's end counts.
 * Fails: BD_ERR_LIMIT (BD_LIMIT_LOG_BYTES).
 */
int bd_build_log_parse(
	struct bd_str bytes, struct bd_arena *arena, struct bd_build_papers *out, struct bd_error *err) BD_CHECKED;

#endif

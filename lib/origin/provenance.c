/* SPDX-License-Identifier: Apache-2.0 */
/* SLSA provenance as BuildKit writes it: moby/buildkit, docs/attestations/slsa-definitions.md. */
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/origin.h"

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/material.h"
#include "origin/provenance_layers.h"
#include "origin/redact_text.h"

#define PREDICATE "https://slsa.dev/provenance/"
#define V02_EXTRA "https://mobyproject.org/buildkit@v1#metadata"

/* Where the two versions keep the same things. */
struct shape {
	json_t *materials, *config_source, *request, *metadata, *extra, *definition;
	const char *build_type, *builder_id, *builder_platform, *path_key;
	const char *started_key, *finished_key, *id_key, *other_id_key;
};

static json_t *member(json_t *object, const char *a, const char *b)
{
	return json_object_get(json_object_get(object, a), b);
}

static struct shape shape_v1(json_t *predicate)
{
	json_t *definition = json_object_get(predicate, "buildDefinition");
	json_t *external = json_object_get(definition, "externalParameters");
	json_t *run = json_object_get(predicate, "runDetails");
	json_t *metadata = json_object_get(run, "metadata");
	return (struct shape){
		.materials = json_object_get(definition, "resolvedDependencies"),
		.config_source = json_object_get(external, "configSource"),
		.request = json_object_get(external, "request"),
		.metadata = metadata,
		.extra = json_object_get(metadata, "buildkit_metadata"),
		.definition = member(json_object_get(definition, "internalParameters"), "buildConfig", "llbDefinition"),
		.build_type = paper_text(definition, "buildType"),
		.builder_id = paper_text(json_object_get(run, "builder"), "id"),
		.builder_platform = paper_text(json_object_get(definition, "internalParameters"), "builderPlatform"),
		.path_key = "path",
		.started_key = "startedOn",
		.finished_key = "finishedOn",
		.id_key = "invocationId",
		.other_id_key = "invocationID",
	};
}

static struct shape shape_v02(json_t *predicate)
{
	json_t *invocation = json_object_get(predicate, "invocation");
	json_t *metadata = json_object_get(predicate, "metadata");
	return (struct shape){
		.materials = json_object_get(predicate, "materials"),
		.config_source = json_object_get(invocation, "configSource"),
		.request = json_object_get(invocation, "parameters"),
		.metadata = metadata,
		.extra = json_object_get(metadata, V02_EXTRA),
		.definition = member(predicate, "buildConfig", "llbDefinition"),
		.build_type = paper_text(predicate, "buildType"),
		.builder_id = paper_text(json_object_get(predicate, "builder"), "id"),
		.builder_platform = paper_text(json_object_get(invocation, "environment"), "platform"),
		.path_key = "entryPoint",
		.started_key = "buildStartedOn",
		.finished_key = "buildFinishedOn",
		.id_key = "buildInvocationID",
		.other_id_key = "buildInvocationId",
	};
}

/* ---- materials ------------------------------------------------------------------------------- */

/* The strongest digest of a DigestSet (in-toto attestation spec, digest_set.md), "ALGORITHM:HEX". */
static const char *digest_of_set(json_t *set, struct bd_arena *arena)
{
	static const char *const algorithms[] = { "sha256", "sha512", "sha1", "gitCommit" };
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		const char *hex = paper_text(set, algorithms[i]);
		if (hex != NULL) {
			return bd_arena_printf(arena, "%s:%s", algorithms[i], hex);
		}
	}
	return NULL;
}

static int read_material(
	json_t *entry, const char *source, struct bd_arena *arena, struct bd_build_papers *papers, struct bd_error *err)
{
	const char *uri = paper_text(entry, "uri");
	if (uri == NULL) {
		return 0;
	}
	struct bd_material m = material_of_uri(uri, source, arena);
	const char *digest = digest_of_set(json_object_get(entry, "digest"), arena);
	if (digest != NULL && (!m.is_image || bd_digest_valid(digest))) {
		m.digest = digest;
	}
	return add_material(papers, &m, arena, err);
}

static int read_materials(
	json_t *list, const char *source, struct bd_arena *arena, struct bd_build_papers *papers, struct bd_error *err)
{
	if (list != NULL && !json_is_null(list) && !json_is_array(list)) {
		return bd_error_set(err, BD_ERR_FORMAT, "the list of materials is not an array");
	}
	if (json_array_size(list) > BD_LIMIT_MATERIALS) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u materials", BD_LIMIT_MATERIALS);
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (read_material(json_array_get(list, i), source, arena, papers, err) < 0) {
			return bd_error_wrap(err, "material %zu", i);
		}
	}
	return 0;
}

/* ---- the rest of a predicate ------------------------------------------------------------------- */

/* The Dockerfile among the sources that mode=max keeps. */
static json_t *dockerfile_info(json_t *infos, const char *path)
{
	for (size_t i = 0; i < json_array_size(infos); i++) {
		json_t *info = json_array_get(infos, i);
		if (path != NULL && bd_streq(paper_text(info, "filename"), path)) {
			return info;
		}
	}
	return json_array_size(infos) == 1 ? json_array_get(infos, 0) : NULL;
}

static void read_dockerfile(json_t *extra, struct bd_arena *arena, struct bd_build_papers *papers)
{
	json_t *info = dockerfile_info(member(extra, "source", "infos"), papers->dockerfile_path);
	const char *data = paper_text(info, "data");
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	if (data == NULL || !bd_unbase64(&text, bd_str(data)) || text.n > BD_LIMIT_DOCKERFILE_BYTES) {
		return;
	}
	papers->dockerfile_text = bd_dockerfile_redact(bd_buf_view(&text), arena);
	if (papers->dockerfile_path == NULL) {
		papers->dockerfile_path = paper_copy(info, "filename", arena);
	}
}

static void read_times(const struct shape *shape, struct bd_arena *arena, struct bd_build_papers *papers)
{
	papers->started = utc_time(paper_text(shape->metadata, shape->started_key), arena);
	papers->finished = utc_time(paper_text(shape->metadata, shape->finished_key), arena);
	papers->invocation_id = paper_copy(shape->metadata, shape->id_key, arena);
	if (papers->invocation_id == NULL) {
		papers->invocation_id = paper_copy(shape->metadata, shape->other_id_key, arena);
	}
}

static void read_origin(const struct shape *shape, struct bd_arena *arena, struct bd_build_papers *papers)
{
	papers->build_type = redacted_uri(arena, shape->build_type);
	papers->builder_id = redacted_uri(arena, shape->builder_id);
	papers->builder_platform = redacted(arena, shape->builder_platform);
	papers->config_source = paper_copy(shape->config_source, "uri", arena);
	papers->config_commit = paper_copy(json_object_get(shape->config_source, "digest"), "sha1", arena);
	papers->dockerfile_path = paper_copy(shape->config_source, shape->path_key, arena);
	papers->frontend = paper_copy(shape->request, "frontend", arena);
	json_t *vcs = json_object_get(shape->extra, "vcs");
	if (paper_text(vcs, "source") != NULL || paper_text(vcs, "revision") != NULL) {
		papers->vcs_url = paper_copy(vcs, "source", arena);
		papers->vcs_revision = paper_copy(vcs, "revision", arena);
	}
}

static bool is_predicate(json_t *object)
{
	return json_object_get(object, "buildDefinition") != NULL ||
	       (json_object_get(object, "buildType") != NULL || json_object_get(object, "materials") != NULL);
}

int read_predicate(json_t *predicate, const char *source, struct bd_arena *arena, struct bd_build_papers *papers,
	struct bd_error *err)
{
	const bool v1 = json_object_get(predicate, "buildDefinition") != NULL;
	const struct shape shape = v1 ? shape_v1(predicate) : shape_v02(predicate);
	const char *scanner = NULL;
	read_frontend_args(papers, json_object_get(shape.request, "args"), &scanner, arena);
	read_origin(&shape, arena, papers);
	read_times(&shape, arena, papers);
	read_dockerfile(shape.extra, arena, papers);
	read_layer_steps(shape.definition, shape.extra, arena, papers);
	const int rc = read_materials(shape.materials, source, arena, papers, err);
	mark_tools(papers, scanner, arena);
	return rc;
}

/* ---- what a predicate comes in ----------------------------------------------------------------- */

/* in-toto attestation spec, v1/envelope.md: DSSE; sigstore's bundle has it as a member. */
static int open_envelope(json_t *document, json_t **statement_out, struct bd_error *err)
{
	json_t *envelope = json_object_get(document, "dsseEnvelope");
	const char *payload = paper_text(envelope != NULL ? envelope : document, "payload");
	*statement_out = NULL;
	if (payload == NULL) {
		return 0;
	}
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	if (!bd_unbase64(&text, bd_str(payload))) {
		return bd_error_set(err, BD_ERR_FORMAT, "the envelope's payload is not base64");
	}
	return paper_open(bd_buf_view(&text), statement_out, err) < 0 ? bd_error_wrap(err, "the envelope's payload")
								      : 0;
}

static void read_subject(json_t *statement, struct bd_arena *arena, struct bd_build_papers *papers)
{
	json_t *subject = json_array_get(json_object_get(statement, "subject"), 0);
	const char *digest = digest_of_set(json_object_get(subject, "digest"), arena);
	if (bd_digest_valid(digest)) {
		papers->image_digest = digest;
	}
}

static int refuse_other(const char *predicate_type, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf shown = { 0 };
	bd_display_text(&shown, predicate_type, strlen(predicate_type));
	return bd_error_set(err, BD_ERR_UNSUPPORTED, "a statement of type %s, not SLSA provenance", shown.p);
}

/* imagetools inspect: { "SLSA": … }, or { "linux/amd64": { "SLSA": … }, … } */
static int choose_slsa(
	json_t *document, const char *platform, struct bd_arena *arena, json_t **out, struct bd_error *err)
{
	const char *listed = NULL;
	*out = json_object_get(document, "SLSA");
	if (*out != NULL) {
		return 0;
	}
	json_t *chosen = choose_platform(document, "", platform, arena, &listed);
	if (chosen == NULL && listed != NULL) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "provenance of %s, not of %s", listed,
			platform != NULL ? platform : "one platform");
	}
	*out = chosen != NULL ? json_object_get(chosen, "SLSA") : document;
	return 0;
}

static int read_document(json_t *document, const char *platform, struct bd_arena *arena, struct bd_build_papers *papers,
	struct bd_error *err)
{
	json_t *predicate = NULL;
	const char *type = paper_text(document, "predicateType");
	if (type != NULL && strncmp(type, PREDICATE, strlen(PREDICATE)) != 0) {
		return refuse_other(type, err);
	}
	if (type != NULL) {
		read_subject(document, arena, papers);
		predicate = json_object_get(document, "predicate");
	} else if (is_predicate(document)) {
		predicate = document;
	} else if (choose_slsa(document, platform, arena, &predicate, err) < 0) {
		return -(int)err->code;
	}
	if (!is_predicate(predicate)) {
		return bd_error_set(err, BD_ERR_FORMAT, "no SLSA provenance in this document");
	}
	return read_predicate(predicate, "provenance", arena, papers, err);
}

int bd_provenance_parse(struct bd_str json, const char *platform, struct bd_arena *arena, struct bd_build_papers *out,
	struct bd_error *err)
{
	json_auto_t *document = NULL;
	json_auto_t *statement = NULL;
	*out = empty_papers();
	if (paper_open(json, &document, err) < 0 || open_envelope(document, &statement, err) < 0) {
		return -(int)err->code;
	}
	return read_document(statement != NULL ? statement : document, platform, arena, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/material.h"

#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "origin/arena_vec.h"
#include "origin/redact_text.h"

static const char *const kind_names[] = {
	[BD_MATERIAL_OTHER] = "other",
	[BD_MATERIAL_IMAGE] = "image",
	[BD_MATERIAL_FRONTEND] = "frontend",
	[BD_MATERIAL_SCANNER] = "scanner",
	[BD_MATERIAL_GIT] = "git",
	[BD_MATERIAL_HTTP] = "http",
};

const char *bd_material_kind_name(enum bd_material_kind kind)
{
	return kind_names[kind];
}

/* ---- images ---------------------------------------------------------------------------------- */

/* "name:tag" and the digest apart: a log writes name:tag@digest of pinned and of other images. */
static void take_reference(struct bd_material *m, struct bd_str text, struct bd_arena *arena)
{
	struct bd_reference ref;
	struct bd_error ignored;
	if (bd_reference_parse(text, arena, &ref, &ignored) < 0) {
		return;
	}
	if (bd_digest_valid(ref.digest)) {
		m->digest = ref.digest;
	}
	if (ref.tag != NULL) {
		m->reference = bd_arena_printf(arena, "%s/%s:%s", ref.registry, ref.repository, ref.tag);
	} else {
		m->reference = bd_reference_with_tag(&ref, arena).text;
	}
}

struct bd_material material_of_image(struct bd_str image, const char *source, struct bd_arena *arena)
{
	struct bd_material m = { .source = source, .kind = BD_MATERIAL_IMAGE, .is_image = true };
	if (bd_str_starts(image, "docker-image://")) {
		image.p += strlen("docker-image://");
		image.n -= strlen("docker-image://");
	}
	m.uri = redacted_uri(arena, bd_arena_text(arena, image.p, image.n));
	take_reference(&m, image, arena);
	return m;
}

/*
 * BuildKit, util/purl/image.go: pkg:docker/REPOSITORY@TAG-OR-DIGEST with familiar names and the registry in the
 * namespace.  purl-spec, types docker and oci: the registry, or all of the repository, in repository_url.
 */
static void take_docker_purl(struct bd_material *m, const struct bd_purl *purl, struct bd_arena *arena)
{
	const char *registry = bd_key_value_get(&purl->qualifiers, "repository_url");
	const char *pinned = bd_key_value_get(&purl->qualifiers, "digest");
	const char *version = purl->version;
	struct bd_buf text = { 0 };
	if (registry != NULL) {
		bd_buf_printf(&text, "%s/", registry);
	}
	if (purl->namespace != NULL) {
		bd_buf_printf(&text, "%s/", purl->namespace);
	}
	bd_buf_add_str(&text, purl->name);
	if (version != NULL) {
		bd_buf_printf(&text, "%c%s", bd_digest_valid(version) ? '@' : ':', version);
	}
	if (pinned != NULL && !bd_digest_valid(version)) {
		bd_buf_printf(&text, "@%s", pinned);
	}
	take_reference(m, bd_buf_view(&text), arena);
	bd_buf_release(&text);
}

/* Without repository_url it is BuildKit's for a local image layout: no registry has it. */
static void take_oci_purl(struct bd_material *m, const struct bd_purl *purl, struct bd_arena *arena)
{
	const char *repository = bd_key_value_get(&purl->qualifiers, "repository_url");
	const char *tag = bd_key_value_get(&purl->qualifiers, "tag");
	const char *pinned = bd_key_value_get(&purl->qualifiers, "digest");
	const char *digest = bd_digest_valid(purl->version) ? purl->version : pinned;
	if (bd_digest_valid(digest)) {
		m->digest = digest;
	}
	if (repository == NULL) {
		return;
	}
	struct bd_buf text = { 0 };
	bd_buf_add_str(&text, repository);
	if (tag != NULL) {
		bd_buf_printf(&text, ":%s", tag);
	} else if (m->digest != NULL) {
		bd_buf_printf(&text, "@%s", m->digest);
	}
	take_reference(m, bd_buf_view(&text), arena);
	bd_buf_release(&text);
}

static void take_purl(struct bd_material *m, const char *uri, struct bd_arena *arena)
{
	struct bd_purl purl;
	struct bd_error ignored;
	if (bd_purl_parse(bd_str(uri), arena, &purl, &ignored) < 0) {
		return;
	}
	const bool docker = bd_streq(purl.type, "docker");
	/* "blob" and "bundle" are files in a registry */
	const char *ref_type = bd_key_value_get(&purl.qualifiers, "ref_type");
	if ((!docker && !bd_streq(purl.type, "oci")) || ref_type != NULL) {
		return;
	}
	m->kind = BD_MATERIAL_IMAGE;
	m->platform = bd_key_value_get(&purl.qualifiers, "platform");
	if (docker) {
		take_docker_purl(m, &purl, arena);
	} else {
		take_oci_purl(m, &purl, arena);
	}
}

/* ---- other URIs ------------------------------------------------------------------------------ */

static bool is_git(struct bd_str uri)
{
	const struct bd_str repository = { uri.p, strcspn(uri.p, "#") };
	return bd_str_ends(repository, ".git") || bd_str_starts(uri, "git@") || bd_str_starts(uri, "git:") ||
	       bd_str_starts(uri, "git+") || bd_str_starts(uri, "ssh:");
}

/* What Tekton Chains and others write instead of a purl. */
static const char *const image_schemes[] = { "docker-image://", "docker-pullable://", "docker://", "oci://" };

struct bd_material material_of_uri(const char *uri, const char *source, struct bd_arena *arena)
{
	struct bd_material m = { .source = source };
	const struct bd_str text = bd_str(uri);
	for (size_t i = 0; i < sizeof(image_schemes) / sizeof(image_schemes[0]); i++) {
		if (bd_str_starts(text, image_schemes[i])) {
			m.kind = BD_MATERIAL_IMAGE;
			take_reference(&m, bd_str(uri + strlen(image_schemes[i])), arena);
		}
	}
	if (bd_str_starts(text, "pkg:")) {
		take_purl(&m, uri, arena);
	} else if (m.kind == BD_MATERIAL_OTHER && is_git(text)) {
		m.kind = BD_MATERIAL_GIT;
	} else if (bd_str_starts(text, "http:") || bd_str_starts(text, "https:")) {
		m.kind = BD_MATERIAL_HTTP;
	}
	m.uri = redacted_uri(arena, uri);
	m.is_image = m.kind == BD_MATERIAL_IMAGE;
	return m;
}

/* ---- the list -------------------------------------------------------------------------------- */

static bool same_material(const struct bd_material *a, const struct bd_material *b)
{
	return strcmp(a->uri, b->uri) == 0 && bd_streq(a->digest, b->digest) && bd_streq(a->platform, b->platform);
}

int add_material(struct bd_build_papers *papers, const struct bd_material *material, struct bd_arena *arena,
	struct bd_error *err)
{
	for (size_t i = 0; i < papers->materials.len; i++) {
		if (same_material(&papers->materials.v[i], material)) {
			return 0;
		}
	}
	if (papers->materials.len == BD_LIMIT_MATERIALS) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u materials", BD_LIMIT_MATERIALS);
	}
	*arena_push(arena, &papers->materials) = *material;
	return 0;
}

static const char *repository_of(const char *reference, struct bd_arena *arena)
{
	struct bd_reference ref;
	struct bd_error ignored;
	if (reference == NULL || bd_reference_parse(bd_str(reference), arena, &ref, &ignored) < 0) {
		return NULL;
	}
	return bd_arena_printf(arena, "%s/%s", ref.registry, ref.repository);
}

static bool in_repository(const char *repository, const char *as_written, struct bd_arena *arena)
{
	const char *named = repository_of(as_written, arena);
	return named != NULL && strcmp(repository, named) == 0;
}

void mark_tools(struct bd_build_papers *papers, const char *scanner, struct bd_arena *arena)
{
	for (size_t i = 0; i < papers->materials.len; i++) {
		struct bd_material *m = &papers->materials.v[i];
		const char *repository = m->is_image ? repository_of(m->reference, arena) : NULL;
		if (repository == NULL) {
			continue;
		}
		if (in_repository(repository, papers->frontend_image, arena) ||
			strcmp(repository, "docker.io/docker/dockerfile") == 0 ||
			strcmp(repository, "docker.io/docker/dockerfile-upstream") == 0) {
			m->kind = BD_MATERIAL_FRONTEND;
		} else if (in_repository(repository, scanner, arena) ||
			   strcmp(repository, "docker.io/docker/buildkit-syft-scanner") == 0) {
			m->kind = BD_MATERIAL_SCANNER;
		}
	}
}

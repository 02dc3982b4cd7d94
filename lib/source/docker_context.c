/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts of the docker command line: contexts/meta/ID/meta.json below its folder, ID the SHA-256 of the name. */
#include "source/docker_context.h"

#include <jansson.h>

#include "basedrift/limits.h"

#include "oci/json.h"
#include "source/place.h"

static const char *variable(const char *name)
{
	const char *value = secure_getenv(name);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *docker_folder(struct bd_arena *arena)
{
	const char *home = variable("HOME");
	const char *named = variable("DOCKER_CONFIG");
	return named != NULL || home == NULL ? named : bd_arena_printf(arena, "%s/.docker", home);
}

static int open_json(const struct place *folder, const char *path, json_t **out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf bytes = { 0 };
	if (place_read(folder, path, BD_LIMIT_AUTHFILE_BYTES, &bytes, err) < 0) {
		return -(int)err->code;
	}
	return json_open(bd_buf_view(&bytes), BD_LIMIT_AUTHFILE_BYTES, out, err) < 0 ? bd_error_wrap(err, "%s", path)
										     : 0;
}

/* Nothing of config.json but this name is read here: it also has credentials. */
static const char *current_context(const struct place *folder, struct bd_arena *arena)
{
	json_auto_t *document = NULL;
	struct bd_error ignored; /* who reads credentials from it says what is wrong with it */
	if (!place_has(folder, "config.json") || open_json(folder, "config.json", &document, &ignored) < 0) {
		return NULL;
	}
	return bd_arena_strdup(arena, json_string_value(json_object_get(document, "currentContext")));
}

static const char *id_of(const char *name, struct bd_arena *arena)
{
	char digest[BD_DIGEST_TEXT];
	bd_sha256_text(name, strlen(name), digest);
	return bd_arena_strdup(arena, digest + strlen("sha256:"));
}

static int read_endpoint(
	json_t *document, struct bd_arena *arena, const char **host, bool *any_certificate, struct bd_error *err)
{
	const struct at root = at_root(document, arena);
	if (at_object(&root, err) < 0) {
		return -(int)err->code;
	}
	const struct at endpoints = at_member(&root, "Endpoints");
	if (at_object(&endpoints, err) < 0) {
		return -(int)err->code;
	}
	const struct at docker = at_member(&endpoints, "docker");
	if (at_object(&docker, err) < 0 || docker.value == NULL) {
		return docker.value != NULL
			       ? -(int)err->code
			       : bd_error_set(err, BD_ERR_UNSUPPORTED, "it has no endpoint of a Docker daemon");
	}
	return get_text(&docker, "Host", host, err) < 0 || get_bool(&docker, "SkipTLSVerify", any_certificate, err) < 0
		       ? -(int)err->code
		       : 0;
}

/* A context with certificates of its own speaks TLS over TCP, whatever DOCKER_TLS_VERIFY says of DOCKER_HOST. */
static void add_certificates(const struct place *place, const char *folder, const char *id, struct bd_arena *arena,
	struct daemon_address *out)
{
	const char *below = bd_arena_printf(arena, "contexts/tls/%s/docker", id);
	if (out->unix_socket != NULL || !place_has_folder(place, below)) {
		return;
	}
	const char *authority = strstr(out->origin, "://");
	out->origin = bd_arena_printf(arena, "https%s", authority);
	out->cert_dir = bd_arena_printf(arena, "%s/%s", folder, below);
}

static int read_context(const struct place *place, const char *folder, const char *name, struct bd_arena *arena,
	struct daemon_address *out, struct bd_error *err)
{
	json_auto_t *document = NULL;
	const char *id = id_of(name, arena);
	const char *path = bd_arena_printf(arena, "contexts/meta/%s/meta.json", id);
	const char *host = NULL;
	bool any_certificate = false;

	if (!place_has(place, path)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "there is no such context in %.300s", folder);
	}
	if (open_json(place, path, &document, err) < 0 ||
		read_endpoint(document, arena, &host, &any_certificate, err) < 0) {
		return -(int)err->code;
	}
	if (host == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: it names no host", path);
	}
	if (daemon_address_parse(host, arena, out, err) < 0) {
		return -(int)err->code;
	}
	out->any_certificate = any_certificate;
	add_certificates(place, folder, id, arena, out);
	return 0;
}

int docker_context_find(struct bd_arena *arena, struct daemon_address *out, bool *found, struct bd_error *err)
{
	AUTO(place_auto) struct place *place = NULL;
	const char *folder = docker_folder(arena);
	const char *name = variable("DOCKER_CONTEXT");
	struct bd_error none;

	*found = false;
	if (folder == NULL || place_open_folder(folder, &place, &none) < 0) {
		return name == NULL || strcmp(name, "default") == 0
			       ? 0
			       : bd_error_set(err, BD_ERR_NOT_FOUND, "Docker context %.100s: docker has no folder here",
					 name);
	}
	name = name != NULL ? name : current_context(place, arena);
	if (name == NULL || name[0] == '\0' || strcmp(name, "default") == 0) {
		return 0;
	}
	if (read_context(place, folder, name, arena, out, err) < 0) {
		return bd_error_wrap(err, "Docker context %.100s", bd_display(arena, name));
	}
	*found = true;
	return 0;
}

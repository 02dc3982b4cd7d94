/* SPDX-License-Identifier: Apache-2.0 */
#include "source/auth.h"

#include <fcntl.h>

#include "basedrift/limits.h"

#include "source/credential_helper.h"
#include "source/place.h"

static const char *variable(const char *name)
{
	const char *value = secure_getenv(name);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* NULL where the variable that the path begins with is not set. */
static const char *below(const char *folder, const char *path, struct bd_arena *arena)
{
	return folder != NULL ? bd_arena_printf(arena, "%s/%s", folder, path) : NULL;
}

static int read_file(const char *path, struct bd_buf *out, struct bd_error *err)
{
	AUTO(close_fd) const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		return bd_error_set_errno(err, "open");
	}
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_fd(fd, 0, -1);
	return bd_stream_read_all(stream, BD_LIMIT_AUTHFILE_BYTES, out, err);
}

/* Secrets do not stay in memory that is handed out again. */
static void forget(struct bd_buf *buf)
{
	if (buf->p != NULL) {
		explicit_bzero(buf->p, buf->n);
	}
	bd_buf_release(buf);
}

static int find_in(const char *path, const char *registry, const char *repository, struct bd_arena *arena,
	struct credentials *out, struct bd_error *err)
{
	AUTO(forget) struct bd_buf json = { 0 };
	struct authfile_entry entry;
	if (read_file(path, &json, err) < 0 ||
		authfile_find(bd_buf_view(&json), registry, repository, arena, &entry, err) < 0) {
		return bd_error_wrap(err, "%.300s", path);
	}
	*out = entry.credentials;
	if (entry.helper == NULL) {
		return 0;
	}
	return credential_helper_get(entry.helper, entry.server, arena, out, err) < 0
		       ? bd_error_wrap(err, "%.300s", path)
		       : 0;
}

static void find_in_usual(const char *registry, const char *repository, struct bd_arena *arena, struct credentials *out,
	const char **problem)
{
	const char *home = variable("HOME");
	const char *config = variable("XDG_CONFIG_HOME");
	const char *docker = variable("DOCKER_CONFIG");
	const char *const paths[] = {
		below(variable("XDG_RUNTIME_DIR"), "containers/auth.json", arena),
		config != NULL ? below(config, "containers/auth.json", arena)
			       : below(home, ".config/containers/auth.json", arena),
		docker != NULL ? below(docker, "config.json", arena) : below(home, ".docker/config.json", arena),
		below(home, ".dockercfg", arena),
	};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !credentials_any(out); i++) {
		struct bd_error err;
		if (paths[i] != NULL && access(paths[i], F_OK) == 0 &&
			find_in(paths[i], registry, repository, arena, out, &err) < 0 && *problem == NULL) {
			*problem = bd_arena_strdup(arena, err.msg);
		}
	}
}

int auth_find(const struct auth_question *question, struct bd_arena *arena, struct credentials *out,
	const char **problem, struct bd_error *err)
{
	struct bd_error ignored;
	const char *registry = question->registry;
	const char *repository = question->repository;
	const char *named = variable("REGISTRY_AUTH_FILE");
	*out = (struct credentials){ 0 };
	*problem = NULL;
	if (question->authfile != NULL) {
		return find_in(question->authfile, registry, repository, arena, out, err);
	}
	if (named == NULL) {
		find_in_usual(registry, repository, arena, out, problem);
	} else if (find_in(named, registry, repository, arena, out, &ignored) < 0) {
		*problem = bd_arena_strdup(arena, ignored.msg);
	}
	return 0;
}

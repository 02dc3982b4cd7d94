/* SPDX-License-Identifier: Apache-2.0 */
/* An image of a Docker daemon, or of one that speaks its API. */
#include "source/daemon.h"
#include "source/docker_context.h"
#include "source/sources.h"

static const char *no_query(const struct daemon_image *inspected)
{
	(void)inspected;
	return "";
}

/* dockerd(8) and its rootless form, Docker Desktop */
static const char *const sockets[] = { "/var/run/docker.sock", "$XDG_RUNTIME_DIR/docker.sock",
	"$HOME/.docker/run/docker.sock", NULL };

static int find_address(struct bd_arena *arena, struct daemon_address *out, struct bd_error *err)
{
	const char *named = secure_getenv("DOCKER_HOST");
	if (named != NULL && named[0] != '\0') {
		return daemon_address_parse(named, arena, out, err) < 0 ? bd_error_wrap(err, "DOCKER_HOST") : 0;
	}
	bool found = false;
	if (docker_context_find(arena, out, &found, err) < 0 || found) {
		return found ? 0 : -(int)err->code;
	}
	const char *socket = daemon_find_socket(sockets, arena);
	if (socket == NULL) {
		return bd_error_set(
			err, BD_ERR_NOT_FOUND, "no daemon: DOCKER_HOST is not set and there is no %s", sockets[0]);
	}
	return daemon_address_parse(bd_arena_printf(arena, "unix://%s", socket), arena, out, err);
}

static const struct daemon docker = {
	.what = "Docker", .prefix = "/images/", .query = no_query, .find_address = find_address
};

static int docker_daemon_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	return daemon_source_open(image, request, &docker, err);
}

static int docker_daemon_inspect(const char *name, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_local_image *out, struct bd_error *err)
{
	return daemon_source_inspect(name, &docker, options, arena, out, err);
}

const struct bd_image_source bd_image_source_docker_daemon = {
	.transport = "docker-daemon",
	.remote = true,
	.open = docker_daemon_open,
	.inspect = docker_daemon_inspect,
};

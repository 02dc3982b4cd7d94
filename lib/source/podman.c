/* SPDX-License-Identifier: Apache-2.0 */
/* An image of podman's service (`podman system service`), by its own API: that one exports OCI images as they are. */
#include "source/daemon.h"
#include "source/sources.h"

static const char *query(const struct daemon_image *inspected)
{
	const bool oci = bd_media_parse(inspected->manifest_type) == BD_MEDIA_MANIFEST;
	return oci ? "?format=oci-archive" : "?format=docker-archive";
}

/* podman-system-service(1) */
static const char *const sockets[] = { "$XDG_RUNTIME_DIR/podman/podman.sock", "/run/podman/podman.sock", NULL };

static int find_address(struct bd_arena *arena, struct daemon_address *out, struct bd_error *err)
{
	const char *named = secure_getenv("CONTAINER_HOST");
	if (named != NULL && named[0] != '\0') {
		return daemon_address_parse(named, arena, out, err) < 0 ? bd_error_wrap(err, "CONTAINER_HOST") : 0;
	}
	const char *socket = daemon_find_socket(sockets, arena);
	if (socket == NULL) {
		return bd_error_set(err, BD_ERR_NOT_FOUND,
			"no service: CONTAINER_HOST is not set and there is no %s (podman system service)", sockets[1]);
	}
	return daemon_address_parse(bd_arena_printf(arena, "unix://%s", socket), arena, out, err);
}

static const struct daemon podman = {
	.what = "podman", .prefix = "/v4.0.0/libpod/images/", .query = query, .find_address = find_address
};

static int podman_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	return daemon_source_open(image, request, &podman, err);
}

static int podman_inspect(const char *name, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_local_image *out, struct bd_error *err)
{
	return daemon_source_inspect(name, &podman, options, arena, out, err);
}

const struct bd_image_source bd_image_source_podman = {
	.transport = "podman",
	.remote = true,
	.open = podman_open,
	.inspect = podman_inspect,
};

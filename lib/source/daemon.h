/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image of a service on this machine: its inspect for what only the service knows, its export, spooled
 * as standard input is, for everything else.
 */
#ifndef SOURCE_DAEMON_H
#define SOURCE_DAEMON_H

#include "source/fetch.h"
#include "source/stored.h"

/* Where a service listens. */
struct daemon_address {
	const char *unix_socket; /* or NULL */
	const char *origin;      /* "http://localhost" for a socket */
	const char *cert_dir;    /* of TLS, or NULL */
	bool any_certificate;
};
/* DOCKER_HOST and its like: unix://PATH, tcp://HOST:PORT, http(s)://HOST:PORT.  Fails: BD_ERR_UNSUPPORTED (ssh, npipe).
 */
int daemon_address_parse(
	const char *text, struct bd_arena *arena, struct daemon_address *out, struct bd_error *err) BD_CHECKED;
/* The first of paths (up to a NULL) that is a socket; one that begins with "$NAME/" is below that variable. */
const char *daemon_find_socket(const char *const *paths, struct bd_arena *arena);

/* What inspect says that we read; strings are NULL where it does not. */
struct daemon_image {
	const char *id, *digest, *manifest_type; /* digest: podman's, or the Descriptor's */
	const char *descriptor_type;             /* the media type that the Descriptor has, for its digest */
	struct bd_string_vec repo_digests, diff_ids;
};
int daemon_image_parse(
	struct bd_str json, struct bd_arena *arena, struct daemon_image *out, struct bd_error *err) BD_CHECKED;

struct daemon {
	const char *what;   /* "Docker" */
	const char *prefix; /* of the API's paths: "/images/" */
	/* The export's query for that image: "" or "?format=…". */
	const char *(*query)(const struct daemon_image *inspected);
	int (*find_address)(struct bd_arena *arena, struct daemon_address *out, struct bd_error *err);
};
/* The sources' own: the service is looked for first. */
int daemon_source_open(struct stored_image *image, const struct request *request, const struct daemon *daemon,
	struct bd_error *err) BD_CHECKED;
int daemon_source_inspect(const char *name, const struct daemon *daemon, const struct bd_source_options *options,
	struct bd_arena *arena, struct bd_local_image *out, struct bd_error *err) BD_CHECKED;
/* http_take is taken over, also on failure. */
int daemon_open(struct stored_image *image, const struct request *request, const struct daemon *daemon,
	const struct daemon_address *address, struct http *http_take, struct bd_error *err) BD_CHECKED;
/* Its words about an image of that name, without the export.  http_take is taken over, also on failure. */
int daemon_inspect(const char *name, const struct daemon *daemon, const struct daemon_address *address,
	struct http *http_take, struct bd_arena *arena, struct bd_local_image *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One repository of a registry (OCI distribution-spec): who we are to it, and its manifests and blobs as
 * a place.  Its paths are "manifests/DIGEST" and "blobs/DIGEST".
 */
#ifndef SOURCE_REGISTRY_H
#define SOURCE_REGISTRY_H

#include "basedrift/source.h"

#include "source/auth.h"
#include "source/fetch.h"
#include "source/place.h"
#include "source/www_authenticate.h"

struct registry_settings {
	const struct bd_reference *reference; /* registry and repository of it */
	const struct bd_source_options *options;
	struct http *http_take; /* NULL: libcurl's */
};
struct registry;
/* Finds credentials, asks https (or http, where that may be) once.  http_take is taken over, also on failure. */
int registry_open(const struct registry_settings *settings, struct registry **out, struct bd_error *err) BD_CHECKED;
void registry_close(struct registry *registry);
DEFINE_AUTO(registry, struct registry, registry_close)

/*
 * An authorised request below /v2/REPOSITORY/, seen through (fetch.h).  Status 200, or 206 for one with
 * `from` above 0.  Fails also: BD_ERR_NOT_FOUND, BD_ERR_AUTH, with the registry's own words.
 */
struct registry_request {
	const char *method, *path, *accept;
	int64_t from;
	int64_t deadline_ms; /* as in struct fetch */
};
int registry_request(struct registry *registry, const struct registry_request *request, struct http_exchange **out,
	struct bd_error *err) BD_CHECKED;

/* What a tag or digest names: HEAD for its digest, then GET by that.  Verified. */
struct registry_manifest {
	const char *digest;
	struct bd_str bytes;
};
int registry_manifest(struct registry *registry, const char *tag_or_digest, struct bd_arena *arena,
	struct registry_manifest *out, struct bd_error *err) BD_CHECKED;

/* The Accept header for manifests. */
extern const char registry_accepts[];
/* A blob's bytes; a transfer that breaks is taken up where it broke. */
int registry_blob(struct registry *registry, const char *digest, struct bd_stream **out, int64_t *size_out,
	struct bd_error *err) BD_CHECKED;

/* Takes the registry over; keeps first (may be NULL) so that it is not asked for twice. */
struct place *registry_place(struct registry *registry_take, const struct registry_manifest *first);

/* ---- of its own files ------------------------------------------------------------------------ */

#include <pthread.h>

struct registry {
	struct http *http;
	struct bd_arena arena;
	const char *host, *repository; /* as references have them */
	const char *origin;            /* "https://registry.example:5000" */
	bool plain_allowed;
	struct credentials credentials;
	const char *credentials_problem; /* or NULL */
	pthread_mutex_t lock;            /* of what follows */
	char *authorization;             /* the header's value, or NULL: none was asked for yet */
	int64_t authorization_until_ms;  /* INT64_MAX: for good */
	char *challenges;                /* the last ones, for a new token when the old one runs out */
};

/*
 * The Authorization to come with, a copy in the arena, or NULL.  refused: one that was answered with
 * challenges (NULL: none was sent); both NULL: at the begin of a request.
 */
int registry_authorization(struct registry *registry, const char *refused, const char *challenges,
	struct bd_arena *arena, const char **out, struct bd_error *err) BD_CHECKED;
/* A Bearer token from the service that the challenge names (distribution, "Token Authentication"). */
int registry_token(struct registry *registry, const struct challenge *challenge, struct bd_arena *arena,
	const char **token_out, int64_t *seconds_out, struct bd_error *err) BD_CHECKED;
/* What a refusal says: its status, and the registry's {"errors":[{"code", "message"}]}. */
int registry_refusal(struct http_exchange *exchange, struct bd_error *err);

#endif

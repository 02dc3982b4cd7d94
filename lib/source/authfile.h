/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials in Docker's config.json and in containers-auth.json(5): bytes in, one registry's entry out.
 * Nothing of such a file is ever part of a message.
 */
#ifndef SOURCE_AUTHFILE_H
#define SOURCE_AUTHFILE_H

#include "basedrift/base.h"

/* Any member may be NULL; what is NULL or empty altogether means: come anonymously. */
struct credentials {
	const char *user, *password;
	const char *identity_token; /* exchanged for a token (OAuth 2, refresh_token) */
	const char *registry_token; /* is the Bearer token already */
};
bool credentials_any(const struct credentials *credentials);

struct authfile_entry {
	struct credentials credentials;
	const char *helper; /* docker-credential-NAME to be asked, or NULL */
	const char *server; /* what to ask it for */
};
/*
 * What a file says of one repository ("registry.example/team/app"; the most specific key counts, Docker
 * Hub's under any of its names).  False and no entry: nothing.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT.
 */
int authfile_find(struct bd_str json, const char *registry, const char *repository, struct bd_arena *arena,
	struct authfile_entry *out, struct bd_error *err) BD_CHECKED;

#endif

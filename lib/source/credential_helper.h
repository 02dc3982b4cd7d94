/* SPDX-License-Identifier: Apache-2.0 */
/* docker-credential-NAME programs (docker/docker-credential-helpers, "Development"). */
#ifndef SOURCE_CREDENTIAL_HELPER_H
#define SOURCE_CREDENTIAL_HELPER_H

#include "source/authfile.h"

/*
 * What docker-credential-NAME knows of server.  "Not found" is no failure and no credentials.
 * Fails: BD_ERR_NOT_FOUND (no such program), BD_ERR_IO (it failed, or took too long), BD_ERR_FORMAT, BD_ERR_LIMIT.
 */
int credential_helper_get(const char *name, const char *server, struct bd_arena *arena, struct credentials *out,
	struct bd_error *err) BD_CHECKED;
/* Its answer, for tests: {"ServerURL", "Username", "Secret"}. */
int credential_helper_read(
	struct bd_str answer, struct bd_arena *arena, struct credentials *out, struct bd_error *err) BD_CHECKED;

#endif

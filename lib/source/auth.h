/* SPDX-License-Identifier: Apache-2.0 */
/* Whose word to give to a registry: the files that Docker, podman and skopeo share, and the programs these name. */
#ifndef SOURCE_AUTH_H
#define SOURCE_AUTH_H

#include "source/authfile.h"

struct auth_question {
	const char *authfile, *registry, *repository;
};

/*
 * The first file that has an entry: authfile alone where it is not NULL, else $REGISTRY_AUTH_FILE alone where it is
 * set, else $XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json, $DOCKER_CONFIG or
 * ~/.docker/config.json,
 * ~/.dockercfg (containers-auth.json(5)).
 * *problem: what kept credentials from being read (a helper that is not installed), or NULL; the caller may still
 * come anonymously, and tells it when that does not do.
 * Fails: authfile cannot be read.
 */
int auth_find(const struct auth_question *question, struct bd_arena *arena, struct credentials *out,
	const char **problem, struct bd_error *err) BD_CHECKED;

#endif

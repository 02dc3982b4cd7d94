/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_DOCKER_CONTEXT_H
#define SOURCE_DOCKER_CONTEXT_H

#include "source/daemon.h"

/*
 * Where `docker` itself would go when DOCKER_HOST is not set: the context that DOCKER_CONTEXT names, else the
 * currentContext of its config.json (docker/cli, "Docker contexts").  *found false: none is named, or "default".
 * Fails: BD_ERR_NOT_FOUND (no such context), BD_ERR_FORMAT, BD_ERR_UNSUPPORTED (ssh).
 */
int docker_context_find(
	struct bd_arena *arena, struct daemon_address *out, bool *found, struct bd_error *err) BD_CHECKED;

#endif

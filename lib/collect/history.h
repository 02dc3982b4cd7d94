/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which history entries, and so which layers, are the base's and which are the build's own, and what
 * Dockerfile instruction made each of the latter (docs/verdicts.md).
 */
#ifndef COLLECT_HISTORY_H
#define COLLECT_HISTORY_H

#include "basedrift/origin.h"

enum boundary_source {
	BOUNDARY_UNKNOWN,
	BOUNDARY_SCRATCH,      /* FROM scratch: everything is the build's own */
	BOUNDARY_BASE_IMAGE,   /* a base image at hand, by its diff_ids */
	BOUNDARY_PROVENANCE,   /* provenance that lists the base's layers */
	BOUNDARY_COMMENT,      /* "FROM <reference>" on the first own entry */
	BOUNDARY_INSTRUCTIONS, /* the Dockerfile's instructions, matched from the end */
	BOUNDARY_MERGED        /* a squashed image: base and own steps share their layer, nothing tells them apart */
};

/* What is known of one history entry. */
struct history_match {
	enum bd_layer_origin origin;
	const struct bd_instruction *instruction; /* NULL: none, or not known */
	int layer;                                /* -1: an entry without a layer */
};

struct history_map {
	struct history_match *v; /* one for each history entry; in the arena */
	size_t len;
	enum boundary_source source;
	size_t boundary;               /* the first own entry; meaningful if history_boundary_known() */
	size_t base_layers;            /* layers before it */
	const char *comment_reference; /* of the FROM comment, or NULL */
};

struct history_input {
	const struct bd_config *config;
	const struct bd_dockerfile *dockerfile; /* NULL: not known */
	const char *base_reference;             /* of the final stage, normalised, or NULL */
	bool from_scratch;
	const struct bd_config *base_config; /* of a confirmed base image, or NULL */
	size_t base_layers;                  /* that provenance lists, 0: none */
};
bool history_boundary_known(const struct history_map *map);
/* One layer, and the entry that made it says "FROM another image": that image's layers are merged into it. */
bool history_is_squashed(const struct bd_config *config);
void history_map(const struct history_input *in, struct bd_arena *arena, struct history_map *out);

#endif

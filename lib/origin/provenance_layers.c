/* SPDX-License-Identifier: Apache-2.0 */
/* Which step of a build made which layer, and which layers an image came with. */
#include "origin/provenance_layers.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "origin/arena_vec.h"
#include "origin/material.h"

struct reading {
	json_t *definition, *locations;
	struct bd_arena *arena;
	struct bd_build_papers *papers;
};

/* "step12" of "step12:0". */
static const char *step_of(const char *key, struct bd_arena *arena)
{
	return bd_arena_text(arena, key, strcspn(key, ":"));
}

static json_t *definition_of(json_t *definition, const char *step)
{
	for (size_t i = 0; i < json_array_size(definition); i++) {
		json_t *one = json_array_get(definition, i);
		if (bd_streq(paper_text(one, "id"), step)) {
			return one;
		}
	}
	return NULL;
}

/* "docker-image://docker.io/library/alpine:latest@sha256:…" of a source operation; NULL: an own step. */
static const char *source_of(const struct reading *reading, const char *step)
{
	json_t *operation = json_object_get(definition_of(reading->definition, step), "op");
	json_t *source = json_object_get(json_object_get(operation, "Op"), "source");
	return paper_text(source, "identifier");
}

/* Locations are in the build's source files; the first of these is the Dockerfile. */
static int line_of(const struct reading *reading, const char *step)
{
	json_t *list = json_object_get(json_object_get(reading->locations, step), "locations");
	json_t *location = json_array_get(list, 0);
	json_t *range = json_array_get(json_object_get(location, "ranges"), 0);
	const json_int_t file = json_integer_value(json_object_get(location, "sourceIndex"));
	const json_int_t line = json_integer_value(json_object_get(json_object_get(range, "start"), "line"));
	return file == 0 && line > 0 && line <= (json_int_t)BD_LIMIT_DOCKERFILE_BYTES ? (int)line : 0;
}

/* All of a chain of layers, lowest first; false: not what it should be. */
static bool read_chain(json_t *chain, struct bd_arena *arena, struct bd_string_vec *out)
{
	const size_t n = json_array_size(chain);
	*out = (struct bd_string_vec){ .cap = n };
	if (n == 0 || n > BD_LIMIT_LAYERS) {
		return false;
	}
	out->v = bd_arena_alloc(arena, n * sizeof(*out->v));
	for (size_t i = 0; i < n; i++) {
		const char *digest = paper_text(json_array_get(chain, i), "digest");
		if (!bd_digest_valid(digest)) {
			return false;
		}
		out->v[out->len++] = bd_arena_strdup(arena, digest);
	}
	return true;
}

/* A step that changed nothing ends in a layer of one before it: the lowest step's word stays. */
static void add_step(const struct reading *reading, const char *digest, const char *step)
{
	struct bd_layer_step_vec *steps = &reading->papers->layer_steps;
	const long number = strtol(step + strcspn(step, "0123456789"), NULL, 10);
	const int line = line_of(reading, step);
	if (line == 0) {
		return;
	}
	for (size_t i = 0; i < steps->len; i++) {
		if (strcmp(steps->v[i].digest, digest) == 0) {
			if (number < steps->v[i].number) {
				steps->v[i].number = number;
				steps->v[i].line = line;
			}
			return;
		}
	}
	if (steps->len < BD_LIMIT_LAYER_STEPS) {
		*arena_push(reading->arena, steps) = (struct bd_layer_step){ digest, line, number };
	}
}

static void add_image(const struct reading *reading, const char *identifier, const struct bd_string_vec *chain)
{
	static const char image[] = "docker-image://";
	const struct bd_str text = bd_str(identifier);
	if (!bd_str_starts(text, image) || reading->papers->image_layers.len == BD_LIMIT_LAYER_STEPS) {
		return; /* the build context, git, http; an image layout has no name that a registry knows */
	}
	const struct bd_material material = material_of_image(bd_str(identifier), "provenance", reading->arena);
	*arena_push(reading->arena, &reading->papers->image_layers) =
		(struct bd_image_layers){ material.reference, material.digest, *chain };
}

static void read_step(const struct reading *reading, const char *key, json_t *chains)
{
	const char *step = step_of(key, reading->arena);
	const char *source = source_of(reading, step);
	for (size_t i = 0; i < json_array_size(chains) && i < BD_LIMIT_LAYERS; i++) {
		struct bd_string_vec chain;
		if (!read_chain(json_array_get(chains, i), reading->arena, &chain)) {
			continue;
		}
		if (source != NULL) {
			add_image(reading, source, &chain);
		} else {
			add_step(reading, chain.v[chain.len - 1], step);
		}
	}
}

void read_layer_steps(json_t *definition, json_t *extra, struct bd_arena *arena, struct bd_build_papers *papers)
{
	json_t *source = json_object_get(extra, "source");
	const struct reading reading = { .definition = definition,
		.locations = json_object_get(source, "locations"),
		.arena = arena,
		.papers = papers };
	const char *key;
	json_t *chains;
	size_t steps = 0;

	json_object_foreach (json_object_get(extra, "layers"), key, chains) {
		if (steps++ < BD_LIMIT_LAYER_STEPS) {
			read_step(&reading, key, chains);
		}
	}
}

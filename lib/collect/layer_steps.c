/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/layer_steps.h"

#include <string.h>

static const char *digest_of(const struct bd_image *image, size_t layer)
{
	return image->layers.v[layer].digest.value;
}

/* Are these the lowest layers of the image, with others above? */
static bool is_below(const struct bd_string_vec *chain, const struct bd_image *image)
{
	if (chain->len == 0 || chain->len > image->layers.len) {
		return false;
	}
	for (size_t i = 0; i < chain->len; i++) {
		if (!bd_streq(chain->v[i], digest_of(image, i))) {
			return false;
		}
	}
	return true;
}

static void take_base(struct layer_steps *steps, const struct bd_build_papers *papers, const struct bd_image *image,
	struct bd_record *record)
{
	for (size_t i = 0; i < papers->image_layers.len; i++) {
		const struct bd_image_layers *one = &papers->image_layers.v[i];
		if (one->layers.len > steps->base_layers && is_below(&one->layers, image)) {
			steps->base_layers = one->layers.len;
			steps->base_reference = bd_arena_strdup(&record->arena, one->reference);
			steps->base_digest = bd_arena_strdup(&record->arena, one->digest);
		}
	}
}

static int line_of(const struct bd_build_papers *papers, const char *digest)
{
	for (size_t i = 0; i < papers->layer_steps.len; i++) {
		if (bd_streq(papers->layer_steps.v[i].digest, digest)) {
			return papers->layer_steps.v[i].line;
		}
	}
	return 0;
}

/* Lines are those of the Dockerfile that was built, which may not be the one that lies here. */
static bool another_dockerfile(const struct bd_build_papers *papers, struct bd_record *record)
{
	const char *here = record->source.dockerfile_text;
	if (here == NULL || papers->dockerfile_text == NULL || strcmp(here, papers->dockerfile_text) == 0) {
		return false;
	}
	bd_record_diagnose(record, "dockerfile-not-the-built-one", record->source.dockerfile_path,
		"the provenance holds another Dockerfile than the one here: its lines are not used");
	return true;
}

void layer_steps_take(struct layer_steps *steps, const struct bd_build_papers *papers, const struct bd_image *image,
	struct bd_record *record)
{
	take_base(steps, papers, image, record);
	if (papers->layer_steps.len == 0 || another_dockerfile(papers, record)) {
		return;
	}
	if (steps->lines == NULL) {
		steps->layer_count = image->layers.len;
		steps->lines = bd_arena_alloc(&record->arena, (steps->layer_count + 1) * sizeof(*steps->lines));
		memset(steps->lines, 0, (steps->layer_count + 1) * sizeof(*steps->lines));
	}
	for (size_t i = 0; i < steps->layer_count; i++) {
		const int line =
			steps->lines[i] == 0 && digest_of(image, i) != NULL ? line_of(papers, digest_of(image, i)) : 0;
		steps->lines[i] = line > 0 ? line : steps->lines[i];
	}
}

static const struct bd_instruction *instruction_at(const struct bd_dockerfile *dockerfile, int line)
{
	for (size_t i = 0; i < dockerfile->instructions.len; i++) {
		const struct bd_instruction *instruction = &dockerfile->instructions.v[i];
		if (instruction->line <= line && line <= instruction->end_line) {
			return instruction;
		}
	}
	return NULL;
}

void layer_steps_apply(const struct layer_steps *steps, const struct bd_dockerfile *dockerfile, struct history_map *map)
{
	for (size_t i = 0; steps->lines != NULL && i < map->len; i++) {
		const int layer = map->v[i].layer;
		const int line = layer >= 0 && (size_t)layer < steps->layer_count ? steps->lines[layer] : 0;
		const struct bd_instruction *exact = line > 0 ? instruction_at(dockerfile, line) : NULL;
		if (exact != NULL && strcmp(exact->name, "FROM") != 0) {
			map->v[i].instruction = exact;
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/history.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "collect/instruction_match.h"
#include "collect/triggers.h"

/* Instructions of the target's own chain of stages, lowest first. */
struct chain {
	const struct bd_instruction **v;
	size_t len, cap;
	int from_line; /* of the lowest stage's FROM, where the base's triggers run; 0: not known */
};

static void add_instructions(const struct bd_dockerfile *dockerfile, int stage, struct chain *chain)
{
	for (size_t i = 0; i < dockerfile->instructions.len; i++) {
		const struct bd_instruction *instruction = &dockerfile->instructions.v[i];
		if (instruction->stage == stage && strcmp(instruction->name, "FROM") != 0) {
			*bd_vec_push(chain) = instruction;
		}
	}
}

/* The stages that this one builds on, and itself, lowest first. */
static void add_stage(const struct bd_dockerfile *dockerfile, int stage, struct chain *chain)
{
	struct {
		int *v;
		size_t len, cap;
	} stages = { 0 };
	while (stage >= 0 && (size_t)stage < dockerfile->stages.len) {
		*bd_vec_push(&stages) = stage;
		const int below = dockerfile->stages.v[stage].from_stage;
		stage = below < stage ? below : -1; /* a stage only builds on earlier ones */
	}
	chain->from_line = stages.len > 0 ? dockerfile->stages.v[stages.v[stages.len - 1]].line : 0;
	for (size_t i = stages.len; i-- > 0;) {
		add_instructions(dockerfile, stages.v[i], chain);
	}
	free(stages.v);
}

/* "FROM 32d39a127ce5": buildah's own intermediate image, not a reference. */
static bool is_image_id(struct bd_str text)
{
	if (text.n < 12) {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		if (isxdigit((unsigned char)text.p[i]) == 0 || isupper((unsigned char)text.p[i]) != 0) {
			return false;
		}
	}
	return true;
}

static struct bd_str comment_reference(const struct bd_history *entry)
{
	struct bd_str comment = bd_str(entry->comment);
	if (!bd_str_starts(comment, "FROM ")) {
		return (struct bd_str){ NULL, 0 };
	}
	comment = bd_str_trim((struct bd_str){ comment.p + 5, comment.n - 5 });
	return is_image_id(comment) ? (struct bd_str){ NULL, 0 } : comment;
}

static bool same_reference(struct bd_str text, const char *reference)
{
	struct bd_arena arena = { 0 };
	struct bd_reference parsed;
	struct bd_error err;
	bool same = false;
	if (reference != NULL && bd_reference_parse(text, &arena, &parsed, &err) == 0) {
		const struct bd_reference tagged = bd_reference_with_tag(&parsed, &arena);
		same = strcmp(tagged.text, reference) == 0;
	}
	bd_arena_release(&arena);
	return same;
}

/*
 * The entry whose comment names the Dockerfile's base; without a Dockerfile the last that names any
 * (lower ones are the base's own bases).  Returns history.len when there is none.
 */
static size_t find_comment(const struct history_input *in)
{
	const struct bd_history_vec *history = &in->config->history;
	size_t last = history->len;
	for (size_t i = history->len; i-- > 0;) {
		const struct bd_str reference = comment_reference(&history->v[i]);
		if (reference.n == 0) {
			continue;
		}
		if (same_reference(reference, in->base_reference)) {
			return i;
		}
		if (last == history->len) {
			last = i;
		}
	}
	return last;
}

static size_t at(const struct chain *chain, size_t i, size_t j)
{
	return i * (chain->len + 1) + j;
}

/*
 * The best order-keeping assignment of instructions to history entries from `first` on: weights as in
 * instruction_match.h; of equally good ones the one that ends latest, as own steps stand last.
 */
static void assign(const struct bd_history_vec *history, size_t first, const struct chain *chain,
	const struct bd_instruction **assigned, unsigned int *weights)
{
	const size_t rows = history->len - first;
	if (rows > BD_LIMIT_HISTORY || chain->len > BD_LIMIT_HISTORY) {
		return; /* nobody's build: nothing is assigned, the boundary stays unknown */
	}
	unsigned int *best = bd_xcalloc((rows + 1) * (chain->len + 1), sizeof(*best));

	for (size_t i = 1; i <= rows; i++) {
		for (size_t j = 1; j <= chain->len; j++) {
			const unsigned int fit = instruction_match(&history->v[first + i - 1], chain->v[j - 1]);
			const unsigned int up = best[at(chain, i - 1, j)];
			const unsigned int left = best[at(chain, i, j - 1)];
			const unsigned int both = fit > 0 ? best[at(chain, i - 1, j - 1)] + fit : 0;
			const unsigned int most = up > left ? up : left;
			best[at(chain, i, j)] = both > most ? both : most;
		}
	}
	size_t i = rows;
	size_t j = chain->len;
	while (i > 0 && j > 0) {
		const unsigned int here = best[at(chain, i, j)];
		const unsigned int fit = instruction_match(&history->v[first + i - 1], chain->v[j - 1]);
		if (fit > 0 && here == best[at(chain, i - 1, j - 1)] + fit) {
			assigned[first + i - 1] = chain->v[j - 1];
			weights[first + i - 1] = fit;
			i--;
			j--;
		} else if (here == best[at(chain, i, j - 1)]) {
			j--;
		} else {
			i--;
		}
	}
	free(best);
}

/*
 * A Dockerfile of FROM, ENV, CMD and their like, or FROM alone, adds no layer: all layers are the base's, if the
 * entries after the last of them are those instructions.
 */
static bool steps_without_layers(const struct bd_history_vec *history, const struct chain *chain,
	const struct bd_instruction *const *assigned, size_t *first_out)
{
	size_t first = history->len;
	size_t wanted = 0;
	size_t found = 0;
	while (first > 0 && history->v[first - 1].empty_layer) {
		first--;
	}
	for (size_t j = 0; j < chain->len; j++) {
		if (strcmp(chain->v[j]->name, "WORKDIR") == 0) {
			return false; /* it makes a layer, or none: the builder decides */
		}
		wanted += instruction_leaves_history(chain->v[j]);
	}
	for (size_t i = first; i < history->len; i++) {
		found += assigned[i] != NULL && instruction_leaves_history(assigned[i]);
	}
	while (first < history->len && assigned[first] == NULL) {
		first++; /* the base's own last words, and maybe its triggers' */
	}
	*first_out = first;
	return first > 0 && found == wanted;
}

/*
 * Do the assigned instructions cover the end of the history?  Every RUN, COPY and ADD must be found by
 * more than its keyword, and every layer after the first of them must be one of them.
 */
static bool covers_end(const struct bd_history_vec *history, const struct chain *chain,
	const struct bd_instruction *const *assigned, const unsigned int *weights, size_t *first_out)
{
	size_t wanted = 0;
	size_t found = 0;
	*first_out = history->len;
	for (size_t j = 0; j < chain->len; j++) {
		wanted += instruction_makes_layer(chain->v[j]);
	}
	for (size_t i = 0; i < history->len; i++) {
		if (assigned[i] == NULL) {
			if (found > 0 && !history->v[i].empty_layer) {
				return false;
			}
			continue;
		}
		found += instruction_makes_layer(assigned[i]) && weights[i] >= MATCH_PART;
		if (*first_out == history->len && weights[i] >= MATCH_PART) {
			*first_out = i;
		}
	}
	if (wanted == 0) {
		return steps_without_layers(history, chain, assigned, first_out);
	}
	return found == wanted;
}

/* Imported root file systems have no history: then the lowest layers are the ones without an entry. */
static size_t layers_without_history(const struct bd_config *config)
{
	size_t layers = 0;
	for (size_t i = 0; i < config->history.len; i++) {
		layers += !config->history.v[i].empty_layer;
	}
	return layers > 0 && config->diff_ids.len > layers ? config->diff_ids.len - layers : 0;
}

/*
 * The first own entry behind that many layers: what follows the last of them without a layer is the base's, up to
 * the first that is an own instruction.
 */
static size_t entry_behind_layers(const struct history_input *in, const struct chain *chain)
{
	const struct bd_history_vec *history = &in->config->history;
	const struct bd_instruction **assigned = bd_xcalloc(history->len + 1, sizeof(*assigned));
	unsigned int *weights = bd_xcalloc(history->len + 1, sizeof(*weights));
	struct bd_arena scratch = { .head = NULL };
	size_t layers = layers_without_history(in->config);
	size_t first = 0;
	while (first < history->len && layers < in->base_layers) {
		layers += !history->v[first++].empty_layer;
	}
	assign(history, first, chain, assigned, weights);
	while (first < history->len && history->v[first].empty_layer && assigned[first] == NULL &&
		trigger_runs(history, first, 0, &scratch, NULL) == 0) {
		first++;
	}
	bd_arena_release(&scratch);
	free(assigned);
	free(weights);
	return first;
}

/* The one own step stands last, or a trigger does: the others have no comment. */
static size_t one_step_start(const struct bd_history_vec *history, size_t comment)
{
	const size_t all = trigger_start(history, history->len);
	return all < history->len ? all : trigger_start(history, comment);
}

static void find_boundary(const struct history_input *in, const struct chain *chain, struct history_map *out)
{
	const struct bd_history_vec *history = &in->config->history;
	const size_t comment = find_comment(in);

	if (comment < history->len) {
		const struct bd_str reference = comment_reference(&history->v[comment]);
		out->comment_reference = reference.p; /* runs to the end of the comment */
	}
	if (in->from_scratch) {
		out->source = BOUNDARY_SCRATCH;
		out->boundary = 0;
		return;
	}
	if (history_is_squashed(in->config)) {
		out->source = BOUNDARY_MERGED;
		return;
	}
	if (in->base_config != NULL && in->base_config->history.len <= history->len) {
		out->source = BOUNDARY_BASE_IMAGE;
		out->boundary = in->base_config->history.len;
		return;
	}
	if (in->base_layers > 0) {
		out->source = BOUNDARY_PROVENANCE;
		out->boundary = entry_behind_layers(in, chain);
		return;
	}
	/* without --layers buildah puts the comment on its one and last entry: no help for where own steps begin */
	const bool says_where = comment < history->len && (comment + 1 < history->len || chain->len <= 1);
	if (says_where) {
		out->source = BOUNDARY_COMMENT;
		out->boundary = comment + 1 < history->len ? comment : one_step_start(history, comment);
		return;
	}
	const struct bd_instruction **assigned = bd_xcalloc(history->len + 1, sizeof(*assigned));
	unsigned int *weights = bd_xcalloc(history->len + 1, sizeof(*weights));
	size_t first;
	assign(history, 0, chain, assigned, weights);
	if (in->dockerfile != NULL && covers_end(history, chain, assigned, weights, &first)) {
		out->source = BOUNDARY_INSTRUCTIONS;
		out->boundary = trigger_start(history, first);
	} else if (comment < history->len) {
		out->source = BOUNDARY_COMMENT;
		out->boundary = comment;
	}
	free(assigned);
	free(weights);
}

/* With the same context a COPY brings the same; the others may bring something else each time. */
static bool may_drift(const struct bd_instruction *instruction)
{
	return strcmp(instruction->name, "RUN") == 0 || strcmp(instruction->name, "ADD") == 0 ||
	       instruction->copy_from != NULL;
}

/* Other builders mark a step as empty that changed nothing; buildah one whose layer comes later. */
static bool holds_earlier_steps(const struct bd_config *config, const struct bd_instruction *instruction)
{
	return instruction == NULL || !instruction_makes_layer(instruction) ||
	       bd_key_value_get(&config->labels, "io.buildah.version") != NULL;
}

/*
 * Without --layers buildah makes one layer of all steps, and its history marks every entry but the last
 * as empty.  The layer's instruction is then the one step that can bring something new; of several, none.
 */
static const struct bd_instruction *layer_instruction(
	const struct bd_config *config, const struct bd_instruction *const *assigned, size_t first, size_t at)
{
	const struct bd_history_vec *history = &config->history;
	const struct bd_instruction *drifting = NULL;
	const struct bd_instruction *copy = NULL;
	size_t drifts = 0;
	size_t makers = 0;
	size_t start = at;

	while (holds_earlier_steps(config, assigned[at]) && start > first && history->v[start - 1].empty_layer) {
		start--;
	}
	for (size_t i = start; i <= at; i++) {
		if (assigned[i] == NULL || !instruction_makes_layer(assigned[i])) {
			continue;
		}
		makers++;
		copy = assigned[i];
		if (may_drift(assigned[i])) {
			drifts++;
			drifting = assigned[i];
		}
	}
	if (makers == 0 || (makers == 1 && copy == assigned[at])) {
		return assigned[at];
	}
	if (drifts > 0) {
		return drifts == 1 ? drifting : NULL;
	}
	return makers == 1 ? copy : NULL;
}

static void fill(
	const struct history_input *in, const struct chain *chain, struct bd_arena *arena, struct history_map *out)
{
	const struct bd_history_vec *history = &in->config->history;
	const bool known = history_boundary_known(out);
	const size_t first = known ? out->boundary : 0;
	const struct bd_instruction **assigned = bd_xcalloc(history->len + 1, sizeof(*assigned));
	unsigned int *weights = bd_xcalloc(history->len + 1, sizeof(*weights));
	const size_t below = layers_without_history(in->config);
	int layer = (int)below;

	out->base_layers = known && out->source != BOUNDARY_SCRATCH ? below : 0;
	if (known) {
		const size_t runs = first > 0 ? trigger_runs(history, first, chain->from_line, arena, assigned) : 0;
		assign(history, first + runs, chain, assigned, weights);
	}
	for (size_t i = 0; i < history->len; i++) {
		struct history_match *match = &out->v[i];
		match->origin = !known ? BD_LAYER_UNKNOWN : i < first ? BD_LAYER_BASE : BD_LAYER_STEP;
		match->layer = history->v[i].empty_layer ? -1 : layer++;
		match->instruction =
			match->layer >= 0 ? layer_instruction(in->config, assigned, first, i) : assigned[i];
		out->base_layers += known && i < first && match->layer >= 0;
	}
	free(assigned);
	free(weights);
}

bool history_boundary_known(const struct history_map *map)
{
	return map->source != BOUNDARY_UNKNOWN && map->source != BOUNDARY_MERGED;
}

bool history_is_squashed(const struct bd_config *config)
{
	size_t layers = 0;
	bool from = false;
	for (size_t i = 0; i < config->history.len; i++) {
		if (!config->history.v[i].empty_layer) {
			layers++;
			from = comment_reference(&config->history.v[i]).n > 0;
		}
	}
	return layers == 1 && from && config->diff_ids.len <= 1;
}

void history_map(const struct history_input *in, struct bd_arena *arena, struct history_map *out)
{
	struct chain chain = { 0 };

	*out = (struct history_map){ .len = in->config->history.len };
	out->v = bd_arena_alloc(arena, (out->len + 1) * sizeof(*out->v));
	if (in->dockerfile != NULL) {
		add_stage(in->dockerfile, in->dockerfile->target_stage, &chain);
	}
	find_boundary(in, &chain, out);
	fill(in, &chain, arena, out);
	free(chain.v);
}

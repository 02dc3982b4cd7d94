/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which layer of the one build stands where in the other: the best order-keeping pairing, where equal
 * bytes weigh most, then equal files, then the same instruction.
 */
#include <stdlib.h>
#include <string.h>

#include "diff/parts.h"

enum {
	WEIGHT_NONE = 0,
	WEIGHT_ORIGIN = 1,
	WEIGHT_COMMAND = 4,
	WEIGHT_LINE = 6,
	WEIGHT_CONTENT = 12,
	WEIGHT_DIFF_ID = 16
};

static bool both_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static unsigned int weight(const struct bd_layer_line *a, const struct bd_layer_line *b)
{
	if (both_equal(a->diff_id, b->diff_id)) {
		return WEIGHT_DIFF_ID;
	}
	if (a->origin != b->origin) {
		return WEIGHT_NONE;
	}
	if (both_equal(a->content, b->content)) {
		return WEIGHT_CONTENT;
	}
	if (a->line > 0 && a->line == b->line) {
		return WEIGHT_LINE;
	}
	return both_equal(a->created_by, b->created_by) ? WEIGHT_COMMAND : WEIGHT_ORIGIN;
}

static enum bd_layer_state state_of(const struct bd_layer_line *a, const struct bd_layer_line *b)
{
	if (both_equal(a->diff_id, b->diff_id)) {
		return BD_LAYER_IDENTICAL;
	}
	return both_equal(a->content, b->content) ? BD_LAYER_SAME_CONTENT : BD_LAYER_DIFFERS;
}

static void add_pair(struct bd_diff *diff, int a, int b)
{
	struct bd_layer_pair *pair = bd_vec_push(&diff->layers);
	pair->a = a;
	pair->b = b;
	pair->state = a < 0   ? BD_LAYER_ONLY_B
		      : b < 0 ? BD_LAYER_ONLY_A
			      : state_of(&diff->a->layers.v[a], &diff->b->layers.v[b]);
}

/* best[i * (m + 1) + j]: the weight of the best pairing of a's layers from i on with b's from j on. */
static void fill_best(const struct bd_layer_line_vec *a, const struct bd_layer_line_vec *b, unsigned int *best)
{
	const size_t row = b->len + 1;
	for (size_t i = a->len; i-- > 0;) {
		for (size_t j = b->len; j-- > 0;) {
			unsigned int most = best[(i + 1) * row + j];
			const unsigned int without_b = best[i * row + j + 1];
			const unsigned int pair = weight(&a->v[i], &b->v[j]);
			most = without_b > most ? without_b : most;
			if (pair > 0 && pair + best[(i + 1) * row + j + 1] > most) {
				most = pair + best[(i + 1) * row + j + 1];
			}
			best[i * row + j] = most;
		}
	}
}

static void walk_best(struct bd_diff *diff, const unsigned int *best)
{
	const struct bd_layer_line_vec *a = &diff->a->layers;
	const struct bd_layer_line_vec *b = &diff->b->layers;
	const size_t row = b->len + 1;
	size_t i = 0;
	size_t j = 0;
	while (i < a->len || j < b->len) {
		const unsigned int here = best[i * row + j];
		if (i < a->len && j < b->len) {
			const unsigned int pair = weight(&a->v[i], &b->v[j]);
			if (pair > 0 && here == pair + best[(i + 1) * row + j + 1]) {
				add_pair(diff, (int)i++, (int)j++);
				continue;
			}
		}
		if (i < a->len && here == best[(i + 1) * row + j]) {
			add_pair(diff, (int)i++, -1);
		} else {
			add_pair(diff, -1, (int)j++);
		}
	}
}

static int shown_layer(const struct bd_package_change *change)
{
	return change->b != NULL ? change->b->layer : change->a->layer;
}

/* It came into this layer with the package that owns it, which is counted. */
static bool came_with_owner(const struct bd_diff *diff, const struct bd_package_change *change)
{
	const struct bd_package_change *owner = change->owner >= 0 ? &diff->packages.v[change->owner] : NULL;
	return owner != NULL && shown_layer(owner) == shown_layer(change);
}

/* A change is shown where the failing build has it; what was removed, where the last good one had it. */
static void count_packages(struct bd_diff *diff)
{
	for (size_t i = 0; i < diff->packages.len; i++) {
		const struct bd_package_change *change = &diff->packages.v[i];
		for (size_t k = 0; !came_with_owner(diff, change) && k < diff->layers.len; k++) {
			struct bd_layer_pair *pair = &diff->layers.v[k];
			if (change->b != NULL ? pair->b >= 0 && pair->b == change->b->layer
					      : pair->a >= 0 && pair->a == change->a->layer) {
				pair->packages++;
				break;
			}
		}
	}
}

void diff_layers(struct bd_diff *diff)
{
	const size_t cells = (diff->a->layers.len + 1) * (diff->b->layers.len + 1);
	unsigned int *best = bd_xcalloc(cells, sizeof(*best));

	fill_best(&diff->a->layers, &diff->b->layers, best);
	walk_best(diff, best);
	free(best);
	count_packages(diff);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A moved base resets the build cache: a RUN step that was served from it for months really runs again.  The
 * `created` times in the last good image's history show since when.
 */
#include <string.h>

#include "explain/parts.h"

/* Steps of one build run within minutes of each other; a layer this much older came from the cache. */
enum {
	CACHE_AGE_SEC = 6 * 3600
};

static const struct bd_layer_line *same_step(const struct bd_record *record, const struct bd_layer_line *step)
{
	for (size_t i = 0; step->line > 0 && i < record->layers.len; i++) {
		if (record->layers.v[i].line == step->line && record->layers.v[i].origin == BD_LAYER_STEP) {
			return &record->layers.v[i];
		}
	}
	return NULL;
}

/* The day since which the last good builds took this step from the cache; NULL: they did not, or nobody knows. */
static const char *cached_since(struct bd_report *report, const struct bd_layer_line *step)
{
	const struct bd_layer_line *before = same_step(report->a, step);
	int64_t made;
	int64_t image;
	if (before == NULL || !bd_time_parse(before->created, &made) ||
		!bd_time_parse(report->a->image.created, &image)) {
		return NULL;
	}
	return image - made >= CACHE_AGE_SEC ? date_of(&report->arena, before->created) : NULL;
}

static size_t packages_of_step(const struct bd_report *report, int cause, int layer)
{
	size_t count = 0;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		count += change->explained_by == cause && change->b != NULL && change->b->layer == layer &&
			 !changed_with_owner(report, change);
	}
	return count;
}

void add_consequences(struct explanation *x, struct bd_cause *cause)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const int index = (int)(cause - report->causes.v);

	for (size_t i = 0; i < report->b->layers.len; i++) {
		const struct bd_layer_line *step = &report->b->layers.v[i];
		const size_t packages = step->origin == BD_LAYER_STEP ? packages_of_step(report, index, (int)i) : 0;
		if (packages == 0) {
			continue;
		}
		const char *since = cached_since(report, step);
		add_text(arena, &cause->evidence,
			bd_arena_printf(arena,
				"The move reset the build cache: %s line %d really ran again%s%s and brought %s.",
				dockerfile_name(report), step->line, since != NULL ? ", for the first time since " : "",
				since != NULL ? since : "",
				bd_plural(arena, packages, "other package", "other packages")));
	}
}

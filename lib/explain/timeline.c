/* SPDX-License-Identifier: Apache-2.0 */
/* When which build ran from which base: the two compared ones, and what the caller knows of others. */
#include <stdlib.h>
#include <string.h>

#include "explain/parts.h"

/* Reproducible builds write 1970-01-01 or, for zip's sake, 1980-01-01 into images: no time at all. */
#define FIRST_REAL_TIME (INT64_C(315532800) + 86400)

/* Images that were given names, and the numbers that the report calls them by. */
struct images {
	struct bd_string_vec names; /* the number is the index + IMAGE_FIRST_OTHER */
	const char *a, *b;
	enum bd_tri same;
};

enum {
	IMAGE_UNKNOWN,
	IMAGE_A,
	IMAGE_B,
	IMAGE_FIRST_OTHER
};

static int number_of(struct images *images, const char *image)
{
	if (image == NULL) {
		return IMAGE_UNKNOWN;
	}
	if (bd_streq(image, images->a)) {
		return IMAGE_A;
	}
	if (bd_streq(image, images->b)) {
		return images->same == BD_SAME ? IMAGE_A : IMAGE_B;
	}
	for (size_t i = 0; i < images->names.len; i++) {
		if (strcmp(images->names.v[i], image) == 0) {
			return IMAGE_FIRST_OTHER + (int)i;
		}
	}
	*bd_vec_push(&images->names) = image;
	return IMAGE_FIRST_OTHER + (int)images->names.len - 1;
}

/* What the comparison found about the two bases stands above what anybody says of them. */
static int number_of_compared(const struct images *images, enum bd_observed which)
{
	if (images->same == BD_CANNOT_TELL) {
		return IMAGE_UNKNOWN;
	}
	return which == BD_OBSERVED_A || images->same == BD_SAME ? IMAGE_A : IMAGE_B;
}

static void add(struct bd_report *report, const struct bd_observation *seen, int image)
{
	int64_t seconds = 0;
	char utc[BD_TIME_TEXT];
	if (seen->time == NULL || !bd_time_parse(seen->time, &seconds) || seconds < FIRST_REAL_TIME) {
		return;
	}
	bd_time_text(seconds, utc);
	*bd_vec_push(&report->timeline) = (struct bd_sighting){
		.which = seen->which,
		.seconds = seconds,
		.time = bd_arena_strdup(&report->arena, utc),
		.label = bd_arena_strdup(&report->arena, seen->label != NULL ? seen->label : "a build"),
		.tree = bd_arena_strdup(&report->arena, seen->tree),
		.status = seen->status,
		.image = image,
	};
}

static const char *image_given(const struct explanation *x, enum bd_observed which)
{
	for (size_t i = 0; i < x->options->observation_count; i++) {
		if (x->options->observations[i].which == which) {
			return x->options->observations[i].image;
		}
	}
	return NULL;
}

static void add_compared(struct explanation *x, const struct images *images, enum bd_observed which)
{
	const bool is_a = which == BD_OBSERVED_A;
	const struct bd_record *record = is_a ? x->report->a : x->report->b;
	const struct bd_build *build = &record->build;
	const struct bd_observation seen = {
		.which = which,
		.time = build->started != NULL    ? build->started
			: build->finished != NULL ? build->finished
						  : record->image.created,
		.label = is_a ? x->report->side_a.label : x->report->side_b.label,
		.status = build->status,
		.tree = record->source.tree,
	};
	add(x->report, &seen, number_of_compared(images, which));
}

static int by_time(const void *left, const void *right)
{
	const struct bd_sighting *a = left;
	const struct bd_sighting *b = right;
	const int order = a->seconds < b->seconds ? -1 : a->seconds > b->seconds;
	return order != 0 ? order : bd_strcmp0(a->label, b->label);
}

/* The base of the final stage; another image only where that one moved and the base did not. */
static const struct bd_base_pair *told_pair(const struct bd_report *report)
{
	const struct bd_base_pair *final = final_base_pair(report);
	if (final != NULL && final->same == BD_DIFFERENT) {
		return final;
	}
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		if (pair->same == BD_DIFFERENT && pair->b != NULL) {
			return pair;
		}
	}
	return final;
}

/* Where others have seen more of it than the two builds that are compared. */
static void tell_when(struct explanation *x)
{
	const struct bd_sighting_vec *all = &x->report->timeline;
	const struct bd_sighting *before = NULL;
	const struct bd_sighting *after = NULL;
	for (size_t i = 0; i < all->len && after == NULL; i++) {
		const struct bd_sighting *seen = &all->v[i];
		after = seen->image == IMAGE_B ? seen : NULL;
		before = after == NULL && seen->image != IMAGE_UNKNOWN ? seen : before;
	}
	if (before != NULL && after != NULL && (before->which != BD_OBSERVED_A || after->which != BD_OBSERVED_B)) {
		struct bd_arena *arena = &x->report->arena;
		add_text(arena, &x->report->causes.v[x->base_cause].evidence,
			bd_arena_printf(arena,
				"The tag moved between %s, when %s still saw another image, and %s, when %s saw this one.",
				before->time, before->label, after->time, after->label));
	}
}

void list_timeline(struct explanation *x)
{
	const struct bd_base_pair *pair = told_pair(x->report);
	const bool of_base = pair == final_base_pair(x->report);
	struct images images = {
		.a = image_given(x, BD_OBSERVED_A),
		.b = image_given(x, BD_OBSERVED_B),
		.same = pair != NULL ? pair->same : BD_CANNOT_TELL,
	};
	const struct bd_base *base = pair == NULL ? NULL : pair->b != NULL ? pair->b : pair->a;
	if (base != NULL) {
		x->report->timeline_reference = base->as_written != NULL ? base->as_written : base->reference;
	}
	add_compared(x, &images, BD_OBSERVED_A);
	add_compared(x, &images, BD_OBSERVED_B);
	for (size_t i = 0; i < x->options->observation_count; i++) {
		const struct bd_observation *seen = &x->options->observations[i];
		if (seen->which == BD_OBSERVED_OTHER || seen->which == BD_OBSERVED_LOOK) {
			add(x->report, seen, of_base ? number_of(&images, seen->image) : IMAGE_UNKNOWN);
		}
	}
	if (x->report->timeline.len > 1) {
		qsort(x->report->timeline.v, x->report->timeline.len, sizeof(*x->report->timeline.v), by_time);
	}
	if (of_base && x->base_cause >= 0 && x->report->causes.v[x->base_cause].kind == BD_BASE_IMAGE_MOVED) {
		tell_when(x);
	}
	free(images.names.v);
}

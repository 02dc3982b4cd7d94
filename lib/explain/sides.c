/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "explain/parts.h"

static const struct bd_base *final_base(const struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		if (record->bases.v[i].role == BD_ROLE_BASE) {
			return &record->bases.v[i];
		}
	}
	return NULL;
}

/* "python" of docker.io/library/python:2.7. */
static struct bd_str repository_name(const char *reference)
{
	struct bd_str name = bd_path_name(bd_str(reference));
	size_t n = 0;
	while (n < name.n && name.p[n] != ':' && name.p[n] != '@') {
		n++;
	}
	return (struct bd_str){ name.p, n };
}

/* The runtime that gives the base its name; else the only one there is. */
static const struct bd_package *base_runtime(const struct bd_record *record, const struct bd_base *base)
{
	const struct bd_package *found = NULL;
	size_t count = 0;
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		if (strcmp(package->type, "generic") != 0 || package->owned_by != NULL) {
			continue;
		}
		if (base != NULL && base->reference != NULL &&
			bd_str_is(repository_name(base->reference), package->name)) {
			return package;
		}
		found = package;
		count++;
	}
	return count == 1 ? found : NULL;
}

/* What pins best first: the index serves every platform. */
static void best_digest(const struct bd_base *base, struct bd_side *side)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST,
		BD_DIGEST_CONFIG };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		side->base_digest = bd_digest_of_kind(&base->digests, order[i]);
		if (side->base_digest != NULL) {
			side->base_digest_kind = order[i];
			return;
		}
	}
	if (base->diff_ids.len > 0) { /* its top layer: all that an image alone tells */
		side->base_digest = base->diff_ids.v[base->diff_ids.len - 1];
		side->base_digest_kind = BD_DIGEST_DIFF_ID;
	}
}

static void count_packages(const struct bd_record *record, struct bd_side *side)
{
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		if (package->owned_by != NULL) {
			continue;
		}
		side->packages++;
		const enum bd_layer_origin origin =
			package->of_base ? BD_LAYER_BASE : origin_of_layer(record, package->layer);
		side->base_packages += origin == BD_LAYER_BASE;
		side->own_packages += origin == BD_LAYER_STEP;
	}
}

static void describe(struct bd_report *report, const struct bd_record *record, const char *given, const char *fallback,
	struct bd_side *side)
{
	struct bd_arena *arena = &report->arena;
	const struct bd_base *base = final_base(record);
	const struct bd_package *runtime = base_runtime(record, base);

	side->label = record->build.id != NULL       ? bd_arena_printf(arena, "build %s", record->build.id)
		      : record->build.number != NULL ? bd_arena_printf(arena, "build %s", record->build.number)
		      : given != NULL                ? given
						     : fallback;
	side->distro = record->image.distro_name;
	if (runtime != NULL) {
		side->runtime = bd_arena_printf(arena, "%s %s", runtime_title(arena, runtime->name), runtime->version);
	}
	if (base != NULL) {
		best_digest(base, side);
		side->base_created = date_of(arena, base->created);
	}
	count_packages(record, side);
}

void describe_sides(struct explanation *x)
{
	struct bd_report *report = x->report;
	describe(report, report->a, x->options->label_a, "last good", &report->side_a);
	describe(report, report->b, x->options->label_b, "failing", &report->side_b);
}

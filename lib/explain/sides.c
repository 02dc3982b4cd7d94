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

/* The OCI chain_id of a base's layers: all that an image alone tells, and other as soon as one layer is. */
static const char *chain_id(struct bd_arena *arena, const struct bd_string_vec *diff_ids)
{
	const char *chain = diff_ids->len > 0 ? diff_ids->v[0] : NULL;
	for (size_t i = 1; i < diff_ids->len; i++) {
		char digest[BD_DIGEST_TEXT];
		const char *joined = bd_arena_printf(arena, "%s %s", chain, diff_ids->v[i]);
		bd_sha256_text(joined, strlen(joined), digest);
		chain = bd_arena_strdup(arena, digest);
	}
	return chain;
}

static const char *digest_of(struct bd_arena *arena, const struct bd_base *base, enum bd_digest_kind kind)
{
	return kind == BD_DIGEST_DIFF_ID ? chain_id(arena, &base->diff_ids) : bd_digest_of_kind(&base->digests, kind);
}

/*
 * What pins best first: the index serves every platform.  People read the two side by side, so both are of
 * one kind; a base that only one build has shows the best it has.
 */
static void best_digests(struct bd_report *report, const struct bd_base *a, const struct bd_base *b)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST,
		BD_DIGEST_CONFIG, BD_DIGEST_DIFF_ID };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const char *left = a != NULL ? digest_of(&report->arena, a, order[i]) : NULL;
		const char *right = b != NULL ? digest_of(&report->arena, b, order[i]) : NULL;
		if ((a == NULL || left != NULL) && (b == NULL || right != NULL)) {
			report->side_a.base_digest = left;
			report->side_b.base_digest = right;
			report->side_a.base_digest_kind = report->side_b.base_digest_kind = order[i];
			return;
		}
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
		side->base_created = date_of(arena, base->created);
	}
	count_packages(record, side);
}

void describe_sides(struct explanation *x)
{
	struct bd_report *report = x->report;
	describe(report, report->a, x->options->label_a, "last good", &report->side_a);
	describe(report, report->b, x->options->label_b, "failing", &report->side_b);
	best_digests(report, final_base(report->a), final_base(report->b));
}

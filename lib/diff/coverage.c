/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/coverage.h"

#include <stdlib.h>
#include <string.h>

static bool is_foreign(const struct bd_record *record)
{
	return record->sbom.present && record->ecosystems.len == 0;
}

/* SBOMs that one program in one version wrote looked for the same. */
static bool same_maker(const struct bd_sbom_line *a, const struct bd_sbom_line *b)
{
	if (!a->present || !b->present || a->tools.len == 0 || a->tools.len != b->tools.len) {
		return false;
	}
	for (size_t i = 0; i < a->tools.len; i++) {
		if (!bd_streq(a->tools.v[i], b->tools.v[i])) {
			return false;
		}
	}
	return true;
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return bd_strcmp0(*x, *y);
}

/* Packages are by purl, so a type comes in one run: its neighbours are seldom another one. */
static void add_listed(const struct bd_record *record, struct bd_string_vec *types)
{
	const char *last = NULL;
	for (size_t i = 0; i < record->packages.len; i++) {
		const char *type = record->packages.v[i].type;
		if (type != NULL && !bd_streq(type, last)) {
			*bd_vec_push(types) = last = type;
		}
	}
}

static void sort_unique(struct bd_string_vec *types)
{
	size_t kept = 0;
	if (types->len > 1) {
		qsort(types->v, types->len, sizeof(*types->v), by_text);
	}
	for (size_t i = 0; i < types->len; i++) {
		if (kept == 0 || strcmp(types->v[kept - 1], types->v[i]) != 0) {
			types->v[kept++] = types->v[i];
		}
	}
	types->len = kept;
}

void coverage_of(const struct bd_record *record, const struct bd_record *other, struct coverage *out)
{
	*out = (struct coverage){ .all = !record->sbom.present && record->ecosystems.len == 0 };
	if (is_foreign(record) && same_maker(&record->sbom, &other->sbom)) {
		out->all = true;
	}
	if (out->all) {
		return;
	}
	out->foreign = is_foreign(record);
	for (size_t i = 0; i < record->ecosystems.len; i++) {
		*bd_vec_push(&out->types) = record->ecosystems.v[i];
	}
	add_listed(record, &out->types);
	sort_unique(&out->types);
}

void coverage_release(struct coverage *coverage)
{
	free(coverage->types.v);
	*coverage = (struct coverage){ .all = false };
}

bool coverage_has(const struct coverage *side, const struct coverage *other, const char *type)
{
	if (bd_streq(type, "generic") && (side->foreign || other->foreign)) {
		return false;
	}
	if (side->all) {
		return true;
	}
	return type != NULL && side->types.len > 0 &&
	       bsearch(&type, side->types.v, side->types.len, sizeof(*side->types.v), by_text) != NULL;
}

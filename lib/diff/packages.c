/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity of a package: (purl type, namespace, name, architecture); names as package_name.c compares them.  Several
 * installed versions under one key are paired first by equal version (and path, where it helps), then by equal path,
 * then in version order; what is left was added or removed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/version.h"

#include "diff/coverage.h"
#include "diff/package_name.h"
#include "diff/parts.h"

struct side {
	const struct bd_package **v; /* sorted by key, then version, then path */
	size_t len;
};

#define NOBODY SIZE_MAX

/* A run of packages under one key, and which of the other side's each was paired with. */
struct group {
	const struct bd_package **v;
	size_t *partner;
	size_t len;
};

static int compare_keys(const struct bd_package *a, const struct bd_package *b, bool ignore_arch)
{
	int order = bd_strcmp0(a->type, b->type);
	if (order == 0) {
		order = bd_strcmp0(a->namespace, b->namespace);
	}
	if (order == 0) {
		order = compare_package_names(a, b);
	}
	if (order == 0 && !ignore_arch) {
		order = bd_strcmp0(a->arch, b->arch);
	}
	return order;
}

static int compare_rest(const struct bd_package *a, const struct bd_package *b)
{
	const enum bd_order order = bd_version_compare(a->type, a->version, b->version);
	if (order == BD_LESS || order == BD_GREATER) {
		return (int)order;
	}
	const int bytes = bd_strcmp0(a->version, b->version);
	return bytes != 0 ? bytes : bd_strcmp0(a->path, b->path);
}

static int compare_with_arch(const void *a, const void *b)
{
	const struct bd_package *const *x = a;
	const struct bd_package *const *y = b;
	const int order = compare_keys(*x, *y, false);
	return order != 0 ? order : compare_rest(*x, *y);
}

static int compare_without_arch(const void *a, const void *b)
{
	const struct bd_package *const *x = a;
	const struct bd_package *const *y = b;
	const int order = compare_keys(*x, *y, true);
	return order != 0 ? order : compare_rest(*x, *y);
}

static bool is_of_base(const struct bd_record *record, const struct bd_package *package)
{
	return package->of_base || (package->layer >= 0 && (size_t)package->layer < record->layers.len &&
					   record->layers.v[package->layer].origin == BD_LAYER_BASE);
}

static struct side sorted_side(const struct bd_record *record, bool base_only, bool ignore_arch)
{
	const struct bd_package_vec *packages = &record->packages;
	struct side side = { .v = bd_xcalloc(packages->len, sizeof(*side.v)) };
	for (size_t i = 0; i < packages->len; i++) {
		if (!base_only || is_of_base(record, &packages->v[i])) {
			side.v[side.len++] = &packages->v[i];
		}
	}
	qsort(side.v, side.len, sizeof(*side.v), ignore_arch ? compare_without_arch : compare_with_arch);
	return side;
}

static enum bd_change change_of_versions(const struct bd_package *a, const struct bd_package *b)
{
	switch (bd_version_compare(a->type, a->version, b->version)) {
	case BD_LESS:
		return BD_UP;
	case BD_GREATER:
		return BD_DOWN;
	case BD_EQUAL:
	case BD_UNORDERED:
	default:
		return BD_CHANGED;
	}
}

static void add_change(
	struct bd_diff *diff, enum bd_change change, const struct bd_package *a, const struct bd_package *b)
{
	*bd_vec_push(&diff->packages) =
		(struct bd_package_change){ .change = change, .a = a, .b = b, .owner = -1, .explained_by = -1 };
}

static void compare_pair(struct bd_diff *diff, const struct bd_package *a, const struct bd_package *b)
{
	if (!bd_streq(a->version, b->version)) {
		add_change(diff, change_of_versions(a, b), a, b);
	} else if (a->content != NULL && b->content != NULL && strcmp(a->content, b->content) != 0) {
		add_change(diff, BD_CONTENT, a, b);
	} else if (a->metadata != NULL && b->metadata != NULL && strcmp(a->metadata, b->metadata) != 0) {
		diff->packages_metadata++;
	}
}

/* A package that waits for a partner, and where its group has it. */
struct single {
	const struct bd_package *package;
	size_t at;
};

typedef int order_fn(const void *a, const void *b);

static int by_place(const struct single *a, const struct single *b)
{
	return a->at < b->at ? -1 : a->at > b->at;
}

static int by_version_and_path(const void *a, const void *b)
{
	const struct single *x = a;
	const struct single *y = b;
	int order = bd_strcmp0(x->package->version, y->package->version);
	if (order == 0) {
		order = bd_strcmp0(x->package->path, y->package->path);
	}
	return order != 0 ? order : by_place(x, y);
}

static int by_version(const void *a, const void *b)
{
	const struct single *x = a;
	const struct single *y = b;
	const int order = bd_strcmp0(x->package->version, y->package->version);
	return order != 0 ? order : by_place(x, y);
}

static int by_path(const void *a, const void *b)
{
	const struct single *x = a;
	const struct single *y = b;
	const int order = bd_strcmp0(x->package->path, y->package->path);
	return order != 0 ? order : by_place(x, y);
}

/* One way of finding partners: singles in this order, paired where what they are held against is equal. */
struct round {
	order_fn *order; /* NULL: as they stand */
	bool version, path;
};

static struct single *singles_of(const struct group *group, const struct round *round, size_t *count)
{
	struct single *singles = bd_xcalloc(group->len, sizeof(*singles));
	*count = 0;
	for (size_t i = 0; i < group->len; i++) {
		if (group->partner[i] == NOBODY) {
			singles[(*count)++] = (struct single){ group->v[i], i };
		}
	}
	if (round->order != NULL && *count > 0) {
		qsort(singles, *count, sizeof(*singles), round->order);
	}
	return singles;
}

static int compare_singles(const struct round *round, const struct single *a, const struct single *b)
{
	int order = round->version ? bd_strcmp0(a->package->version, b->package->version) : 0;
	if (order == 0 && round->path) {
		order = bd_strcmp0(a->package->path, b->package->path);
	}
	return order;
}

/* Both sorted and merged: a database may name one package a hundred thousand times. */
static void find_partners(struct group *a, struct group *b, const struct round *round)
{
	size_t a_len;
	size_t b_len;
	struct single *left = singles_of(a, round, &a_len);
	struct single *right = singles_of(b, round, &b_len);
	size_t i = 0;
	size_t j = 0;
	while (i < a_len && j < b_len) {
		const int order = compare_singles(round, &left[i], &right[j]);
		if (order == 0) {
			a->partner[left[i].at] = right[j].at;
			b->partner[right[j].at] = left[i].at;
		}
		i += order <= 0;
		j += order >= 0;
	}
	free(left);
	free(right);
}

static void add_unpaired(struct bd_diff *diff, const struct group *group, enum bd_change change)
{
	for (size_t i = 0; i < group->len; i++) {
		if (group->partner[i] == NOBODY) {
			add_change(diff, change, change == BD_REMOVED ? group->v[i] : NULL,
				change == BD_ADDED ? group->v[i] : NULL);
		}
	}
}

static size_t *no_partners(size_t count)
{
	size_t *partners = bd_xcalloc(count, sizeof(*partners));
	for (size_t i = 0; i < count; i++) {
		partners[i] = NOBODY;
	}
	return partners;
}

static void compare_groups(struct bd_diff *diff, struct group a, struct group b)
{
	static const struct round rounds[] = {
		{ by_version_and_path, true, true },
		{ by_version, true, false },
		{ by_path, false, true },
		{ NULL, false, false },
	};

	if (a.len == 1 && b.len == 1) {
		compare_pair(diff, a.v[0], b.v[0]);
		return;
	}
	a.partner = no_partners(a.len);
	b.partner = no_partners(b.len);
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		find_partners(&a, &b, &rounds[i]);
	}
	for (size_t i = 0; i < a.len; i++) {
		if (a.partner[i] != NOBODY) {
			compare_pair(diff, a.v[i], b.v[a.partner[i]]);
		}
	}
	add_unpaired(diff, &a, BD_REMOVED);
	add_unpaired(diff, &b, BD_ADDED);
	free(a.partner);
	free(b.partner);
}

/* How many packages from i on share v[i]'s key. */
static size_t run_length(const struct side *side, size_t i, bool ignore_arch)
{
	size_t n = 1;
	while (i + n < side->len && compare_keys(side->v[i], side->v[i + n], ignore_arch) == 0) {
		n++;
	}
	return n;
}

/* A group that the other side lacks because it never looked. */
static bool is_gap(struct bd_diff *diff, const struct group *here, const struct coverage *there,
	const struct coverage *own, bool missing_in_a)
{
	if (here->len == 0 || coverage_has(there, own, here->v[0]->type)) {
		return false;
	}
	for (size_t i = diff->gaps.len; i > 0 && bd_streq(diff->gaps.v[i - 1].type, here->v[0]->type); i--) {
		if (diff->gaps.v[i - 1].missing_in_a == missing_in_a) {
			diff->gaps.v[i - 1].packages += here->len;
			return true;
		}
	}
	*bd_vec_push(&diff->gaps) = (struct bd_package_gap){ here->v[0]->type, missing_in_a, here->len };
	return true;
}

static void merge(struct bd_diff *diff, const struct side *a, const struct side *b, bool ignore_arch)
{
	struct coverage covered_a;
	struct coverage covered_b;
	size_t i = 0;
	size_t j = 0;
	coverage_of(diff->a, diff->b, &covered_a);
	coverage_of(diff->b, diff->a, &covered_b);
	while (i < a->len || j < b->len) {
		const int order = i == a->len ? 1 : j == b->len ? -1 : compare_keys(a->v[i], b->v[j], ignore_arch);
		struct group left = { .v = a->v + i, .len = order <= 0 ? run_length(a, i, ignore_arch) : 0 };
		struct group right = { .v = b->v + j, .len = order >= 0 ? run_length(b, j, ignore_arch) : 0 };
		i += left.len;
		j += right.len;
		if ((right.len > 0 || !is_gap(diff, &left, &covered_b, &covered_a, false)) &&
			(left.len > 0 || !is_gap(diff, &right, &covered_a, &covered_b, true))) {
			compare_groups(diff, left, right);
		}
	}
	coverage_release(&covered_a);
	coverage_release(&covered_b);
}

static bool has_inventory(const struct bd_record *record)
{
	return record->image.present || record->packages.len > 0;
}

/* A database that could not be read makes "same" impossible to say. */
static bool inventory_is_whole(const struct bd_record *record)
{
	for (size_t i = 0; i < record->diagnostics.len; i++) {
		if (strncmp(record->diagnostics.v[i].code, "package-", strlen("package-")) == 0) {
			return false;
		}
	}
	return has_inventory(record);
}

/* An SBOM may leave out the architecture that a distribution's package always has. */
static bool tells_architectures(const struct bd_record *record)
{
	static const char *const types[] = { "alpm", "apk", "deb", "rpm" };
	for (size_t i = 0; record->sbom.present && i < record->packages.len; i++) {
		for (size_t k = 0; record->packages.v[i].arch == NULL && k < sizeof(types) / sizeof(types[0]); k++) {
			if (bd_streq(record->packages.v[i].type, types[k])) {
				return false;
			}
		}
	}
	return true;
}

void diff_packages(struct bd_diff *diff, const struct bd_diff_options *options)
{
	const bool ignore_arch = (options != NULL && options->ignore_arch) || !tells_architectures(diff->a) ||
				 !tells_architectures(diff->b);

	if (!has_inventory(diff->a) || !has_inventory(diff->b)) {
		diff->packages_same = BD_CANNOT_TELL;
		return;
	}
	/* a build that left no image has its base's packages only: then base is compared with base */
	const bool base_only = !diff->a->image.present || !diff->b->image.present;
	struct side a = sorted_side(diff->a, base_only, ignore_arch);
	struct side b = sorted_side(diff->b, base_only, ignore_arch);
	merge(diff, &a, &b, ignore_arch);
	free(a.v);
	free(b.v);
	diff_owners(diff);
	if (diff->packages.len > 0) {
		diff->packages_same = BD_DIFFERENT;
	} else {
		diff->packages_same = diff->gaps.len == 0 && inventory_is_whole(diff->a) && inventory_is_whole(diff->b)
					      ? BD_SAME
					      : BD_CANNOT_TELL;
	}
}

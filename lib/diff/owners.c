/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which changes come with the change of another package: what `owned_by` names changed as well.  Only then may the two
 * be told as one; a package that changed under an owner that did not is a finding of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "diff/parts.h"

/* A changed package that nobody owns, on one side: owners that are owned themselves could hide each other. */
struct owner {
	const char *purl;
	bool in_b;
	int change;
};

static const struct bd_package *shown(const struct bd_package_change *change)
{
	return change->b != NULL ? change->b : change->a;
}

static int compare_owners(const void *a, const void *b)
{
	const struct owner *x = a;
	const struct owner *y = b;
	const int order = strcmp(x->purl, y->purl);
	return order != 0 ? order : x->in_b != y->in_b ? x->in_b - y->in_b : x->change - y->change;
}

static size_t list_owners(const struct bd_package_change_vec *changes, struct owner *owners)
{
	size_t count = 0;
	for (size_t i = 0; i < changes->len; i++) {
		const struct bd_package_change *change = &changes->v[i];
		if (change->a != NULL && change->a->owned_by == NULL) {
			owners[count++] = (struct owner){ change->a->purl, false, (int)i };
		}
		if (change->b != NULL && change->b->owned_by == NULL) {
			owners[count++] = (struct owner){ change->b->purl, true, (int)i };
		}
	}
	if (count > 0) {
		qsort(owners, count, sizeof(*owners), compare_owners);
	}
	return count;
}

/* The first of that purl on that side, -1: it did not change. */
static int find_owner(const struct owner *owners, size_t count, const char *purl, bool in_b)
{
	const struct owner wanted = { purl, in_b, 0 };
	size_t low = 0;
	size_t high = count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare_owners(&owners[middle], &wanted) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < count && owners[low].in_b == in_b && strcmp(owners[low].purl, purl) == 0 ? owners[low].change : -1;
}

void diff_owners(struct bd_diff *diff)
{
	struct bd_package_change_vec *changes = &diff->packages;
	struct owner *owners = bd_xcalloc(changes->len, 2 * sizeof(*owners));
	const size_t count = list_owners(changes, owners);
	for (size_t i = 0; i < changes->len; i++) {
		struct bd_package_change *change = &changes->v[i];
		const char *owner = shown(change)->owned_by;
		change->owner = owner != NULL ? find_owner(owners, count, owner, change->b != NULL) : -1;
	}
	free(owners);
}

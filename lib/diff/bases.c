/* SPDX-License-Identifier: Apache-2.0 */
/* The same use of an image in both builds, and whether it was the same image. */
#include <stdlib.h>
#include <string.h>

#include "diff/parts.h"

/* Only digests of one kind are compared; those that nothing confirms stand in `evidence`, never here. */
static enum bd_tri same_digest(const struct bd_base *a, const struct bd_base *b, enum bd_digest_kind kind)
{
	const char *left = bd_digest_of_kind(&a->digests, kind);
	const char *right = bd_digest_of_kind(&b->digests, kind);
	if (left == NULL || right == NULL) {
		return BD_CANNOT_TELL;
	}
	return strcmp(left, right) == 0 ? BD_SAME : BD_DIFFERENT;
}

static enum bd_tri same_diff_ids(const struct bd_base *a, const struct bd_base *b)
{
	if (a->diff_ids.len == 0 || b->diff_ids.len == 0) {
		return BD_CANNOT_TELL;
	}
	if (a->diff_ids.len != b->diff_ids.len) {
		return BD_DIFFERENT;
	}
	for (size_t i = 0; i < a->diff_ids.len; i++) {
		if (strcmp(a->diff_ids.v[i], b->diff_ids.v[i]) != 0) {
			return BD_DIFFERENT;
		}
	}
	return BD_SAME;
}

/*
 * Two builds from one index for one platform had one image; from two indexes they may have had one
 * all the same: of that an index digest alone says nothing.
 */
static void judge(struct bd_base_pair *pair, bool settings_told)
{
	const struct bd_base *a = pair->a;
	const struct bd_base *b = pair->b;
	const enum bd_tri manifest = same_digest(a, b, BD_DIGEST_MANIFEST);
	const enum bd_tri config = same_digest(a, b, BD_DIGEST_CONFIG);
	const enum bd_tri diff_ids = same_diff_ids(a, b);
	const enum bd_tri index = same_digest(a, b, BD_DIGEST_INDEX);

	pair->index_differs = index == BD_DIFFERENT;
	if (manifest == BD_SAME || config == BD_SAME) {
		pair->same = BD_SAME;
		pair->how = manifest == BD_SAME ? "manifest digest" : "config digest";
	} else if (diff_ids == BD_DIFFERENT) {
		pair->same = BD_DIFFERENT;
		pair->how = "diff_ids";
	} else if (diff_ids == BD_SAME) { /* the same files; a rebuild may still have changed what it sets */
		pair->same = !settings_told || bd_settings_equal(&a->env, &b->env) ? BD_SAME : BD_DIFFERENT;
		pair->how = pair->same == BD_SAME ? "diff_ids" : "settings";
	} else if (config == BD_DIFFERENT || manifest == BD_DIFFERENT) {
		pair->same = BD_DIFFERENT;
		pair->how = config == BD_DIFFERENT ? "config digest" : "manifest digest";
	} else if (index == BD_SAME && bd_streq(a->platform, b->platform)) {
		pair->same = BD_SAME;
		pair->how = "index digest";
	} else if (same_digest(a, b, BD_DIGEST_UNKNOWN) == BD_SAME && bd_streq(a->platform, b->platform)) {
		pair->same = BD_SAME; /* equal digests are of one thing, whatever its kind */
		pair->how = "stated digest";
	} else {
		pair->same = BD_CANNOT_TELL;
	}
}

/* The n-th use of a role in one build belongs to the n-th in the other, unless a stage has the name. */
static bool belongs(const struct bd_base *a, const struct bd_base *b)
{
	if (a->role != b->role) {
		return false;
	}
	return a->stage_name == NULL || b->stage_name == NULL || strcmp(a->stage_name, b->stage_name) == 0 ||
	       bd_streq(a->reference, b->reference);
}

static const struct bd_base *take_partner(const struct bd_base *a, const struct bd_base_vec *candidates, bool *taken)
{
	for (size_t i = 0; i < candidates->len; i++) {
		if (!taken[i] && belongs(a, &candidates->v[i])) {
			taken[i] = true;
			return &candidates->v[i];
		}
	}
	return NULL;
}

void diff_bases(struct bd_diff *diff)
{
	const struct bd_base_vec *a = &diff->a->bases;
	const struct bd_base_vec *b = &diff->b->bases;
	const bool settings_told = !diff->a->sbom.present && !diff->b->sbom.present;
	bool *taken = bd_xcalloc(b->len, sizeof(*taken));

	for (size_t i = 0; i < a->len; i++) {
		struct bd_base_pair *pair = bd_vec_push(&diff->bases);
		pair->a = &a->v[i];
		pair->b = take_partner(&a->v[i], b, taken);
		if (pair->b != NULL) {
			pair->reference_differs = pair->a->reference != NULL && pair->b->reference != NULL &&
						  strcmp(pair->a->reference, pair->b->reference) != 0;
			pair->platform_differs = pair->a->platform != NULL && pair->b->platform != NULL &&
						 strcmp(pair->a->platform, pair->b->platform) != 0;
			judge(pair, settings_told);
		}
	}
	for (size_t i = 0; i < b->len; i++) {
		if (!taken[i]) {
			bd_vec_push(&diff->bases)->b = &b->v[i];
		}
	}
	free(taken);
}

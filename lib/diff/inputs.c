/* SPDX-License-Identifier: Apache-2.0 */
/* Build arguments, builder, tool versions: what went into the build beside the source. */
#include <string.h>

#include "diff/parts.h"

static int compare_keys(const struct bd_input *a, const struct bd_input *b)
{
	const int order = strcmp(a->kind, b->kind);
	return order != 0 ? order : bd_strcmp0(a->key, b->key);
}

static const char *shown(const struct bd_input *input)
{
	return input == NULL ? NULL : input->redacted ? "(redacted)" : input->value;
}

static bool has_kind(const struct bd_record *record, const char *kind)
{
	for (size_t i = 0; i < record->inputs.len; i++) {
		if (strcmp(record->inputs.v[i].kind, kind) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * No build argument is an answer, but of an SBOM.  No builder is none: a build without one cannot be, so nobody
 * recorded it, and that is not a difference.
 */
static bool comparable(const struct bd_diff *diff, const char *kind)
{
	const bool told = !diff->a->sbom.present && !diff->b->sbom.present;
	return (strcmp(kind, "build-arg") == 0 && told) || (has_kind(diff->a, kind) && has_kind(diff->b, kind));
}

void diff_inputs(struct bd_diff *diff)
{
	const struct bd_input_vec *a = &diff->a->inputs;
	const struct bd_input_vec *b = &diff->b->inputs;
	size_t i = 0;
	size_t j = 0;

	while (i < a->len || j < b->len) {
		const int order = i == a->len ? 1 : j == b->len ? -1 : compare_keys(&a->v[i], &b->v[j]);
		const struct bd_input *left = order <= 0 ? &a->v[i] : NULL;
		const struct bd_input *right = order >= 0 ? &b->v[j] : NULL;
		const struct bd_input *named = left != NULL ? left : right;
		if (named != NULL && !bd_streq(shown(left), shown(right)) && comparable(diff, named->kind)) {
			*bd_vec_push(&diff->inputs) = (struct bd_input_change){ .kind = named->kind,
				.key = named->key,
				.a = shown(left),
				.b = shown(right),
				.explained_by = -1 };
		}
		i += order <= 0;
		j += order >= 0;
	}
}

/* links: version */
/* SPDX-License-Identifier: Apache-2.0 */
/* A range, and in the next line a version: the canonical text is the same range, and says the same of the version. */
#include "basedrift/version.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

/* A version that a constraint names is in the range or not, as the constraint says. */
static void check_constraints(const struct bd_version_range *range)
{
	for (size_t i = 0; i < range->constraints.len; i++) {
		const struct bd_version_constraint *constraint = &range->constraints.v[i];
		const enum bd_version_comparator comparator = constraint->comparator;
		struct bd_error err;
		bool in = false;
		if (bd_version_range_contains(range, constraint->version, &in, &err) < 0) {
			continue; /* two branches of composer have no order, and one may be the version asked for */
		}
		require(!range->scheme->release_optional
				? in == (comparator == BD_VERSION_EQUAL || comparator == BD_VERSION_LESS_OR_EQUAL ||
						comparator == BD_VERSION_GREATER_OR_EQUAL)
				: true,
			"a constraint holds for its own version");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err;
	struct bd_version_range first;
	struct bd_version_range second;
	struct bd_str rest = { (const char *)data, size };
	const struct bd_str text = bd_str_cut(&rest, '\n');
	const char *version = bd_arena_text(&arena, rest.n > 0 ? rest.p : "", rest.n);
	if (bd_version_range_parse(text, &arena, &first, &err) < 0) {
		return 0;
	}
	const char *canonical = bd_version_range_text(&first, &arena);
	if (bd_version_range_parse(bd_str(canonical), &arena, &second, &err) < 0) {
		require(err.code == BD_ERR_LIMIT, "what was written can be parsed");
		return 0;
	}
	require(bd_streq(bd_version_range_text(&second, &arena), canonical), "the canonical text is canonical");
	check_constraints(&first);
	bool in_first = false;
	bool in_second = false;
	const int result = bd_version_range_contains(&first, version, &in_first, &err);
	require(bd_version_range_contains(&second, version, &in_second, &err) == result, "the same answer or error");
	require(in_first == in_second, "the canonical range contains the same");
	return 0;
}

/* links: version */
/* SPDX-License-Identifier: Apache-2.0 */
/* What parses has a canonical text, and that text parses to itself. */
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

static void check_same(const struct bd_purl *a, const struct bd_purl *b)
{
	require(bd_streq(a->type, b->type) && bd_streq(a->namespace, b->namespace) && bd_streq(a->name, b->name) &&
			bd_streq(a->version, b->version) && bd_streq(a->subpath, b->subpath) &&
			a->qualifiers.len == b->qualifiers.len,
		"the canonical text has the same parts");
	for (size_t i = 0; i < a->qualifiers.len; i++) {
		require(bd_streq(a->qualifiers.v[i].key, b->qualifiers.v[i].key) &&
				bd_streq(a->qualifiers.v[i].value, b->qualifiers.v[i].value),
			"the canonical text has the same qualifiers");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err;
	struct bd_purl first;
	struct bd_purl second;
	if (bd_purl_parse((struct bd_str){ (const char *)data, size }, &arena, &first, &err) < 0) {
		return 0;
	}
	const char *text = bd_purl_text(&first, &arena);
	require(text != NULL, "what parses can be written");
	if (bd_purl_parse(bd_str(text), &arena, &second, &err) < 0) {
		require(err.code == BD_ERR_LIMIT, "what was written can be parsed");
		return 0;
	}
	check_same(&first, &second);
	require(bd_streq(bd_purl_text(&second, &arena), text), "the canonical text is canonical");
	return 0;
}

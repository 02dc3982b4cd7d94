/* links: origin explain */
/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a log: bounded, clean of escapes, redacting twice changes nothing; then its tail is searched. */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/papers.h"

#include "explain/culprits.h"
#include "origin/redact_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_materials(const struct bd_material_vec *materials)
{
	expect(materials->len <= BD_LIMIT_MATERIALS);
	for (size_t i = 0; i < materials->len; i++) {
		const struct bd_material *m = &materials->v[i];
		expect(m->is_image && m->reference != NULL && (m->digest == NULL || bd_digest_valid(m->digest)));
		for (size_t j = 0; j < i; j++) {
			const struct bd_material *other = &materials->v[j];
			expect(strcmp(m->reference, other->reference) != 0 || !bd_streq(m->digest, other->digest) ||
				!bd_streq(m->platform, other->platform));
		}
	}
}

static void check_tail(const char *tail, struct bd_arena *arena)
{
	static const struct culprit_name names[] = { { CULPRIT_PACKAGE, "pyyaml" }, { CULPRIT_VERSION, "5.1" },
		{ CULPRIT_FILE, "usr/lib/libfoo.so.1" }, { CULPRIT_PACKAGE, "@scope/name" },
		{ CULPRIT_PACKAGE, "make" } };
	struct culprit_vec found;
	if (tail == NULL) {
		return;
	}
	expect(strlen(tail) <= BD_LIMIT_LOG_TAIL && strpbrk(tail, "\x1b\r\x07") == NULL);
	expect(strcmp(redacted(arena, tail), tail) == 0);
	find_culprits(tail, names, sizeof(names) / sizeof(names[0]), arena, &found);
	for (size_t i = 0; i < found.len; i++) {
		expect(strstr(tail, found.v[i].quote) != NULL && found.v[i].line > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str bytes = { size > 0 ? (const char *)data : "", size };
	struct bd_arena arena = { .head = NULL };
	struct bd_build_papers p;
	struct bd_error err;
	expect(bd_build_log_parse(bytes, &arena, &p, &err) == 0);
	check_materials(&p.materials);
	check_tail(p.tail, &arena);
	expect((p.status == BD_STATUS_FAILED) == (p.error != NULL));
	expect(p.failing_line >= 0 && p.cached_steps >= -1);
	bd_arena_release(&arena);
	return 0;
}

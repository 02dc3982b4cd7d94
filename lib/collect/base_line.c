/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/base_line.h"

#include <string.h>

void base_add_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value)
{
	for (size_t i = 0; i < base->digests.len; i++) {
		if (strcmp(base->digests.v[i].value, value) == 0) {
			return;
		}
	}
	struct bd_digest *grown = bd_arena_alloc(&record->arena, (base->digests.len + 1) * sizeof(*grown));
	if (base->digests.len > 0) {
		memcpy(grown, base->digests.v, base->digests.len * sizeof(*grown));
	}
	grown[base->digests.len] = (struct bd_digest){ kind, bd_arena_strdup(&record->arena, value) };
	base->digests.v = grown;
	base->digests.len++;
}

struct bd_evidence *base_add_evidence(
	struct bd_record *record, struct bd_base *base, const char *source, const char *reference, const char *digest)
{
	struct bd_evidence *grown = bd_arena_alloc(&record->arena, (base->evidence.len + 1) * sizeof(*grown));
	if (base->evidence.len > 0) {
		memcpy(grown, base->evidence.v, base->evidence.len * sizeof(*grown));
	}
	struct bd_evidence *fresh = &grown[base->evidence.len];
	*fresh = (struct bd_evidence){ .source = source,
		.reference = bd_arena_strdup(&record->arena, reference),
		.digest = { BD_DIGEST_UNKNOWN, bd_arena_strdup(&record->arena, digest) },
		.confidence = BD_HINT };
	base->evidence.v = grown;
	base->evidence.len++;
	return fresh;
}

void base_raise_confidence(struct bd_base *base, enum bd_confidence confidence)
{
	if (confidence > base->confidence) {
		base->confidence = confidence;
	}
}

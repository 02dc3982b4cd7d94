/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/base_line.h"

#include <string.h>

#include "collect/parts.h"

void base_add_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value)
{
	for (size_t i = 0; i < base->digests.len; i++) {
		if (strcmp(base->digests.v[i].value, value) == 0) {
			if (base->digests.v[i].kind == BD_DIGEST_UNKNOWN) {
				base->digests.v[i].kind = kind;
			}
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

void base_copy_diff_ids(
	struct bd_record *record, struct bd_base *base, const struct bd_string_vec *diff_ids, size_t count)
{
	base->diff_ids = (struct bd_string_vec){ .len = count, .cap = count };
	base->diff_ids.v = bd_arena_alloc(&record->arena, (count + 1) * sizeof(*base->diff_ids.v));
	for (size_t i = 0; i < count; i++) {
		base->diff_ids.v[i] = bd_arena_strdup(&record->arena, diff_ids->v[i]);
	}
}

/* "name:tag" of a reference that may also be pinned by digest. */
static struct bd_str without_digest(const char *reference)
{
	struct bd_str rest = bd_str(reference);
	return bd_str_cut(&rest, '@');
}

bool base_is_named(const struct bd_base *base, const char *reference)
{
	return base->reference != NULL && reference != NULL &&
	       bd_str_equal(without_digest(base->reference), without_digest(reference));
}

const char *base_name_to_ask(struct bd_arena *arena, const struct bd_base *base, const char *digest)
{
	const struct bd_str name = without_digest(base->reference);
	if (digest == NULL) {
		return bd_arena_text(arena, name.p, name.n);
	}
	const struct bd_str last = bd_path_name(name);
	const char *colon = memchr(last.p, ':', last.n);
	const size_t n = colon != NULL ? (size_t)(colon - name.p) : name.n;
	return bd_arena_printf(arena, "%.*s@%s", (int)n, name.p, digest);
}

bool diff_ids_are_prefix(const struct bd_string_vec *prefix, const struct bd_string_vec *whole)
{
	if (prefix->len == 0 || prefix->len > whole->len) {
		return false;
	}
	for (size_t i = 0; i < prefix->len; i++) {
		if (strcmp(prefix->v[i], whole->v[i]) != 0) {
			return false;
		}
	}
	return true;
}

void base_take_image(const struct bd_collect_options *options, struct bd_record *record, struct bd_base *base,
	const struct bd_image *given, const char *source, enum bd_confidence confidence)
{
	for (size_t i = 0; i < given->digests.len; i++) {
		struct bd_evidence *evidence =
			base_add_evidence(record, base, source, given->reference, given->digests.v[i].value);
		evidence->digest.kind = given->digests.v[i].kind;
		evidence->confidence = confidence;
		base_add_digest(record, base, given->digests.v[i].kind, given->digests.v[i].value);
	}
	base_copy_diff_ids(record, base, &given->config.diff_ids, given->config.diff_ids.len);
	base->created = bd_arena_strdup(&record->arena, given->config.created);
	sorted_env(options, &given->config.env, &record->arena, &base->env);
	sorted_labels(options, &given->config.labels, &record->arena, &base->labels);
	base_raise_confidence(base, confidence);
}

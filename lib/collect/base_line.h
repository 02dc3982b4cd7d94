/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a `base` line of the record: its lists live in the record's arena. */
#ifndef COLLECT_BASE_LINE_H
#define COLLECT_BASE_LINE_H

#include "basedrift/collect.h"
#include "basedrift/source.h"

void base_add_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value);
/* A new piece of evidence, a hint of unknown kind until the caller says more; texts are copied, any may be NULL. */
struct bd_evidence *base_add_evidence(
	struct bd_record *record, struct bd_base *base, const char *source, const char *reference, const char *digest);
void base_raise_confidence(struct bd_base *base, enum bd_confidence confidence);
void base_copy_diff_ids(
	struct bd_record *record, struct bd_base *base, const struct bd_string_vec *diff_ids, size_t count);
/* Everything that the image itself says of a base: digests, diff_ids, settings; evidence says `source`. */
void base_take_image(const struct bd_collect_options *options, struct bd_record *record, struct bd_base *base,
	const struct bd_image *given, const char *source, enum bd_confidence confidence);
/* Does that name the same "registry/repository:tag"?  A digest on either side does not count. */
bool base_is_named(const struct bd_base *base, const char *reference);
/* What to ask for this base by: "NAME@DIGEST", or "NAME:TAG" where digest is NULL. */
const char *base_name_to_ask(struct bd_arena *arena, const struct bd_base *base, const char *digest);
/* Are these the lowest layers of those?  False when there are none. */
bool diff_ids_are_prefix(const struct bd_string_vec *prefix, const struct bd_string_vec *whole);

#endif

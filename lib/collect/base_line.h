/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a `base` line of the record: its lists live in the record's arena. */
#ifndef COLLECT_BASE_LINE_H
#define COLLECT_BASE_LINE_H

#include "basedrift/record.h"

void base_add_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value);
/* A new piece of evidence, a hint of unknown kind until the caller says more; texts are copied, any may be NULL. */
struct bd_evidence *base_add_evidence(
	struct bd_record *record, struct bd_base *base, const char *source, const char *reference, const char *digest);
void base_raise_confidence(struct bd_base *base, enum bd_confidence confidence);

#endif

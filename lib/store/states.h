/* SPDX-License-Identifier: Apache-2.0 */
/* What a tag was: states, as rows and compared. */
#ifndef STORE_STATES_H
#define STORE_STATES_H

#include "store/store.h"

/* Of basedrift_base "a", in the order in which state_take_base reads them. */
#define STATE_BASE_COLUMNS \
	"a.digest, a.platform, a.index_digest, a.manifest_digest, a.config_digest, a.layers_digest, a.stated_digest, a.created"
#define STATE_BASE_COLUMN_COUNT 8
void state_take_base(const struct sql_value *row, struct bd_arena *arena, struct bd_store_state *out);

/*
 * When it was seen: first and last by builds of the tag "t", first and last by those who looked, who did first.
 * False: by nobody any more.
 */
#define STATE_SEEN_BY_BUILDS " FROM basedrift_build_base s WHERE s.reference = t.reference AND s.base = t.base"
#define STATE_SEEN_COLUMNS \
	"(SELECT MIN(s.started)" STATE_SEEN_BY_BUILDS "), (SELECT MAX(s.started)" STATE_SEEN_BY_BUILDS \
	"), o.first_seen, o.last_seen, o.seen_by"
#define STATE_SEEN_COLUMN_COUNT 5
#define STATE_TABLES \
	" FROM basedrift_tag t JOIN basedrift_base a ON a.digest = t.base" \
	" LEFT JOIN basedrift_look o ON o.reference = t.reference AND o.base = t.base "
bool state_take_seen(const struct sql_value *row, struct bd_arena *arena, struct bd_store_state *out);

enum bd_tri state_same_index(const struct bd_store_state *a, const struct bd_store_state *b);

#endif

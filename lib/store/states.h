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

/* Are these one image?  Told by what both know: manifest, layers, config. */
enum bd_tri state_same_image(const struct bd_store_state *a, const struct bd_store_state *b);
enum bd_tri state_same_index(const struct bd_store_state *a, const struct bd_store_state *b);

#endif

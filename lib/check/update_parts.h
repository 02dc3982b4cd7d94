/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_UPDATE_PARTS_H
#define CHECK_UPDATE_PARTS_H

#include "check/check_parts.h"

void update_list(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out);
void update_npm(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out);
void update_rules(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out);
/* The package's purl as rules hold it: of the qualifiers, the architecture.  NULL: it has none. */
const char *update_purl(const struct bd_package *package, struct bd_arena *arena);
void update_add_once(struct bd_arena *arena, struct bd_string_vec *list, const char *text);

#endif

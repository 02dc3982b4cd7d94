/* SPDX-License-Identifier: Apache-2.0 */
/* Members and items taken out of JSON and put into it, every other byte as it was. */
#ifndef CHECK_JSON_EDIT_H
#define CHECK_JSON_EDIT_H

#include "basedrift/oci.h"
#include "basedrift/patch.h"

struct json_edit {
	struct bd_str bytes;
	struct bd_arena *arena;
	struct bd_edit_vec *out;
};
/* An object or array and what is to become of it; each member is judged once, in order. */
struct json_container {
	struct bd_str value;
	struct json_span {
		size_t from, to;
		bool gone;
	} * v;
	size_t len, cap;
	struct bd_string_vec added; /* as JSON: "\"key\": value", or a value */
};
/* The next member is v[from, to) of the bytes. */
void json_container_member(struct json_container *container, const struct json_edit *edit, struct bd_str key,
	struct bd_str value, bool gone);
/* The edits for what is gone and added. */
void json_container_finish(const struct json_container *container, const struct json_edit *edit);
/* Put this text in the value's place. */
void json_edit_replace(const struct json_edit *edit, struct bd_str value, const char *with);
/* As a JSON string; NULL: it is not UTF-8. */
const char *json_edit_string(struct bd_arena *arena, const char *text);
/* By place; what is added before what is replaced there. */
void json_edit_sort(struct bd_edit_vec *edits);

#endif

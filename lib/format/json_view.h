/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large JSON documents without building them: values are views into the bytes.  Brackets, strings and separators
 * are checked on the way, what is inside a scalar only when it is read.
 */
#ifndef FORMAT_JSON_VIEW_H
#define FORMAT_JSON_VIEW_H

#include "basedrift/base.h"

/* The document's value, a byte order mark off.  Fails: BD_ERR_FORMAT with the line. */
int format_json_view(struct bd_str bytes, struct bd_str *value_out, struct bd_error *err) BD_CHECKED;
/* One value off the front of *rest, and the white space around it; false when none is there, or it does not end. */
bool format_json_cut(struct bd_str *rest, struct bd_str *value_out);
/* What is between the brackets of an object ('{') or array ('['); false: the value is another one. */
bool format_json_inside(struct bd_str value, char open, struct bd_str *inside_out);
/*
 * One member off the front of an object's or array's inside; key comes as written, without its quotes, and is
 * empty in an array.  false at the end, and at what is no member: then *inside is not empty.
 */
bool format_json_next(struct bd_str *inside, struct bd_str *key_out, struct bd_str *value_out);
/* The member of an object by its key, the last where it stands twice; false: none, or not an object. */
bool format_json_find(struct bd_str object, const char *key, struct bd_str *value_out);
/* The same of several keys in one walk; p is NULL where there is none.  false: not an object. */
bool format_json_pick(struct bd_str object, const char *const *keys, size_t count, struct bd_str *values_out);
/* A string, its escapes resolved, into out; false: no string, or one with a NUL in it. */
bool format_json_string(struct bd_str value, struct bd_buf *out);
/* The same into the arena; NULL where format_json_string() says false, and for an empty string. */
const char *format_json_text_of(struct bd_str value, struct bd_arena *arena);

#endif

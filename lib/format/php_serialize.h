/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What PHP's serialize() writes.  Values are views into the bytes: nothing is built, so a value costs nothing
 * until somebody looks into it.
 */
#ifndef FORMAT_PHP_SERIALIZE_H
#define FORMAT_PHP_SERIALIZE_H

#include "basedrift/base.h"

struct format_php {
	char kind;          /* 'N' null, 'b' 'i' 'd' numbers, 's' string, 'a' array, 'O' object, 'r' 'R' references */
	struct bd_str text; /* of a number as written, of a string its bytes */
	struct bd_str members; /* of an array or object: its keys and values, one after the other */
};
/* One value off the front of *rest; false when none stands there. */
bool format_php_next(struct bd_str *rest, struct format_php *out);
/* The value of a key; the first where it stands twice.  false: no such key. */
bool format_php_member(struct bd_str members, const char *key, struct format_php *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that people write: what is wrong in it is told with line and column. */
#ifndef CHECK_JSON_PLACE_H
#define CHECK_JSON_PLACE_H

#include "basedrift/base.h"

struct json_place {
	size_t line, column; /* from 1; columns are bytes */
};
/* Of the byte at p in bytes. */
struct json_place json_place_of(struct bd_str bytes, const char *p);
/* The document's object; syntax and double keys are checked. */
int json_place_open(struct bd_str bytes, struct bd_str *object_out, struct bd_error *err) BD_CHECKED;
/* Sets BD_ERR_FORMAT "line L, column C: …". */
int json_place_refuse(struct bd_str bytes, const char *p, struct bd_error *err, const char *fmt, ...) BD_PRINTF(4, 5);

#endif

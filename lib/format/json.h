/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as package managers leave it in images. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <jansson.h>

#include "basedrift/base.h"

/*
 * A JSON object of at most `limit` bytes, a byte order mark in front or not; of two equal keys the last one
 * counts, as most readers have it.  Free with json_decref.
 * NULL: BD_ERR_FORMAT with the line, BD_ERR_LIMIT.
 */
json_t *format_json_object(struct bd_str bytes, size_t limit, struct bd_error *err);
/* A member that is text, in the arena; NULL when it is missing, null or empty.  Fails when it is anything else. */
int format_json_text(const json_t *object, const char *key, struct bd_arena *arena, const char **out,
	struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "check/json_place.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/json_view.h"

struct json_place json_place_of(struct bd_str bytes, const char *p)
{
	struct json_place place = { 1, 1 };
	for (const char *c = bytes.p; c < p; c++) {
		place.column++;
		if (*c == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

int json_place_open(struct bd_str bytes, struct bd_str *object_out, struct bd_error *err)
{
	json_error_t reason;
	json_t *document = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &reason);
	const bool object = json_is_object(document);
	json_decref(document);
	if (document == NULL) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "line %d, column %d: %s", reason.line, reason.column, reason.text);
	}
	if (!object) {
		return bd_error_set(err, BD_ERR_FORMAT, "line 1, column 1: not a JSON object");
	}
	return format_json_view(bytes, object_out, err);
}

int json_place_refuse(struct bd_str bytes, const char *p, struct bd_error *err, const char *fmt, ...)
{
	char text[600];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	const struct json_place place = json_place_of(bytes, p);
	return bd_error_set(err, BD_ERR_FORMAT, "line %zu, column %zu: %s", place.line, place.column, text);
}

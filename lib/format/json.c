/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

json_t *format_json_object(struct bd_str bytes, size_t limit, struct bd_error *err)
{
	json_error_t reason;
	if (bytes.n > limit) {
		(void)bd_error_set(err, BD_ERR_LIMIT, "more than the %zu bytes that are read of such a file", limit);
		return NULL;
	}
	if (bd_str_starts(bytes, "\xef\xbb\xbf")) {
		bytes = (struct bd_str){ bytes.p + 3, bytes.n - 3 };
	}
	json_t *document = json_loadb(bytes.n > 0 ? bytes.p : "", bytes.n, 0, &reason);
	if (document == NULL) {
		(void)bd_error_set(err, BD_ERR_FORMAT, "line %d: %s", reason.line, reason.text);
	} else if (!json_is_object(document)) {
		(void)bd_error_set(err, BD_ERR_FORMAT, "not a JSON object");
		json_decref(document);
		document = NULL;
	}
	return document;
}

int format_json_text(
	const json_t *object, const char *key, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	const json_t *value = json_object_get(object, key);
	*out = NULL;
	if (value == NULL || json_is_null(value)) {
		return 0;
	}
	if (!json_is_string(value)) {
		return bd_error_set(err, BD_ERR_FORMAT, "\"%s\" is not a string", key);
	}
	*out = json_string_length(value) > 0 ? bd_arena_strdup(arena, json_string_value(value)) : NULL;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes in JSON (docs/record.md, "Bytes"). */
#include "base/auto.h"
#include "record/codec.h"

#define SUFFIX "_base64"

static json_t *string_of(const char *p, size_t n)
{
	return json_stringn_nocheck(p, n);
}

static json_t *string_of_buf(struct bd_buf *buf)
{
	json_t *value = string_of(bd_buf_str(buf), buf->n);
	bd_buf_release(buf);
	return value;
}

static json_t *shown(const char *text, size_t n)
{
	struct bd_buf buf = { 0 };
	bd_display_text(&buf, text, n);
	return string_of_buf(&buf);
}

static json_t *encoded(const char *text, size_t n)
{
	struct bd_buf buf = { 0 };
	bd_base64(&buf, text, n);
	return string_of_buf(&buf);
}

void text_put(json_t *object, const char *key, const char *text)
{
	if (text == NULL) {
		return;
	}
	const size_t n = strlen(text);
	if (bd_utf8_valid(text, n)) {
		(void)json_object_set_new_nocheck(object, key, string_of(text, n));
		return;
	}
	char other[64];
	(void)snprintf(other, sizeof(other), "%s" SUFFIX, key);
	(void)json_object_set_new_nocheck(object, key, shown(text, n));
	(void)json_object_set_new_nocheck(object, other, encoded(text, n));
}

json_t *text_element(const char *text)
{
	const size_t n = strlen(text);
	if (bd_utf8_valid(text, n)) {
		return string_of(text, n);
	}
	json_t *object = json_object();
	(void)json_object_set_new_nocheck(object, "base64", encoded(text, n));
	(void)json_object_set_new_nocheck(object, "text", shown(text, n));
	return object;
}

/* The bytes behind a text for people; a pair of which one belies the other is refused. */
static int decode_pair(
	const json_t *text, const json_t *base64, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	if (!json_is_string(text) || !json_is_string(base64)) {
		return bd_error_set(err, BD_ERR_FORMAT, "expected a string and its base64");
	}
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	const struct bd_str in = { json_string_value(base64), json_string_length(base64) };
	if (!bd_unbase64(&bytes, in)) {
		return bd_error_set(err, BD_ERR_FORMAT, "not base64");
	}
	if (bytes.n == 0 || memchr(bytes.p, '\0', bytes.n) != NULL || bd_utf8_valid(bytes.p, bytes.n)) {
		return bd_error_set(err, BD_ERR_FORMAT, "base64 is for bytes that are not UTF-8, without NUL");
	}
	AUTO(bd_buf_release) struct bd_buf display = { 0 };
	bd_display_text(&display, bytes.p, bytes.n);
	if (!bd_str_equal(
		    bd_buf_view(&display), (struct bd_str){ json_string_value(text), json_string_length(text) })) {
		return bd_error_set(err, BD_ERR_FORMAT, "the text is not that of its base64");
	}
	*out = bd_arena_text(arena, bytes.p, bytes.n);
	return 0;
}

int text_get(const json_t *object, const char *key, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	char other[64];
	(void)snprintf(other, sizeof(other), "%s" SUFFIX, key);
	const json_t *value = json_object_get(object, key);
	const json_t *base64 = json_object_get(object, other);

	if (base64 != NULL) {
		if (decode_pair(value, base64, arena, out, err) < 0) {
			return bd_error_wrap(err, "%s", other);
		}
		return 0;
	}
	if (value == NULL) {
		*out = NULL;
		return 0;
	}
	if (!json_is_string(value)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: expected a string", key);
	}
	*out = bd_arena_text(arena, json_string_value(value), json_string_length(value));
	return 0;
}

int text_of_element(const json_t *element, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	if (json_is_object(element)) {
		return decode_pair(
			json_object_get(element, "text"), json_object_get(element, "base64"), arena, out, err);
	}
	if (!json_is_string(element)) {
		return bd_error_set(err, BD_ERR_FORMAT, "expected a string");
	}
	*out = bd_arena_text(arena, json_string_value(element), json_string_length(element));
	return 0;
}

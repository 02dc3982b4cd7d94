/* SPDX-License-Identifier: Apache-2.0 */
#include "record/plain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Would any JSON writer put these bytes down as they are? */
static bool is_harmless(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)text[i];
		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
			return false;
		}
	}
	return true;
}

static void put_key(struct bd_buf *out, const char *key)
{
	bd_buf_add(out, ",\"", 2);
	bd_buf_add_str(out, key);
	bd_buf_add(out, "\":", 2);
}

static bool put_text(struct bd_buf *out, const struct field *field, const char *text)
{
	const size_t n = strlen(text);
	if (!is_harmless(text, n)) {
		return false;
	}
	put_key(out, field->key);
	bd_buf_add_char(out, '"');
	bd_buf_add(out, text, n);
	bd_buf_add_char(out, '"');
	return true;
}

static bool put_number(struct bd_buf *out, const struct field *field, int64_t value)
{
	char text[32];
	if (field->kind == FIELD_NAME) {
		return put_text(out, field, name_at(field->names, value));
	}
	if (field->kind == FIELD_MODE) {
		(void)snprintf(text, sizeof(text), "%04o", (unsigned int)value & 07777U);
		return put_text(out, field, text);
	}
	if (field->kind == FIELD_BOOL || field->kind == FIELD_TRI) {
		const bool yes = field->kind == FIELD_BOOL ? value != 0 : value == BD_DIFFERENT;
		(void)snprintf(text, sizeof(text), "%s", yes ? "true" : "false");
	} else {
		(void)snprintf(text, sizeof(text), "%" PRId64, value);
	}
	put_key(out, field->key);
	bd_buf_add_str(out, text);
	return true;
}

static bool put_field(struct bd_buf *out, const struct field *field, const void *item)
{
	if (field_is_number(field)) {
		const int64_t value = field_load(field, item);
		if (field->rule == WHEN_KNOWN && value == field->fallback) {
			return true;
		}
		return field_allows(field, value) && put_number(out, field, value);
	}
	const char *text = NULL;
	if (field->kind == FIELD_TEXT) {
		memcpy(&text, (const char *)item + field->offset, sizeof(text));
	}
	if (text == NULL) {
		return field->kind == FIELD_TEXT && field->rule != REQUIRED;
	}
	return put_text(out, field, text);
}

bool plain_print(const struct shape *shape, const void *item, struct bd_buf *out)
{
	const size_t before = out->n;
	bool plain = shape->problem == NULL || shape->problem(item) == NULL;
	for (size_t i = 0; plain && i < shape->len; i++) {
		plain = put_field(out, &shape->fields[i], item);
	}
	if (!plain && out->p != NULL) {
		out->n = before;
		out->p[before] = '\0';
	}
	return plain;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "record/plain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Would any JSON writer put these bytes down as they are? */
static bool is_harmless(const char *text, size_t n)
{
	unsigned int harm =
		0; /* gone through to the end: texts are short, nearly all are harmless, and this can be vectorised */
	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)text[i];
		harm |= (unsigned int)(c < 0x20) | (unsigned int)(c > 0x7e) | (unsigned int)(c == '"') |
			(unsigned int)(c == '\\');
	}
	return harm == 0;
}

static char *copy(char *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

/* ,"KEY":VALUE, with quote around the value unless it is empty. */
static void put(struct bd_buf *out, const char *key, const char *value, size_t n, const char *quote)
{
	const size_t key_n = strlen(key);
	const size_t quote_n = strlen(quote);
	char *start = bd_buf_room(out, 2 + key_n + 2 + n + 2 * quote_n);
	char *p = copy(start, ",\"", 2);
	p = copy(p, key, key_n);
	p = copy(p, "\":", 2);
	p = copy(p, quote, quote_n);
	p = copy(p, value, n);
	p = copy(p, quote, quote_n);
	bd_buf_filled(out, (size_t)(p - start));
}

static bool put_text(struct bd_buf *out, const struct field *field, const char *text)
{
	const size_t n = strlen(text);
	if (!is_harmless(text, n)) {
		return false;
	}
	put(out, field->key, text, n, "\"");
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
	put(out, field->key, text, strlen(text), "");
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

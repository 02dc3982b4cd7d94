/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_view.h"

#include <jansson.h>
#include <string.h>

static struct bd_str skip_space(struct bd_str rest)
{
	while (rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '\n' || rest.p[0] == '\r')) {
		rest = (struct bd_str){ rest.p + 1, rest.n - 1 };
	}
	return rest;
}

/* Bytes of the string that text begins with, its quotes counted; 0: it has no end. */
static size_t string_length(struct bd_str text)
{
	size_t at = 1;
	while (at < text.n) {
		const char *quote = memchr(text.p + at, '"', text.n - at);
		if (quote == NULL) {
			return 0;
		}
		const char *before = quote;
		while (before > text.p + at && before[-1] == '\\') {
			before--;
		}
		at = (size_t)(quote - text.p) + 1;
		if ((quote - before) % 2 == 0) {
			return at;
		}
	}
	return 0;
}

static size_t nested_length(struct bd_str text)
{
	size_t depth = 0;
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (c == '"') {
			const size_t n = string_length((struct bd_str){ text.p + i, text.n - i });
			if (n == 0) {
				return 0;
			}
			i += n - 1;
		}
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		if (depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

static bool ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t scalar_length(struct bd_str text)
{
	size_t n = 0;
	while (n < text.n && !ends_scalar(text.p[n])) {
		n++;
	}
	return n;
}

bool format_json_cut(struct bd_str *rest, struct bd_str *value_out)
{
	const struct bd_str text = skip_space(*rest);
	if (text.n == 0) {
		return false;
	}
	const char c = text.p[0];
	const size_t n = c == '"'               ? string_length(text)
			 : c == '{' || c == '[' ? nested_length(text)
						: scalar_length(text);
	if (n == 0) {
		return false;
	}
	*value_out = (struct bd_str){ text.p, n };
	*rest = skip_space((struct bd_str){ text.p + n, text.n - n });
	return true;
}

int format_json_view(struct bd_str bytes, struct bd_str *value_out, struct bd_error *err)
{
	struct bd_str rest = bytes;
	size_t line = 1;
	if (bd_str_starts(rest, "\xef\xbb\xbf")) {
		rest = (struct bd_str){ rest.p + 3, rest.n - 3 };
	}
	if (format_json_cut(&rest, value_out) && rest.n == 0) {
		return 0;
	}
	for (size_t i = 0; rest.p != NULL && bytes.p + i < rest.p; i++) {
		line += bytes.p[i] == '\n';
	}
	return bd_error_set(err, BD_ERR_FORMAT, "line %zu: %s", line,
		rest.n == 0 ? "no JSON" : "JSON that does not end, or is followed by something else");
}

bool format_json_inside(struct bd_str value, char open, struct bd_str *inside_out)
{
	if (value.n < 2 || value.p[0] != open || value.p[value.n - 1] != (open == '{' ? '}' : ']')) {
		return false;
	}
	*inside_out = skip_space((struct bd_str){ value.p + 1, value.n - 2 });
	return true;
}

static bool cut_key(struct bd_str *rest, struct bd_str *key)
{
	struct bd_str after = *rest;
	if (!bd_str_starts(after, "\"") || !format_json_cut(&after, key) || !bd_str_starts(after, ":")) {
		*key = (struct bd_str){ NULL, 0 };
		return false;
	}
	*key = (struct bd_str){ key->p + 1, key->n - 2 };
	*rest = (struct bd_str){ after.p + 1, after.n - 1 };
	return true;
}

bool format_json_next(struct bd_str *inside, struct bd_str *key_out, struct bd_str *value_out)
{
	struct bd_str rest = skip_space(*inside);
	*inside = rest;
	(void)cut_key(&rest, key_out);
	if (!format_json_cut(&rest, value_out)) {
		return false;
	}
	if (bd_str_starts(rest, ",")) {
		rest = (struct bd_str){ rest.p + 1, rest.n - 1 };
	} else if (rest.n > 0) {
		return false;
	}
	*inside = rest;
	return true;
}

bool format_json_pick(struct bd_str object, const char *const *keys, size_t count, struct bd_str *values_out)
{
	struct bd_str inside;
	struct bd_str name;
	struct bd_str value;
	for (size_t i = 0; i < count; i++) {
		values_out[i] = (struct bd_str){ NULL, 0 };
	}
	if (!format_json_inside(object, '{', &inside)) {
		return false;
	}
	while (format_json_next(&inside, &name, &value)) {
		for (size_t i = 0; name.p != NULL && i < count; i++) {
			if (bd_str_is(name, keys[i])) {
				values_out[i] = value;
			}
		}
	}
	return true;
}

bool format_json_find(struct bd_str object, const char *key, struct bd_str *value_out)
{
	struct bd_str value;
	if (!format_json_pick(object, &key, 1, &value) || value.p == NULL) {
		return false;
	}
	*value_out = value;
	return true;
}

bool format_json_string(struct bd_str value, struct bd_buf *out)
{
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (value.n < 2 || value.p[0] != '"') {
		return false;
	}
	const struct bd_str plain = { value.p + 1, value.n - 2 };
	if (plain.n == 0 || memchr(plain.p, '\\', plain.n) == NULL) {
		bd_buf_add(out, plain.p, plain.n);
		return bd_utf8_valid(plain.p, plain.n) && memchr(plain.p, '\0', plain.n) == NULL;
	}
	json_t *text = json_loadb(value.p, value.n, JSON_DECODE_ANY, NULL); /* refuses \u0000 */
	const bool good = json_is_string(text);
	if (good) {
		bd_buf_add(out, json_string_value(text), json_string_length(text));
	}
	json_decref(text);
	return good;
}

const char *format_json_text_of(struct bd_str value, struct bd_arena *arena)
{
	struct bd_buf text = { .n = 0 };
	const char *copy = NULL;
	if (format_json_string(value, &text) && text.n > 0) {
		copy = bd_arena_text(arena, text.p, text.n);
	}
	bd_buf_release(&text);
	return copy;
}

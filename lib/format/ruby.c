/* SPDX-License-Identifier: Apache-2.0 */
#include "format/ruby.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct bd_str after(struct bd_str s, size_t n)
{
	return (struct bd_str){ s.p + n, s.n - n };
}

struct bd_str format_ruby_skip(struct bd_str rest)
{
	while (rest.n > 0 && (is_space(rest.p[0]) || rest.p[0] == '#')) {
		if (rest.p[0] == '#') {
			(void)bd_str_cut(&rest, '\n');
		} else {
			rest = after(rest, 1);
		}
	}
	return rest;
}

/* ---- escapes of "…" ----------------------------------------------------------------------------------- */

static int digit_value(char c, unsigned int base)
{
	const int value = c >= '0' && c <= '9'   ? c - '0'
			  : c >= 'a' && c <= 'f' ? c - 'a' + 10
			  : c >= 'A' && c <= 'F' ? c - 'A' + 10
						 : 99;
	return value < (int)base ? value : -1;
}

/* Up to `most` digits off the front; false when there is none. */
static bool cut_number(struct bd_str *rest, unsigned int base, size_t most, uint32_t *out)
{
	size_t n = 0;
	*out = 0;
	for (; n < most && n < rest->n && digit_value(rest->p[n], base) >= 0; n++) {
		*out = *out * base + (uint32_t)digit_value(rest->p[n], base);
	}
	*rest = after(*rest, n);
	return n > 0;
}

/* \uHHHH, or \u{H H …} */
static bool add_code_points(struct bd_str *rest, struct bd_buf *out)
{
	uint32_t c = 0;
	if (!bd_str_starts(*rest, "{")) {
		const bool good = cut_number(rest, 16, 4, &c);
		bd_utf8_add(out, c);
		return good;
	}
	*rest = after(*rest, 1);
	while (rest->n > 0 && rest->p[0] != '}') {
		if (rest->p[0] == ' ') {
			*rest = after(*rest, 1);
			continue;
		}
		if (!cut_number(rest, 16, 6, &c) || c > 0x10ffff) {
			return false;
		}
		bd_utf8_add(out, c);
	}
	*rest = rest->n > 0 ? after(*rest, 1) : *rest;
	return true;
}

/* *rest stands behind the backslash. */
static bool add_escape(struct bd_str *rest, struct bd_buf *out)
{
	static const char names[] = "abefnrstv";
	static const char values[] = "\a\b\033\f\n\r \t\v";
	uint32_t number = 0;
	if (rest->n == 0) {
		return false;
	}
	const char c = rest->p[0];
	if (digit_value(c, 8) >= 0) {
		(void)cut_number(rest, 8, 3, &number);
		bd_buf_add_char(out, (char)(number & 0xff));
		return true;
	}
	*rest = after(*rest, 1);
	if (c == 'u') {
		return add_code_points(rest, out);
	}
	if (c == 'x') {
		const bool good = cut_number(rest, 16, 2, &number);
		bd_buf_add_char(out, (char)number);
		return good;
	}
	const char *name = c != '\0' ? strchr(names, c) : NULL;
	if (c != '\n') {
		bd_buf_add_char(out, name != NULL ? values[name - names] : c);
	}
	return true;
}

/* ---- strings ------------------------------------------------------------------------------------------ */

struct quotes {
	char open, close; /* open is 0 where brackets do not nest */
	bool escapes;     /* "…" and %Q: escapes and #{…} */
};

static char closing(char open)
{
	static const char pairs[] = "(){}[]<>";
	const char *found = open != '\0' ? strchr(pairs, open) : NULL;
	return found != NULL && (found - pairs) % 2 == 0 ? found[1] : '\0';
}

/* The opening quote off the front. */
static bool cut_quote(struct bd_str *rest, struct quotes *out)
{
	if (rest->n > 0 && (rest->p[0] == '"' || rest->p[0] == '\'')) {
		*out = (struct quotes){ '\0', rest->p[0], rest->p[0] == '"' };
		*rest = after(*rest, 1);
		return true;
	}
	if (rest->n < 3 || rest->p[0] != '%') {
		return false;
	}
	const bool lettered = rest->p[1] == 'q' || rest->p[1] == 'Q';
	const char open = rest->p[lettered ? 2 : 1];
	const char close = closing(open);
	const bool is_other = open == '|' || open == '!' || open == '/'; /* the same on both sides */
	if (close == '\0' && !(lettered && is_other)) {
		return false;
	}
	*out = (struct quotes){ close != '\0' ? open : '\0', close != '\0' ? close : open, rest->p[1] != 'q' };
	*rest = after(*rest, lettered ? 3 : 2);
	return true;
}

static bool add_backslash(struct bd_str *rest, const struct quotes *quotes, struct bd_buf *out)
{
	*rest = after(*rest, 1);
	if (quotes->escapes) {
		return add_escape(rest, out);
	}
	const bool is_escape =
		rest->n > 0 && (rest->p[0] == '\\' || rest->p[0] == quotes->close || rest->p[0] == quotes->open);
	if (!is_escape) {
		bd_buf_add_char(out, '\\');
	}
	if (rest->n > 0) {
		bd_buf_add_char(out, rest->p[0]);
		*rest = after(*rest, 1);
	}
	return true;
}

bool format_ruby_string(struct bd_str *rest, struct bd_buf *out)
{
	struct quotes quotes;
	size_t depth = 0;
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (!cut_quote(rest, &quotes)) {
		return false;
	}
	while (rest->n > 0) {
		const char c = rest->p[0];
		if (c == '\\') {
			if (!add_backslash(rest, &quotes, out)) {
				return false;
			}
			continue;
		}
		if (quotes.escapes && bd_str_starts(*rest, "#{")) {
			return false;
		}
		*rest = after(*rest, 1);
		if (c == quotes.close && depth == 0) {
			return true;
		}
		depth += c == quotes.open && quotes.open != '\0';
		depth -= c == quotes.close;
		bd_buf_add_char(out, c);
	}
	return false;
}

/* ---- lists -------------------------------------------------------------------------------------------- */

struct format_ruby_list format_ruby_list_at(struct bd_str rest)
{
	struct format_ruby_list list = { .rest = format_ruby_skip(rest) };
	if (bd_str_starts(list.rest, "[")) {
		list.end = ']';
		list.rest = after(list.rest, 1);
	} else if (list.rest.n > 2 && (bd_str_starts(list.rest, "%w") || bd_str_starts(list.rest, "%W"))) {
		list.end = closing(list.rest.p[2]);
		list.words = true;
		list.rest = after(list.rest, 3);
	}
	return list;
}

static bool next_word(struct format_ruby_list *list, struct bd_buf *out)
{
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	while (list->rest.n > 0 && is_space(list->rest.p[0])) {
		list->rest = after(list->rest, 1);
	}
	while (list->rest.n > 0 && !is_space(list->rest.p[0]) && list->rest.p[0] != list->end) {
		bd_buf_add_char(out, list->rest.p[0]);
		list->rest = after(list->rest, 1);
	}
	return out->n > 0;
}

/* "a".freeze, "b" */
static struct bd_str skip_to_next(struct bd_str rest)
{
	rest = format_ruby_skip(rest);
	if (bd_str_starts(rest, ".freeze")) {
		rest = format_ruby_skip(after(rest, 7));
	}
	return bd_str_starts(rest, ",") ? format_ruby_skip(after(rest, 1)) : rest;
}

bool format_ruby_list_next(struct format_ruby_list *list, struct bd_buf *out)
{
	if (list->end == '\0') {
		return false;
	}
	if (list->words) {
		return next_word(list, out);
	}
	list->rest = format_ruby_skip(list->rest);
	if (!format_ruby_string(&list->rest, out)) {
		return false;
	}
	list->rest = skip_to_next(list->rest);
	return true;
}

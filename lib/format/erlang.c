/* SPDX-License-Identifier: Apache-2.0 */
#include "format/erlang.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' ||
	       (unsigned char)c >= 0x80;
}

static int fail(const struct format_erlang *reader, struct bd_error *err, const char *problem)
{
	return bd_error_set(err, BD_ERR_FORMAT, "line %zu: %s", reader->line + 1, problem);
}

static char at(const struct format_erlang *reader, size_t ahead)
{
	if (reader->at + ahead >= reader->bytes.n) {
		return '\0';
	}
	return reader->bytes.p[reader->at + ahead];
}

/* White space and comments. */
static void skip_blank(struct format_erlang *reader)
{
	bool comment = false;
	for (; reader->at < reader->bytes.n; reader->at++) {
		const char c = reader->bytes.p[reader->at];
		if (c == '\n') {
			reader->line++;
			comment = false;
		} else if (c == '%') {
			comment = true;
		} else if (!comment && (unsigned char)c > ' ') {
			return;
		}
	}
}

static void take(struct format_erlang *reader, struct format_erlang_token *out, enum format_erlang_kind kind, size_t n)
{
	out->kind = kind;
	out->text = (struct bd_str){ reader->bytes.p + reader->at, n };
	out->depth = reader->depth;
	reader->at += n;
}

/* "text" or 'atom', up to the same quote that no backslash stands before. */
static int take_quoted(struct format_erlang *reader, struct format_erlang_token *out, struct bd_error *err)
{
	const char quote = reader->bytes.p[reader->at];
	size_t end = reader->at + 1;
	while (end < reader->bytes.n && reader->bytes.p[end] != quote) {
		if (reader->bytes.p[end] == '\\' && end + 1 < reader->bytes.n) {
			end++;
		}
		reader->line += reader->bytes.p[end] == '\n';
		end++;
	}
	if (end >= reader->bytes.n) {
		return fail(reader, err, "a quote that never ends");
	}
	reader->at++;
	take(reader, out, quote == '"' ? FORMAT_ERLANG_STRING : FORMAT_ERLANG_ATOM, end - reader->at);
	reader->at++;
	return 0;
}

static int take_open(struct format_erlang *reader, struct format_erlang_token *out, size_t n, struct bd_error *err)
{
	if (reader->depth == sizeof(reader->open)) {
		return bd_error_set(err, BD_ERR_LIMIT, "line %zu: more than %zu brackets in each other",
			reader->line + 1, sizeof(reader->open));
	}
	reader->open[reader->depth++] = at(reader, n - 1);
	take(reader, out, FORMAT_ERLANG_OPEN, n);
	return 0;
}

static int take_close(struct format_erlang *reader, struct format_erlang_token *out, struct bd_error *err)
{
	const char c = at(reader, 0);
	static const char pairs[] = "}{][><";
	const char *pair = strchr(pairs, c); /* the closing one, before the opening one */
	if (pair == NULL || reader->depth == 0 || reader->open[reader->depth - 1] != pair[1]) {
		return fail(reader, err, "a bracket that nothing opened");
	}
	take(reader, out, FORMAT_ERLANG_CLOSE, c == '>' ? 2 : 1);
	reader->depth--;
	return 0;
}

static int take_word(struct format_erlang *reader, struct format_erlang_token *out, struct bd_error *err)
{
	const bool number = is_digit(at(reader, 0)) || at(reader, 0) == '-' || at(reader, 0) == '+';
	size_t n = 1;
	while (is_word_byte(at(reader, n)) || (number && (at(reader, n) == '#' || at(reader, n) == '-')) ||
		(number && at(reader, n) == '.' && is_digit(at(reader, n + 1)))) {
		n++;
	}
	if (!number && !is_word_byte(at(reader, 0))) {
		return fail(reader, err, "a byte that begins no term");
	}
	take(reader, out, number ? FORMAT_ERLANG_NUMBER : FORMAT_ERLANG_ATOM, n);
	return 0;
}

static bool starts(const struct format_erlang *reader, const char *text)
{
	const size_t left = reader->bytes.n - reader->at;
	return left >= strlen(text) && memcmp(reader->bytes.p + reader->at, text, strlen(text)) == 0;
}

int format_erlang_next(struct format_erlang *reader, struct format_erlang_token *out, struct bd_error *err)
{
	skip_blank(reader);
	if (reader->at >= reader->bytes.n) {
		*out = (struct format_erlang_token){ .kind = FORMAT_ERLANG_END, .depth = reader->depth };
		return reader->depth > 0 ? fail(reader, err, "ends inside a term") : 0;
	}
	const char c = reader->bytes.p[reader->at];
	if (c == '"' || c == '\'') {
		return take_quoted(reader, out, err);
	}
	if (c == '{' || c == '[') {
		return take_open(reader, out, 1, err);
	}
	if (starts(reader, "<<") || starts(reader, "#{")) {
		return take_open(reader, out, 2, err);
	}
	if (c == '}' || c == ']' || starts(reader, ">>")) {
		return take_close(reader, out, err);
	}
	if (c == '$') { /* a character's code */
		take(reader, out, FORMAT_ERLANG_NUMBER,
			at(reader, 1) == '\\' && at(reader, 2) != '\0' ? 3
			: at(reader, 1) != '\0'                        ? 2
								       : 1);
		return 0;
	}
	if (c == ',' || c == '.') {
		take(reader, out, c == ',' ? FORMAT_ERLANG_COMMA : FORMAT_ERLANG_DOT, 1);
		return 0;
	}
	if (c == '|' || c == '/' || c == ':' || c == '=' || c == '>') {
		take(reader, out, FORMAT_ERLANG_OTHER, 1);
		return 0;
	}
	return take_word(reader, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lua_tokens.h"

#include <string.h>

#include "base/auto.h"

static void skip(struct format_lua_tokens *tokens, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tokens->line += tokens->rest.p[i] == '\n';
	}
	tokens->rest.p += n;
	tokens->rest.n -= n;
}

static char at(const struct format_lua_tokens *tokens, size_t i)
{
	if (i >= tokens->rest.n) {
		return '\0';
	}
	return tokens->rest.p[i];
}

static int fail(const struct format_lua_tokens *tokens, struct bd_error *err, const char *problem)
{
	return bd_error_set(err, BD_ERR_FORMAT, "line %zu: %s", tokens->line + 1, problem);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* "[[", "[=[" …: how many bytes it takes, 0 when it is none. */
static size_t long_bracket(const struct format_lua_tokens *tokens, size_t from)
{
	size_t n = 1;
	if (at(tokens, from) != '[') {
		return 0;
	}
	while (at(tokens, from + n) == '=') {
		n++;
	}
	return at(tokens, from + n) == '[' ? n + 1 : 0;
}

/* From an opening long bracket of n bytes to what follows its closing one; out is what stands between. */
static int take_long(struct format_lua_tokens *tokens, size_t n, struct bd_str *out, struct bd_error *err)
{
	for (size_t i = n; i + n <= tokens->rest.n; i++) {
		if (tokens->rest.p[i] == ']' && tokens->rest.p[i + n - 1] == ']' &&
			memcmp(tokens->rest.p + i + 1, tokens->rest.p + 1, n - 2) == 0) {
			*out = (struct bd_str){ tokens->rest.p + n, i - n };
			if (bd_str_starts(*out, "\n")) { /* a line break right behind the bracket is not of the text */
				*out = (struct bd_str){ out->p + 1, out->n - 1 };
			}
			skip(tokens, i + n);
			return 0;
		}
	}
	return fail(tokens, err, "a long bracket that never ends");
}

static int skip_blank(struct format_lua_tokens *tokens, struct bd_error *err)
{
	while (tokens->rest.n > 0) {
		struct bd_str comment;
		size_t n = 0;
		if ((unsigned char)tokens->rest.p[0] <= ' ') {
			skip(tokens, 1);
		} else if (!bd_str_starts(tokens->rest, "--")) {
			return 0;
		} else if ((n = long_bracket(tokens, 2)) > 0) {
			skip(tokens, 2);
			if (take_long(tokens, n, &comment, err) < 0) {
				return -(int)err->code;
			}
		} else {
			const char *end = memchr(tokens->rest.p, '\n', tokens->rest.n);
			skip(tokens, end != NULL ? (size_t)(end - tokens->rest.p) : tokens->rest.n);
		}
	}
	return 0;
}

/* One escape after its backslash; returns the bytes it takes. */
static size_t add_escape(const struct format_lua_tokens *tokens, size_t from, struct bd_buf *out)
{
	static const char letters[] = "abfnrtv";
	static const char values[] = "\a\b\f\n\r\t\v";
	const char c = at(tokens, from);
	const char *letter = c != '\0' ? strchr(letters, c) : NULL;
	uint8_t byte = 0;
	size_t n = 0;
	unsigned int code = 0;
	if (letter != NULL) {
		bd_buf_add_char(out, values[letter - letters]);
		return 1;
	}
	if (c == 'x' && from + 3 <= tokens->rest.n &&
		bd_unhex((struct bd_str){ tokens->rest.p + from + 1, 2 }, &byte)) {
		bd_buf_add(out, &byte, 1);
		return 3;
	}
	for (; n < 3 && is_digit(at(tokens, from + n)); n++) {
		code = code * 10 + (unsigned int)(at(tokens, from + n) - '0');
	}
	byte = n > 0 ? (uint8_t)code : (uint8_t)c;
	bd_buf_add(out, &byte, 1);
	return n > 0 ? n : 1;
}

static int take_string(struct format_lua_tokens *tokens, struct bd_str *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	const char quote = tokens->rest.p[0];
	size_t i = 1;
	while (i < tokens->rest.n && tokens->rest.p[i] != quote && tokens->rest.p[i] != '\n') {
		if (tokens->rest.p[i] == '\\' && i + 1 < tokens->rest.n) {
			i += 1 + add_escape(tokens, i + 1, &text);
		} else {
			bd_buf_add_char(&text, tokens->rest.p[i++]);
		}
	}
	if (i >= tokens->rest.n || tokens->rest.p[i] != quote) {
		return fail(tokens, err, "a string that never ends");
	}
	skip(tokens, i + 1);
	*out = (struct bd_str){ bd_arena_text(tokens->arena, bd_buf_str(&text), text.n), text.n };
	return 0;
}

static size_t sign_length(const struct format_lua_tokens *tokens)
{
	static const char *const signs[] = { "...", "..", "==", "~=", "<=", ">=", "//", "<<", ">>", "::" };
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (bd_str_starts(tokens->rest, signs[i])) {
			return strlen(signs[i]);
		}
	}
	return 1;
}

static size_t word_length(const struct format_lua_tokens *tokens)
{
	const bool number = is_digit(tokens->rest.p[0]);
	size_t n = 0;
	while (is_name_byte(at(tokens, n)) || (number && at(tokens, n) == '.' && at(tokens, n + 1) != '.')) {
		n++;
	}
	return n;
}

int format_lua_next(struct format_lua_tokens *tokens, struct format_lua_token *out, struct bd_error *err)
{
	if (skip_blank(tokens, err) < 0) {
		return -(int)err->code;
	}
	*out = (struct format_lua_token){ .kind = FORMAT_LUA_END, .line = tokens->line + 1 };
	if (tokens->rest.n == 0) {
		return 0;
	}
	const char c = tokens->rest.p[0];
	const size_t bracket = long_bracket(tokens, 0);
	out->kind = FORMAT_LUA_STRING;
	if (c == '"' || c == '\'') {
		return take_string(tokens, &out->text, err);
	}
	if (bracket > 0) {
		return take_long(tokens, bracket, &out->text, err);
	}
	out->kind = is_digit(c) ? FORMAT_LUA_NUMBER : is_name_byte(c) ? FORMAT_LUA_NAME : FORMAT_LUA_SIGN;
	const size_t n = out->kind == FORMAT_LUA_SIGN ? sign_length(tokens) : word_length(tokens);
	out->text = (struct bd_str){ tokens->rest.p, n };
	skip(tokens, n);
	return 0;
}

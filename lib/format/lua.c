/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lua.h"

#include <stdlib.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/lua_tokens.h"

struct value {
	bool known; /* a string, in text */
	struct bd_str text;
};

struct local {
	struct bd_str name;
	struct value value;
};
struct locals {
	struct local *v;
	size_t len, cap;
	size_t visible; /* the first ones; those of the statement at hand are none yet (3.5, "Visibility Rules") */
};

struct reader {
	struct format_lua_tokens tokens;
	struct format_lua_token token; /* the one at hand */
	struct bd_str keys[BD_LIMIT_TERM_DEPTH];
	size_t key_count;
	size_t depth; /* of expressions in each other */
	struct locals locals;
	format_lua_fn *each;
	void *context;
	struct bd_error *err;
};

static void release_reader(struct reader *reader)
{
	free(reader->locals.v);
}

static int fail(struct reader *reader, const char *problem)
{
	return bd_error_set(reader->err, BD_ERR_FORMAT, "line %zu: %s", reader->token.line, problem);
}

static int advance(struct reader *reader)
{
	return format_lua_next(&reader->tokens, &reader->token, reader->err);
}

static bool is_sign(const struct reader *reader, const char *sign)
{
	return reader->token.kind == FORMAT_LUA_SIGN && bd_str_is(reader->token.text, sign);
}

static bool is_word(const struct reader *reader, const char *word)
{
	return reader->token.kind == FORMAT_LUA_NAME && bd_str_is(reader->token.text, word);
}

static int expect(struct reader *reader, const char *sign)
{
	if (!is_sign(reader, sign)) {
		return bd_error_set(
			reader->err, BD_ERR_FORMAT, "line %zu: \"%s\" is missing", reader->token.line, sign);
	}
	return advance(reader);
}

static bool is_any(const struct reader *reader, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (bd_str_is(reader->token.text, *words)) {
			return true;
		}
	}
	return false;
}

static bool is_block_begin(const struct reader *reader)
{
	static const char *const words[] = { "function", "if", "do", "repeat", NULL };
	return reader->token.kind == FORMAT_LUA_NAME && is_any(reader, words);
}

static int read_expression(struct reader *reader, struct value *out);

/* What follows goes BD_LIMIT_TERM_DEPTH deep, which read_expression() counts. NOLINTBEGIN(misc-no-recursion) */

/* From a block's first word (function, if, for …) behind its last; "until" has a condition after it. */
static int skip_block(struct reader *reader)
{
	size_t open = 0;
	do {
		if (reader->token.kind == FORMAT_LUA_END) {
			return fail(reader, "a block that never ends");
		}
		if (is_block_begin(reader)) {
			open++;
		} else if ((is_word(reader, "end") || is_word(reader, "until")) && open > 0) {
			struct value condition;
			const bool until = is_word(reader, "until");
			open--;
			if (open == 0) {
				return advance(reader) < 0 || (until && read_expression(reader, &condition) < 0)
					       ? -(int)reader->err->code
					       : 0;
			}
		}
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	} while (true);
}

/* From an opening bracket behind its closing one, whatever stands between. */
static int skip_brackets(struct reader *reader)
{
	size_t open = 0;
	do {
		if (reader->token.kind == FORMAT_LUA_END) {
			return fail(reader, "a bracket that is never closed");
		}
		if (is_sign(reader, "(") || is_sign(reader, "[") || is_sign(reader, "{")) {
			open++;
		} else if (is_sign(reader, ")") || is_sign(reader, "]") || is_sign(reader, "}")) {
			open--;
		}
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	} while (open > 0);
	return 0;
}

static struct value look_up(const struct reader *reader, struct bd_str name)
{
	for (size_t i = reader->locals.visible; i-- > 0;) {
		if (bd_str_equal(reader->locals.v[i].name, name)) {
			return reader->locals.v[i].value;
		}
	}
	return (struct value){ .known = false };
}

static int push_key(struct reader *reader, struct bd_str key)
{
	if (reader->key_count == BD_LIMIT_TERM_DEPTH) {
		return bd_error_set(reader->err, BD_ERR_LIMIT, "line %zu: more than %u levels", reader->token.line,
			BD_LIMIT_TERM_DEPTH);
	}
	reader->keys[reader->key_count++] = key;
	return 0;
}

/* The value of the keys at hand. */
static int read_value(struct reader *reader)
{
	struct value value = { .known = false };
	if (read_expression(reader, &value) < 0) {
		return -(int)reader->err->code;
	}
	if (value.known && reader->each != NULL) {
		reader->each(reader->keys, reader->key_count, value.text, reader->context);
	}
	return 0;
}

/* "[expression] =", after which its value stands. */
static int read_bracket_key(struct reader *reader, struct bd_str *key)
{
	struct value value = { .known = false };
	if (expect(reader, "[") < 0 || read_expression(reader, &value) < 0 || expect(reader, "]") < 0) {
		return -(int)reader->err->code;
	}
	*key = value.known ? value.text : BD_STR("");
	return 0;
}

/* "NAME =" needs a look ahead: "NAME" may be an item of its own. */
static bool is_name_key(const struct reader *reader)
{
	struct format_lua_tokens ahead = reader->tokens;
	struct format_lua_token token;
	struct bd_error err;
	return reader->token.kind == FORMAT_LUA_NAME && format_lua_next(&ahead, &token, &err) == 0 &&
	       token.kind == FORMAT_LUA_SIGN && bd_str_is(token.text, "=");
}

static int read_item(struct reader *reader)
{
	struct bd_str key = BD_STR("");
	bool has_key = false;
	if (is_sign(reader, "[")) {
		has_key = true;
		if (read_bracket_key(reader, &key) < 0) {
			return -(int)reader->err->code;
		}
	} else if (is_name_key(reader)) {
		has_key = true;
		key = reader->token.text;
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	}
	if ((has_key && expect(reader, "=") < 0) || push_key(reader, key) < 0 || read_value(reader) < 0) {
		return -(int)reader->err->code;
	}
	reader->key_count--;
	return 0;
}

static int read_table(struct reader *reader)
{
	if (expect(reader, "{") < 0) {
		return -(int)reader->err->code;
	}
	while (!is_sign(reader, "}")) {
		if (read_item(reader) < 0) {
			return -(int)reader->err->code;
		}
		if (!is_sign(reader, ",") && !is_sign(reader, ";")) {
			break;
		}
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	}
	return expect(reader, "}");
}

/* What may follow a value and makes another of it: .name :name [key] (arguments) {table} "text" */
static int read_suffixes(struct reader *reader, struct value *out)
{
	while (reader->token.kind != FORMAT_LUA_END) {
		int result = 0;
		if (is_sign(reader, ".") || is_sign(reader, ":")) {
			result = advance(reader) < 0 ? -1 : advance(reader);
		} else if (is_sign(reader, "(") || is_sign(reader, "[") || is_sign(reader, "{")) {
			result = skip_brackets(reader);
		} else if (reader->token.kind == FORMAT_LUA_STRING) {
			result = advance(reader);
		} else {
			return 0;
		}
		out->known = false;
		if (result < 0) {
			return -(int)reader->err->code;
		}
	}
	return 0;
}

static bool is_keyword(const struct reader *reader)
{
	static const char *const words[] = { "and", "or", "end", "then", "else", "elseif", "do", "local", "return",
		"until", "while", "for", "if", "in", "break", "goto", "repeat", NULL };
	return is_any(reader, words);
}

static int read_name(struct reader *reader, struct value *out)
{
	if (is_word(reader, "function")) {
		return skip_block(reader);
	}
	if (is_keyword(reader)) {
		return fail(reader, "a value is missing");
	}
	*out = look_up(reader, reader->token.text);
	return advance(reader) < 0 ? -(int)reader->err->code : read_suffixes(reader, out);
}

static int read_sign(struct reader *reader, struct value *out)
{
	if (is_sign(reader, "{")) {
		return read_table(reader);
	}
	if (is_sign(reader, "(")) {
		return skip_brackets(reader) < 0 ? -(int)reader->err->code : read_suffixes(reader, out);
	}
	if (is_sign(reader, "...")) {
		return advance(reader);
	}
	return fail(reader, "a value is missing");
}

static int read_plain_operand(struct reader *reader, struct value *out)
{
	*out = (struct value){ .known = false };
	switch (reader->token.kind) {
	case FORMAT_LUA_STRING:
		*out = (struct value){ true, reader->token.text };
		return advance(reader);
	case FORMAT_LUA_NUMBER:
		return advance(reader);
	case FORMAT_LUA_NAME:
		return read_name(reader, out);
	case FORMAT_LUA_SIGN:
		return read_sign(reader, out);
	case FORMAT_LUA_END:
	default:
		return fail(reader, "ends where a value is missing");
	}
}

static int read_operand(struct reader *reader, struct value *out)
{
	bool changed = false;
	while (is_sign(reader, "-") || is_sign(reader, "#") || is_sign(reader, "~") || is_word(reader, "not")) {
		changed = true;
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	}
	if (read_plain_operand(reader, out) < 0) {
		return -(int)reader->err->code;
	}
	out->known = out->known && !changed;
	return 0;
}

static bool is_operator(const struct reader *reader)
{
	static const char *const signs[] = { "..", "+", "-", "*", "/", "//", "%", "^", "==", "~=", "<", "<=", ">",
		">=", "&", "|", "~", "<<", ">>", NULL };
	return is_word(reader, "and") || is_word(reader, "or") ||
	       (reader->token.kind == FORMAT_LUA_SIGN && is_any(reader, signs));
}

static int join(struct reader *reader, struct value *left, struct value right)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	if (left->text.n + right.text.n > BD_LIMIT_LUA_STRING) {
		return bd_error_set(reader->err, BD_ERR_LIMIT, "line %zu: a string of more than %u bytes",
			reader->token.line, BD_LIMIT_LUA_STRING);
	}
	bd_buf_add(&text, left->text.p, left->text.n);
	bd_buf_add(&text, right.text.p, right.text.n);
	left->text = (struct bd_str){ bd_arena_text(reader->tokens.arena, bd_buf_str(&text), text.n), text.n };
	return 0;
}

static int read_operation(struct reader *reader, struct value *out)
{
	while (is_operator(reader)) {
		const bool joins = is_sign(reader, "..");
		struct value right = { .known = false };
		if (advance(reader) < 0 || read_operand(reader, &right) < 0) {
			return -(int)reader->err->code;
		}
		out->known = joins && out->known && right.known;
		if (out->known && join(reader, out, right) < 0) {
			return -(int)reader->err->code;
		}
	}
	return 0;
}

static int read_expression(struct reader *reader, struct value *out)
{
	if (reader->depth == BD_LIMIT_TERM_DEPTH) {
		return bd_error_set(reader->err, BD_ERR_LIMIT, "line %zu: more than %u levels", reader->token.line,
			BD_LIMIT_TERM_DEPTH);
	}
	reader->depth++;
	*out = (struct value){ .known = false };
	if (read_operand(reader, out) < 0 || read_operation(reader, out) < 0) {
		return -(int)reader->err->code;
	}
	reader->depth--;
	return 0;
}

/* NOLINTEND(misc-no-recursion) */

/* The names of "local a, b". */
static int read_local_names(struct reader *reader)
{
	for (bool more = true; more;) {
		if (reader->token.kind != FORMAT_LUA_NAME) {
			return fail(reader, "a local without a name");
		}
		if (reader->locals.len == BD_LIMIT_LUA_LOCALS) {
			return bd_error_set(reader->err, BD_ERR_LIMIT, "more than %u locals", BD_LIMIT_LUA_LOCALS);
		}
		*bd_vec_push(&reader->locals) = (struct local){ .name = reader->token.text };
		if (advance(reader) < 0) {
			return -(int)reader->err->code;
		}
		more = is_sign(reader, ",");
		if (more && advance(reader) < 0) {
			return -(int)reader->err->code;
		}
	}
	return 0;
}

/* "local a, b = x, y" */
static int read_locals(struct reader *reader)
{
	const size_t first = reader->locals.len;
	if (is_word(reader, "function")) {
		return skip_block(reader);
	}
	if (read_local_names(reader) < 0) {
		return -(int)reader->err->code;
	}
	for (size_t i = first; is_sign(reader, i == first ? "=" : ","); i++) {
		struct value value = { .known = false };
		if (advance(reader) < 0 || read_expression(reader, &value) < 0) {
			return -(int)reader->err->code;
		}
		if (i < reader->locals.len) {
			reader->locals.v[i].value = value;
		}
	}
	reader->locals.visible = reader->locals.len;
	return 0;
}

/* ".name" and "[key]" behind the variable's name. */
static int read_target(struct reader *reader)
{
	if (push_key(reader, reader->token.text) < 0 || advance(reader) < 0) {
		return -(int)reader->err->code;
	}
	while (is_sign(reader, ".") || is_sign(reader, "[")) {
		struct bd_str key = { NULL, 0 };
		int result = 0;
		if (is_sign(reader, "[")) {
			result = read_bracket_key(reader, &key);
		} else if (advance(reader) == 0) {
			key = reader->token.text;
			result = advance(reader);
		} else {
			result = -1;
		}
		if (result < 0 || push_key(reader, key) < 0) {
			return -(int)reader->err->code;
		}
	}
	return 0;
}

static int read_statement(struct reader *reader)
{
	if (is_sign(reader, ";")) {
		return advance(reader);
	}
	if (reader->token.kind != FORMAT_LUA_NAME) {
		return fail(reader, "no assignment");
	}
	if (is_word(reader, "local")) {
		return advance(reader) < 0 ? -(int)reader->err->code : read_locals(reader);
	}
	if (is_block_begin(reader) || is_word(reader, "for") || is_word(reader, "while")) {
		return skip_block(reader);
	}
	if (is_keyword(reader)) {
		return fail(reader, "no assignment");
	}
	reader->key_count = 0;
	reader->depth = 0;
	if (read_target(reader) < 0) {
		return -(int)reader->err->code;
	}
	if (is_sign(reader, "(")) { /* a call */
		return skip_brackets(reader);
	}
	return expect(reader, "=") < 0 ? -(int)reader->err->code : read_value(reader);
}

int format_lua_strings(
	struct bd_str bytes, struct bd_arena *arena, format_lua_fn *each, void *context, struct bd_error *err)
{
	AUTO(release_reader)
	struct reader reader = {
		.tokens = { .rest = bytes, .arena = arena }, .each = each, .context = context, .err = err
	};
	if (bd_str_starts(bytes, "#")) { /* a first line for the shell */
		struct bd_str line;
		(void)bd_str_line(&reader.tokens.rest, &line);
		reader.tokens.line++;
	}
	if (advance(&reader) < 0) {
		return -(int)err->code;
	}
	while (reader.token.kind != FORMAT_LUA_END) {
		if (is_word(&reader, "return")) { /* the last statement */
			return 0;
		}
		if (read_statement(&reader) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

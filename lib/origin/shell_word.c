/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/shell_word.h"

#include <ctype.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/shell_pattern.h"
#include "origin/white_space.h"

#define END (-1)

struct lexer {
	const struct shell_options *options;
	struct bd_str source;
	size_t at;
	bool raw_escapes;
	unsigned depth;
	struct bd_arena *arena;
	struct shell_result *out;
	struct bd_error *err;
};

/* The words of the text so far; out NULL: nobody wants them. */
struct splitter {
	struct bd_buf word;
	bool in_word;
	struct bd_string_vec *out;
	struct bd_arena *arena;
};

static int stop_at(struct lexer *lx, int stop, bool raw_escapes, struct bd_buf *text, struct splitter *words);

static int peek(const struct lexer *lx)
{
	return lx->at < lx->source.n ? (unsigned char)lx->source.p[lx->at] : END;
}

static int next(struct lexer *lx)
{
	const int c = peek(lx);
	lx->at += c != END;
	return c;
}

static void end_word(struct splitter *words)
{
	*arena_push(words->arena, words->out) = bd_arena_text(words->arena, words->word.p, words->word.n);
	bd_buf_clear(&words->word);
	words->in_word = false;
}

static void add_raw(struct splitter *words, const char *p, size_t n)
{
	if (words->out != NULL) {
		bd_buf_add(&words->word, p, n);
		words->in_word = true;
	}
}

/* White space ends a word; a word of nothing but empty quotes is none (wordsStruct.addChar). */
static void add_split(struct splitter *words, const char *p, size_t n)
{
	while (words->out != NULL && n > 0) {
		const size_t space = white_space(p, n);
		if (space == 0) {
			add_raw(words, p, 1);
		} else if (words->in_word && words->word.n > 0) {
			end_word(words);
		}
		p += space > 0 ? space : 1;
		n -= space > 0 ? space : 1;
	}
}

static int syntax_error(struct lexer *lx, const char *what)
{
	return bd_error_set(lx->err, BD_ERR_FORMAT, "syntax error in \"%.*s\": %s",
		(int)(lx->source.n < 200 ? lx->source.n : 200), lx->source.p, what);
}

static int single_quote(struct lexer *lx, struct bd_buf *text)
{
	const size_t start = lx->at++;
	const char *end = memchr(lx->source.p + lx->at, '\'', lx->source.n - lx->at);
	if (end == NULL) {
		return syntax_error(lx, "no matching single quote");
	}
	lx->at = (size_t)(end - lx->source.p) + 1;
	const size_t quotes = lx->options->raw_quotes ? 0 : 1;
	bd_buf_add(text, lx->source.p + start + quotes, lx->at - start - 2 * quotes);
	return 0;
}

static bool is_name_byte(int c)
{
	/* letters outside ASCII too, as unicode.IsLetter says; signs and marks there are not told apart */
	return c != END && (isalnum(c) != 0 || c == '_' || c >= 0x80);
}

static struct bd_str read_name(struct lexer *lx)
{
	const size_t start = lx->at;
	const int first = peek(lx);
	if (first != END && isdigit(first) != 0) {
		while (peek(lx) != END && isdigit(peek(lx)) != 0) {
			lx->at++;
		}
	} else if (first > 0 && strchr("@*#?-$!", first) != NULL) {
		lx->at++;
	} else {
		while (is_name_byte(peek(lx))) {
			lx->at++;
		}
	}
	return (struct bd_str){ lx->source.p + start, lx->at - start };
}

static enum shell_variable look_up(struct lexer *lx, struct bd_str name, const char **value)
{
	*value = "";
	*arena_push(lx->arena, &lx->out->names) = bd_arena_text(lx->arena, name.p, name.n);
	return lx->options->get != NULL ? lx->options->get(name, lx->options->context, value) : SHELL_UNKNOWN;
}

static void note_missing(struct lexer *lx, struct bd_str name)
{
	if (lx->out->missing == NULL) {
		lx->out->missing = bd_arena_text(lx->arena, name.p, name.n);
	}
}

static void as_written(struct lexer *lx, size_t start, struct bd_buf *text)
{
	bd_buf_add(text, lx->source.p + start, lx->at - start);
}

static int plain_variable(struct lexer *lx, struct bd_str name, size_t start, struct bd_buf *text)
{
	const char *value;
	switch (look_up(lx, name, &value)) {
	case SHELL_UNKNOWN:
		as_written(lx, start, text);
		break;
	case SHELL_UNSET:
		note_missing(lx, name);
		break;
	case SHELL_SET:
		bd_buf_add_str(text, value);
		break;
	}
	return 0;
}

/* From here to stop_at: ${A:-${B:-…}} nests up to BD_LIMIT_EXPANSION_DEPTH. NOLINTBEGIN(misc-no-recursion) */

/* The part of ${…} up to its end, expanded. */
static int part(struct lexer *lx, int stop, bool raw_escapes, struct bd_buf *text)
{
	struct splitter none = { 0 };
	if (stop_at(lx, stop, raw_escapes, text, &none) == 0) {
		return 0;
	}
	if (peek(lx) == END && lx->err->code == BD_ERR_FORMAT) {
		return syntax_error(lx, stop == '}' ? "missing '}'" : "missing '/' in ${}");
	}
	return -(int)lx->err->code;
}

/* ${X-word} ${X+word} ${X?word}, and with a colon: empty counts as unset. */
static int conditional(struct lexer *lx, struct bd_str name, size_t start, bool null_is_unset, struct bd_buf *text)
{
	AUTO(bd_buf_release) struct bd_buf word = { 0 };
	const int op = next(lx);
	if (part(lx, '}', false, &word) < 0) {
		return -(int)lx->err->code;
	}
	const char *value;
	const enum shell_variable state = look_up(lx, name, &value);
	if (state == SHELL_UNKNOWN) {
		as_written(lx, start, text);
		return 0;
	}
	const bool there = state == SHELL_SET && (!null_is_unset || value[0] != '\0');
	if (op == '?' && !there) {
		return bd_error_set(lx->err, BD_ERR_FORMAT, "%.*s: %s", (int)name.n, name.p,
			word.n > 0           ? word.p
			: state == SHELL_SET ? "is not allowed to be empty"
					     : "is not allowed to be unset");
	}
	if (op == '+' ? there : (op == '-' && !there)) {
		bd_buf_add(text, word.p, word.n);
	} else if (op != '+') {
		bd_buf_add_str(text, value);
	}
	return 0;
}

/* ${X#p} ${X##p} ${X%p} ${X%%p} */
static int trimmed(struct lexer *lx, struct bd_str name, size_t start, struct bd_buf *text)
{
	AUTO(bd_buf_release) struct bd_buf word = { 0 };
	const int op = next(lx);
	if (part(lx, '}', true, &word) < 0) {
		return -(int)lx->err->code;
	}
	const char *value;
	const enum shell_variable state = look_up(lx, name, &value);
	if (state == SHELL_UNKNOWN) {
		as_written(lx, start, text);
		return 0;
	}
	if (state == SHELL_UNSET) {
		note_missing(lx, name);
	}
	struct bd_str pattern = bd_buf_view(&word);
	struct shell_trim how = { .suffix = op == '%' };
	if (pattern.n > 0 && pattern.p[0] == op) {
		how.longest = true;
		pattern.p++;
		pattern.n--;
	}
	return shell_pattern_trim(pattern, bd_str(value), how, text, lx->err);
}

/* ${X/a/b} ${X//a/b} */
static int replaced(struct lexer *lx, struct bd_str name, size_t start, struct bd_buf *text)
{
	AUTO(bd_buf_release) struct bd_buf pattern = { 0 };
	AUTO(bd_buf_release) struct bd_buf replacement = { 0 };
	lx->at++;
	const bool all = peek(lx) == '/';
	lx->at += all;
	if (part(lx, '/', true, &pattern) < 0 || part(lx, '}', true, &replacement) < 0) {
		return -(int)lx->err->code;
	}
	const char *value;
	const enum shell_variable state = look_up(lx, name, &value);
	if (state == SHELL_UNKNOWN) {
		as_written(lx, start, text);
		return 0;
	}
	if (state == SHELL_UNSET) {
		note_missing(lx, name);
	}
	const struct shell_replace how = { bd_buf_view(&pattern), bd_buf_view(&replacement), all };
	return shell_pattern_replace(&how, bd_str(value), text, lx->err);
}

static int braces(struct lexer *lx, size_t start, struct bd_buf *text)
{
	const int first = peek(lx);
	if (first == END) {
		return syntax_error(lx, "missing '}'");
	}
	if (first == '{' || first == '}' || first == ':') {
		return syntax_error(lx, "bad substitution");
	}
	const struct bd_str name = read_name(lx);
	switch (peek(lx)) {
	case '}':
		lx->at++;
		return plain_variable(lx, name, start, text);
	case ':':
		lx->at++;
		if (peek(lx) != '-' && peek(lx) != '+' && peek(lx) != '?') {
			return syntax_error(lx, "unsupported modifier after ':'");
		}
		return conditional(lx, name, start, true, text);
	case '-':
	case '+':
	case '?':
		return conditional(lx, name, start, false, text);
	case '#':
	case '%':
		return trimmed(lx, name, start, text);
	case '/':
		return replaced(lx, name, start, text);
	default:
		return syntax_error(lx, peek(lx) == END ? "missing '}'" : "unsupported modifier");
	}
}

static int dollar(struct lexer *lx, struct bd_buf *text)
{
	const size_t start = lx->at++;
	if (peek(lx) == '{') {
		lx->at++;
		return braces(lx, start, text);
	}
	const struct bd_str name = read_name(lx);
	if (name.n == 0) {
		bd_buf_add_char(text, '$');
		return 0;
	}
	return plain_variable(lx, name, start, text);
}

/* Inside "…" the escape escapes '"', '$' and itself; before anything else it stands for itself. */
static void escaped_in_quotes(struct lexer *lx, struct bd_buf *text)
{
	const char escape = lx->options->escape;
	lx->at++;
	if (lx->raw_escapes) {
		bd_buf_add_char(text, escape);
	}
	const int c = peek(lx);
	if (c == '"' || c == '$' || c == escape) {
		bd_buf_add_char(text, (char)c);
		lx->at++;
	} else if (c != END) {
		bd_buf_add_char(text, escape);
	}
}

static int double_quote(struct lexer *lx, struct bd_buf *text)
{
	const size_t quotes = lx->options->raw_quotes ? 1 : 0;
	bd_buf_add(text, "\"", quotes);
	lx->at++;
	for (int c = peek(lx); c != '"'; c = peek(lx)) {
		if (c == END) {
			return syntax_error(lx, "no matching double quote");
		}
		if (c == lx->options->escape) {
			escaped_in_quotes(lx, text);
		} else if (c != '$') {
			bd_buf_add_char(text, (char)c);
			lx->at++;
		} else if (dollar(lx, text) < 0) {
			return -(int)lx->err->code;
		}
	}
	lx->at++;
	bd_buf_add(text, "\"", quotes);
	return 0;
}

/* "<<" keeps the blanks behind it in its word: `<< EOF` (processPossibleHeredoc). */
static void less_than(struct lexer *lx, struct bd_buf *text)
{
	const size_t start = lx->at++;
	if (peek(lx) == '<') {
		lx->at++;
		while (peek(lx) == ' ' || peek(lx) == '\t' || peek(lx) == '\r') {
			lx->at++;
		}
	}
	as_written(lx, start, text);
}

static void ordinary(struct lexer *lx, struct bd_buf *text, struct splitter *words)
{
	const size_t start = lx->at;
	if (next(lx) != lx->options->escape) {
		const size_t space = white_space(lx->source.p + start, lx->source.n - start);
		lx->at = start + (space > 0 ? space : 1);
		as_written(lx, start, text);
		add_split(words, lx->source.p + start, lx->at - start);
		return;
	}
	if (lx->raw_escapes) {
		bd_buf_add_char(text, lx->options->escape);
		add_raw(words, &lx->options->escape, 1);
	}
	const int escaped = next(lx);
	if (escaped != END) {
		bd_buf_add_char(text, (char)escaped);
		add_raw(words, lx->source.p + lx->at - 1, 1);
	}
}

static int special(struct lexer *lx, struct bd_buf *text, struct splitter *words)
{
	const size_t before = text->n;
	const int c = peek(lx);
	int rc = 0;
	if (c == '$') {
		rc = dollar(lx, text);
	} else if (c == '\'') {
		rc = single_quote(lx, text);
	} else if (c == '"') {
		rc = double_quote(lx, text);
	} else {
		less_than(lx, text);
	}
	if (rc < 0 || text->p == NULL) {
		return rc;
	}
	if (c == '$') {
		add_split(words, text->p + before, text->n - before);
	} else {
		add_raw(words, text->p + before, text->n - before);
	}
	return 0;
}

static int walk(struct lexer *lx, int stop, struct bd_buf *text, struct splitter *words)
{
	for (;;) {
		const int c = peek(lx);
		if (c == stop) {
			lx->at += c != END;
			return 0;
		}
		if (c == END) {
			return syntax_error(lx, "unexpected end");
		}
		if (text->n > BD_LIMIT_EXPANDED_WORD) {
			return bd_error_set(
				lx->err, BD_ERR_LIMIT, "a word expands to more than %u bytes", BD_LIMIT_EXPANDED_WORD);
		}
		if (c != '$' && c != '\'' && c != '"' && c != '<') {
			ordinary(lx, text, words);
		} else if (special(lx, text, words) < 0) {
			return -(int)lx->err->code;
		}
	}
}

static int stop_at(struct lexer *lx, int stop, bool raw_escapes, struct bd_buf *text, struct splitter *words)
{
	const bool before = lx->raw_escapes;
	if (lx->depth == BD_LIMIT_EXPANSION_DEPTH) {
		return bd_error_set(lx->err, BD_ERR_LIMIT, "${…} nests deeper than %u", BD_LIMIT_EXPANSION_DEPTH);
	}
	lx->depth++;
	lx->raw_escapes = raw_escapes;
	const int rc = walk(lx, stop, text, words);
	lx->raw_escapes = before;
	lx->depth--;
	return rc;
}

/* NOLINTEND(misc-no-recursion) */

int shell_expand(const struct shell_options *options, struct bd_str source, struct bd_arena *arena,
	struct shell_result *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	*out = (struct shell_result){ 0 };
	struct lexer lx = { .options = options,
		.source = source,
		.raw_escapes = options->raw_escapes,
		.arena = arena,
		.out = out,
		.err = err };
	struct splitter words = { .out = options->split ? &out->words : NULL, .arena = arena };

	const int rc = stop_at(&lx, END, options->raw_escapes, &text, &words);
	if (rc == 0 && words.word.n > 0) {
		end_word(&words);
	}
	if (rc == 0) {
		out->text = bd_arena_text(arena, text.p, text.n);
	}
	bd_buf_release(&words.word);
	return rc;
}

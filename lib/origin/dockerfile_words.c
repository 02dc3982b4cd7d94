/* SPDX-License-Identifier: Apache-2.0 */
/* How one instruction's text is cut: parser/split_command.go, parser/line_parsers.go. */
#include "origin/dockerfile_words.h"

#include <jansson.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/white_space.h"

struct bd_str cut_blank(struct bd_str *rest)
{
	size_t n = 0;
	while (n < rest->n && strchr("\t\v\f\r ", rest->p[n]) == NULL) {
		n++;
	}
	const struct bd_str word = { rest->p, n };
	while (n < rest->n && strchr("\t\v\f\r ", rest->p[n]) != NULL) {
		n++;
	}
	rest->p += n;
	rest->n -= n;
	return word;
}

void split_blanks(struct bd_str text, struct bd_arena *arena, struct bd_string_vec *out)
{
	while (text.n > 0) {
		const struct bd_str word = cut_blank(&text);
		*arena_push(arena, out) = bd_arena_text(arena, word.p, word.n);
	}
}

/* End of the word at `at`; a quote hides white space, the escape token whatever follows it. */
static size_t word_end(struct bd_str text, size_t at, char escape)
{
	char quote = '\0';
	while (at < text.n && (quote != '\0' || white_space(text.p + at, text.n - at) == 0)) {
		const char c = text.p[at];
		if (c == escape && quote != '\'' && at + 1 < text.n) {
			at += 2;
			continue;
		}
		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c == quote) {
			quote = '\0';
		}
		at++;
	}
	return at;
}

void cut_words(struct bd_str text, char escape, struct bd_arena *arena, struct word_range_vec *out)
{
	size_t at = 0;
	for (;;) {
		size_t space = white_space(text.p + at, text.n - at);
		while (space > 0) {
			at += space;
			space = white_space(text.p + at, text.n - at);
		}
		if (at >= text.n) {
			return;
		}
		const size_t end = word_end(text, at, escape);
		*arena_push(arena, out) = (struct word_range){ at, end };
		at = end;
	}
}

/* A lone escape token at the very end of the line is nobody's (parseWords). */
struct bd_str word_text(struct bd_str text, struct word_range range, char escape)
{
	struct bd_str word = { text.p + range.start, range.end - range.start };
	size_t escapes = 0;
	while (escapes < word.n && word.p[word.n - 1 - escapes] == escape) {
		escapes++;
	}
	if (range.end == text.n && escapes % 2 == 1) {
		word.n--;
	}
	return word;
}

int split_json(struct bd_str text, struct bd_arena *arena, struct bd_string_vec *out, struct bd_error *err)
{
	text = trim_left(text);
	if (text.n == 0 || text.p[0] != '[') {
		return 0;
	}
	json_error_t error;
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, &error);
	int rc = json_is_array(root) ? 1 : 0;
	for (size_t i = 0; rc == 1 && i < json_array_size(root); i++) {
		const json_t *item = json_array_get(root, i);
		if (!json_is_string(item)) {
			rc = bd_error_set(err, BD_ERR_FORMAT,
				"when using JSON array syntax, arrays must be comprised of strings only");
			break;
		}
		*arena_push(arena, out) = bd_arena_text(arena, json_string_value(item), json_string_length(item));
	}
	json_decref(root);
	return rc;
}

/* One flag: quotes and backslashes off. Returns where it ends. */
static size_t take_flag(struct bd_str text, struct bd_buf *out)
{
	char quote = '\0';
	size_t at = 0;
	for (; at < text.n && (quote != '\0' || white_space(text.p + at, text.n - at) == 0); at++) {
		char c = text.p[at];
		if (c == '\\') {
			if (++at == text.n) {
				break;
			}
			c = text.p[at];
		} else if (c == quote) {
			quote = '\0';
			continue;
		} else if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		bd_buf_add_char(out, c);
	}
	return at;
}

void split_flags(struct bd_str *text, struct bd_arena *arena, struct bd_string_vec *out)
{
	AUTO(bd_buf_release) struct bd_buf flag = { 0 };
	*text = trim_left(*text);
	while (bd_str_starts(*text, "--")) {
		bd_buf_clear(&flag);
		const size_t n = take_flag(*text, &flag);
		text->p += n;
		text->n -= n;
		const bool end_of_flags = strcmp(bd_buf_str(&flag), "--") == 0;
		if (!end_of_flags) {
			*arena_push(arena, out) = bd_arena_text(arena, flag.p, flag.n);
		}
		*text = trim_left(*text);
		if (end_of_flags) {
			return;
		}
	}
}

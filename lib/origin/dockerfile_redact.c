/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Works on any bytes, also on files that do not parse: a secret must not survive because of a typing
 * mistake further up.  Heredocs are read as ordinary lines for the same reason.
 */
#include <ctype.h>
#include <strings.h>

#include "base/auto.h"
#include "origin/command_secrets.h"
#include "origin/dockerfile.h"
#include "origin/dockerfile_words.h"
#include "origin/white_space.h"

#define REDACTED   "REDACTED"
#define MAX_PASSES 16

enum mark {
	KEEP,
	DROP,
	REPLACE
}; /* REPLACE: the first of the dropped bytes */

struct redaction {
	struct bd_str file;
	unsigned char *marks; /* one a byte */
	struct bd_arena scratch;
};

static void mark_range(struct redaction *r, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		r->marks[i] = i == start ? REPLACE : DROP;
	}
}

/* ---- URLs ------------------------------------------------------------------------------------ */

/* ssh://git@host names an account, not a secret. */
static bool is_login_only(const char *file, const char *scheme_end, struct bd_str user)
{
	const char *scheme = scheme_end;
	while (scheme > file && isalnum((unsigned char)scheme[-1]) != 0) {
		scheme--;
	}
	const struct bd_str name = { scheme, (size_t)(scheme_end - scheme) };
	return bd_str_ends(name, "ssh") && memchr(user.p, ':', user.n) == NULL;
}

static void mark_urls(struct redaction *r)
{
	struct bd_str rest = r->file;
	size_t at;
	while (bd_str_find(rest, "://", &at)) {
		const char *scheme_end = rest.p + at;
		rest.p += at + 3;
		rest.n -= at + 3;
		size_t n = 0;
		while (n < rest.n && strchr("/?# \t\r\n\v\f\"'`<>|\\", rest.p[n]) == NULL) {
			n++;
		}
		const char *sign = n > 0 ? memrchr(rest.p, '@', n) : NULL;
		const struct bd_str user = { rest.p, sign != NULL ? (size_t)(sign - rest.p) : 0 };
		if (user.n > 0 && !is_login_only(r->file.p, scheme_end, user)) {
			mark_range(r, (size_t)(user.p - r->file.p), (size_t)(sign - r->file.p));
		}
	}
}

/* ---- ARG, ENV, LABEL --------------------------------------------------------------------------- */

/* A stretch of instruction text and where each of its bytes is in the file. */
struct mapped {
	struct bd_str text;
	const size_t *origin;
};

/*
 * Something is left on every line that the value has a part of: an empty line behind a continuation would
 * join the next instruction.
 */
static void mark_mapped(struct redaction *r, struct mapped text, struct word_range value, enum mark first)
{
	for (size_t i = value.start; i < value.end; i++) {
		const bool new_line = i > 0 && text.origin[i] != text.origin[i - 1] + 1;
		r->marks[text.origin[i]] = (unsigned char)(new_line ? REPLACE : i == value.start ? first : DROP);
	}
}

static struct mapped skip(struct mapped text, const char *to)
{
	const size_t n = (size_t)(to - text.text.p);
	return (struct mapped){ { to, text.text.n - n }, text.origin + n };
}

/* The quote that is open at the end of text, or NUL. */
static char open_quote(struct bd_str text, char escape)
{
	char quote = '\0';
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (c == escape && quote != '\'') {
			i++;
		} else if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c == quote) {
			quote = '\0';
		}
	}
	return quote;
}

/* "TOKEN=a b": the quote that began before the value stays closed, or what follows would be one word with it. */
static void mark_pair(struct redaction *r, struct mapped args, struct word_range word, char escape)
{
	const char *start = args.text.p + word.start;
	const char *equals = memchr(start, '=', word.end - word.start);
	if (equals == NULL || !bd_name_is_secret(start, (size_t)(equals - start))) {
		return;
	}
	const size_t value = (size_t)(equals + 1 - args.text.p);
	const char quote = open_quote((struct bd_str){ start, (size_t)(equals - start) }, escape);
	const char *close = quote != '\0' ? memchr(equals + 1, quote, word.end - value) : NULL;
	const size_t end = close != NULL ? (size_t)(close - args.text.p) : word.end;
	mark_mapped(r, args, (struct word_range){ value, end }, REPLACE);
	mark_mapped(r, args, (struct word_range){ end + 1, word.end }, DROP);
}

/* KEY=VALUE …; or KEY VALUE for ENV and LABEL, told as the parser tells them. */
static void mark_args(struct redaction *r, struct mapped args, char escape, bool old_form)
{
	struct word_range_vec words = { 0 };
	cut_words(args.text, escape, &r->scratch, &words);
	if (words.len == 0) {
		return;
	}
	const struct word_range first = words.v[0];
	if (old_form && memchr(args.text.p + first.start, '=', first.end - first.start) == NULL) {
		struct bd_str rest = trim_left(args.text);
		const struct bd_str key = cut_blank(&rest);
		if (bd_name_is_secret(key.p, key.n)) {
			const size_t start = (size_t)(rest.p - args.text.p);
			mark_mapped(r, args, (struct word_range){ start, start + rest.n }, REPLACE);
		}
		return;
	}
	for (size_t i = 0; i < words.len; i++) {
		mark_pair(r, args, words.v[i], escape);
	}
}

static bool is_word(struct bd_str word, const char *name)
{
	return word.n == strlen(name) && strncasecmp(word.p, name, word.n) == 0;
}

static void mark_command(struct redaction *r, struct mapped line, bool assignments)
{
	struct word_range_vec found = { 0 };
	command_secrets(line.text, assignments, &r->scratch, &found);
	for (size_t i = 0; i < found.len; i++) {
		mark_mapped(r, line, found.v[i], REPLACE);
	}
}

/* A comment is prose, unless it begins as an instruction does. */
static bool runs_something(struct bd_str name)
{
	return is_word(name, "RUN") || is_word(name, "CMD") || is_word(name, "ENTRYPOINT") ||
	       is_word(name, "HEALTHCHECK");
}

static void mark_instruction(struct redaction *r, struct mapped line, char escape, bool comment)
{
	const struct bd_str text = trim_space(line.text);
	struct bd_str args = text;
	struct bd_str name = cut_blank(&args);
	if (is_word(name, "ONBUILD")) {
		name = cut_blank(&args);
	}
	const bool arg = is_word(name, "ARG");
	if (arg || is_word(name, "ENV") || is_word(name, "LABEL")) {
		struct mapped mapped = skip(line, args.p);
		mapped.text.n = args.n;
		mark_args(r, mapped, escape, !arg);
	} else {
		mark_command(r, line, !comment || runs_something(name));
	}
}

/* "# ENV TOKEN=…", "# RUN …": an instruction that somebody commented out. */
static void mark_comment(struct redaction *r, struct bd_str line, char escape)
{
	line = trim_left(line);
	while (line.n > 0 && line.p[0] == '#') {
		line.p++;
		line.n--;
		line = trim_left(line);
	}
	AUTO(free_ptr) size_t *origin = bd_xcalloc(line.n + 1, sizeof(*origin));
	for (size_t i = 0; i < line.n; i++) {
		origin[i] = (size_t)(line.p - r->file.p) + i;
	}
	mark_instruction(r, (struct mapped){ line, origin }, escape, true);
}

static void mark_lines(struct redaction *r)
{
	AUTO(logical_line_release) struct logical_line line = { 0 };
	struct line_source source;
	struct bd_error ignored;
	line_source_init(&source, r->file);
	source.want_origin = true;
	for (;;) {
		const int rc = logical_line_next(&source, &line, &ignored);
		if (rc == 0) {
			break;
		}
		if (rc > 0) {
			mark_instruction(
				r, (struct mapped){ bd_buf_view(&line.text), line.origin.v }, source.escape, false);
		}
	}
	struct bd_str rest = r->file;
	struct bd_str comment;
	while (bd_str_line(&rest, &comment)) {
		if (bd_str_starts(trim_left(comment), "#")) {
			mark_comment(r, comment, source.escape);
		}
	}
}

static void pass(struct bd_str file, struct bd_buf *out)
{
	struct redaction r = { .file = file, .marks = bd_xcalloc(file.n + 1, 1) };
	mark_urls(&r);
	mark_lines(&r);
	for (size_t i = 0; i < file.n; i++) {
		if (r.marks[i] == REPLACE) {
			bd_buf_add_str(out, REDACTED);
		} else if (r.marks[i] == KEEP) {
			bd_buf_add_char(out, file.p[i]);
		}
	}
	free(r.marks);
	bd_arena_release(&r.scratch);
}

/*
 * Again until nothing changes, which is the second pass but for contrived files: without a URL's password that
 * has a '=' in it, another '=' of the same word may come to separate a name from a value.
 */
char *bd_dockerfile_redact(struct bd_str bytes, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(bd_buf_release) struct bd_buf next = { 0 };
	bd_buf_add(&text, bytes.p, bytes.n);
	for (int passes = 0; passes < MAX_PASSES; passes++) {
		bd_buf_clear(&next);
		pass(bd_buf_view(&text), &next);
		if (bd_str_equal(bd_buf_view(&text), bd_buf_view(&next))) {
			break;
		}
		const struct bd_buf swap = text;
		text = next;
		next = swap;
	}
	return bd_arena_text(arena, text.p, text.n);
}

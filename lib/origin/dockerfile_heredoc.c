/* SPDX-License-Identifier: Apache-2.0 */
/* parser/parser.go: heredocFromMatch, heredocsFromLine; dockerfile2llb/convert.go: dispatchRun. */
#include <ctype.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/dockerfile.h"
#include "origin/shell_word.h"
#include "origin/white_space.h"

static size_t count_quotes(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++) {
		n += *s == '\'' || *s == '"';
	}
	return n;
}

/* ^(\d*)<<(-?)\s*([^<]*)$ */
static bool split_marker(struct bd_str *word, bool *chomp)
{
	while (word->n > 0 && isdigit((unsigned char)word->p[0])) {
		word->p++;
		word->n--;
	}
	if (!bd_str_starts(*word, "<<")) {
		return false;
	}
	word->p += 2;
	word->n -= 2;
	*chomp = bd_str_starts(*word, "-");
	word->p += *chomp;
	word->n -= *chomp;
	*word = trim_left(*word);
	return word->n > 0 && memchr(word->p, '<', word->n) == NULL;
}

int heredoc_parse(struct bd_str word, struct bd_arena *arena, struct heredoc *out, struct bd_error *err)
{
	struct shell_options options = { .escape = '\\', .split = true };
	struct shell_result bare;
	struct shell_result quoted;
	bool chomp;
	if (!split_marker(&word, &chomp)) {
		return 0;
	}
	if (shell_expand(&options, word, arena, &bare, err) < 0) {
		return -(int)err->code;
	}
	options.raw_quotes = true;
	if (shell_expand(&options, word, arena, &quoted, err) < 0) {
		return -(int)err->code;
	}
	if (bare.words.len != 1 || quoted.words.len != 1) {
		return 0;
	}
	*out = (struct heredoc){ .name = bare.words.v[0],
		.content = "",
		.chomp = chomp,
		.expand = count_quotes(bare.words.v[0]) == count_quotes(quoted.words.v[0]) };
	return 1;
}

int heredocs_of_line(struct bd_str line, struct bd_arena *arena, struct heredoc_vec *out, struct bd_error *err)
{
	const struct shell_options options = { .escape = '\\', .split = true, .raw_quotes = true, .raw_escapes = true };
	struct shell_result result;
	struct bd_error ignored;
	if (!bd_str_find(line, "<<", NULL) || shell_expand(&options, line, arena, &result, &ignored) < 0) {
		return 0; /* a line that is no shell text has none: heredocsFromLine drops the error too */
	}
	for (size_t i = 0; i < result.words.len; i++) {
		struct heredoc heredoc;
		const int rc = heredoc_parse(bd_str(result.words.v[i]), arena, &heredoc, err);
		if (rc < 0) {
			return rc;
		}
		if (rc > 0) {
			*arena_push(arena, out) = heredoc;
		}
	}
	return 0;
}

static void add_chomped(const char *content, struct bd_buf *out)
{
	struct bd_str rest = bd_str(content);
	while (rest.n > 0) {
		const char *newline = memchr(rest.p, '\n', rest.n);
		const size_t n = newline != NULL ? (size_t)(newline - rest.p) + 1 : rest.n;
		size_t tabs = 0;
		while (tabs < n && rest.p[tabs] == '\t') {
			tabs++;
		}
		bd_buf_add(out, rest.p + tabs, n - tabs);
		rest.p += n;
		rest.n -= n;
	}
}

const char *heredoc_command(const struct instruction *run, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct heredoc whole;
	struct bd_error ignored;
	if (run->heredocs.len == 0) {
		return NULL;
	}
	const struct heredoc *first = &run->heredocs.v[0];
	if (heredoc_parse(bd_str(run->args), arena, &whole, &ignored) == 1) {
		if (!first->chomp) {
			return first->content;
		}
		add_chomped(first->content, &text);
		return bd_arena_text(arena, text.p, text.n);
	}
	bd_buf_add_str(&text, run->args);
	for (size_t i = 0; i < run->heredocs.len; i++) {
		bd_buf_printf(&text, "\n%s%s", run->heredocs.v[i].content, run->heredocs.v[i].name);
	}
	return bd_arena_text(arena, text.p, text.n);
}

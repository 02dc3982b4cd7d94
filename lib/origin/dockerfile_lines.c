/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "origin/white_space.h"

void line_source_init(struct line_source *source, struct bd_str file)
{
	*source = (struct line_source){ .file = file, .escape = '\\' };
}

bool line_source_take(struct line_source *source, struct bd_str *line)
{
	const struct bd_str file = source->file;
	if (source->at >= file.n) {
		return false;
	}
	const char *start = file.p + source->at;
	const char *newline = memchr(start, '\n', file.n - source->at);
	*line = (struct bd_str){ start, newline != NULL ? (size_t)(newline - start) + 1 : file.n - source->at };
	source->at += line->n;
	source->line++;
	if (source->line == 1 && bd_str_starts(*line, "\xef\xbb\xbf")) {
		line->p += 3;
		line->n -= 3;
	}
	return true;
}

static struct bd_str without_newline(struct bd_str line)
{
	while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r')) {
		line.n--;
	}
	return line;
}

static int set_escape(struct line_source *source, struct bd_str value, struct bd_error *err)
{
	if (!bd_str_is(value, "\\") && !bd_str_is(value, "`")) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %d: invalid escape token '%.*s' does not match ` or \\",
			source->line, (int)(value.n < 100 ? value.n : 100), value.p);
	}
	source->escape = value.p[0];
	return 0;
}

/* Only at the very top: the first line that is none ends them (DirectiveParser.ParseLine). */
static int take_directive(struct line_source *source, struct bd_str line, struct bd_error *err)
{
	static const char *const known[] = { "syntax", "escape", "check" };
	struct bd_str key;
	struct bd_str value;
	if (source->past_directives) {
		return 0;
	}
	source->past_directives = true;
	if (!directive_split(line, "#", &key, &value)) {
		return 0;
	}
	for (unsigned i = 0; i < 3; i++) {
		if (key.n != strlen(known[i]) || strncasecmp(key.p, known[i], key.n) != 0) {
			continue;
		}
		if ((source->directives_seen & 1U << i) != 0) {
			return bd_error_set(err, BD_ERR_FORMAT, "line %d: only one %s parser directive can be used",
				source->line, known[i]);
		}
		source->directives_seen |= 1U << i;
		source->past_directives = false;
		return strcmp(known[i], "escape") == 0 ? set_escape(source, value, err) : 0;
	}
	return 0;
}

static bool is_comment(struct bd_str line)
{
	line = trim_left(line);
	return line.n > 0 && line.p[0] == '#';
}

/*
 * A last escape token that no escape token stands before joins the next line; blanks may follow it.
 * (parser.go, setEscapeToken: "foo \\\" is no continuation there, so not here.)
 */
static bool cut_continuation(struct bd_str *line, char escape)
{
	size_t n = line->n;
	while (n > 0 && (line->p[n - 1] == ' ' || line->p[n - 1] == '\t')) {
		n--;
	}
	if (n == 0 || line->p[n - 1] != escape || (n > 1 && line->p[n - 2] == escape)) {
		return false;
	}
	line->n = n - 1;
	return true;
}

static void add_text(const struct line_source *source, struct bd_str line, struct logical_line *out)
{
	bd_buf_add(&out->text, line.p, line.n);
	for (size_t i = 0; source->want_origin && i < line.n; i++) {
		*bd_vec_push(&out->origin) = (size_t)(line.p - source->file.p) + i;
	}
}

static void add_continuations(struct line_source *source, struct logical_line *out)
{
	struct bd_str line;
	bool more = true;
	while (more && line_source_take(source, &line)) {
		line = without_newline(line);
		if (is_comment(line)) {
			continue;
		}
		if (trim_left(line).n == 0) {
			out->empty_continuation = true;
			continue;
		}
		more = cut_continuation(&line, source->escape);
		add_text(source, line, out);
	}
}

int logical_line_next(struct line_source *source, struct logical_line *out, struct bd_error *err)
{
	struct bd_str line;
	bd_buf_clear(&out->text);
	out->origin.len = 0;
	out->empty_continuation = false;
	for (;;) {
		out->start = source->at;
		if (!line_source_take(source, &line)) {
			return 0;
		}
		line = trim_left(without_newline(line));
		if (take_directive(source, line, err) < 0) {
			return -(int)err->code;
		}
		if (line.n == 0 || line.p[0] == '#') {
			continue;
		}
		out->line = source->line;
		const bool more = cut_continuation(&line, source->escape);
		add_text(source, line, out);
		if (more) {
			add_continuations(source, out);
		}
		out->end_line = source->line;
		out->end = source->at;
		return 1;
	}
}

void logical_line_release(struct logical_line *line)
{
	bd_buf_release(&line->text);
	free(line->origin.v);
	line->origin.v = NULL;
}

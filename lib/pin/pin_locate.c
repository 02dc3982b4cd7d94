/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a reference in a Dockerfile.  Builders join continuation lines and leave comments out before they
 * look for words; so is it looked for here, with each byte's place in the file.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "pin/pin_parts.h"

struct search {
	const struct bd_pin_use *use;
	const struct logical_line *line;
	const struct bd_pin_use_vec *before;
	const char *problem;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static size_t word_begin(const char *text, size_t at)
{
	while (at > 0 && !is_blank(text[at - 1])) {
		at--;
	}
	return at;
}

/* Does text[0 … n) end with "KEY=", perhaps with a quote behind it, in a word that begins with the flag? */
static bool ends_with_key(const char *text, size_t n, const char *flag, const char *key)
{
	const size_t length = strlen(key);
	const size_t begin = word_begin(text, n);
	n -= n > 0 && is_quote(text[n - 1]) ? 1 : 0;
	if (n < begin + length || strncasecmp(text + n - length, key, length) != 0 ||
		strncmp(text + begin, flag, strlen(flag)) != 0) {
		return false;
	}
	n -= length;
	return n == begin || n == begin + strlen(flag) || is_quote(text[n - 1]) || text[n - 1] == ',';
}

/* Flags stand behind the instruction's name; what follows them is for somebody else. */
static size_t flags_end(struct bd_str text)
{
	size_t at = 0;
	for (size_t words = 0; at < text.n; words++) {
		while (at < text.n && is_blank(text.p[at])) {
			at++;
		}
		const struct bd_str word = { text.p + at, text.n - at };
		const bool name = words == 0 || (words == 1 && strncasecmp(text.p, "ONBUILD", strlen("ONBUILD")) == 0);
		if (!name && !bd_str_starts(word, "--")) {
			return at;
		}
		while (at < text.n && !is_blank(text.p[at])) {
			at++;
		}
	}
	return at;
}

static bool begins_there(const struct bd_pin_use *use, struct bd_str text, size_t at)
{
	switch (use->role) {
	case BD_ROLE_COPY:
		return ends_with_key(text.p, at, "--from=", "--from=");
	case BD_ROLE_MOUNT:
		return ends_with_key(text.p, at, "--mount=", "from=");
	case BD_ROLE_FRONTEND:
		return at > 0 && (text.p[at - 1] == '=' || is_blank(text.p[at - 1]));
	case BD_ROLE_BASE:
	case BD_ROLE_BUILDER:
	case BD_ROLE_SCANNER:
	default:
		return at > 0 && is_blank(text.p[at - 1]);
	}
}

static bool ends_there(const struct bd_pin_use *use, struct bd_str text, size_t end)
{
	return end == text.n || is_blank(text.p[end]) ||
	       ((use->role == BD_ROLE_COPY || use->role == BD_ROLE_MOUNT) && is_quote(text.p[end])) ||
	       (use->role == BD_ROLE_MOUNT && text.p[end] == ',');
}

static bool is_taken(const struct search *search, size_t at)
{
	for (size_t i = 0; i < search->before->len; i++) {
		if (search->before->v[i].n > 0 && search->before->v[i].at == at) {
			return true;
		}
	}
	return false;
}

/* A word that goes on in the next line cannot be replaced without touching what is between. */
static bool is_one_piece(const struct logical_line *line, size_t at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (line->origin.v[at + i] != line->origin.v[at] + i) {
			return false;
		}
	}
	return true;
}

static bool find(struct search *search, size_t *at_out)
{
	struct bd_str text = bd_buf_view(&search->line->text);
	const size_t n = strlen(search->use->as_written);
	if (search->use->role == BD_ROLE_COPY || search->use->role == BD_ROLE_MOUNT) {
		text.n = flags_end(text);
	}
	for (size_t at = 0; at + n <= text.n; at++) {
		if (memcmp(text.p + at, search->use->as_written, n) != 0 || !begins_there(search->use, text, at) ||
			!ends_there(search->use, text, at + n)) {
			continue;
		}
		if (!is_one_piece(search->line, at, n)) {
			search->problem = "it goes on in the next line";
		} else if (is_taken(search, search->line->origin.v[at])) {
			search->problem = "another use has this place";
		} else {
			*at_out = search->line->origin.v[at];
			return true;
		}
	}
	return false;
}

size_t pin_line_begin(struct bd_str bytes, int number)
{
	size_t at = 0;
	for (int line = 1; line < number && at < bytes.n; line++) {
		const char *end = memchr(bytes.p + at, '\n', bytes.n - at);
		at = end != NULL ? (size_t)(end - bytes.p) + 1 : bytes.n;
	}
	return at;
}

/* "# syntax=…" is a comment to the reader of lines. */
static int take_physical_line(struct line_source *source, struct logical_line *line)
{
	struct bd_str physical;
	if (!line_source_take(source, &physical)) {
		return 0;
	}
	while (physical.n > 0 && (physical.p[physical.n - 1] == '\n' || physical.p[physical.n - 1] == '\r')) {
		physical.n--;
	}
	bd_buf_add(&line->text, physical.p, physical.n);
	for (size_t i = 0; i < physical.n; i++) {
		*bd_vec_push(&line->origin) = (size_t)(physical.p - source->file.p) + i;
	}
	return 1;
}

void pin_locate(
	struct bd_pin_use *use, const struct pin_reading *reading, char escape, const struct bd_pin_use_vec *before)
{
	AUTO(logical_line_release) struct logical_line line = { .line = 0 };
	struct search search = { .use = use, .line = &line, .before = before };
	struct line_source source = { .file = reading->file->bytes,
		.at = pin_line_begin(reading->file->bytes, use->line),
		.line = use->line - 1,
		.escape = escape,
		.past_directives = true,
		.want_origin = true };
	struct bd_error ignored;
	size_t at = 0;
	const int taken = use->role == BD_ROLE_FRONTEND ? take_physical_line(&source, &line)
							: logical_line_next(&source, &line, &ignored);
	if (taken > 0 && use->as_written[0] != '\0' && find(&search, &at)) {
		use->at = at;
		use->n = strlen(use->as_written);
		return;
	}
	use->not_editable = search.problem != NULL ? search.problem : "it is not found in its line as it is";
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/redact_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "origin/command_secrets.h"

#define REDACTED  "REDACTED"
#define AUTHORITY "/?# \t\r\n\v\f\"'`<>" /* what ends a URL's authority in free text */

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) != 0 || c == '_' || c == '-' || c == '.';
}

static char byte_at(struct bd_str text, size_t i)
{
	if (i < text.n) {
		return text.p[i];
	}
	return ' ';
}

static char quote_at(struct bd_str text, size_t i)
{
	const char c = byte_at(text, i);
	if (c == '"' || c == '\'') {
		return c;
	}
	return '\0';
}

/* Where one of stops is, or the end. */
static size_t span_until(struct bd_str text, size_t start, const char *stops)
{
	size_t i = start;
	while (i < text.n && (text.p[i] == '\0' || strchr(stops, text.p[i]) == NULL)) {
		i++;
	}
	return i;
}

/* Behind "://": where the host begins. */
static size_t skip_user(struct bd_str text, size_t start)
{
	const size_t end = span_until(text, start, AUTHORITY);
	const char *at = end > start ? memrchr(text.p + start, '@', end - start) : NULL;
	return at != NULL ? (size_t)(at + 1 - text.p) : start;
}

/* A value as shells and JSON write it: in its own quotes, in those around the whole word, or up to white space. */
static size_t add_value(struct bd_buf *out, struct bd_str text, size_t start, char around)
{
	char stops[] = " \t\n";
	size_t i = start;
	if (around == '\0' && quote_at(text, start) != '\0') {
		around = quote_at(text, start);
		bd_buf_add_char(out, text.p[i++]);
	}
	if (around != '\0') {
		stops[0] = stops[1] = around;
	}
	const size_t end = span_until(text, i, stops);
	if (end > i) {
		bd_buf_add_str(out, REDACTED);
	}
	return end;
}

static bool is_authorization(struct bd_str name)
{
	static const char *const names[] = { "authorization", "proxy-authorization", "cookie", "set-cookie" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (name.n == strlen(names[i]) && strncasecmp(name.p, names[i], name.n) == 0) {
			return true;
		}
	}
	return false;
}

/* A name and, where it is a secret's, what is assigned to it.  "NAME==1.0" is a version, not a value. */
static size_t add_name(struct bd_buf *out, struct bd_str text, size_t start)
{
	size_t i = start;
	while (i < text.n && is_name_byte(text.p[i])) {
		i++;
	}
	const struct bd_str name = { text.p + start, i - start };
	bd_buf_add(out, name.p, name.n);
	const char around = quote_at(text, start - 1); /* SIZE_MAX at the start */
	const bool doubled = i + 1 < text.n && text.p[i + 1] == '=';
	if (i < text.n && text.p[i] == '=' && !doubled && bd_name_is_secret(name.p, name.n)) {
		bd_buf_add_char(out, '=');
		return add_value(out, text, i + 1, around);
	}
	if (i + 1 < text.n && text.p[i] == ':' && is_authorization(name)) {
		const size_t value = i + 1 + (text.p[i + 1] == ' ');
		bd_buf_add(out, text.p + i, value - i);
		const size_t end = span_until(text, value, "\"'\n");
		if (end > value) {
			bd_buf_add_str(out, REDACTED);
		}
		return end;
	}
	return i;
}

static bool at_authority(struct bd_str text, size_t i)
{
	return text.n - i >= 3 && memcmp(text.p + i, "://", 3) == 0;
}

static int compare_starts(const void *a, const void *b)
{
	const struct word_range *x = a;
	const struct word_range *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* What a command in the line gives away besides NAME= and URLs. */
static void redact_command(struct bd_buf *out, struct bd_str line)
{
	struct bd_arena arena = { 0 };
	struct word_range_vec found = { 0 };
	size_t at = 0;
	command_secrets(line, false, &arena, &found);
	if (found.len > 0) {
		qsort(found.v, found.len, sizeof(*found.v), compare_starts);
	}
	for (size_t i = 0; i < found.len; i++) {
		if (found.v[i].start >= at) {
			bd_buf_add(out, line.p + at, found.v[i].start - at);
			bd_buf_add_str(out, REDACTED);
			at = found.v[i].end;
		}
	}
	bd_buf_add(out, line.p + at, line.n - at);
	bd_arena_release(&arena);
}

static void redact_commands(struct bd_buf *out, struct bd_str text)
{
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		const size_t n = end != NULL ? (size_t)(end - text.p) + 1 : text.n;
		redact_command(out, (struct bd_str){ text.p, n });
		text.p += n;
		text.n -= n;
	}
}

void redact_text(struct bd_buf *out, struct bd_str free_text)
{
	AUTO(bd_buf_release) struct bd_buf commands = { .n = 0 };
	redact_commands(&commands, free_text);
	const struct bd_str text = bd_buf_view(&commands);
	size_t i = 0;
	while (i < text.n) {
		if (is_name_byte(text.p[i])) {
			i = add_name(out, text, i);
		} else if (at_authority(text, i)) {
			bd_buf_add(out, "://", 3);
			i = skip_user(text, i + 3);
		} else {
			bd_buf_add_char(out, text.p[i++]);
		}
	}
}

char *redacted(struct bd_arena *arena, const char *text)
{
	if (text == NULL) {
		return NULL;
	}
	struct bd_buf buf = { 0 };
	redact_text(&buf, bd_str(text));
	char *copy = bd_arena_text(arena, bd_buf_str(&buf), buf.n);
	bd_buf_release(&buf);
	return copy;
}

char *redacted_uri(struct bd_arena *arena, const char *uri)
{
	return uri != NULL ? redacted(arena, bd_url_without_credentials(arena, uri)) : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "origin/build_log.h"

#define ESC '\x1b'
#define BEL '\x07'

/* ---- terminal escapes (ECMA-48) ------------------------------------------------------------------ */

static size_t skip_until_final(struct bd_str s, size_t i, char low, char high)
{
	while (i < s.n && !(s.p[i] >= low && s.p[i] <= high)) {
		i++;
	}
	return i < s.n ? i + 1 : s.n;
}

/* OSC, DCS, APC (Buildkite's times): up to BEL or ESC \. */
static size_t skip_string(struct bd_str s, size_t i)
{
	while (i < s.n && s.p[i] != BEL && s.p[i] != ESC) {
		i++;
	}
	if (i + 1 < s.n && s.p[i] == ESC && s.p[i + 1] == '\\') {
		return i + 2;
	}
	return i < s.n && s.p[i] == BEL ? i + 1 : i;
}

/* s.p[i] is ESC: where the text goes on. */
static size_t skip_escape(struct bd_str s, size_t i)
{
	if (i + 1 >= s.n) {
		return i + 1;
	}
	const char kind = s.p[i + 1];
	switch (kind) {
	case '[':
		return skip_until_final(s, i + 2, '\x40', '\x7e');
	case ']':
	case 'P':
	case '_':
	case '^':
		return skip_string(s, i + 2);
	default:
		return kind >= '\x20' && kind <= '\x2f'   ? skip_until_final(s, i + 2, '\x30', '\x7e')
		       : kind >= '\x30' && kind <= '\x7e' ? i + 2
							  : i + 1;
	}
}

static void add_clean(struct bd_buf *out, struct bd_str s)
{
	size_t i = 0;
	while (i < s.n && out->n < BD_LIMIT_LOG_LINE) {
		const unsigned char c = (unsigned char)s.p[i];
		if (c == ESC) {
			i = skip_escape(s, i);
			continue;
		}
		if ((c >= 0x20 && c != 0x7f) || c == '\t') {
			bd_buf_add_char(out, s.p[i]);
		}
		i++;
	}
}

/* ---- times in front of lines ----------------------------------------------------------------------- */

/* 'd' is a digit, all else itself; the length, or 0. */
static size_t match_shape(struct bd_str s, const char *shape)
{
	const size_t n = strlen(shape);
	for (size_t i = 0; i < n; i++) {
		if (i >= s.n || (shape[i] == 'd' ? isdigit((unsigned char)s.p[i]) == 0 : s.p[i] != shape[i])) {
			return 0;
		}
	}
	return n;
}

static struct bd_str drop(struct bd_str s, size_t n)
{
	return (struct bd_str){ s.p + n, s.n - n };
}

/* Bytes of a date and time, or of a time alone. */
static size_t time_length(struct bd_str s)
{
	static const char *const shapes[] = { "dddd-dd-ddTdd:dd:dd", "dddd-dd-dd dd:dd:dd", "dd:dd:dd" };
	static const char *const zones[] = { "Z", "+dd:dd", "-dd:dd", "+dddd", "-dddd" };
	size_t n = 0;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) && n == 0; i++) {
		n = match_shape(s, shapes[i]);
	}
	if (n > 0 && n < s.n && (s.p[n] == '.' || s.p[n] == ',')) {
		n++;
		while (n < s.n && isdigit((unsigned char)s.p[n]) != 0) {
			n++;
		}
	}
	for (size_t i = 0; n > 0 && i < sizeof(zones) / sizeof(zones[0]); i++) {
		const size_t zone = match_shape(drop(s, n), zones[i]);
		if (zone > 0) {
			return n + zone;
		}
	}
	return n;
}

/* GitLab, FF_TIMESTAMPS: "00O " or "01E+" behind the time: stream, O or E, "+" for a line that goes on. */
static struct bd_str skip_stream(struct bd_str s)
{
	const bool is_stream = s.n >= 4 && isxdigit((unsigned char)s.p[0]) != 0 &&
			       isxdigit((unsigned char)s.p[1]) != 0 && (s.p[2] == 'O' || s.p[2] == 'E') &&
			       (s.p[3] == ' ' || s.p[3] == '+');
	return is_stream ? drop(s, 4) : s;
}

/* GitHub Actions and GitLab: "2024-05-22T11:08:41.123456Z text"; Jenkins: "[…] text", "11:08:41  text". */
static struct bd_str skip_time(struct bd_str line)
{
	if (bd_str_starts(line, "\xef\xbb\xbf")) {
		line = drop(line, 3);
	}
	const size_t bracket = line.n > 0 && line.p[0] == '[' ? 1 : 0;
	const size_t n = time_length(drop(line, bracket));
	if (n == 0) {
		return line;
	}
	struct bd_str rest = drop(line, bracket + n);
	if (bracket == 1) {
		if (!bd_str_starts(rest, "]")) {
			return line;
		}
		rest = drop(rest, 1);
	}
	if (rest.n > 0 && rest.p[0] != ' ') {
		return line;
	}
	const bool alone = line.p[bracket + 2] == ':';
	rest = drop(rest, rest.n > 0 ? 1 : 0);
	return skip_stream(alone && bd_str_starts(rest, " ") ? drop(rest, 1) : rest);
}

/* ---- lines ------------------------------------------------------------------------------------------ */

bool log_next_line(struct log_lines *lines, struct bd_str *line)
{
	const struct bd_str bytes = lines->bytes;
	size_t end = lines->next;
	if (end >= bytes.n) {
		return false;
	}
	lines->start = end;
	while (end < bytes.n && bytes.p[end] != '\n' && bytes.p[end] != '\r') {
		end++;
	}
	size_t next = end;
	while (next < bytes.n && bytes.p[next] == '\r') {
		next++;
	}
	lines->overwritten = next > end && next < bytes.n && bytes.p[next] != '\n';
	lines->next = next < bytes.n && bytes.p[next] == '\n' ? next + 1 : next;
	bd_buf_clear(&lines->text);
	add_clean(&lines->text, (struct bd_str){ bytes.p + lines->start, end - lines->start });
	*line = lines->text.n > 0 ? skip_time(bd_buf_view(&lines->text)) : (struct bd_str){ "", 0 };
	return true;
}

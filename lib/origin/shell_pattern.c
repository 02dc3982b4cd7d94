/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/shell_pattern.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "base/utf8.h"

/* Characters: code points, and bytes that are not UTF-8 above them. */
#define BAD_BYTE 0x200000U
#define ANY_ONE  (UINT32_MAX - 1)
#define ANY_RUN  UINT32_MAX

struct characters {
	uint32_t *v;
	size_t len, cap;
};

static void characters_release(struct characters *c)
{
	free(c->v);
}

static uint32_t take_character(struct bd_str *s)
{
	uint32_t code = 0;
	size_t n = utf8_decode(s->p, s->n, &code);
	if (n == 0) {
		code = BAD_BYTE | (unsigned char)s->p[0];
		n = 1;
	}
	s->p += n;
	s->n -= n;
	return code;
}

static void decode(struct bd_str s, struct characters *out)
{
	while (s.n > 0) {
		const uint32_t code = take_character(&s);
		*bd_vec_push(out) = code;
	}
}

static void encode(const uint32_t *v, size_t len, struct bd_buf *out)
{
	for (size_t i = 0; i < len; i++) {
		const uint32_t c = v[i];
		if (c >= BAD_BYTE) {
			bd_buf_add_char(out, (char)(unsigned char)(c & 0xff));
		} else {
			bd_utf8_add(out, c);
		}
	}
}

static int compile(struct bd_str pattern, struct characters *out, struct bd_error *err)
{
	const struct bd_str whole = pattern;
	while (pattern.n > 0) {
		uint32_t c = take_character(&pattern);
		if (c == '*') {
			c = ANY_RUN;
		} else if (c == '?') {
			c = ANY_ONE;
		} else if (c == '\\') {
			if (pattern.n == 0 || pattern.p[0] == '\0' || strchr("}/*?\\", pattern.p[0]) == NULL) {
				return bd_error_set(err, BD_ERR_FORMAT, "invalid escape in pattern \"%.*s\"",
					(int)whole.n, whole.p);
			}
			c = take_character(&pattern);
		}
		*bd_vec_push(out) = c;
	}
	return 0;
}

static bool equal_at(
	const struct characters *pattern, size_t from, size_t to, const struct characters *value, size_t at)
{
	if (from == to) {
		return true;
	}
	if (pattern->v == NULL || to - from > value->len - at) {
		return false;
	}
	for (size_t i = from; i < to; i++, at++) {
		if (pattern->v[i] != ANY_ONE && pattern->v[i] != value->v[at]) {
			return false;
		}
	}
	return true;
}

static size_t run_end(const struct characters *pattern, size_t i)
{
	while (i < pattern->len && pattern->v[i] != ANY_RUN) {
		i++;
	}
	return i;
}

/* Find the piece pattern[from, to) at or after at: the last such place, or the first. */
static bool find_piece(
	const struct characters *pattern, size_t from, size_t to, const struct characters *value, bool last, size_t *at)
{
	const size_t room = value->len - *at;
	if (to - from > room) {
		return false;
	}
	const size_t places = room - (to - from) + 1;
	for (size_t k = 0; k < places; k++) {
		const size_t place = *at + (last ? places - 1 - k : k);
		if (equal_at(pattern, from, to, value, place)) {
			*at = place;
			return true;
		}
	}
	return false;
}

/* Does the pattern match from start on?  *end: where the shortest or the longest match ends. */
static bool match(
	const struct characters *pattern, const struct characters *value, size_t start, bool longest, size_t *end)
{
	size_t to = run_end(pattern, 0);
	size_t at = start;
	if (!equal_at(pattern, 0, to, value, at)) {
		return false;
	}
	at += to;
	while (to < pattern->len) {
		const size_t from = to + 1;
		to = run_end(pattern, from);
		const bool last = to == pattern->len;
		if (last && from == to) {
			*end = longest ? value->len : at;
			return true;
		}
		if (!find_piece(pattern, from, to, value, last && longest, &at)) {
			return false;
		}
		at += to - from;
	}
	*end = at;
	return true;
}

static void reverse(struct characters *c)
{
	for (size_t i = 0; i < c->len / 2; i++) {
		const uint32_t swap = c->v[i];
		c->v[i] = c->v[c->len - 1 - i];
		c->v[c->len - 1 - i] = swap;
	}
}

static int check_sizes(struct bd_str pattern, struct bd_str value, struct bd_error *err)
{
	if (pattern.n > BD_LIMIT_SHELL_PATTERN || value.n > BD_LIMIT_SHELL_PATTERN_VALUE) {
		return bd_error_set(err, BD_ERR_LIMIT,
			"a pattern of %zu bytes against a value of %zu: more than is matched", pattern.n, value.n);
	}
	return 0;
}

int shell_pattern_trim(
	struct bd_str pattern, struct bd_str value, struct shell_trim how, struct bd_buf *out, struct bd_error *err)
{
	AUTO(characters_release) struct characters p = { 0 };
	AUTO(characters_release) struct characters v = { 0 };
	if (check_sizes(pattern, value, err) < 0 || compile(pattern, &p, err) < 0) {
		return -(int)err->code;
	}
	decode(value, &v);
	if (how.suffix) {
		reverse(&p);
		reverse(&v);
	}
	size_t end = 0;
	if (!match(&p, &v, 0, how.longest, &end)) {
		end = 0;
	}
	struct characters rest = { .v = v.len > 0 ? v.v + end : NULL, .len = v.len - end };
	if (how.suffix) {
		reverse(&rest);
	}
	encode(rest.v, rest.len, out);
	return 0;
}

static void add_between(const struct characters *v, size_t from, size_t to, struct bd_buf *out)
{
	if (from < to) {
		encode(v->v + from, to - from, out);
	}
}

/* As Go's Regexp.ReplaceAllString walks: no empty match right behind another match. */
static void replace(
	const struct shell_replace *how, const struct characters *p, const struct characters *v, struct bd_buf *out)
{
	size_t copied = 0;
	size_t at = 0;
	while (at <= v->len) {
		size_t end = 0;
		if (!match(p, v, at, true, &end)) {
			at++;
			continue;
		}
		add_between(v, copied, at, out);
		if (end > copied || at == 0) {
			bd_buf_add(out, how->replacement.p, how->replacement.n);
		}
		copied = end;
		at = end > at ? end : at + 1;
		if (!how->all) {
			break;
		}
	}
	add_between(v, copied, v->len, out);
}

int shell_pattern_replace(
	const struct shell_replace *how, struct bd_str value, struct bd_buf *out, struct bd_error *err)
{
	AUTO(characters_release) struct characters p = { 0 };
	AUTO(characters_release) struct characters v = { 0 };
	if (check_sizes(how->pattern, value, err) < 0 || compile(how->pattern, &p, err) < 0) {
		return -(int)err->code;
	}
	decode(value, &v);
	replace(how, &p, &v, out);
	return 0;
}

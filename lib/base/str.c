/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/base.h"

struct bd_str bd_str(const char *s)
{
	return s != NULL ? (struct bd_str){ s, strlen(s) } : (struct bd_str){ NULL, 0 };
}

bool bd_str_equal(struct bd_str a, struct bd_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bd_str_is(struct bd_str a, const char *s)
{
	return bd_str_equal(a, bd_str(s));
}

bool bd_str_starts(struct bd_str s, const char *prefix)
{
	const size_t n = strlen(prefix);
	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool bd_str_ends(struct bd_str s, const char *suffix)
{
	const size_t n = strlen(suffix);
	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

int bd_str_compare(struct bd_str a, struct bd_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
	if (order != 0) {
		return order;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct bd_str bd_str_trim(struct bd_str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

struct bd_str bd_str_cut(struct bd_str *rest, char sep)
{
	const char *at = rest->n > 0 ? memchr(rest->p, sep, rest->n) : NULL;
	struct bd_str head = *rest;
	if (at == NULL) {
		*rest = (struct bd_str){ rest->n > 0 ? rest->p + rest->n : rest->p, 0 };
		return head;
	}
	head.n = (size_t)(at - rest->p);
	rest->p = at + 1;
	rest->n -= head.n + 1;
	return head;
}

bool bd_str_line(struct bd_str *rest, struct bd_str *line)
{
	if (rest->n == 0) {
		return false;
	}
	*line = bd_str_cut(rest, '\n');
	if (line->n > 0 && line->p[line->n - 1] == '\r') {
		line->n--;
	}
	return true;
}

bool bd_str_to_u64(struct bd_str s, uint64_t *out)
{
	uint64_t value = 0;
	if (s.n == 0) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
		const uint64_t digit = (uint64_t)(s.p[i] - '0');
		if (value > (UINT64_MAX - digit) / 10) {
			return false;
		}
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool bd_str_find(struct bd_str s, const char *needle, size_t *at_out)
{
	const size_t n = strlen(needle);
	const char *at = s.n >= n && s.n > 0 ? memmem(s.p, s.n, needle, n) : NULL;
	if (at != NULL && at_out != NULL) {
		*at_out = (size_t)(at - s.p);
	}
	return at != NULL;
}

int bd_strcmp0(const char *a, const char *b)
{
	if (a == NULL || b == NULL) {
		return (a != NULL) - (b != NULL);
	}
	return strcmp(a, b);
}

bool bd_streq(const char *a, const char *b)
{
	return bd_strcmp0(a, b) == 0;
}

uint64_t bd_hash_bytes(const void *p, size_t n)
{
	const unsigned char *bytes = p;
	uint64_t hash = 0xcbf29ce484222325ULL;
	for (size_t i = 0; i < n; i++) {
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	}
	return hash;
}

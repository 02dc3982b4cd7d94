/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/white_space.h"

#include "base/utf8.h"

/* Unicode's White_Space above ASCII: a no-break space pasted from a web page is one. */
static bool is_wide_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

size_t white_space(const char *p, size_t n)
{
	if (n == 0) {
		return 0;
	}
	if ((unsigned char)p[0] < 0x80) {
		return p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r') ? 1 : 0;
	}
	uint32_t code = 0;
	const size_t len = utf8_decode(p, n, &code);
	return len > 0 && is_wide_space(code) ? len : 0;
}

struct bd_str trim_left(struct bd_str s)
{
	for (size_t n = white_space(s.p, s.n); n > 0; n = white_space(s.p, s.n)) {
		s.p += n;
		s.n -= n;
	}
	return s;
}

/* White space characters of two and three bytes are found from their end: no character ends like another. */
static size_t white_space_at_end(struct bd_str s)
{
	for (size_t n = 1; n <= 3 && n <= s.n; n++) {
		if (white_space(s.p + s.n - n, n) == n) {
			return n;
		}
	}
	return 0;
}

struct bd_str trim_space(struct bd_str s)
{
	s = trim_left(s);
	for (size_t n = white_space_at_end(s); n > 0; n = white_space_at_end(s)) {
		s.n -= n;
	}
	return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* RFC 3629, section 4: the syntax of UTF-8 byte sequences. */
size_t utf8_decode(const char *p, size_t n, uint32_t *code_out)
{
	const unsigned char *s = (const unsigned char *)p;
	if (n == 0) {
		return 0;
	}
	if (s[0] < 0x80) {
		*code_out = s[0];
		return 1;
	}
	const size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (s[0] < 0xc2 || s[0] > 0xf4 || n < len) {
		return 0;
	}
	uint32_t code = s[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			return 0;
		}
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
		return 0;
	}
	*code_out = code;
	return len;
}

bool bd_utf8_valid(const char *p, size_t n)
{
	uint32_t code;
	while (n > 0) {
		const size_t len = utf8_decode(p, n, &code);
		if (len == 0) {
			return false;
		}
		p += len;
		n -= len;
	}
	return true;
}

void bd_utf8_add(struct bd_buf *out, uint32_t c)
{
	if (c < 0x80) {
		bd_buf_add_char(out, (char)c);
		return;
	}
	if (c < 0x800) {
		bd_buf_add_char(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			bd_buf_add_char(out, (char)(0xe0 | c >> 12));
		} else {
			bd_buf_add_char(out, (char)(0xf0 | (c >> 18 & 0x07)));
			bd_buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		bd_buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	bd_buf_add_char(out, (char)(0x80 | (c & 0x3f)));
}

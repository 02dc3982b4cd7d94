/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4648, sections 4 and 5. */
#include "basedrift/base.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void bd_base64(struct bd_buf *out, const void *p, size_t n)
{
	const unsigned char *bytes = p;
	for (size_t i = 0; i < n; i += 3) {
		const size_t left = n - i;
		const unsigned int group = (unsigned int)bytes[i] << 16 |
					   (left > 1 ? (unsigned int)bytes[i + 1] << 8 : 0) |
					   (left > 2 ? bytes[i + 2] : 0);
		char text[4] = { alphabet[group >> 18], alphabet[group >> 12 & 63], '=', '=' };
		if (left > 1) {
			text[2] = alphabet[group >> 6 & 63];
		}
		if (left > 2) {
			text[3] = alphabet[group & 63];
		}
		bd_buf_add(out, text, sizeof(text));
	}
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool bd_unbase64(struct bd_buf *out, struct bd_str text)
{
	unsigned int group = 0;
	unsigned int bits = 0;

	const size_t whole = text.n;
	bd_buf_add(out, "", 0);
	while (text.n > 0 && whole - text.n < 2 && text.p[text.n - 1] == '=') {
		text.n--;
	}
	if (text.n % 4 == 1 || (whole != text.n && whole % 4 != 0)) {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		const int value = value_of(text.p[i]);
		if (value < 0) {
			return false;
		}
		group = (group << 6 | (unsigned int)value) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bd_buf_add_char(out, (char)(group >> bits & 0xff));
		}
	}
	return true;
}

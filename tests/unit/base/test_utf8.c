/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "base/auto.h"
#include "base/utf8.h"

/* Encode by the book, so that decoding is held against something that is not itself. */
static size_t encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void test_decode_every_code_point(void **state)
{
	AUTO(bd_buf_release) struct bd_buf added = { .n = 0 };
	char bytes[4];
	(void)state;
	for (uint32_t code = 0; code <= 0x110000; code++) {
		const size_t len = encode(code, bytes);
		uint32_t back = 0xffffffff;
		const bool wanted = (code < 0xd800 || code > 0xdfff) && code <= 0x10ffff;
		const size_t got = utf8_decode(bytes, len, &back);
		if ((got == len) != wanted || (wanted && back != code) || utf8_decode(bytes, len - 1, &back) != 0) {
			fail_msg("U+%04X", code);
		}
		bd_buf_clear(&added);
		bd_utf8_add(&added, code);
		if (added.n != len || memcmp(added.p, bytes, len) != 0) {
			fail_msg("U+%04X is added as other bytes", code);
		}
	}
}

static void test_valid_refuses_bad_sequences(void **state)
{
	/* overlong NUL, "/", euro; surrogate; above U+10FFFF; lone continuation; cut off; bytes that never occur */
	static const char *const bad[] = { "\xc0\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x82\x82\xac", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\x80", "\xbf", "caf\xe9", "\xe2\x82", "\xf0\x9f\x98", "\xfe", "\xff", "a\xc3(",
		"\xf8\x88\x80\x80\x80" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(bd_utf8_valid(bad[i], strlen(bad[i])));
	}
	assert_true(bd_utf8_valid("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 14));
	assert_true(bd_utf8_valid("a\0b", 3));
	assert_true(bd_utf8_valid(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_every_code_point),
		cmocka_unit_test(test_valid_refuses_bad_sequences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

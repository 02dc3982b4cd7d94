/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

static void assert_display(const char *in, size_t n, const char *wanted)
{
	struct bd_buf out = { 0 };
	bd_display_text(&out, in, n);
	assert_string_equal(bd_buf_str(&out), wanted);
	bd_buf_release(&out);
}

static void test_display_text_leaves_harmless_text(void **state)
{
	(void)state;
	assert_display("usr/lib/libc.so.6", 17, "usr/lib/libc.so.6");
	assert_display("caf\xc3\xa9 \"x\" \\ y", 13, "caf\xc3\xa9 \"x\" \\ y");
	assert_display("", 0, "");
}

static void test_display_text_escapes_what_could_act(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = { { "a\nb", "\"a\\nb\"" }, { "\t", "\"\\t\"" }, { "\r", "\"\\r\"" },
		{ "\x1b[31m", "\"\\x1b[31m\"" }, { "\x7f", "\"\\x7f\"" }, { "caf\xe9", "\"caf\\xe9\"" },
		{ "a\xe2\x80\xae"
		  "b",
			"\"a\\u202eb\"" },
		{ "\xd8\x9c", "\"\\u061c\"" }, { "\xe2\x80\xa8", "\"\\u2028\"" }, { "\xef\xbb\xbf", "\"\\ufeff\"" },
		{ "\xef\xbf\xbf", "\"\\uffff\"" }, { "\xf0\x9f\xbf\xbe", "\"\\U0001fffe\"" },
		{ "\xc2\x85", "\"\\u0085\"" }, { "\xed\xa0\x80", "\"\\xed\\xa0\\x80\"" },
		{ "\"\\\n", "\"\\\"\\\\\\n\"" }, { "\xc3\xa9\n", "\"\xc3\xa9\\n\"" } };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_display(cases[i].in, strlen(cases[i].in), cases[i].out);
	}
	assert_display("a\0b", 3, "\"a\\x00b\"");
}

/* Whatever goes in: what comes out is UTF-8, has no control byte, and shown again stays the same. */
static void test_display_text_is_always_safe(void **state)
{
	char bytes[3];
	struct bd_buf out = { 0 };
	struct bd_buf again = { 0 };
	(void)state;
	for (unsigned int i = 0; i < 1U << 16; i++) {
		bytes[0] = (char)(i >> 8);
		bytes[1] = (char)i;
		bytes[2] = (char)(i * 7);
		bd_buf_clear(&out);
		bd_buf_clear(&again);
		bd_display_text(&out, bytes, sizeof(bytes));
		bd_display_text(&again, out.p, out.n);
		assert_true(bd_utf8_valid(out.p, out.n));
		for (size_t k = 0; k < out.n; k++) {
			assert_true((unsigned char)out.p[k] >= 0x20 && out.p[k] != 0x7f);
		}
		assert_true(bd_str_equal(bd_buf_view(&out), bd_buf_view(&again)));
	}
	bd_buf_release(&out);
	bd_buf_release(&again);
}

static void test_display_into_an_arena(void **state)
{
	struct bd_arena arena = { 0 };
	(void)state;
	assert_string_equal(bd_display(&arena, NULL), "");
	assert_string_equal(bd_display(&arena, "plain"), "plain");
	assert_string_equal(bd_display(&arena, "a\x1b"), "\"a\\x1b\"");
	bd_arena_release(&arena);
}

static void test_name_is_secret(void **state)
{
	static const char *const secret[] = { "TOKEN", "NPM_TOKEN", "npmToken", "GITHUBTOKEN", "DB_PASSWORD",
		"MYPASSWORD", "db-pass", "AWS_SECRET_ACCESS_KEY", "api.key", "AWSKey", "DBPwd", "SSH_KEY_2",
		"HTTP_AUTHORIZATION", "private", "SENTRY_DSN", "SESSION_COOKIE", "KEY", "_key_" };
	static const char *const open[] = { "PATH", "LANG", "GPG_KEY", "GPG_KEYS", "PWD", "MONKEY", "KEYBOARD_LAYOUT",
		"AUTHOR", "PASSENGER_APP_ENV", "COMPASS", "PYTHON_VERSION", "SSH_AUTH_SOCK", "", "_", "1" };
	(void)state;
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		if (!bd_name_is_secret(secret[i], strlen(secret[i]))) {
			fail_msg("%s is a secret", secret[i]);
		}
	}
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		if (bd_name_is_secret(open[i], strlen(open[i]))) {
			fail_msg("%s is no secret", open[i]);
		}
	}
}

static void test_name_is_secret_in_long_names(void **state)
{
	char name[4096];
	(void)state;
	memset(name, 'X', sizeof(name));
	assert_false(bd_name_is_secret(name, sizeof(name)));
	memcpy(name, "DB_PASS_", 8);
	assert_true(bd_name_is_secret(name, sizeof(name)));
	memcpy(name, "XXXXXXXX", 8);
	memcpy(name + sizeof(name) - 4, "_KEY", 4);
	assert_true(bd_name_is_secret(name, sizeof(name)));
}

static void test_url_without_credentials(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = { { "https://user:pass@git.example/x.git", "https://git.example/x.git" },
		{ "https://token@git.example/x", "https://git.example/x" },
		{ "https://git.example/x", "https://git.example/x" },
		{ "https://git.example/a@b", "https://git.example/a@b" },
		{ "https://a@b@git.example/x", "https://git.example/x" },
		{ "https://git.example?u=a@b", "https://git.example?u=a@b" },
		{ "git@git.example:x/y.git", "git@git.example:x/y.git" },
		{ "ssh://git:secret@git.example:22/x", "ssh://git.example:22/x" }, { "/srv/git/x", "/srv/git/x" },
		{ "", "" } };
	struct bd_arena arena = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(bd_url_without_credentials(&arena, cases[i].in), cases[i].out);
	}
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_display_text_leaves_harmless_text),
		cmocka_unit_test(test_display_text_escapes_what_could_act),
		cmocka_unit_test(test_display_text_is_always_safe),
		cmocka_unit_test(test_display_into_an_arena),
		cmocka_unit_test(test_name_is_secret),
		cmocka_unit_test(test_name_is_secret_in_long_names),
		cmocka_unit_test(test_url_without_credentials),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

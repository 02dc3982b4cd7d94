/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

struct pair {
	const char *in, *out; /* out NULL: refused */
};

static void test_clean_names_as_images_write_them(void **state)
{
	static const struct pair cases[] = { { "etc/passwd", "etc/passwd" }, { "./etc/passwd", "etc/passwd" },
		{ "/etc/passwd", "etc/passwd" }, { "//etc//./passwd/", "etc/passwd" }, { ".", "" }, { "./", "" },
		{ "/", "" }, { "", "" }, { "..", NULL }, { "a/../b", NULL }, { "a/..", NULL },
		{ "../etc/passwd", NULL }, { "..a/b..", "..a/b.." }, { "a/...", "a/..." },
		{ ".wh..wh..opq", ".wh..wh..opq" }, { "a\nb\x1b", "a\nb\x1b" } };
	struct bd_buf out = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const bool ok = bd_path_clean(&out, cases[i].in, strlen(cases[i].in));
		assert_int_equal(ok, cases[i].out != NULL);
		if (ok) {
			assert_string_equal(bd_buf_str(&out), cases[i].out);
		}
	}
	assert_false(bd_path_clean(&out, "a\0b", 3));
	assert_true(bd_path_clean(&out, NULL, 0));
	bd_buf_release(&out);
}

static void test_resolve_never_leaves_the_root(void **state)
{
	static const struct {
		const char *dir, *target, *out;
	} cases[] = { { "usr/lib", "libc.so", "usr/lib/libc.so" }, { "usr/lib", "/etc/x", "etc/x" },
		{ "usr/lib", "../share/x", "usr/share/x" }, { "usr/lib", "../../../../../etc/shadow", "etc/shadow" },
		{ "", "../..", "" }, { "", "a/./b//c/", "a/b/c" }, { "a", "", "a" }, { "a", "/", "" },
		{ "a/b", "..", "a" } };
	struct bd_buf out = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bd_path_resolve(&out, bd_str(cases[i].dir), bd_str(cases[i].target));
		assert_string_equal(bd_buf_str(&out), cases[i].out);
	}
	bd_buf_release(&out);
}

static void test_dir_and_name(void **state)
{
	(void)state;
	assert_true(bd_str_is(bd_path_dir(BD_STR("a/b/c")), "a/b"));
	assert_true(bd_str_is(bd_path_dir(BD_STR("c")), ""));
	assert_true(bd_str_is(bd_path_dir(bd_str(NULL)), ""));
	assert_true(bd_str_is(bd_path_name(BD_STR("a/b/c")), "c"));
	assert_true(bd_str_is(bd_path_name(BD_STR("c")), "c"));
	assert_true(bd_str_is(bd_path_name(bd_str(NULL)), ""));
}

static void test_match(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool match;
	} cases[] = {
		{ "var/lib/dpkg/status", "var/lib/dpkg/status", true },
		{ "var/lib/dpkg/status", "var/lib/dpkg/status-old", false },
		{ "var/lib/dpkg/status.d/*", "var/lib/dpkg/status.d/libc6", true },
		{ "var/lib/dpkg/status.d/*", "var/lib/dpkg/status.d/a/b", false },
		{ "*", "a", true },
		{ "*", "", true },
		{ "*", "a/b", false },
		{ "**", "a/b", true },
		{ "**", "", true },
		{ "**/package.json", "package.json", true },
		{ "**/package.json", "a/b/package.json", true },
		{ "**/package.json", "a/bpackage.json", false },
		{ "**/node_modules/*/package.json", "a/node_modules/b/node_modules/c/package.json", true },
		{ "**/node_modules/@*/*/package.json", "x/node_modules/@scope/n/package.json", true },
		{ "**/node_modules/**/package.json", "node_modules/a/lib/package.json", true },
		{ "**/node_modules/**/package.json", "modules/a/package.json", false },
		{ "**/*.dist-info/METADATA", "usr/lib/a.dist-info/METADATA", true },
		{ "**/*.dist-info/METADATA", "usr/lib/a.dist-info/x/METADATA", false },
		{ "usr/**", "usr/lib/x", true },
		{ "usr/**", "usr", false },
		{ "usr/**/x", "usr/x", true },
		{ "a**c", "ab/bc", true },
		{ "a*b*c", "aXbYbZc", true },
		{ "a*b*c", "aXbYbZ", false },
		{ "?.c", "a.c", true },
		{ "?", "/", false },
		{ "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false },
		{ "[!a]", "/", false },
		{ "[]x]", "]", true },
		{ "[a-]", "-", true },
		{ "[a", "a", false },
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "lib*/python[0-9]*/x", "lib64/python2.7/x", true },
		{ "**/a/**/b/*.c", "a/b/a/x/b/y.c", true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (bd_path_match(cases[i].pattern, cases[i].path) != cases[i].match) {
			fail_msg("%s %s %s", cases[i].pattern, cases[i].match ? "does not match" : "matches",
				cases[i].path);
		}
	}
}

/* Would take longer than the universe with one recursion for each star. */
static void test_match_many_stars_ends(void **state)
{
	char path[5001];
	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_false(bd_path_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", path));
	assert_false(bd_path_match("**a**a**a**a**a**a**a**b", path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_names_as_images_write_them),
		cmocka_unit_test(test_resolve_never_leaves_the_root),
		cmocka_unit_test(test_dir_and_name),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_match_many_stars_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/patch.h"

#include "base/auto.h"

static void assert_patch(
	const char *path, const char *text, const struct bd_edit *edits, size_t count, const char *wanted)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	assert_true(bd_patch_add(&out, path, bd_str(text), edits, count, "SECRET"));
	assert_string_equal(bd_buf_str(&out), wanted);
}

static void test_bd_patch_add_hunks(void **state)
{
	const struct bd_edit edits[] = { { 0, 1, BD_STR("A") }, { 2, 1, BD_STR("B") }, { 20, 0, BD_STR("+") } };
	(void)state;
	assert_patch("f", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n", edits, 3,
		"--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n-a\n-b\n+A\n+B\n c\n d\n e\n@@ -8,4 +8,4 @@\n h\n i\n j\n-k\n++k\n");
	assert_patch("f", "a\nb\nc\nd\n", edits, 2, "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-a\n-b\n+A\n+B\n c\n d\n");
	assert_patch("f", "a\n", edits, 0, "");
}

static void test_bd_patch_add_ends(void **state)
{
	const struct bd_edit edit = { 3, 1, BD_STR("B") };
	(void)state;
	assert_patch("my file", "a\r\nb", &edit, 1,
		"--- a/my file\t\n+++ b/my file\t\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+B\n\\ No newline at end of file\n");
	assert_patch("\xc3\xa9\"", "a\n\nb\nc\nSECRET\nd\n", &edit, 1,
		"--- \"a/\\303\\251\\042\"\n+++ \"b/\\303\\251\\042\"\n@@ -1,4 +1,4 @@\n a\n \n-b\n+B\n c\n");
	assert_patch("f", "a\nSECRET\nb\nc\n", &(const struct bd_edit){ 9, 1, BD_STR("B") }, 1,
		"--- a/f\n+++ b/f\n@@ -3,2 +3,2 @@\n-b\n+B\n c\n");
}

static void test_bd_patch_add_refuses(void **state)
{
	const struct {
		const char *text;
		struct bd_edit edits[2];
		size_t count;
	} rows[] = {
		{ "a\nb\nSECRET\nc\n", { { 2, 1, BD_STR("B") } }, 1 },
		{ "a\nSECRET\nc\n", { { 2, 6, BD_STR("B") } }, 1 },
		{ "a\nSECRET\nb\nc\n", { { 0, 1, BD_STR("A") }, { 9, 1, BD_STR("B") } }, 2 },
		{ "a\n1\n2\n3\n4\n5\n6\n7\nb\nSECRET", { { 0, 1, BD_STR("A") }, { 16, 1, BD_STR("B") } }, 2 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		bd_buf_add_str(&out, "before");
		assert_false(bd_patch_add(&out, "f", bd_str(rows[i].text), rows[i].edits, rows[i].count, "SECRET"));
		assert_string_equal(bd_buf_str(&out), "before");
	}
}

static void assert_lines(const char *text, const struct bd_edit *edits, size_t count, const char *wanted)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	bd_patch_add_lines(&out, "f", bd_str(text), edits, count);
	assert_string_equal(bd_buf_str(&out), wanted);
}

static void test_bd_patch_add_lines_come_and_go(void **state)
{
	const struct bd_edit edits[] = { { 0, 0, BD_STR("0\n") }, { 2, 2, BD_STR("") }, { 20, 2, BD_STR("J\nJ2\n") } };
	const struct bd_edit last[] = { { 1, 0, BD_STR("\n") }, { 1, 0, BD_STR("b\n") } };
	const struct bd_edit joined = { 1, 2, BD_STR("-") };
	const struct bd_edit all = { 0, 4, BD_STR("") };
	const struct bd_edit none = { 0, 1, BD_STR("a") };
	(void)state;
	assert_lines("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n", edits, 3,
		"--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n+0\n a\n-b\n c\n d\n e\n@@ -8,5 +8,6 @@\n h\n i\n j\n-k\n+J\n+J2\n l\n");
	assert_lines("a", last, 2, "--- a/f\n+++ b/f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n");
	assert_lines("a\nb\n", &joined, 1, "--- a/f\n+++ b/f\n@@ -1,2 +1,1 @@\n-a\n-b\n+a-\n");
	assert_lines("a\nb\n", &all, 1, "--- a/f\n+++ b/f\n@@ -1,2 +0,0 @@\n-a\n-b\n");
	assert_lines("a\nb\n", &none, 1, "");
	assert_lines("a\n", NULL, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_patch_add_hunks),
		cmocka_unit_test(test_bd_patch_add_ends),
		cmocka_unit_test(test_bd_patch_add_lines_come_and_go),
		cmocka_unit_test(test_bd_patch_add_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/data/version/SCHEME.txt: lines "A < B", "A = B", "A ? B"; "#" begins a comment. */
#include "test.h"

#include <dirent.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"

static bool is_row(const char *name, size_t n)
{
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		if (bd_str_is((struct bd_str){ name, n }, bd_version_scheme_at(i)->name)) {
			return true;
		}
	}
	return false;
}

static bool is_other(const char *file)
{
	return strcmp(file, "version.c") == 0 || strcmp(file, "purl.c") == 0 || strcmp(file, "range.c") == 0;
}

/* Every lib/version/NAME.c but those that are no scheme has its row. */
static void test_table_complete(void **state)
{
	(void)state;
	DIR *folder = opendir(TEST_DATA "/../../lib/version");
	assert_non_null(folder);
	size_t files = 0;
	for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		const size_t n = strlen(entry->d_name);
		if (n < 2 || strcmp(entry->d_name + n - 2, ".c") != 0 || is_other(entry->d_name)) {
			continue;
		}
		if (!is_row(entry->d_name, n - 2)) {
			fail_msg("%s has no row in schemes.h", entry->d_name);
		}
		files++;
	}
	(void)closedir(folder);
	assert_true(files > 0);
	assert_null(bd_version_scheme_at(files));
}

static size_t schemes_of(const char *purl_type)
{
	size_t count = 0;
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		for (const char *const *type = bd_version_scheme_at(i)->purl_types; *type != NULL; type++) {
			count += strcmp(*type, purl_type) == 0;
		}
	}
	return count;
}

static void test_table_sorted_and_unique(void **state)
{
	(void)state;
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		const struct bd_version_scheme *scheme = bd_version_scheme_at(i);
		assert_true(i == 0 || strcmp(bd_version_scheme_at(i - 1)->name, scheme->name) < 0);
		assert_ptr_equal(bd_version_scheme_for(scheme->name), scheme);
		for (const char *const *type = scheme->purl_types; *type != NULL; type++) {
			assert_int_equal(schemes_of(*type), 1);
		}
	}
}

static enum bd_order mirror(enum bd_order order)
{
	return order == BD_LESS ? BD_GREATER : order == BD_GREATER ? BD_LESS : order;
}

static enum bd_order order_of_sign(char sign)
{
	return sign == '<' ? BD_LESS : sign == '=' ? BD_EQUAL : sign == '>' ? BD_GREATER : BD_UNORDERED;
}

static bool check_line(const struct bd_version_scheme *scheme, struct bd_str line)
{
	size_t at = 0;
	static const char *const signs[] = { " < ", " = ", " > ", " ? " };
	for (size_t i = 0; i < 4; i++) {
		if (!bd_str_find(line, signs[i], &at)) {
			continue;
		}
		const struct bd_str a = { line.p, at };
		const struct bd_str b = { line.p + at + 3, line.n - at - 3 };
		const enum bd_order expected = order_of_sign(signs[i][1]);
		if (scheme->compare(a, b) != expected || scheme->compare(b, a) != mirror(expected)) {
			fail_msg("%s: %.*s gives %d and %d", scheme->name, (int)line.n, line.p, scheme->compare(a, b),
				scheme->compare(b, a));
		}
		return true;
	}
	return false;
}

static void check_file(const struct bd_version_scheme *scheme)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	char line[1024];
	size_t lines = 0;
	bd_buf_printf(&path, "%s/version/%s.txt", TEST_DATA, scheme->name);
	AUTO(fclose_ptr) FILE *file = fopen(bd_buf_str(&path), "r");
	if (file == NULL) {
		fail_msg("%s is missing", bd_buf_str(&path));
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		const struct bd_str text = { line, strcspn(line, "\n") };
		if (text.n > 0 && text.p[0] != '#') {
			assert_true(check_line(scheme, text));
			lines++;
		}
	}
	assert_true(lines > 0);
}

static void test_compare_files(void **state)
{
	(void)state;
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		check_file(bd_version_scheme_at(i));
	}
}

static void test_version_compare_dispatch(void **state)
{
	(void)state;
	assert_int_equal(bd_version_compare("deb", "1.0~rc1", "1.0"), BD_LESS);
	assert_int_equal(bd_version_compare("pypi", "1.0", "1.0.post1"), BD_LESS);
	assert_int_equal(bd_version_compare("no-such-type", "1", "2"), BD_UNORDERED);
	assert_int_equal(bd_version_compare("no-such-type", "1", "1"), BD_EQUAL);
	assert_int_equal(bd_version_compare("npm", "latest", "latest"), BD_EQUAL);
	assert_int_equal(bd_version_compare("deb", NULL, "1"), BD_UNORDERED);
	assert_int_equal(bd_version_compare("deb", NULL, NULL), BD_EQUAL);
	assert_int_equal(bd_version_compare(NULL, "1", "2"), BD_UNORDERED);
}

/* Numbers longer than any integer type are numbers all the same. */
static void test_compare_long_numbers(void **state)
{
	(void)state;
	static const char *const types[] = { "deb", "rpm", "apk", "pypi", "npm", "generic", "alpm", "gem", "maven",
		"golang", "composer", "nuget", "conda", "ebuild", "hackage", "pub", "cran", "cargo" };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(
			bd_version_compare(types[i], "1.99999999999999999999999998", "1.99999999999999999999999999"),
			BD_LESS);
		assert_int_equal(bd_version_compare(types[i], "18446744073709551617.0", "2.0"), BD_GREATER);
	}
}

static void test_version_valid_grammars(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		/* type, valid, not */
		{ "deb", "1:2.0~rc1-1+b1", "a1" },
		{ "deb", "1-2-3", "1-" },
		{ "deb", "1:2:3-4", "x:1" },
		{ "rpm", "1:1.0~rc1^git-1.el8", "1.0-1 2" },
		{ "rpm", "1.0", "1..0" },
		{ "apk", "1.2_alpha1-r1", "1.2-r" },
		{ "alpm", "1:2.0rc_1-1.1", "2.0-" },
		{ "alpm", "2.0", "2:0:1" },
		{ "pypi", "1!1.0a1.post2", "1.0-foo" },
		{ "npm", "v1.2.3-rc.1+b", "1.2" },
		{ "npm", "9007199254740991.0.0", "9007199254740992.0.0" },
		{ "cargo", "1.2.3-rc.1+001", "1.2.3-01" },
		{ "cargo", "1.2.3", "v1.2.3" },
		{ "gem", "1.0-a.b-c", "1.0-" },
		{ "golang", "v1.2", "1.2.3" },
		{ "golang", "v1.2.3+incompatible", "v1.2+incompatible" },
		{ "nuget", "1.2.3.4-Beta+x", "1.2.3.4.5" },
		{ "conda", "1!1.0.1_", "1__0" },
		{ "ebuild", "1.0b_alpha1_p2-r1", "1.0-r1_p" },
		{ "hackage", "1.0.0", "1.00" },
		{ "pub", "1.0.0+1", "1.0" },
		{ "cran", "1.0-1", "1" },
		{ "cpan", "v1.2.3", "1.2.3-4" },
		{ "luarocks", "1.0rc1-1", "1.0" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!bd_version_valid(rows[i][0], rows[i][1]) || bd_version_valid(rows[i][0], rows[i][2])) {
			fail_msg("%s: %s, not %s", rows[i][0], rows[i][1], rows[i][2]);
		}
	}
	assert_true(bd_version_valid("nix", "anything"));
	assert_true(bd_version_valid("no-such-type", "anything"));
}

/* One more than Maven takes. */
static void test_compare_maven_limit(void **state)
{
	(void)state;
	char text[BD_LIMIT_MAVEN_VERSION + 2] = { 0 };
	memset(text, '-', BD_LIMIT_MAVEN_VERSION);
	text[0] = '2';
	assert_int_equal(bd_version_compare("maven", text, "1"), BD_GREATER);
	text[BD_LIMIT_MAVEN_VERSION] = '-';
	assert_int_equal(bd_version_compare("maven", text, "1"), BD_UNORDERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_complete),
		cmocka_unit_test(test_table_sorted_and_unique),
		cmocka_unit_test(test_compare_files),
		cmocka_unit_test(test_version_compare_dispatch),
		cmocka_unit_test(test_compare_long_numbers),
		cmocka_unit_test(test_version_valid_grammars),
		cmocka_unit_test(test_compare_maven_limit),
	};
	return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}

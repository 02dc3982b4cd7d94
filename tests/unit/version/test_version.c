/* SPDX-License-Identifier: Apache-2.0 */
/* tests/data/version/SCHEME.txt: lines "A < B", "A = B", "A ? B"; "#" begins a comment. */
#include "test.h"

#include <dirent.h>
#include <string.h>

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
	return strcmp(file, "version.c") == 0 || strcmp(file, "purl.c") == 0;
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
	static const char *const types[] = { "deb", "rpm", "apk", "pypi", "npm", "generic" };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(
			bd_version_compare(types[i], "1.99999999999999999999999998", "1.99999999999999999999999999"),
			BD_LESS);
		assert_int_equal(bd_version_compare(types[i], "18446744073709551617.0", "2.0"), BD_GREATER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_complete),
		cmocka_unit_test(test_table_sorted_and_unique),
		cmocka_unit_test(test_compare_files),
		cmocka_unit_test(test_version_compare_dispatch),
		cmocka_unit_test(test_compare_long_numbers),
	};
	return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dirent.h>
#include <string.h>

#include "basedrift/catalog.h"
#include "basedrift/version.h"

#include "base/auto.h"

static bool is_row(const char *name, size_t n)
{
	for (size_t i = 0; bd_cataloger_at(i) != NULL; i++) {
		if (bd_str_is((struct bd_str){ name, n }, bd_cataloger_at(i)->name)) {
			return true;
		}
	}
	return false;
}

#define FOLDER TEST_DATA "/../../lib/catalog/"

/* What several catalogers share, or parts of one, has a header of its own; the rest is named. */
static bool is_cataloger(const char *file)
{
	AUTO(bd_buf_release) struct bd_buf header = { .n = 0 };
	const size_t n = strlen(file);
	if (n < 2 || strcmp(file + n - 2, ".c") != 0 || strcmp(file, "catalog.c") == 0 ||
		strcmp(file, "os_release.c") == 0) {
		return false;
	}
	bd_buf_printf(&header, "%s%.*s.h", FOLDER, (int)n - 2, file);
	return access(bd_buf_str(&header), F_OK) != 0;
}

/* Every lib/catalog/NAME.c that is a cataloger has its row. */
static void test_table_complete(void **state)
{
	(void)state;
	DIR *folder = opendir(FOLDER);
	assert_non_null(folder);
	size_t files = 0;
	for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		if (!is_cataloger(entry->d_name)) {
			continue;
		}
		if (!is_row(entry->d_name, strlen(entry->d_name) - 2)) {
			fail_msg("%s has no row in catalogers.h", entry->d_name);
		}
		files++;
	}
	(void)closedir(folder);
	assert_true(files > 0);
	assert_null(bd_cataloger_at(files));
}

static void test_table_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; bd_cataloger_at(i) != NULL; i++) {
		assert_true(strcmp(bd_cataloger_at(i - 1)->name, bd_cataloger_at(i)->name) < 0);
	}
}

/* What a cataloger finds can be ordered. */
static void test_table_types_have_schemes(void **state)
{
	(void)state;
	for (size_t i = 0; bd_cataloger_at(i) != NULL; i++) {
		assert_non_null(bd_version_scheme_for(bd_cataloger_at(i)->purl_type));
		assert_true(bd_cataloger_at(i)->primary != NULL || bd_cataloger_at(i)->sniff != NULL);
		assert_non_null(bd_cataloger_at(i)->parse);
	}
}

static void test_cataloger_for_paths(void **state)
{
	(void)state;
	static const struct {
		const char *path, *cataloger; /* NULL: nobody's */
	} rows[] = {
		{ "var/lib/dpkg/status", "dpkg" },
		{ "var/lib/dpkg/status-old", NULL },
		{ "home/x/var/lib/dpkg/status", NULL },
		{ "var/lib/dpkg/status.d/base-files", "dpkg" },
		{ "var/lib/dpkg/info/base-files.list", NULL },
		{ "lib/apk/db/installed", "apk" },
		{ "usr/lib/apk/db/installed", "apk" },
		{ "usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA", "python" },
		{ "app/deps/six-1.16.0.egg-info", "python" },
		{ "six.egg-info/PKG-INFO", "python" },
		{ "METADATA", NULL },
		{ "opt/x/PKG-INFO", NULL },
		{ "app/node_modules/a/package.json", "npm" },
		{ "node_modules/a/package.json", "npm" },
		{ "app/node_modules/@s/a/package.json", "npm" },
		{ "app/node_modules/a/node_modules/b/package.json", "npm" },
		{ "app/node_modules/a/dist/package.json", NULL },
		{ "app/package.json", NULL },
		{ "usr/local/include/python3.11/patchlevel.h", "runtime" },
		{ "usr/local/include/node/node_version.h", "runtime" },
		{ "include/node/node_version.h", "runtime" },
		{ "xinclude/node/node_version.h", NULL },
		{ "a.egg-info", "python" },
		{ "usr/local/lib/ruby/3.2.0/x86_64-linux/rbconfig.rb", "runtime" },
		{ "usr/local/include/php/main/php_version.h", "runtime" },
		{ "usr/local/lib/perl5/5.36.0/x86_64-linux-gnu/Config.pm", "runtime" },
		{ "etc/os-release", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bd_cataloger *cataloger = bd_cataloger_for(rows[i].path);
		const char *name = cataloger != NULL ? cataloger->name : NULL;
		if (!bd_streq(name, rows[i].cataloger)) {
			fail_msg("%s: %s", rows[i].path, name);
		}
		if (name != NULL) {
			const struct bd_str unread = { NULL, 0 };
			assert_true(cataloger->extract != NULL ? bd_catalog_examines(rows[i].path, 1, unread)
							       : bd_catalog_wants(rows[i].path));
		}
	}
}

static void test_wants_companions(void **state)
{
	(void)state;
	assert_true(bd_catalog_wants("etc/os-release"));
	assert_true(bd_catalog_wants("usr/lib/os-release"));
	assert_true(bd_catalog_wants("var/lib/dpkg/info/libc6:amd64.list"));
	assert_true(bd_catalog_wants("var/lib/dpkg/status.d/base.md5sums"));
	assert_true(bd_catalog_wants("var/lib/dpkg/diversions"));
	assert_true(bd_catalog_wants("x/a-1.dist-info/RECORD"));
	assert_false(bd_catalog_wants("x/RECORD"));
	assert_false(bd_catalog_wants("bin/sh"));
}

static void test_runtime_variable(void **state)
{
	(void)state;
	assert_string_equal(bd_runtime_variable("python"), "PYTHON_VERSION");
	assert_string_equal(bd_runtime_variable("node"), "NODE_VERSION");
	assert_null(bd_runtime_variable("openssl"));
	assert_null(bd_runtime_variable(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_complete),
		cmocka_unit_test(test_table_sorted),
		cmocka_unit_test(test_table_types_have_schemes),
		cmocka_unit_test(test_cataloger_for_paths),
		cmocka_unit_test(test_wants_companions),
		cmocka_unit_test(test_runtime_variable),
	};
	return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}

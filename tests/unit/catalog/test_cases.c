/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/data/catalog/NAME/CASE/: the root of an image, with expected.json beside its folders:
 * "packages" (members as listed), "owned" ({purl: ["PATH[/] [ALGORITHM:HEX] [config]", …]}) for the
 * purls that it names, "errors" ({path: part of the message}).
 */
#include "test.h"

#include <dirent.h>
#include <string.h>

#include "base/auto.h"
#include "imagerun.h"

/* ---- comparing --------------------------------------------------------------------------------- */

static const char *member(const struct bd_package *package, const char *key)
{
	const struct {
		const char *key, *value;
	} members[] = { { "purl", package->purl }, { "type", package->type }, { "namespace", package->namespace },
		{ "name", package->name }, { "version", package->version }, { "arch", package->arch },
		{ "source", package->source }, { "source_version", package->source_version },
		{ "path", package->path } };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].key, key) == 0) {
			return members[i].value;
		}
	}
	fail_msg("expected.json names a member \"%s\" that packages do not have", key);
	return NULL;
}

static void check_packages(const struct image_run *run, const json_t *expected)
{
	for (size_t i = 0; i < run->packages.len && i < json_array_size(expected); i++) {
		const char *key;
		json_t *value;
		json_object_foreach (json_array_get(expected, i), key, value) {
			const char *actual = member(&run->packages.v[i], key);
			if (!bd_streq(actual, json_string_value(value))) {
				fail_msg("package %zu: %s is %s, not %s", i, key, actual, json_string_value(value));
			}
		}
	}
	for (size_t i = json_array_size(expected); i < run->packages.len; i++) {
		print_error("not expected: %s\n", run->packages.v[i].purl);
	}
	assert_int_equal(run->packages.len, json_array_size(expected));
}

static void collect_owned(const struct bd_owned_file *file, void *context)
{
	static const struct {
		const char *name;
		size_t bytes;
	} algorithms[] = { { NULL, 0 }, { "md5", 16 }, { "sha1", 20 }, { "sha256", 32 } };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	bd_buf_add(&text, file->path.p, file->path.n);
	if (file->folder) {
		bd_buf_add_char(&text, '/');
	}
	if (file->algorithm != BD_CHECKSUM_NONE) {
		char hex[65];
		bd_hex(file->checksum, algorithms[file->algorithm].bytes, hex);
		bd_buf_printf(&text, " %s:%s", algorithms[file->algorithm].name, hex);
	}
	if (file->config) {
		bd_buf_add_str(&text, " config");
	}
	(void)json_array_append_new(context, json_string(bd_buf_str(&text)));
}

static size_t find_package(const struct image_run *run, const char *purl)
{
	for (size_t i = 0; i < run->packages.len; i++) {
		if (strcmp(run->packages.v[i].purl, purl) == 0) {
			return i;
		}
	}
	fail_msg("expected.json asks for the files of %s, which is not there", purl);
	return 0;
}

static void check_owned(struct image_run *run, json_t *expected)
{
	const char *purl;
	json_t *list;
	json_object_foreach (expected, purl, list) {
		const size_t i = find_package(run, purl);
		const struct bd_catalog_in in = image_run_input(run, i);
		json_auto_t *actual = json_array();
		struct bd_error err;
		assert_non_null(run->found[i].cataloger->owned);
		assert_int_equal(
			run->found[i].cataloger->owned(&in, &run->packages.v[i], collect_owned, actual, &err), 0);
		if (!json_equal(actual, list)) {
			char *text = json_dumps(actual, JSON_INDENT(1));
			print_error("%s\n", text);
			free(text);
			fail_msg("files of %s differ from expected.json", purl);
		}
	}
}

static void check_errors(const struct image_run *run, json_t *expected)
{
	const char *path;
	json_t *part;
	json_object_foreach (expected, path, part) {
		const char *actual = json_string_value(json_object_get(run->errors, path));
		if (actual == NULL || strstr(actual, json_string_value(part)) == NULL) {
			fail_msg("%s: the error is \"%s\", not \"%s\"", path, actual, json_string_value(part));
		}
	}
	json_object_foreach (run->errors, path, part) {
		if (json_object_get(expected, path) == NULL) {
			fail_msg("%s: %s", path, json_string_value(part));
		}
	}
}

static void run_case(const char *root)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	struct image_run run;
	json_error_t reason;
	bd_buf_printf(&file, "%s/expected.json", root);
	json_auto_t *expected = json_load_file(bd_buf_str(&file), JSON_REJECT_DUPLICATES, &reason);
	print_message("%s\n", root);
	if (expected == NULL) {
		fail_msg("%s:%d: %s", bd_buf_str(&file), reason.line, reason.text);
	}
	image_run_init(&run);
	assert_true(image_folder_load(&run.image, root, ""));
	image_run_catalog(&run);
	check_errors(&run, json_object_get(expected, "errors"));
	check_packages(&run, json_object_get(expected, "packages"));
	check_owned(&run, json_object_get(expected, "owned"));
	image_run_release(&run);
}

static size_t run_folder(const char *folder)
{
	struct dirent **names = NULL;
	const int count = scandir(folder, &names, NULL, alphasort);
	size_t ran = 0;
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			AUTO(bd_buf_release) struct bd_buf root = { .n = 0 };
			bd_buf_printf(&root, "%s/%s", folder, names[i]->d_name);
			run_case(bd_buf_str(&root));
			ran++;
		}
		free(names[i]);
	}
	free(names);
	return ran;
}

/* A cataloger without a case is not tested at all. */
static void test_parse_cases(void **state)
{
	(void)state;
	for (size_t i = 0; bd_cataloger_at(i) != NULL; i++) {
		AUTO(bd_buf_release) struct bd_buf folder = { .n = 0 };
		bd_buf_printf(&folder, "%s/catalog/%s", TEST_DATA, bd_cataloger_at(i)->name);
		if (run_folder(bd_buf_str(&folder)) == 0) {
			fail_msg("%s has no cases", bd_buf_str(&folder));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_cases),
	};
	return cmocka_run_group_tests_name("catalog cases", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-check with another project's tables of Go and Java: its jars are made of the folders it makes them of, its
 * build information is what our own reader takes out of a program.  Skipped where they are not.
 */
#include "test.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/go_ldflags.h"
#include "catalog/java_name.h"
#include "catalog/java_text.h"
#include "lib/imagefolder.h"
#include "made_elf.h"

#define SYFT SHARED_DATA "/packages-syft/"

struct score {
	size_t passed, failed;
};

static void count(struct score *score, bool passed, const char *what, const char *got)
{
	score->passed += passed;
	score->failed += !passed;
	if (!passed) {
		print_error("%s: found %s\n", what, got);
	}
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value != NULL ? value : "";
}

static json_t *load(const char *file)
{
	if (access(file, F_OK) != 0) {
		skip();
	}
	json_t *document = json_load_file(file, JSON_ALLOW_NUL, NULL);
	assert_non_null(document);
	return document;
}

static const json_t *table(const json_t *document, const char *test)
{
	size_t i;
	const json_t *row;
	json_array_foreach (json_object_get(document, "tables"), i, row) {
		if (bd_str_ends(bd_str(text(row, "test")), test)) {
			return json_object_get(row, "rows");
		}
	}
	if (strcmp(test, "cases") == 0) {
		return json_object_get(document, test);
	}
	fail_msg("no table %s", test);
	return NULL;
}

typedef void row_fn(const json_t *row, struct score *score);

/* Every row of a document's table; label: what the score is of. */
static void run_table(const char *file, const char *test, row_fn *run, const char *label)
{
	json_auto_t *document = load(file);
	struct score score = { 0, 0 };
	size_t i;
	const json_t *row;
	json_array_foreach (table(document, test), i, row) {
		run(row, &score);
	}
	print_message("%s: %zu of %zu\n", label, score.passed, score.passed + score.failed);
	assert_int_equal(score.failed, 0);
}

/* ---- Go ----------------------------------------------------------------------------------------------------- */

static struct bd_str no_file(const struct bd_catalog_in *in, const char *path)
{
	(void)in;
	(void)path;
	return (struct bd_str){ NULL, 0 };
}

static void add_module(struct bd_buf *out, const char *kind, const json_t *module)
{
	bd_buf_printf(
		out, "%s\t%s\t%s\t%s\n", kind, text(module, "Path"), text(module, "Version"), text(module, "Sum"));
	if (json_is_object(json_object_get(module, "Replace"))) {
		add_module(out, "=>", json_object_get(module, "Replace"));
	}
}

/* debug.BuildInfo as the table has it, as the go command writes it. */
static void build_info_text(const json_t *info, struct bd_buf *out)
{
	size_t i;
	const json_t *row;
	bd_buf_printf(out, "%s\n", text(info, "GoVersion"));
	if (text(info, "Path")[0] != '\0') {
		bd_buf_printf(out, "path\t%s\n", text(info, "Path"));
	}
	if (json_is_object(json_object_get(info, "Main"))) {
		add_module(out, "mod", json_object_get(info, "Main"));
	}
	json_array_foreach (json_object_get(info, "Deps"), i, row) {
		add_module(out, "dep", row);
	}
	json_array_foreach (json_object_get(info, "Settings"), i, row) {
		/* the table's value of -ldflags is a line of `go version -m` cut short */
		const char *value = strstr(text(row, "Value"), "-ldflags=\"");
		value = value != NULL ? value + strlen("-ldflags=\"") : text(row, "Value");
		bd_buf_printf(out, "build\t%s=%s\n", text(row, "Key"), value);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sorted(const char **texts, size_t n, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	if (n > 0) {
		qsort(texts, n, sizeof(*texts), by_text);
	}
	for (size_t i = 0; i < n; i++) {
		bd_buf_printf(&out, "%s ", texts[i]);
	}
	return bd_arena_strdup(arena, bd_buf_str(&out));
}

/* "NAME@VERSION …"; that project makes the standard library's package elsewhere. */
static const char *found_text(const struct bd_package_vec *packages, bool purls, struct bd_arena *arena)
{
	const char **texts = bd_arena_alloc(arena, (packages->len + 1) * sizeof(*texts));
	size_t n = 0;
	for (size_t i = 0; i < packages->len; i++) {
		const struct bd_package *package = &packages->v[i];
		if (!bd_streq(package->name, "stdlib")) {
			texts[n++] = purls ? package->purl
					   : bd_arena_printf(arena, "%s@%s", package->name, package->version);
		}
	}
	return sorted(texts, n, arena);
}

static const char *wanted_text(const json_t *list, bool purls, struct bd_arena *arena)
{
	const bool upper = bd_streq(text(json_array_get(list, 0), "Name"), "") == false;
	const size_t n = json_array_size(list);
	const char **texts = bd_arena_alloc(arena, (n + 1) * sizeof(*texts));
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(list, i);
		texts[i] = purls ? text(row, "purl")
				 : bd_arena_printf(arena, "%s@%s", text(row, upper ? "Name" : "name"),
					   text(row, upper ? "Version" : "version"));
	}
	return sorted(texts, n, arena);
}

static void run_build_info(const json_t *row, struct score *score)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct bd_package_vec packages = { .len = 0 };
	struct bd_error err;
	if (!json_is_array(json_object_get(row, "expected")) || json_object_get(row, "binaryContent") != NULL) {
		return; /* guessing a version from the program's constants is left to others */
	}
	build_info_text(json_object_get(json_object_get(row, "mod"), "BuildInfo"), &bytes);
	const struct bd_catalog_in in = { .path = "a", .bytes = bd_buf_view(&bytes), .file = no_file };
	assert_int_equal(bd_cataloger_go.parse(&in, &arena, &packages, &err), 0);
	const char *found = found_text(&packages, false, &arena);
	count(score, strcmp(found, wanted_text(json_object_get(row, "expected"), false, &arena)) == 0,
		text(row, "name"), found);
	free(packages.v);
}

static void test_go_shared_build_info(void **state)
{
	(void)state;
	run_table(SYFT "golang/unit-tables.json", "TestBuildGoPkgInfo", run_build_info, "build information");
}

static void run_linked_version(const json_t *row, struct score *score)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_str flags = bd_str(text(row, "ldflags"));
	size_t at = 0;
	if (bd_str_find(flags, "-ldflags=\"", &at)) {
		flags = (struct bd_str){ flags.p + at + 10, flags.n - at - 10 };
	}
	(void)go_linked_version(flags, bd_str(text(row, "mainModule")), &out);
	count(score, strcmp(bd_buf_str(&out), text(row, "wantFullVersion")) == 0, text(row, "name"), bd_buf_str(&out));
}

static void test_go_shared_linked_versions(void **state)
{
	(void)state;
	run_table(SYFT "golang/unit-tables.json", "Test_extractVersionFromLDFlags", run_linked_version,
		"linked versions");
}

/* ---- Java --------------------------------------------------------------------------------------------------- */

static void run_file_name(const json_t *row, struct score *score)
{
	const struct java_file_name file = java_file_name(bd_str(text(row, "filename")));
	count(score, bd_str_is(file.name, text(row, "name")) && bd_str_is(file.version, text(row, "version")),
		text(row, "filename"), file.name.p);
}

static void test_java_shared_file_names(void **state)
{
	(void)state;
	run_table(SYFT "java/unit-tables.json", "TestExtractInfoFromJavaArchiveFilename", run_file_name, "file names");
}

static void add_attributes(struct java_attribute_vec *manifest, const json_t *section, bool in_main)
{
	size_t i;
	const json_t *row;
	const json_t *list = json_is_object(section) ? json_object_get(section, "_pos") : section;
	json_array_foreach (list, i, row) {
		*bd_vec_push(manifest) = (struct java_attribute){
			.key = bd_str(text(row, "Key")), .value = bd_str(text(row, "Value")), .in_main = in_main
		};
	}
}

static struct java_attribute_vec manifest_of(const json_t *manifest)
{
	struct java_attribute_vec out = { .len = 0 };
	size_t i;
	const json_t *section;
	add_attributes(&out, json_object_get(manifest, "Main"), true);
	json_array_foreach (json_object_get(manifest, "Sections"), i, section) {
		add_attributes(&out, section, false);
	}
	return out;
}

static void run_found(const json_t *row, bool version, struct score *score)
{
	const json_t *args = json_object_get(json_object_get(row, "archive"), "args");
	const struct java_file_name file = java_file_name(bd_str(json_string_value(json_array_get(args, 0))));
	struct java_attribute_vec manifest = manifest_of(json_object_get(row, "manifest"));
	const struct bd_str found = version ? java_version(&manifest, &file) : java_name(&manifest, &file);
	count(score, bd_str_is(found, text(row, "expected")), text(row, version ? "name" : "desc"), found.p);
	free(manifest.v);
}

static void run_version(const json_t *row, struct score *score)
{
	run_found(row, true, score);
}

static void run_name(const json_t *row, struct score *score)
{
	run_found(row, false, score);
}

static void test_java_shared_names_and_versions(void **state)
{
	(void)state;
	run_table(SYFT "java/unit-tables.json", "TestSelectName", run_name, "names");
	run_table(SYFT "java/unit-tables.json", "TestSelectVersion", run_version, "versions");
}

static void run_group(const json_t *row, struct score *score)
{
	const json_t *metadata = json_object_get(row, "metadata");
	if (json_object_get(metadata, "PomProperties") != NULL || json_object_get(metadata, "PomProject") != NULL) {
		return; /* what a pom states is taken as it stands */
	}
	struct java_attribute_vec manifest = manifest_of(json_object_get(metadata, "Manifest"));
	const struct bd_str found = java_group(&manifest, bd_str(text(row, "pkgName")));
	count(score, bd_str_is(found, text(row, "expect")), text(row, "name"), found.p);
	free(manifest.v);
}

static void test_java_shared_groups(void **state)
{
	(void)state;
	run_table(SYFT "java/unit-tables.json", "Test_groupIDFromJavaMetadata", run_group, "groups");
}

/* A jar of the folder's files. */
static bool make_jar(const char *name, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf folder = { .n = 0 };
	struct image_folder files = { .len = 0 };
	bd_buf_printf(&folder, "%sjava/testdata/jar-metadata/%s", SYFT,
		strcmp(name, "gradle") == 0 ? "jenkins-plugins/gradle/2.11" : name);
	if (!image_folder_load(&files, bd_buf_str(&folder), "")) {
		return false;
	}
	struct made_file *made = bd_xcalloc(files.len + 1, sizeof(*made));
	for (size_t i = 0; i < files.len; i++) {
		made[i] = (struct made_file){ files.v[i].path, files.v[i].bytes };
	}
	made_zip(made, files.len, out);
	free(made);
	image_folder_release(&files);
	return true;
}

static void run_jar(const json_t *test, struct score *score)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf jar = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_package_vec packages = { .len = 0 };
	struct bd_error err;
	const json_t *args = json_object_get(json_object_get(test, "fixture"), "args");
	const char *name = json_string_value(json_array_get(args, 1));
	const char *extension = json_string_value(json_array_get(args, 2));
	if (name == NULL || !make_jar(name, &jar)) {
		return;
	}
	bd_buf_printf(&path, "a/%s.%s", name, extension != NULL ? extension : "jar");
	assert_int_equal(bd_cataloger_java.extract(bd_buf_str(&path), bd_buf_view(&jar), &out, &err), 0);
	const struct bd_catalog_in in = { .path = bd_buf_str(&path), .bytes = bd_buf_view(&out), .file = no_file };
	assert_int_equal(bd_cataloger_java.parse(&in, &arena, &packages, &err), 0);
	const char *found = found_text(&packages, true, &arena);
	count(score, strcmp(found, wanted_text(json_object_get(test, "expected"), true, &arena)) == 0, text(test, "id"),
		found);
	free(packages.v);
}

static void test_java_shared_jars(void **state)
{
	(void)state;
	run_table(SYFT "java/cases.json", "cases", run_jar, "jars");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go_shared_build_info),
		cmocka_unit_test(test_go_shared_linked_versions),
		cmocka_unit_test(test_java_shared_file_names),
		cmocka_unit_test(test_java_shared_names_and_versions),
		cmocka_unit_test(test_java_shared_groups),
		cmocka_unit_test(test_java_shared_jars),
	};
	return cmocka_run_group_tests_name("shared binaries", tests, NULL, NULL);
}

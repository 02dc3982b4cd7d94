/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-check with the fixtures of another project's catalogers, where they lie beside the
 * repository: purl type, name and version of what an image inventory must find.  Skipped without them.
 */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "imagerun.h"

/* Cases that we answer otherwise, and why. */
static const char *const different[][2] = {
	{ "syft-arch-000", "one broken entry of the database is an error, and the others are packages all the same" },
	{ "syft-javascript-026", "a package.json without name and version is no package" },
	{ "syft-r-000", "a DESCRIPTION without Built is of a source package" },
};

/* "TYPE:NAME@VERSION" sorted, names as the purl has them: the other project normalises Python's. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *lower(struct bd_arena *arena, const char *text)
{
	char *copy = bd_arena_strdup(arena, text != NULL ? text : "");
	for (char *p = copy; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z') {
			*p = (char)(*p - 'A' + 'a');
		}
	}
	return copy;
}

static const char *joined(const char **texts, size_t n, struct bd_arena *arena)
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

static const char *actual_text(struct image_run *run)
{
	const size_t n = run->packages.len;
	const char **texts = bd_arena_alloc(&run->arena, (n + 1) * sizeof(*texts));
	for (size_t i = 0; i < n; i++) {
		const struct bd_package *package = &run->packages.v[i];
		assert_true(
			bd_str_starts(bd_str(package->purl), bd_arena_printf(&run->arena, "pkg:%s/", package->type)));
		texts[i] = bd_arena_printf(
			&run->arena, "%s:%s@%s", package->type, lower(&run->arena, package->name), package->version);
	}
	return joined(texts, n, &run->arena);
}

/* Of the row's purl; without one its own word for the type is the purl's. */
static const char *expected_type(struct image_run *run, const json_t *row)
{
	const char *purl = json_string_value(json_object_get(row, "purl"));
	const char *type = json_string_value(json_object_get(row, "type"));
	struct bd_str rest = bd_str(purl != NULL ? purl : type);
	if (purl != NULL) {
		assert_string_equal(bd_arena_text(&run->arena, rest.p, 4), "pkg:");
		rest = (struct bd_str){ rest.p + 4, rest.n - 4 };
	}
	const struct bd_str word = bd_str_cut(&rest, '/');
	return bd_arena_text(&run->arena, word.p, word.n);
}

static void add_expected(struct image_run *run, const json_t *row, const char *type, const char **texts, size_t *n)
{
	const char *name =
		json_string_value(json_object_get(row, json_object_get(row, "name") != NULL ? "name" : "Name"));
	const char *version = json_string_value(
		json_object_get(row, json_object_get(row, "version") != NULL ? "version" : "Version"));
	texts[(*n)++] = bd_arena_printf(
		&run->arena, "%s:%s@%s", type, lower(&run->arena, name), version != NULL ? version : "");
}

/* A row may have a list of more, written as their source has them. */
static const char *expected_text(struct image_run *run, const char *ecosystem, const json_t *expected)
{
	const char *texts[4096];
	size_t n = 0;
	size_t i;
	const json_t *row;
	json_array_foreach (expected, i, row) {
		const json_t *raw = json_object_get(row, "raw");
		for (size_t k = 0; k < json_array_size(raw) && n < 4096; k++) {
			add_expected(run, json_array_get(raw, k), ecosystem, texts, &n); /* such rows name no type */
		}
		if (raw == NULL && n < 4096) {
			add_expected(run, row, expected_type(run, row), texts, &n);
		}
	}
	return joined(texts, n, &run->arena);
}

/*
 * The other project's folders that we answer, in the order of their names, and where a single fixture stands
 * that its test gives to a parser directly.
 */
static const char *const ecosystems[][2] = {
	{ "alpine", "lib/apk/db/installed" },
	{ "arch", "" },
	{ "bitnami", "" },
	{ "conda", "" },
	{ "debian", "var/lib/dpkg/status" },
	{ "dotnet", "" },
	{ "gentoo", "" },
	{ "javascript", "node_modules/x/package.json" },
	{ "lua", "usr/local/lib/luarocks/rocks-5.4/x/1-1/x-1-1.rockspec" },
	{ "nix", "" },
	{ "ocaml", "root/.opam/d/.opam-switch/packages/ocaml-base-compiler.4.14.0/opam" },
	{ "php", "srv/vendor/composer/installed.json" },
	{ "php", "usr/share/php/.registry/.channel.pecl.php.net/x.reg" },
	{ "python", "" },
	{ "r", "" },
	{ "redhat", "var/lib/rpm/Packages" },
	{ "ruby", "usr/lib/ruby/gems/3.1.0/specifications/x.gemspec" },
	{ "snap", "base/usr/share/snappy/dpkg.yaml" },
};

/* Where an ecosystem has two rows, the ending says which of them a single fixture is for. */
static bool is_for_place(const char *place, const char *fixture)
{
	const char *ending = strrchr(place, '.');
	return ending == NULL || bd_str_ends(bd_str(fixture), ending);
}

/* false: not for us: the fixture is not there, or the case has no list of packages. */
static bool load(struct image_run *run, const char *const *ecosystem, const json_t *test)
{
	AUTO(bd_buf_release) struct bd_buf root = { .n = 0 };
	const char *mode = json_string_value(json_object_get(test, "mode"));
	const char *data = json_string_value(json_object_get(test, "data"));
	const char *fixture = json_string_value(json_object_get(test, "fixture"));
	const bool fails = json_is_true(json_object_get(test, "expect_error"));
	if (!bd_streq(json_string_value(json_object_get(test, "category")), "installed") ||
		(!json_is_array(json_object_get(test, "expected")) && !fails) ||
		json_object_get(test, "files_read") != NULL ||
		(json_object_get(test, "relationships") != NULL && !json_is_array(json_object_get(test, "expected")))) {
		return false;
	}
	if (bd_streq(mode, "string") && data != NULL) {
		*bd_vec_push(&run->image) = (struct image_folder_file){ ecosystem[1], bd_str(data) };
		return true;
	}
	if (fixture == NULL) {
		return false;
	}
	bd_buf_printf(&root, "%s/packages-syft/%s/%s", SHARED_DATA, ecosystem[0], fixture);
	/* the folder's own name is part of what tells a .dist-info */
	const char *as = bd_streq(mode, "file") ? ecosystem[1] : "";
	if (!is_for_place(as, fixture)) {
		return false;
	}
	if (bd_str_ends(bd_str(fixture), ".dist-info")) {
		as = strrchr(fixture, '/') + 1;
	}
	if (bd_str_ends(bd_str(fixture), "/container-manifest-2")) {
		as = "var/lib/rpmmanifest/container-manifest-2";
	}
	return access(bd_buf_str(&root), F_OK) == 0 && image_folder_load(&run->image, bd_buf_str(&root), as);
}

static bool is_known_different(const char *id)
{
	for (size_t i = 0; i < sizeof(different) / sizeof(different[0]); i++) {
		if (bd_streq(different[i][0], id)) {
			return true;
		}
	}
	return false;
}

/* 1: as expected, 0: not, -1: not for us. */
static int run_case(const char *const *ecosystem, const json_t *test)
{
	struct image_run run;
	const char *id = json_string_value(json_object_get(test, "id"));
	int result = -1;
	image_run_init(&run);
	if (load(&run, ecosystem, test)) {
		image_run_catalog(&run);
		const char *expected = expected_text(&run, ecosystem[0], json_object_get(test, "expected"));
		const char *actual = actual_text(&run);
		result = strcmp(expected, actual) == 0 &&
			 (json_object_size(run.errors) > 0 || !json_is_true(json_object_get(test, "expect_error")));
		if (result == 0) {
			print_message("%s: expected %s, found %s\n", id, expected, actual);
		}
		if (result == 0 && is_known_different(id)) {
			result = 1;
		}
	}
	image_run_release(&run);
	return result;
}

static void run_ecosystem(const char *const *ecosystem)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%s/packages-syft/%s/cases.json", SHARED_DATA, ecosystem[0]);
	json_auto_t *document = json_load_file(bd_buf_str(&path), 0, NULL);
	const json_t *cases = json_object_get(document, "cases");
	size_t passed = 0;
	size_t failed = 0;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const int result = run_case(ecosystem, json_array_get(cases, i));
		passed += result == 1;
		failed += result == 0;
	}
	print_message("%s: %zu of %zu\n", ecosystem[0], passed, passed + failed);
	assert_int_equal(failed, 0);
}

static void test_parse_foreign_fixtures(void **state)
{
	(void)state;
	if (access(SHARED_DATA "/packages-syft", F_OK) != 0) {
		skip();
	}
	for (size_t i = 0; i < sizeof(ecosystems) / sizeof(ecosystems[0]); i++) {
		run_ecosystem(ecosystems[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_foreign_fixtures),
	};
	return cmocka_run_group_tests_name("shared packages", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Cross-check with other projects' version pairs and the purl-spec's own tests, where they lie beside the repository.
 */
#include "test.h"

#include <dirent.h>
#include <jansson.h>
#include <string.h>

#include "basedrift/version.h"

#include "base/auto.h"

/* Rows that we answer otherwise, and why. */
static const char *const different_pairs[][4] = {
	/* apk 3 finds a revision in the first and none in the second */
	{ "apk", "1-r0-1", "=", "1-r-2" },
	/* the two words are names of parameters in that test, not versions */
	{ "pypi-legacy", "version", "=", "normalized" },
};
static char unescaped(char c)
{
	switch (c) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	default:
		return c;
	}
}

static void unescape(char *text)
{
	char *out = text;
	for (const char *p = text; *p != '\0'; p++) {
		const bool escape = *p == '\\' && p[1] != '\0';
		p += escape;
		*out++ = (char)(escape ? unescaped(*p) : *p);
	}
	*out = '\0';
}

static const struct bd_version_scheme *find_scheme(const char *ecosystem)
{
	if (strcmp(ecosystem, "npm-loose") == 0) {
		return bd_version_scheme_for("npm");
	}
	return bd_version_scheme_for(strcmp(ecosystem, "pypi-legacy") == 0 ? "pypi" : ecosystem);
}

static bool is_different(char *const *fields)
{
	for (size_t i = 0; i < sizeof(different_pairs) / sizeof(different_pairs[0]); i++) {
		bool same = true;
		for (size_t f = 0; f < 4; f++) {
			same &= strcmp(fields[f], different_pairs[i][f]) == 0;
		}
		if (same) {
			return true;
		}
	}
	return false;
}

/* apk-tools' "~" and its combinations are no order. */
static bool is_sign(const char *sign)
{
	return strcmp(sign, "!=") == 0 || (strlen(sign) == 1 && strchr("<=>", sign[0]) != NULL);
}

static bool holds(const struct bd_version_scheme *scheme, struct bd_str a, const char *sign, struct bd_str b)
{
	const enum bd_order there = scheme->compare(a, b);
	const enum bd_order back = scheme->compare(b, a);
	if (sign[0] == '!') {
		return there != BD_EQUAL && there != BD_UNORDERED && (int)back == -(int)there;
	}
	return (int)there == sign[0] - '=' && (int)back == '=' - sign[0];
}

/* 1: as stated, 0: not, -1: no row for us. */
static int check_row(char *line)
{
	char *fields[5] = { NULL };
	size_t count = 0;
	for (char *p = line; p != NULL && count < 5; count++) {
		fields[count] = strsep(&p, "\t\n");
	}
	if (count < 4 || line[0] == '#' || !is_sign(fields[2])) {
		return -1;
	}
	const struct bd_version_scheme *scheme = find_scheme(fields[0]);
	if (scheme == NULL) {
		return 0;
	}
	unescape(fields[1]);
	unescape(fields[3]);
	if (holds(scheme, bd_str(fields[1]), fields[2], bd_str(fields[3])) || is_different(fields)) {
		return 1;
	}
	print_error("%s: %s %s %s\n", fields[0], fields[1], fields[2], fields[3]);
	return 0;
}

static void test_compare_foreign_pairs(void **state)
{
	(void)state;
	AUTO(fclose_ptr) FILE *file = fopen(SHARED_DATA "/versions/compare.visible.tsv", "r");
	AUTO(free_ptr) char *line = NULL;
	size_t room = 0;
	size_t passed = 0;
	size_t failed = 0;
	if (file == NULL) {
		skip();
	}
	while (getline(&line, &room, file) > 0) {
		const int result = check_row(line);
		passed += result == 1;
		failed += result == 0;
	}
	print_message("pairs: %zu of %zu\n", passed, passed + failed);
	assert_int_equal(failed, 0);
}

static void test_valid_foreign_versions(void **state)
{
	(void)state;
	AUTO(fclose_ptr) FILE *file = fopen(SHARED_DATA "/versions/validity.visible.tsv", "r");
	AUTO(free_ptr) char *line = NULL;
	size_t room = 0;
	size_t failed = 0;
	if (file == NULL) {
		skip();
	}
	while (getline(&line, &room, file) > 0) {
		char *rest = line;
		const char *ecosystem = strsep(&rest, "\t");
		char *version = strsep(&rest, "\t");
		const char *expected = strsep(&rest, "\t\n");
		if (ecosystem[0] == '#' || expected == NULL) {
			continue;
		}
		unescape(version);
		if (bd_version_valid(ecosystem, version) != (strcmp(expected, "valid") == 0)) {
			print_error("%s: %s is %s\n", ecosystem, version, expected);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* ---- purl -------------------------------------------------------------------------------------- */

static bool same_text(const json_t *expected, const char *actual)
{
	return bd_streq(json_is_string(expected) ? json_string_value(expected) : NULL, actual);
}

static bool same_parts(const json_t *expected, const struct bd_purl *purl)
{
	const json_t *qualifiers = json_object_get(expected, "qualifiers");
	if (!same_text(json_object_get(expected, "type"), purl->type) ||
		!same_text(json_object_get(expected, "namespace"), purl->namespace) ||
		!same_text(json_object_get(expected, "name"), purl->name) ||
		!same_text(json_object_get(expected, "version"), purl->version) ||
		!same_text(json_object_get(expected, "subpath"), purl->subpath) ||
		json_object_size(qualifiers) != purl->qualifiers.len) {
		return false;
	}
	for (size_t i = 0; i < purl->qualifiers.len; i++) {
		const struct bd_key_value *pair = &purl->qualifiers.v[i];
		if (!same_text(json_object_get(qualifiers, pair->key), pair->value)) {
			return false;
		}
	}
	return true;
}

static struct bd_purl purl_of(const json_t *input, struct bd_arena *arena)
{
	json_t *qualifiers = json_object_get(input, "qualifiers");
	struct bd_purl purl = { .type = json_string_value(json_object_get(input, "type")),
		.namespace = json_string_value(json_object_get(input, "namespace")),
		.name = json_string_value(json_object_get(input, "name")),
		.version = json_string_value(json_object_get(input, "version")),
		.subpath = json_string_value(json_object_get(input, "subpath")) };
	const char *key;
	json_t *value;
	purl.qualifiers.v = bd_arena_alloc(arena, (json_object_size(qualifiers) + 1) * sizeof(*purl.qualifiers.v));
	json_object_foreach (qualifiers, key, value) {
		purl.qualifiers.v[purl.qualifiers.len++] = (struct bd_key_value){ key, json_string_value(value) };
	}
	return purl;
}

static bool check_purl(const json_t *test)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	const char *type = json_string_value(json_object_get(test, "test_type"));
	const json_t *input = json_object_get(test, "input");
	const json_t *expected = json_object_get(test, "expected_output");
	const bool fails = json_is_true(json_object_get(test, "expected_failure"));
	struct bd_error err;
	struct bd_purl purl;
	if (strcmp(type, "build") == 0) {
		purl = purl_of(input, &arena);
		const char *text = bd_purl_text(&purl, &arena);
		return fails ? text == NULL : same_text(expected, text);
	}
	const struct bd_str text = bd_str(json_string_value(input));
	if (strcmp(type, "parse") == 0) {
		const bool parsed = bd_purl_parse(text, &arena, &purl, &err) == 0;
		return parsed ? !fails && same_parts(expected, &purl) : fails;
	}
	const bool parsed = bd_purl_parse_lenient(text, &arena, &purl, &err) == 0;
	return parsed ? !fails && same_text(expected, bd_purl_text(&purl, &arena)) : fails;
}

static void check_purl_file(const char *path, size_t *passed, size_t *failed)
{
	json_auto_t *document = json_load_file(path, 0, NULL);
	const json_t *tests = json_object_get(document, "tests");
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);
		const bool good = check_purl(test);
		if (!good) {
			char *text = json_dumps(test, 0);
			print_error("%s\n", text);
			free(text);
		}
		*passed += good;
		*failed += !good;
	}
}

static void test_purl_specification(void **state)
{
	(void)state;
	static const char *const folders[] = { SHARED_DATA "/purl/tests/spec", SHARED_DATA "/purl/tests/types" };
	size_t passed = 0;
	size_t failed = 0;
	for (size_t i = 0; i < 2; i++) {
		DIR *folder = opendir(folders[i]);
		if (folder == NULL) {
			skip();
		}
		for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
			AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
			bd_buf_printf(&path, "%s/%s", folders[i], entry->d_name);
			check_purl_file(bd_buf_str(&path), &passed, &failed);
		}
		(void)closedir(folder);
	}
	print_message("purls: %zu of %zu\n", passed, passed + failed);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare_foreign_pairs),
		cmocka_unit_test(test_valid_foreign_versions),
		cmocka_unit_test(test_purl_specification),
	};
	return cmocka_run_group_tests_name("shared versions", tests, NULL, NULL);
}

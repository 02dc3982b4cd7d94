/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <jansson.h>

#include "basedrift/oci.h"

#include "files.h"

static void check_line(struct bd_str line)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference ref;
	struct bd_error err;
	const struct bd_str input = bd_str_cut(&line, '\t');
	const struct bd_str expected = bd_str_cut(&line, '\t');

	const int result = bd_reference_parse(input, &arena, &ref, &err);
	if (bd_str_is(expected, "!")) {
		assert_int_equal(result, -BD_ERR_FORMAT);
		const char *reason = bd_arena_text(&arena, line.p, line.n);
		if (strstr(err.msg, reason) == NULL) {
			fail_msg("%.*s: \"%s\" does not say \"%s\"", (int)input.n, input.p, err.msg, reason);
		}
		return;
	}
	if (result < 0) {
		fail_msg("%.*s: %s", (int)input.n, input.p, err.msg);
	}
	assert_string_equal(ref.text, bd_arena_text(&arena, expected.p, expected.n));
	assert_string_equal(ref.familiar, bd_arena_text(&arena, line.p, line.n));
	struct bd_reference again;
	assert_int_equal(bd_reference_parse(bd_str(ref.text), &arena, &again, &err), 0);
	assert_string_equal(again.text, ref.text);
}

static void test_reference_parse_cases(void **state)
{
	(void)state;
	AUTO(bd_buf_auto) struct bd_buf text = { 0 };
	assert_true(read_file(TEST_DATA "/oci/references.txt", &text));
	struct bd_str rest = bd_buf_view(&text);
	struct bd_str line;
	size_t n = 0;
	while (bd_str_line(&rest, &line)) {
		if (!bd_str_starts(line, "#")) {
			check_line(line);
			n++;
		}
	}
	assert_true(n > 50);
}

static void test_reference_parse_parts(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference ref;
	struct bd_error err;
	assert_int_equal(bd_reference_parse(BD_STR("python:2.7"), &arena, &ref, &err), 0);
	assert_string_equal(ref.registry, "docker.io");
	assert_string_equal(ref.repository, "library/python");
	assert_string_equal(ref.tag, "2.7");
	assert_null(ref.digest);
	assert_int_equal(bd_reference_parse((struct bd_str){ "a\0b", 3 }, &arena, &ref, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_reference_parse((struct bd_str){ "a:b\0", 4 }, &arena, &ref, &err), -BD_ERR_FORMAT);
	char *huge = bd_arena_alloc(&arena, 1 << 20);
	memset(huge, 'a', 1 << 20);
	assert_int_equal(bd_reference_parse((struct bd_str){ huge, 1 << 20 }, &arena, &ref, &err), -BD_ERR_FORMAT);
}

static void test_reference_with_tag(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference ref;
	struct bd_error err;
	assert_int_equal(bd_reference_parse(BD_STR("team/app"), &arena, &ref, &err), 0);
	const struct bd_reference tagged = bd_reference_with_tag(&ref, &arena);
	assert_string_equal(tagged.text, "docker.io/team/app:latest");
	assert_string_equal(tagged.familiar, "team/app:latest");
	assert_string_equal(bd_reference_with_tag(&tagged, &arena).text, tagged.text);
	assert_int_equal(
		bd_reference_parse(BD_STR("a@sha256:86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa"),
			&arena, &ref, &err),
		0);
	assert_null(bd_reference_with_tag(&ref, &arena).tag);
}

/* One row of distribution/reference's own tests; false when we answer differently. */
static bool agrees(const json_t *row)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference ref;
	struct bd_error err;
	const char *fn = json_string_value(json_object_get(row, "fn"));
	const char *input = json_string_value(json_object_get(row, "input"));
	const bool refused = json_is_false(json_object_get(row, "valid")) || json_object_get(row, "err") != NULL;

	if (strcmp(fn, "ParseNormalizedNamed") != 0 && strcmp(fn, "ParseDockerRef") != 0 &&
		strcmp(fn, "ParseNormalizedNamed.split") != 0) {
		return true;
	}
	const bool parsed = bd_reference_parse(bd_str(input), &arena, &ref, &err) == 0;
	if (parsed == refused || !parsed) {
		return parsed != refused;
	}
	const char *canonical = json_string_value(json_object_get(row, "canonical"));
	const char *familiar = json_string_value(json_object_get(row, "familiar"));
	const char *path = json_string_value(json_object_get(row, "path"));
	const char *expected = json_string_value(json_object_get(row, "expected"));
	return (canonical == NULL || strcmp(canonical, ref.text) == 0) &&
	       (familiar == NULL || strcmp(familiar, ref.familiar) == 0) &&
	       (path == NULL || strcmp(path, ref.repository) == 0) &&
	       (expected == NULL || strcmp(expected, bd_reference_with_tag(&ref, &arena).text) == 0);
}

static void test_reference_agrees_with_distribution(void **state)
{
	(void)state;
	json_t *document = json_load_file(SHARED_DATA "/reference/cases.visible.json", 0, NULL);
	if (document == NULL) {
		skip();
	}
	const json_t *rows = json_object_get(document, "cases");
	size_t disagreed = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (!agrees(json_array_get(rows, i))) {
			disagreed++;
			print_error("row %zu\n", i);
		}
	}
	json_decref(document);
	assert_int_equal(disagreed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_parse_cases),
		cmocka_unit_test(test_reference_parse_parts),
		cmocka_unit_test(test_reference_with_tag),
		cmocka_unit_test(test_reference_agrees_with_distribution),
	};
	return cmocka_run_group_tests_name("oci_reference", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The schema says what the program writes, member by member: neither may drift from the other. */
#include "test.h"

#include <sys/wait.h>

#include "random_record.h"

#define SCHEMA   TEST_DATA "/../../schema/record.schema.json"
#define VALIDATE TEST_DATA "/../lint/validate-record"

static json_t *definition(const json_t *schema, const char *name)
{
	return json_object_get(json_object_get(schema, "$defs"), name);
}

/* Does "^(a|b|c)_base64$" name that word? */
static bool names_word(const char *pattern, const char *word)
{
	const size_t n = strlen(word);
	for (const char *at = pattern; at != NULL && (at = strstr(at, word)) != NULL; at++) {
		if (strchr("(|", at[-1]) != NULL && strchr(")|", at[n]) != NULL) {
			return true;
		}
	}
	return false;
}

/* Every row is a property, texts may have their base64, and what is always written is required. */
static void check_rows(const struct shape *shape, const json_t *object)
{
	const json_t *properties = json_object_get(object, "properties");
	const json_t *patterns = json_object_get(object, "patternProperties");
	const char *pattern = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)patterns));
	const json_t *required = json_object_get(object, "required");

	for (size_t i = 0; i < shape->len; i++) {
		const struct field *field = &shape->fields[i];
		if (json_object_get(properties, field->key) == NULL) {
			fail_msg("%s is not in the schema", field->key);
		}
		if (field->kind == FIELD_TEXT && !names_word(pattern, field->key)) {
			fail_msg("%s_base64 is not in the schema", field->key);
		}
		bool is_required = false;
		for (size_t j = 0; j < json_array_size(required); j++) {
			is_required |= strcmp(json_string_value(json_array_get(required, j)), field->key) == 0;
		}
		if (is_required != (field->rule != WHEN_KNOWN)) {
			fail_msg("%s: required in one, not in the other", field->key);
		}
		if (field->kind == FIELD_OBJECT) {
			check_rows(field->shape, json_object_get(properties, field->key));
		}
	}
}

static size_t count_properties(const json_t *object)
{
	return json_object_size(json_object_get(object, "properties"));
}

static void test_schema_has_every_row(void **state)
{
	(void)state;
	json_auto_t *schema = json_load_file(SCHEMA, 0, NULL);
	assert_non_null(schema);
	for (size_t i = 0; i < line_type_count; i++) {
		const json_t *object = definition(schema, line_types[i].type);
		/* of a package: `of` and the parts that purl does not tell */
		const size_t more = strcmp(line_types[i].type, "package") == 0 ? 6 : 0;
		check_rows(line_types[i].shape, object);
		assert_int_equal(count_properties(object), line_types[i].shape->len + 1 + more);
	}
	assert_int_equal(count_properties(definition(schema, "record")), shape_record.len + 3);
	check_rows(&shape_record, json_object_get(json_object_get(schema, "$defs"), "record"));
	const json_t *items = json_object_get(definition(schema, "evidence"), "items");
	check_rows(&shape_evidence, items);
	assert_int_equal(count_properties(items), shape_evidence.len);
	check_rows(&shape_setting, json_object_get(definition(schema, "settings"), "items"));
	check_rows(&shape_digest, json_object_get(definition(schema, "digests"), "items"));
}

/* Enums: the schema's lists are the program's. */
static void test_schema_has_every_name(void **state)
{
	(void)state;
	json_auto_t *schema = json_load_file(SCHEMA, 0, NULL);
	static const struct {
		const char *type, *key;
		const struct names *names;
	} cases[] = { { "build", "status", &names_status }, { "base", "role", &names_role },
		{ "base", "pin", &names_pin }, { "layer", "origin", &names_layer_origin },
		{ "file", "kind", &names_file_kind }, { "confidence", NULL, &names_confidence },
		{ "digest_kind", NULL, &names_digest_kind } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const json_t *object = definition(schema, cases[i].type);
		if (cases[i].key != NULL) {
			object = json_object_get(json_object_get(object, "properties"), cases[i].key);
		}
		const json_t *list = json_object_get(object, "enum");
		assert_int_equal(json_array_size(list), cases[i].names->len);
		for (size_t j = 0; j < cases[i].names->len; j++) {
			assert_string_equal(json_string_value(json_array_get(list, j)), cases[i].names->v[j]);
		}
	}
}

/* 0: holds, 1: does not, 77: the checker is not installed. */
static int validate(const char *text, size_t n)
{
	char path[] = "/tmp/basedrift-schema-XXXXXX";
	char command[512];
	const int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
	assert_int_equal(close(fd), 0);
	(void)snprintf(command, sizeof(command), "%s %s%s", VALIDATE, path, n > 200 ? "" : " >/dev/null");
	const int status = system(command); /* both words are this test's own */
	(void)unlink(path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_schema_takes_what_is_written(void **state)
{
	AUTO(bd_buf_release) struct bd_buf all = { 0 };
	(void)state;
	for (uint64_t seed = 1000; seed < 1040; seed++) {
		AUTO(record_auto) struct bd_record *record = random_record(seed);
		struct bd_error err = { 0 };
		AUTO(bd_buf_release) struct bd_buf one = { 0 };
		assert_int_equal(bd_record_write(record, &one, &err), 0);
		struct bd_str rest = bd_buf_view(&one);
		(void)bd_str_cut(&rest, '\n'); /* one header for all of them, below */
		bd_buf_add(&all, rest.p, rest.n);
	}
	size_t lines = 1;
	for (size_t i = 0; i < all.n; i++) {
		lines += all.p[i] == '\n';
	}
	AUTO(bd_buf_release) struct bd_buf file = { 0 };
	bd_buf_printf(
		&file, "{\"type\":\"record\",\"files_known\":true,\"lines\":%zu,\"schema\":1,\"tool\":\"t\"}\n", lines);
	bd_buf_add(&file, all.p, all.n);
	const int rc = validate(file.p, file.n);
	if (rc == 77) {
		skip();
	}
	assert_int_equal(rc, 0);
}

static void test_schema_refuses(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"later\"}",
		"{\"type\":\"build\",\"status\":\"passed\",\"later\":1}",
		"{\"type\":\"build\"}",
		"{\"type\":\"build\",\"status\":\"passed\",\"status\":\"failed\"}",
		"{\"type\":\"layer\",\"index\":-1,\"origin\":\"base\"}",
		"{\"type\":\"package\",\"purl\":\"pkg:npm/a@1\",\"of\":\"image\"}",
		"{\"type\":\"input\",\"kind\":\"a\",\"redacted\":true,\"value\":\"b\"}",
		"{\"type\":\"source\",\"dirty\":\"yes\"}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[400];
		const int n =
			snprintf(text, sizeof(text), "{\"type\":\"record\",\"lines\":2,\"schema\":1}\n%s\n", lines[i]);
		const int rc = validate(text, (size_t)n);
		if (rc == 77) {
			skip();
		}
		if (rc != 1) {
			fail_msg("%s: %d", lines[i], rc);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_has_every_row),
		cmocka_unit_test(test_schema_has_every_name),
		cmocka_unit_test(test_schema_takes_what_is_written),
		cmocka_unit_test(test_schema_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

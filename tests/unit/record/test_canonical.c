/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/record.h"

#include "base/auto.h"

static void record_auto(struct bd_record **record)
{
	bd_record_free(*record);
}

static void test_sort_lists(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	*bd_vec_push(&record->layers) = (struct bd_layer_line){ .index = 1 };
	*bd_vec_push(&record->layers) = (struct bd_layer_line){ .index = 0 };
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "pkg:npm/b@1", .path = "a" };
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "pkg:npm/a@1", .path = "c" };
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "pkg:npm/a@1", .path = "b" };
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "pkg:npm/a@1" };
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a/b" };
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a-b" };
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "\xe9" };
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "Z" };
	*bd_vec_push(&record->inputs) = (struct bd_input){ .kind = "tool", .key = "a" };
	*bd_vec_push(&record->inputs) = (struct bd_input){ .kind = "builder", .key = "z" };
	*bd_vec_push(&record->bases) = (struct bd_base){ .line = 9 };
	*bd_vec_push(&record->bases) = (struct bd_base){ .line = 1 };
	bd_record_sort(record);

	assert_int_equal(record->layers.v[0].index, 0);
	assert_null(record->packages.v[0].path);
	assert_string_equal(record->packages.v[1].path, "b");
	assert_string_equal(record->packages.v[3].purl, "pkg:npm/b@1");
	assert_string_equal(record->files.v[0].path, "Z");
	assert_string_equal(record->files.v[1].path, "a-b");
	assert_string_equal(record->files.v[2].path, "a/b");
	assert_string_equal(record->files.v[3].path, "\xe9");
	assert_string_equal(record->inputs.v[0].kind, "builder");
	assert_int_equal(record->bases.v[0].line, 9); /* as in the Dockerfile: whoever collects knows */
}

static void test_sort_settings_last_one_wins(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	struct bd_setting env[] = { { "B", "1", false }, { "A", "1", false }, { "B", "2", false }, { "A", "2", false },
		{ "A", "3", false } };
	record->image.config.env = (struct bd_setting_vec){ env, 5, 0 };
	bd_record_sort(record);

	assert_int_equal(record->image.config.env.len, 2);
	assert_string_equal(env[0].key, "A");
	assert_string_equal(env[0].value, "3");
	assert_string_equal(env[1].value, "2");
}

/* Whoever forgot to leave the value out: it does not get into a record. */
static void test_sort_takes_secrets_out(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	struct bd_error err = { 0 };
	struct bd_setting env[] = { { "TOKEN", "hunter2", true } };
	struct bd_setting labels[] = { { "KEY", "hunter2", true } };
	record->image.present = true;
	record->image.config.env = (struct bd_setting_vec){ env, 1, 0 };
	bd_vec_push(&record->bases)->labels = (struct bd_setting_vec){ labels, 1, 0 };
	*bd_vec_push(&record->inputs) =
		(struct bd_input){ .kind = "build-arg", .key = "PASSWORD", .value = "hunter2", .redacted = true };

	assert_int_equal(bd_record_write(record, &out, &err), 0);
	assert_null(strstr(bd_buf_str(&out), "hunter2"));
	assert_non_null(strstr(bd_buf_str(&out), "{\"key\":\"TOKEN\",\"redacted\":true}"));
	assert_non_null(strstr(bd_buf_str(&out), "{\"key\":\"KEY\",\"redacted\":true}"));
	assert_non_null(strstr(bd_buf_str(&out), "\"key\":\"PASSWORD\",\"kind\":\"build-arg\",\"redacted\":true}"));
}

static void test_sort_drops_repeated_diagnostics(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	for (int i = 0; i < 300; i++) { /* further apart than bd_record_diagnose looks back */
		bd_record_diagnose(record, "code", NULL, "number %d", i % 100);
	}
	assert_true(record->diagnostics.len == 300);
	bd_record_sort(record);
	assert_int_equal(record->diagnostics.len, 100);
}

static void test_diagnose(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	bd_record_diagnose(record, "a", "here", "%s %d%%", "text", 5);
	bd_record_diagnose(record, "a", "here", "text 5%%");
	bd_record_diagnose(record, "a", NULL, "text 5%%");
	bd_record_diagnose(record, "b", NULL, "text 5%%");
	assert_int_equal(record->diagnostics.len, 3);
	assert_string_equal(record->diagnostics.v[0].text, "text 5%");
	assert_null(record->diagnostics.v[1].where);
}

static void test_new_and_free(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	assert_int_equal(record->build.exit_code, -1);
	assert_int_equal(record->build.status, BD_STATUS_UNKNOWN);
	bd_record_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort_lists),
		cmocka_unit_test(test_sort_settings_last_one_wins),
		cmocka_unit_test(test_sort_takes_secrets_out),
		cmocka_unit_test(test_sort_drops_repeated_diagnostics),
		cmocka_unit_test(test_diagnose),
		cmocka_unit_test(test_new_and_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

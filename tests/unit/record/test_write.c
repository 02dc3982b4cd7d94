/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "random_record.h"

static struct bd_record *parsed(const struct bd_buf *bytes)
{
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };
	if (bd_record_parse(bd_buf_view(bytes), &record, &err) < 0) {
		fail_msg("%s\n%s", err.msg, bd_buf_str(bytes));
	}
	return record;
}

static void written(struct bd_record *record, struct bd_buf *out)
{
	struct bd_error err = { 0 };
	if (bd_record_write(record, out, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

/* ---- equality by the rows ------------------------------------------------------------------- */

static bool same_items(const struct shape *shape, const void *a, const void *b);

static bool same_member(const struct field *field, const void *a, const void *b)
{
	if (field_is_number(field)) {
		return field_load(field, a) == field_load(field, b);
	}
	const char *x = (const char *)a + field->offset;
	const char *y = (const char *)b + field->offset;
	if (field->kind == FIELD_OBJECT) {
		return same_items(field->shape, x, y);
	}
	if (field->kind == FIELD_TEXT) {
		const char *s;
		const char *t;
		memcpy(&s, x, sizeof(s));
		memcpy(&t, y, sizeof(t));
		return bd_streq(s, t);
	}
	struct any_vec v;
	struct any_vec w;
	memcpy(&v, x, sizeof(v));
	memcpy(&w, y, sizeof(w));
	bool same = v.len == w.len;
	for (size_t i = 0; same && i < v.len; i++) {
		if (field->kind == FIELD_TEXTS) {
			same = bd_streq(((const char **)v.v)[i], ((const char **)w.v)[i]);
		} else {
			const size_t at = i * field->shape->size;
			same = same_items(field->shape, (char *)v.v + at, (char *)w.v + at);
		}
	}
	return same;
}

static bool same_items(const struct shape *shape, const void *a, const void *b)
{
	for (size_t i = 0; i < shape->len; i++) {
		if (!same_member(&shape->fields[i], a, b)) {
			print_message("%s differs\n", shape->fields[i].key);
			return false;
		}
	}
	return true;
}

static bool same_lines(const struct line_type *line, const struct bd_record *a, const struct bd_record *b)
{
	const char *x = (const char *)a + line->offset;
	const char *y = (const char *)b + line->offset;
	if (!line->many) {
		bool there_a = true;
		bool there_b = true;
		if (line->has_present) {
			memcpy(&there_a, (const char *)a + line->present_offset, sizeof(bool));
			memcpy(&there_b, (const char *)b + line->present_offset, sizeof(bool));
		}
		return there_a == there_b && (!there_a || same_items(line->shape, x, y));
	}
	const struct field list = { .key = line->type, .kind = FIELD_LIST, .shape = line->shape };
	return same_member(&list, x, y);
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void test_write_read_is_identity(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		AUTO(record_auto) struct bd_record *record = random_record(seed);
		AUTO(bd_buf_release) struct bd_buf first = { 0 };
		AUTO(bd_buf_release) struct bd_buf second = { 0 };
		written(record, &first);
		AUTO(record_auto) struct bd_record *again = parsed(&first);
		written(again, &second);
		assert_string_equal(bd_buf_str(&first), bd_buf_str(&second));
		assert_int_equal(first.n, second.n);
		assert_true(bd_utf8_valid(first.p, first.n));
		assert_string_equal(record->digest, again->digest);
		assert_true(record->files_known == again->files_known);
		for (size_t i = 0; i < line_type_count; i++) {
			if (!same_lines(&line_types[i], record, again)) {
				fail_msg("seed %llu: %s", (unsigned long long)seed, line_types[i].type);
			}
		}
		for (size_t i = 0; i < record->packages.len; i++) {
			const struct bd_package *a = &record->packages.v[i];
			const struct bd_package *b = &again->packages.v[i];
			assert_true(bd_streq(a->type, b->type) && bd_streq(a->namespace, b->namespace));
			assert_true(bd_streq(a->name, b->name) && bd_streq(a->version, b->version));
			assert_true(bd_streq(a->arch, b->arch) && a->of_base == b->of_base);
		}
	}
}

static void test_write_smallest(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	char digest[BD_DIGEST_TEXT];

	bd_buf_add_str(&out, "before");
	written(record, &out);
	const char *expected =
		"{\"type\":\"record\",\"lines\":2,\"schema\":1}\n{\"type\":\"build\",\"status\":\"unknown\"}\n";
	assert_string_equal(bd_buf_str(&out) + 6, expected);
	bd_sha256_text(expected, strlen(expected), digest);
	assert_string_equal(record->digest, digest);
}

static void test_write_line_with_no_members(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(bd_buf_release) struct bd_buf out = { 0 };

	record->log.present = true;
	written(record, &out);
	assert_non_null(strstr(bd_buf_str(&out), "\n{\"type\":\"log\"}\n"));
}

/* The members of each line follow in the order of their bytes, type before them. */
static void test_write_sorts_members(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		AUTO(record_auto) struct bd_record *record = random_record(seed);
		AUTO(bd_buf_release) struct bd_buf out = { 0 };
		written(record, &out);
		struct bd_str rest = bd_buf_view(&out);
		struct bd_str line;
		while (bd_str_line(&rest, &line)) {
			json_auto_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
			const char *before = NULL;
			const char *key;
			json_t *value;
			assert_true(bd_str_starts(line, "{\"type\":\""));
			json_object_foreach (object, key, value) {
				assert_true(before == NULL || strcmp(before, "type") == 0 || strcmp(before, key) < 0);
				before = key;
			}
		}
	}
}

static void test_write_bytes_that_are_not_utf8(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	const char *cmd[] = { "caf\xe9", "b" };

	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "caf\xe9", .layer = -1 };
	record->image.present = true;
	record->image.config.cmd = (struct bd_string_vec){ cmd, 2, 0 };
	written(record, &out);
	assert_non_null(strstr(bd_buf_str(&out), "\"path\":\"\\\"caf\\\\xe9\\\"\",\"path_base64\":\"Y2Fm6Q==\""));
	assert_non_null(
		strstr(bd_buf_str(&out), "\"cmd\":[{\"base64\":\"Y2Fm6Q==\",\"text\":\"\\\"caf\\\\xe9\\\"\"},\"b\"]"));
}

/* What a reader would refuse is not written, and what was in the buffer stays as it was. */
static void refuses(struct bd_record *record, const char *problem)
{
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	struct bd_error err = { 0 };

	bd_buf_add_str(&out, "kept");
	assert_int_equal(bd_record_write(record, &out, &err), -BD_ERR_FORMAT);
	if (strstr(err.msg, problem) == NULL) {
		fail_msg("expected \"%s\" in \"%s\"", problem, err.msg);
	}
	assert_int_equal(out.n, 4);
	assert_null(record->digest);
	bd_record_free(record);
}

static void test_write_refuses_wrong_lists(void **state)
{
	(void)state;
	struct bd_record *record = bd_record_new();
	bd_vec_push(&record->layers)->index = 1;
	refuses(record, "layer 0 is missing");

	record = bd_record_new();
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a\x1b", .layer = 0 };
	refuses(record, "file \"a\\x1b\": its layer does not exist");

	record = bd_record_new();
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a", .layer = -1 };
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a", .layer = -1 };
	refuses(record, "two lines have this path");

	record = bd_record_new();
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "pkg:deb/debian/a@1", .layer = -2 };
	refuses(record, "its layer does not exist");
}

static void test_write_refuses_wrong_members(void **state)
{
	(void)state;
	struct bd_record *record = bd_record_new();
	record->build.status = (enum bd_status)7;
	refuses(record, "build: status: 7 cannot be recorded");

	record = bd_record_new();
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a", .layer = -1, .mode = 0100644 };
	refuses(record, "file 0: mode: 33188 cannot be recorded");

	record = bd_record_new();
	*bd_vec_push(&record->files) = (struct bd_file_line){ .path = "a", .layer = -1, .size_bytes = -1 };
	refuses(record, "size_bytes: -1");

	record = bd_record_new();
	*bd_vec_push(&record->files) = (struct bd_file_line){ .layer = -1 };
	refuses(record, "path: not set");

	record = bd_record_new();
	*bd_vec_push(&record->packages) = (struct bd_package){ .purl = "debian/a@1", .layer = -1 };
	refuses(record, "package 0: purl: ");

	record = bd_record_new();
	record->image.present = true;
	record->image.config.cmd = (struct bd_string_vec){ (const char *[]){ NULL }, 1, 0 };
	refuses(record, "image: config: cmd: element 0: not set");

	record = bd_record_new();
	struct bd_evidence nothing = { 0 };
	bd_vec_push(&record->bases)->evidence = (struct bd_evidence_vec){ &nothing, 1, 0 };
	refuses(record, "base 0: evidence: element 0: source: not set");
}

/* 64 MiB: the limit holds for writers, so that nobody writes what nobody reads. */
static void test_write_refuses_long_line(void **state)
{
	(void)state;
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	AUTO(free_ptr) char *text = bd_xmalloc((64U << 20) + 1);
	struct bd_error err = { 0 };

	memset(text, 'x', 64U << 20);
	text[64U << 20] = '\0';
	record->log = (struct bd_build_log){ .present = true, .tail = text };
	assert_int_equal(bd_record_write(record, &out, &err), -BD_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_read_is_identity),
		cmocka_unit_test(test_write_smallest),
		cmocka_unit_test(test_write_line_with_no_members),
		cmocka_unit_test(test_write_sorts_members),
		cmocka_unit_test(test_write_bytes_that_are_not_utf8),
		cmocka_unit_test(test_write_refuses_wrong_lists),
		cmocka_unit_test(test_write_refuses_wrong_members),
		cmocka_unit_test(test_write_refuses_long_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

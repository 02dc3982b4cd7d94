/* SPDX-License-Identifier: Apache-2.0 */
/* Two records read for a comparison: what is left out of both is equal in both, and nothing else is lost. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/record.h"

#include "base/auto.h"

static char folder[32] = "/tmp/basedrift-pair-XXXXXX";

static const char *in_folder(const char *name)
{
	static char paths[2][64];
	char *path = paths[name[0] == 'b'];
	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

/* lines: everything between the first three lines and the last. */
static void write_lines(const char *name, const char *lines)
{
	size_t count = 4;
	for (const char *p = lines; *p != '\0'; p++) {
		count += *p == '\n';
	}
	FILE *file = fopen(in_folder(name), "w");
	assert_non_null(file);
	(void)fprintf(file,
		"{\"type\":\"record\",\"files_known\":true,\"lines\":%zu,\"schema\":1,\"tool\":\"t\"}\n{\"type\":\"build\",\"status\":"
		"\"unknown\"}\n{\"type\":\"layer\",\"index\":0,\"origin\":\"unknown\"}\n%s{\"type\":\"input\",\"key\":\"%s\",\"kind\":\"builder\",\"value\":\"1\"}\n",
		count, lines, name);
	assert_int_equal(fclose(file), 0);
}

#define ENTRY(path, more) \
	"{\"type\":\"file\",\"digest\":\"sha256:" more \
	"\",\"gid\":0,\"kind\":\"file\",\"layer\":0,\"mode\":\"0644\",\"mtime_sec\":0,\"path\":\"" path \
	"\",\"size_bytes\":0,\"uid\":0}\n"

struct pair {
	struct bd_record *a, *b;
};

static struct pair read_pair(const char *a, const char *b)
{
	struct pair pair = { NULL, NULL };
	struct bd_error err = { .msg = "" };
	write_lines("a", a);
	write_lines("b", b);
	if (bd_record_read_pair(in_folder("a"), in_folder("b"), &pair.a, &pair.b, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(pair.a->inputs.len, 1);
	assert_string_equal(pair.b->inputs.v[0].key, "b");
	return pair;
}

static void assert_files(const struct bd_record *record, size_t left_out, const char *expected)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	for (size_t i = 0; i < record->files.len; i++) {
		bd_buf_printf(&text, "%s=%s ", record->files.v[i].path, record->files.v[i].digest);
	}
	assert_string_equal(bd_buf_str(&text), expected);
	assert_int_equal(record->files_left_out, left_out);
}

static void free_pair(struct pair *pair)
{
	bd_record_free(pair->a);
	bd_record_free(pair->b);
}

static void test_bd_record_read_pair_changes(void **state)
{
	(void)state;
	struct pair pair = read_pair(ENTRY("a", "1") ENTRY("b", "1") ENTRY("d", "1") ENTRY("e", "1"),
		ENTRY("a", "1") ENTRY("b", "2") ENTRY("c", "1") ENTRY("e", "1"));
	assert_files(pair.a, 2, "b=sha256:1 d=sha256:1 ");
	assert_files(pair.b, 2, "b=sha256:2 c=sha256:1 ");
	assert_non_null(pair.a->digest);
	free_pair(&pair);
}

static void test_bd_record_read_pair_one_side_longer(void **state)
{
	(void)state;
	struct pair pair = read_pair("", ENTRY("a", "1") ENTRY("b", "1"));
	assert_files(pair.a, 0, "");
	assert_files(pair.b, 0, "a=sha256:1 b=sha256:1 ");
	free_pair(&pair);
	pair = read_pair(ENTRY("a", "1") ENTRY("b", "1") ENTRY("c", "1"), ENTRY("c", "1"));
	assert_files(pair.a, 1, "a=sha256:1 b=sha256:1 ");
	assert_files(pair.b, 1, "");
	free_pair(&pair);
}

/* A line that was taken for its path turns out to be equal to a later one of the other side. */
static void test_bd_record_read_pair_taken_then_equal(void **state)
{
	(void)state;
	struct pair pair = read_pair(ENTRY("c", "1"), ENTRY("a", "1") ENTRY("b", "1") ENTRY("c", "1"));
	assert_files(pair.a, 1, "");
	assert_files(pair.b, 1, "a=sha256:1 b=sha256:1 ");
	free_pair(&pair);
}

/* A file of which nobody knows the bytes is no equal of itself; a folder is. */
static void test_bd_record_read_pair_unknown_bytes(void **state)
{
	(void)state;
#define UNKNOWN(path, kind) \
	"{\"type\":\"file\",\"gid\":0,\"kind\":\"" kind \
	"\",\"layer\":0,\"mode\":\"0644\",\"mtime_sec\":0,\"path\":\"" path "\",\"size_bytes\":0,\"uid\":0}\n"
	static const char lines[] = UNKNOWN("d", "directory") UNKNOWN("f", "file");
	struct pair pair = read_pair(lines, lines);
	assert_files(pair.a, 1, "f=(null) ");
	assert_files(pair.b, 1, "f=(null) ");
	free_pair(&pair);
}

/* Records of other writers are in no order: all that differs is there, in order, all the same. */
static void test_bd_record_read_pair_unsorted(void **state)
{
	(void)state;
	struct pair pair = read_pair(ENTRY("c", "1") ENTRY("a", "1"), ENTRY("a", "2") ENTRY("c", "3"));
	assert_files(pair.a, 0, "a=sha256:1 c=sha256:1 ");
	assert_files(pair.b, 0, "a=sha256:2 c=sha256:3 ");
	free_pair(&pair);
}

static void test_bd_record_read_pair_errors(void **state)
{
	(void)state;
	struct pair pair = { NULL, NULL };
	struct bd_error err = { .msg = "" };
	write_lines("a", ENTRY("a", "1"));
	write_lines("b", ENTRY("a", "2") "{\"type\":\"file\",\n");
	assert_int_equal(bd_record_read_pair(in_folder("a"), in_folder("b"), &pair.a, &pair.b, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "/b: line 5: not JSON"));
	write_lines("b", "");
	assert_int_equal(truncate(in_folder("b"), 150), 0);
	assert_int_equal(bd_record_read_pair(in_folder("a"), in_folder("b"), &pair.a, &pair.b, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_record_read_pair(in_folder("a"), "/nowhere", &pair.a, &pair.b, &err), -BD_ERR_NOT_FOUND);
	assert_null(pair.a);
	assert_null(pair.b);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(in_folder("a"));
	(void)unlink(in_folder("b"));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_record_read_pair_changes),
		cmocka_unit_test(test_bd_record_read_pair_one_side_longer),
		cmocka_unit_test(test_bd_record_read_pair_taken_then_equal),
		cmocka_unit_test(test_bd_record_read_pair_unknown_bytes),
		cmocka_unit_test(test_bd_record_read_pair_unsorted),
		cmocka_unit_test(test_bd_record_read_pair_errors),
	};
	return cmocka_run_group_tests_name("reading two records", tests, make_folder, remove_folder);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The same 12 headers from every backend, page size and byte order (tests/support/make-rpmdb). */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/rpmdb.h"

#define TAG_NAME    1000
#define TAG_SUMMARY 1004

static void read_file(const char *name, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	char chunk[65536];
	bd_buf_printf(&path, "%s/format/rpmdb/%s", TEST_DATA, name);
	AUTO(fclose_ptr) FILE *file = fopen(bd_buf_str(&path), "rb");
	assert_non_null(file);
	bd_buf_clear(out);
	for (size_t n = fread(chunk, 1, sizeof(chunk), file); n > 0; n = fread(chunk, 1, sizeof(chunk), file)) {
		bd_buf_add(out, chunk, n);
	}
}

struct found {
	struct bd_str bytes;
	size_t count;
	unsigned names; /* a bit each of plain000 … plain011 */
	struct bd_error err;
};

static unsigned read_name(const struct pieces *bytes)
{
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	struct bd_error err;
	unsigned number = 0;
	assert_int_equal(rpm_header_open(bytes, &header, &err), 0);
	assert_int_equal(rpm_header_value(&header, TAG_NAME, &value, &err), 0);
	const char *name = rpm_value_text(&value);
	assert_non_null(name);
	assert_int_equal(sscanf(name, "plain%u", &number), 1);
	assert_true(number < 12);
	assert_int_equal(rpm_header_value(&header, TAG_SUMMARY, &value, &err), 0);
	assert_memory_equal(rpm_value_text(&value), "Summary of plain", 16);
	return number;
}

static int take(const struct pieces *header, uint64_t place, void *context, struct bd_error *err)
{
	struct found *found = context;
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	AUTO(pieces_release) struct pieces again = { .len = 0 };
	const unsigned number = read_name(header);
	found->count++;
	found->names |= 1U << number;
	assert_int_equal(rpmdb_open(&db, found->bytes, (struct bd_str){ NULL, 0 }, place, NULL, err), 0);
	assert_int_equal(rpmdb_find(&db, &again, err), 0);
	assert_int_equal(read_name(&again), number);
	return 0;
}

static int find_all(struct bd_str bytes, struct sparse_trace *trace, struct found *found)
{
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	*found = (struct found){ .bytes = bytes };
	if (rpmdb_open(&db, bytes, (struct bd_str){ NULL, 0 }, RPMDB_ANYWHERE, trace, &found->err) < 0) {
		return -(int)found->err.code;
	}
	return rpmdb_each(&db, take, found, &found->err);
}

static void test_rpmdb_each_backend(void **state)
{
	static const char *const files[] = { "bdb-512-little", "bdb-512-big", "bdb-1024-little", "bdb-1024-big",
		"bdb-4096-little", "bdb-4096-big", "bdb-65536-little", "bdb-65536-big", "ndb", "sqlite" };
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
		struct found found;
		print_message("%s\n", files[i]);
		read_file(files[i], &bytes);
		if (find_all(bd_buf_view(&bytes), NULL, &found) < 0) {
			fail_msg("%s", found.err.msg);
		}
		assert_int_equal(found.count, 12);
		assert_int_equal(found.names, 0xfff);
	}
}

/* However much of the file is missing, there is an error and no more headers than there were. */
static void test_rpmdb_each_cut_off(void **state)
{
	static const char *const files[] = { "bdb-512-little", "bdb-4096-big", "ndb", "sqlite" };
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
		read_file(files[i], &bytes);
		for (size_t n = 0; n < bytes.n - 4096; n += 300) {
			struct found found;
			assert_int_equal(find_all((struct bd_str){ bytes.p, n }, NULL, &found), -BD_ERR_FORMAT);
			assert_true(found.count < 12);
		}
	}
}

static void test_rpmdb_each_shared_bytes(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct found found;
	(void)state;
	read_file("ndb", &bytes);
	for (size_t slot = 0; slot < 250; slot++) { /* 250 slots of one package: more bytes than the file has */
		memcpy(bytes.p + 32 + 16 * slot, bytes.p + 32 + (size_t)16 * 11, 16);
	}
	assert_int_equal(find_all(bd_buf_view(&bytes), NULL, &found), -BD_ERR_FORMAT);
	assert_non_null(strstr(found.err.msg, "share their bytes"));
}

/* Bucket 0's page is chained to itself. */
static void test_rpmdb_each_circle(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct found found;
	(void)state;
	read_file("bdb-4096-little", &bytes);
	bytes.p[4096 + 16] = 1;
	assert_int_equal(find_all(bd_buf_view(&bytes), NULL, &found), -BD_ERR_FORMAT);
	assert_true(strstr(found.err.msg, "circle") != NULL || strstr(found.err.msg, "share") != NULL);
}

static void test_rpmdb_open_refused(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct found found;
	(void)state;
	assert_int_equal(find_all(BD_STR("not a database, whatever its name says"), NULL, &found), -BD_ERR_FORMAT);
	read_file("bdb-4096-little", &bytes);
	bytes.p[24] = 1;
	assert_int_equal(find_all(bd_buf_view(&bytes), NULL, &found), -BD_ERR_FORMAT);
	assert_non_null(strstr(found.err.msg, "encrypted"));
	read_file("ndb", &bytes);
	bytes.p[4] = 9;
	assert_int_equal(find_all(bd_buf_view(&bytes), NULL, &found), -BD_ERR_FORMAT);
	assert_non_null(strstr(found.err.msg, "version 9"));
	bytes.p[4] = 0;
	bytes.p[14] = 1;
	assert_int_equal(find_all(bd_buf_view(&bytes), NULL, &found), -BD_ERR_LIMIT);
}

/* ---- headers ----------------------------------------------------------------------------------- */

static int open_header(const char *p, size_t n, struct rpm_header *out, struct bd_error *err)
{
	static struct sparse file;
	static struct pieces bytes;
	pieces_release(&bytes);
	file = sparse_open((struct bd_str){ p, n }, NULL);
	pieces_add(&bytes, &file, 0, n);
	return rpm_header_open(&bytes, out, err);
}

static const char simple[] = "\0\0\0\4\0\0\0\20"
			     "\0\0\3\350\0\0\0\6\0\0\0\0\0\0\0\1"   /* 1000: string at 0 */
			     "\0\0\3\353\0\0\0\4\0\0\0\4\0\0\0\1"   /* 1003: INT32 at 4 */
			     "\0\0\4\5\0\0\0\3\0\0\0\10\0\0\0\2"    /* 1029: two INT16 at 8 */
			     "\0\0\3\350\0\0\0\10\0\0\0\14\0\0\0\2" /* 1000 again: two strings at 12 */
			     "old\0\0\0\1\2\0\1\377\376"
			     "a\0b";

static void test_rpm_header_value_types(void **state)
{
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	struct bd_error err = { .msg = "" };
	(void)state;
	assert_int_equal(open_header(simple, sizeof(simple), &header, &err), 0);
	assert_int_equal(rpm_header_value(&header, 1003, &value, &err), 0);
	assert_int_equal(rpm_value_number(&value, 0, 7), 258);
	assert_int_equal(rpm_value_number(&value, 1, 7), 7);
	assert_null(rpm_value_text(&value));
	assert_int_equal(rpm_header_value(&header, 1029, &value, &err), 0);
	assert_int_equal(rpm_value_number(&value, 1, 7), 0xfffe);
	assert_int_equal(rpm_header_value(&header, 1000, &value, &err), 0); /* the last of two counts */
	assert_string_equal(rpm_value_text(&value), "a");
	assert_string_equal(rpm_value_text(&value), "b");
	assert_null(rpm_value_text(&value));
	assert_int_equal(rpm_header_value(&header, 4711, &value, &err), 0);
	assert_int_equal(value.count, 0);
	assert_null(rpm_value_text(&value));
}

static void test_rpm_header_value_outside(void **state)
{
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	struct bd_error err = { .msg = "" };
	char copy[sizeof(simple)];
	(void)state;
	memcpy(copy, simple, sizeof(copy));
	copy[8 + 16 + 15] = 4; /* four INT32 at 4 of 16 bytes */
	copy[8 + 48 + 15] = 3; /* three strings where there are two */
	copy[8 + 32 + 8] = 1;  /* far outside */
	assert_int_equal(open_header(copy, sizeof(copy), &header, &err), 0);
	assert_int_equal(rpm_header_value(&header, 1003, &value, &err), -BD_ERR_FORMAT);
	assert_int_equal(rpm_header_value(&header, 1000, &value, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "fewer than 3 strings"));
	assert_int_equal(rpm_header_value(&header, 1029, &value, &err), -BD_ERR_FORMAT);
}

static void test_rpm_header_open_limits(void **state)
{
	struct rpm_header header;
	struct bd_error err = { .msg = "" };
	char copy[sizeof(simple)];
	(void)state;
	for (size_t n = 0; n < sizeof(simple) - 1; n++) {
		assert_int_equal(open_header(simple, n, &header, &err), -BD_ERR_FORMAT);
	}
	memcpy(copy, simple, sizeof(copy));
	copy[1] = 1; /* BD_LIMIT_RPM_TAGS and one more */
	copy[3] = 0;
	assert_int_equal(open_header(copy, sizeof(copy), &header, &err), -BD_ERR_LIMIT);
	memcpy(copy, simple, sizeof(copy));
	copy[4] = 0x10; /* BD_LIMIT_RPM_HEADER_BYTES and 16 more */
	assert_int_equal(open_header(copy, sizeof(copy), &header, &err), -BD_ERR_LIMIT);
	memcpy(copy, simple, sizeof(copy));
	copy[3] = 0;
	assert_int_equal(open_header(copy, sizeof(copy), &header, &err), -BD_ERR_LIMIT);
	(void)open_header("", 0, &header, &err); /* lets go of the last one */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rpmdb_each_backend),
		cmocka_unit_test(test_rpmdb_each_cut_off),
		cmocka_unit_test(test_rpmdb_each_shared_bytes),
		cmocka_unit_test(test_rpmdb_each_circle),
		cmocka_unit_test(test_rpmdb_open_refused),
		cmocka_unit_test(test_rpm_header_value_types),
		cmocka_unit_test(test_rpm_header_value_outside),
		cmocka_unit_test(test_rpm_header_open_limits),
	};
	return cmocka_run_group_tests_name("rpmdb", tests, NULL, NULL);
}

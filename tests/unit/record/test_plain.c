/* SPDX-License-Identifier: Apache-2.0 */
/* What plain_print prints is what the JSON library would: the same lines, each parsed and written by it again. */
#include "test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/record.h"

static const char *const texts[] = { "plain", "", "a b~!", "quote\"d", "back\\slash", "tab\there", "del\x7f",
	"\xc3\xa4\xe2\x82\xac", "not \xff UTF-8", "\x01", "/usr/share/x" };
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static void add_files(struct bd_record *record)
{
	static const enum bd_file_kind kinds[] = { BD_FILE, BD_DIRECTORY, BD_SYMLINK, BD_FIFO };
	for (size_t i = 0; i < 700; i++) { /* more than one thread writes at once */
		*bd_vec_push(&record->files) = (struct bd_file_line){
			.path = bd_arena_printf(&record->arena, "p%04zu%s", i, texts[i % TEXTS]),
			.kind = kinds[i % 4],
			.mode = (uint32_t)(i * 37 % 010000),
			.uid = i % 3 == 0 ? UINT32_MAX : (uint32_t)i,
			.gid = (uint32_t)i,
			.mtime_sec = (int64_t)i * -1000000007,
			.size_bytes = (int64_t)i << 40,
			.layer = -1,
			.target = i % 4 == 2 ? texts[i % TEXTS] : NULL,
		};
	}
}

static void expect_same_as_library(struct bd_str line)
{
	json_t *object = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
	assert_non_null(object);
	char *type = strdup(json_string_value(json_object_get(object, "type")));
	assert_int_equal(json_object_del(object, "type"), 0);
	char *rest = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	struct bd_buf again = { 0 };
	bd_buf_printf(&again, "{\"type\":\"%s\"%s%s", type, rest[1] == '}' ? "" : ",", rest + 1);
	assert_int_equal(again.n, line.n);
	assert_memory_equal(again.p, line.p, line.n);
	bd_buf_release(&again);
	free(rest);
	free(type);
	json_decref(object);
}

static void test_bd_record_write_plain_lines(void **state)
{
	(void)state;
	struct bd_record *record = bd_record_new();
	struct bd_buf out = { 0 };
	struct bd_error err;
	add_files(record);
	record->files_known = true;
	for (size_t i = 0; i < TEXTS; i++) {
		bd_record_diagnose(record, "code", texts[i], "text %s", texts[i]);
	}
	assert_int_equal(bd_record_write(record, &out, &err), 0);
	struct bd_str rest = bd_buf_view(&out), line;
	size_t lines = 0;
	while (rest.n > 0) {
		line = bd_str_cut(&rest, '\n');
		expect_same_as_library(line);
		lines++;
	}
	assert_true(lines > 700 + TEXTS);
	bd_buf_release(&out);
	bd_record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_bd_record_write_plain_lines) };
	return cmocka_run_group_tests_name("record/plain", tests, NULL, NULL);
}

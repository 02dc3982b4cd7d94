/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles that other people wrote: all are read, and pinning them loses nothing. */
#include "test.h"

#include <jansson.h>

#include "pin_property.h"

struct counts {
	size_t files, unread, images, edits;
};

static void check_text(struct counts *counts, const char *name, const char *text)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_pin_file file = { .path = name, .bytes = bd_str(text) };
	struct bd_error err;
	size_t edits = 0;
	counts->files++;
	if (bd_pin_read(&file, NULL, &arena, &err) < 0) {
		counts->unread++;
		return;
	}
	const char *problem = pin_property(&file, &arena, &edits);
	if (problem != NULL) {
		fail_msg("%s: %s", name, problem);
	}
	counts->images += file.uses.len;
	counts->edits += edits;
	for (size_t i = 0; i < file.uses.len; i++) {
		const struct bd_pin_use *use = &file.uses.v[i];
		if (use->n == 0 && use->name != NULL && strchr(use->as_written, '$') == NULL) {
			print_message("%s:%d: %s: %s\n", name, use->line, use->as_written, use->not_editable);
		}
	}
}

static void test_pin_shared_corpus(void **state)
{
	json_error_t error;
	struct counts counts = { 0 };
	json_t *corpus = json_load_file(SHARED_DATA "/dockerfile/corpus-from-oracle.visible.json", 0, &error);
	(void)state;
	if (corpus == NULL) {
		skip();
	}
	const json_t *items = json_object_get(corpus, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		check_text(&counts, json_string_value(json_object_get(item, "path")),
			json_string_value(json_object_get(item, "dockerfile")));
	}
	print_message("%zu files, %zu are no Dockerfiles, %zu images, %zu rewritten\n", counts.files, counts.unread,
		counts.images, counts.edits);
	assert_true(counts.unread * 10 < counts.files);
	json_decref(corpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_pin_shared_corpus) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

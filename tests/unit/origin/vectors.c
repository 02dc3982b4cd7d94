/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "vectors.h"

#include "base/auto.h"

void report(const char *what, struct tally tally)
{
	print_message(
		"%s: %u pass, %u differ for a known reason, %u fail\n", what, tally.passed, tally.known, tally.failed);
	assert_int_equal(tally.failed, 0);
	assert_true(tally.passed > 0);
}

bool read_file(const char *path, struct bd_buf *out)
{
	char chunk[65536];
	AUTO(fclose_ptr) FILE *file = fopen(path, "rbe");
	size_t n = 0;
	if (file == NULL) {
		return false; /* nothing allocated: the caller may skip, which jumps */
	}
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		bd_buf_add(out, chunk, n);
	}
	return true;
}

json_t *load(const char *name)
{
	char path[4096];
	json_error_t error;
	(void)snprintf(path, sizeof(path), VECTORS "%s", name);
	json_t *root = json_load_file(path, JSON_ALLOW_NUL, &error);
	if (root == NULL) {
		skip(); /* the tables are not at hand */
	}
	return root;
}

const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

void tell(struct tally *tally, bool good, const char *what, const char *found)
{
	tally->passed += good;
	tally->failed += !good;
	if (!good) {
		print_error("%s: %s\n", what, found);
	}
}

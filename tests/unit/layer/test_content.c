/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a layer's files. */
#include "test.h"

#include "layer/content.h"
#include "read_layer.h"

static size_t want_some(const char *path, int64_t size_bytes, void *context)
{
	(void)context;
	assert_true(size_bytes >= 0);
	if (strcmp(path, "head") == 0) {
		return 4;
	}
	return strncmp(path, "want", 4) == 0 ? SIZE_MAX : 0;
}

static void test_bd_layer_read_keeps_what_is_wanted(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	tarbuild_file(&tar, "want-b", "old");
	tarbuild_file(&tar, "head", "0123456789");
	tarbuild_file(&tar, "want-b", "new bytes");
	tarbuild_file(&tar, "want-empty", "");
	tarbuild_file(&tar, "other", "not this");
	tarbuild_file(&tar, "want-a", "a");
	tarbuild_hardlink(&tar, "want-link", "head");
	tarbuild_hardlink(&tar, "want-a2", "want-a");
	tarbuild_hardlink(&tar, "not-wanted", "want-a");
	tarbuild_hardlink(&tar, "want-other", "other");
	tarbuild_end(&tar);
	assert_int_equal(
		bd_layer_read(in_pieces(&tar, 3, NULL), &(struct bd_wants){ .bytes = want_some }, &layer, &err), 0);
	struct bd_buf text = { 0 };
	for (size_t i = 0; i < layer->kept.len; i++) {
		bd_buf_printf(&text, "%s=", layer->kept.v[i].path);
		bd_buf_add(&text, layer->kept.v[i].bytes.p, layer->kept.v[i].bytes.n);
		bd_buf_add_char(&text, ' ');
	}
	assert_string_equal(bd_buf_str(&text), "head=0123 want-a=a want-a2=a want-b=new bytes want-empty= ");
	assert_non_null(bd_layer_kept(layer, "want-empty"));
	assert_null(bd_layer_kept(layer, "other"));
	assert_int_equal(layer->diagnostics.len, 2);
	assert_string_equal(layer->diagnostics.v[0].code, "hard-link-not-read");
	assert_string_equal(layer->diagnostics.v[0].where, "want-link"); /* only four bytes of it came */
	assert_string_equal(layer->diagnostics.v[1].where, "want-other");
	bd_buf_release(&text);
	bd_buf_release(&tar);
	bd_layer_free(layer);
}

/* ---- examined ---------------------------------------------------------------------------------------- */

#define HEAD 8

/* Files whose first bytes are "MAGIC", and any *.jar. */
static bool examines(const char *path, int64_t size_bytes, struct bd_str head, void *context)
{
	(void)size_bytes;
	(void)context;
	assert_true(head.n <= HEAD);
	return bd_str_ends(bd_str(path), ".jar") || bd_str_starts(head, "MAGIC");
}

/* Takes the file's size and last byte; nothing from one that ends in "-", an error from one in "!". */
static const char *examine(
	const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err, void *context)
{
	(void)path;
	(void)context;
	const char last = bytes.n > 0 ? bytes.p[bytes.n - 1] : '0';
	if (last == '-') {
		return NULL;
	}
	bd_buf_printf(out, "%zu%c", bytes.n, last);
	if (last == '!') {
		(void)bd_error_set(err, BD_ERR_FORMAT, "half of it");
	}
	return "examiner";
}

static const struct bd_wants examining = {
	.bytes = want_some, .examines = examines, .examine = examine, .head_bytes = HEAD
};

static void add_large(struct bd_buf *tar, const char *path, size_t n, char last)
{
	char *bytes = test_malloc(n + 1);
	memset(bytes, 'x', n);
	memcpy(bytes, "MAGIC", 5);
	bytes[n - 1] = last;
	bytes[n] = '\0';
	tarbuild_file(tar, path, bytes);
	test_free(bytes);
}

static struct bd_layer *read_examining(struct bd_buf *tar, size_t step)
{
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	tarbuild_end(tar);
	assert_int_equal(bd_layer_read(in_pieces(tar, step, NULL), &examining, &layer, &err), 0);
	return layer;
}

static void assert_taken(const struct bd_layer *layer, const char *path, const char *expected)
{
	const struct bd_kept_file *kept = bd_layer_kept(layer, path);
	assert_non_null(kept);
	assert_string_equal(kept->by, "examiner");
	assert_int_equal(kept->bytes.n, strlen(expected));
	assert_memory_equal(kept->bytes.p, expected, kept->bytes.n);
}

static void test_bd_layer_read_examines(void **state)
{
	(void)state;
	static const size_t steps[] = { 7, 512, 1 << 20 };
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a.jar", "zip");
	tarbuild_file(&tar, "b-empty.jar", "");
	tarbuild_file(&tar, "c-small", "MAGIC1");
	tarbuild_file(&tar, "d-other", "magic and more");
	tarbuild_file(&tar, "e-nothing", "MAGIC of nothing-");
	tarbuild_file(&tar, "f-broken", "MAGIC!");
	add_large(&tar, "g-large", FILE_EXAMINED_MEMORY + 5, 'g'); /* through the temporary file, twice */
	add_large(&tar, "h-large", FILE_EXAMINED_MEMORY + 1, 'h');
	add_large(&tar, "i-memory", FILE_EXAMINED_MEMORY, 'i');
	tarbuild_file(&tar, "want-this", "MAGIC");
	tarbuild_hardlink(&tar, "i.jar", "c-small");
	tarbuild_hardlink(&tar, "j-link", "c-small");
	tarbuild_file(&tar, "k-replaced", "MAGIC9");
	tarbuild_file(&tar, "k-replaced", "nothing");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct bd_layer *layer = read_examining(&tar, steps[i]);
		assert_taken(layer, "a.jar", "3p");
		assert_taken(layer, "b-empty.jar", "00");
		assert_taken(layer, "c-small", "61");
		assert_taken(layer, "f-broken", "6!");
		assert_string_equal(bd_layer_kept(layer, "f-broken")->problem, "half of it");
		assert_taken(layer, "g-large", "8388613g");
		assert_taken(layer, "h-large", "8388609h");
		assert_taken(layer, "i-memory", "8388608i");
		assert_taken(layer, "i.jar", "61");
		assert_null(bd_layer_kept(layer, "want-this")->by);
		assert_int_equal(layer->kept.len, 9); /* none of the others */
		assert_int_equal(layer->diagnostics.len, 0);
		bd_layer_free(layer);
	}
	bd_buf_release(&tar);
}

/* Large bytes that are kept lie in mappings of their own, and stay when the next file is read. */
static void test_bd_layer_read_keeps_large_files(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	add_large(&tar, "want-a", (2U << 20) + 1, 'a');
	add_large(&tar, "want-b", (3U << 20), 'b');
	add_large(&tar, "c", (2U << 20), 'c');
	struct bd_layer *layer = read_examining(&tar, 4096);
	const struct bd_kept_file *a = bd_layer_kept(layer, "want-a");
	const struct bd_kept_file *b = bd_layer_kept(layer, "want-b");
	assert_int_equal(layer->mappings.len, 2);
	assert_int_equal(a->bytes.n, (2U << 20) + 1);
	assert_int_equal(a->bytes.p[a->bytes.n - 1], 'a');
	assert_int_equal(b->bytes.n, 3U << 20);
	assert_int_equal(b->bytes.p[b->bytes.n - 1], 'b');
	assert_taken(layer, "c", "2097152c");
	bd_layer_free(layer);
	bd_buf_release(&tar);
}

/* No room for the temporary file: the layer is read all the same, and says what it lacks. */
static void test_bd_layer_read_no_temporary_file(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	add_large(&tar, "large", FILE_EXAMINED_MEMORY + 1, 'x');
	tarbuild_file(&tar, "small", "MAGIC1");
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	struct bd_layer *layer = read_examining(&tar, 4096);
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_null(bd_layer_kept(layer, "large"));
	assert_taken(layer, "small", "61");
	assert_int_equal(layer->diagnostics.len, 1);
	assert_string_equal(layer->diagnostics.v[0].code, "file-not-examined");
	assert_string_equal(layer->diagnostics.v[0].where, "large");
	bd_layer_free(layer);
	bd_buf_release(&tar);
}

static void test_bd_layer_read_limit_examined(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	struct layer_limits limits = layer_default_limits;
	limits.examined_bytes = 6;
	tarbuild_file(&tar, "fits", "MAGIC1");
	tarbuild_file(&tar, "too-large", "MAGIC12");
	tarbuild_file(&tar, "not-ours", "some more bytes");
	tarbuild_end(&tar);
	assert_int_equal(layer_read_within(in_pieces(&tar, 512, NULL), &limits, &examining, &layer, &err), 0);
	assert_taken(layer, "fits", "61");
	assert_null(bd_layer_kept(layer, "too-large"));
	assert_int_equal(layer->diagnostics.len, 1);
	assert_string_equal(layer->diagnostics.v[0].where, "too-large");
	bd_layer_free(layer);
	bd_buf_release(&tar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_layer_read_keeps_what_is_wanted),
		cmocka_unit_test(test_bd_layer_read_examines),
		cmocka_unit_test(test_bd_layer_read_keeps_large_files),
		cmocka_unit_test(test_bd_layer_read_no_temporary_file),
		cmocka_unit_test(test_bd_layer_read_limit_examined),
	};
	return cmocka_run_group_tests_name("kept content", tests, NULL, NULL);
}

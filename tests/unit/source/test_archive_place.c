/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "basedrift/limits.h"

#include "build.h"
#include "source/place.h"

static int memory_file(struct bd_str bytes)
{
	const int fd = memfd_create("archive", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	return fd;
}

static struct place *open_tar(const struct files *files, const char *format)
{
	struct bd_buf tar = { 0 };
	struct place *place = NULL;
	struct bd_error err;
	tar_of(files, format, &tar);
	if (place_open_archive(memory_file(bd_buf_view(&tar)), &place, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	bd_buf_release(&tar);
	return place;
}

static void holds(const struct place *place, const char *path, const char *expected)
{
	struct bd_buf got = { 0 };
	struct bd_error err;
	if (place_read(place, path, 1 << 20, &got, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(bd_buf_str(&got), expected);
	bd_buf_release(&got);
}

static void lacks(const struct place *place, const char *path, enum bd_error_code code)
{
	struct bd_buf got = { 0 };
	struct bd_error err;
	assert_int_equal(place_read(place, path, 1 << 20, &got, &err), -(int)code);
	assert_false(place_has(place, path));
	bd_buf_release(&got);
}

/* Data offsets behind PAX headers, GNU long names and long link targets. */
static void test_archive_offsets(void **state)
{
	(void)state;
	static const char *const formats[] = { "pax", "gnutar" };
	struct files files;
	files_begin(&files);
	char *deep = bd_arena_alloc(&files.arena, 3001);
	for (size_t i = 0; i < 3000; i++) {
		deep[i] = i % 50 == 49 ? '/' : 'd';
	}
	deep[2999] = 'x';
	add_text(&files, "short", "one");
	add_text(&files, deep, "in a deep folder");
	add_text(&files, "caf\xc3\xa9", "two bytes");
	add_text(&files, "bytes-\xff", "not UTF-8");
	add_link(&files, "far", deep, NULL);
	add_bytes(&files, "after", BD_STR("last"));
	for (size_t i = 0; i < 2; i++) {
		AUTO(place_auto) struct place *place = open_tar(&files, formats[i]);
		holds(place, "short", "one");
		holds(place, deep, "in a deep folder");
		holds(place, "far", "in a deep folder");
		holds(place, "caf\xc3\xa9", "two bytes");
		holds(place, "bytes-\xff", "not UTF-8");
		holds(place, "after", "last");
	}
	files_end(&files);
}

static void test_archive_last_one_counts(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_text(&files, "a", "first");
	add_text(&files, "b", "other");
	add_text(&files, "./a", "second");
	add_text(&files, "/a", "third");
	AUTO(place_auto) struct place *place = open_tar(&files, "ustar");
	holds(place, "a", "third");
	holds(place, "./b", "other");
	lacks(place, "c", BD_ERR_NOT_FOUND);
	files_end(&files);
}

static void test_archive_links(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_text(&files, "x/blob.tar", "bytes");
	add_link(&files, "y/layer.tar", "../x/blob.tar", NULL);
	add_link(&files, "z/absolute", "/x/blob.tar", NULL);
	add_link(&files, "hard", NULL, "x/blob.tar");
	add_link(&files, "twice", "y/layer.tar", NULL);
	add_link(&files, "above", "../../../x/blob.tar", NULL);
	add_link(&files, "nowhere", "x/none", NULL);
	add_link(&files, "loop", "loop", NULL);
	AUTO(place_auto) struct place *place = open_tar(&files, "ustar");
	holds(place, "y/layer.tar", "bytes");
	holds(place, "z/absolute", "bytes");
	holds(place, "hard", "bytes");
	holds(place, "twice", "bytes");
	holds(place, "above", "bytes");
	lacks(place, "nowhere", BD_ERR_NOT_FOUND);
	lacks(place, "loop", BD_ERR_LIMIT);
	lacks(place, "../x/blob.tar", BD_ERR_NOT_FOUND);
	files_end(&files);
}

static void test_archive_link_limit(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_text(&files, "0", "bytes");
	for (size_t i = 1; i <= BD_LIMIT_SYMLINKS + 1; i++) {
		add_link(&files, bd_arena_printf(&files.arena, "%zu", i), bd_arena_printf(&files.arena, "%zu", i - 1),
			NULL);
	}
	AUTO(place_auto) struct place *place = open_tar(&files, "ustar");
	holds(place, bd_arena_printf(&files.arena, "%u", BD_LIMIT_SYMLINKS), "bytes");
	lacks(place, bd_arena_printf(&files.arena, "%u", BD_LIMIT_SYMLINKS + 1), BD_ERR_LIMIT);
	files_end(&files);
}

/* Outside names are not there, and do no harm: nothing is ever written. */
static void test_archive_names_outside(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_text(&files, "../../etc/passwd", "x");
	add_text(&files, "a/../../b", "x");
	add_text(&files, "manifest.json", "y");
	AUTO(place_auto) struct place *place = open_tar(&files, "ustar");
	lacks(place, "etc/passwd", BD_ERR_NOT_FOUND);
	lacks(place, "b", BD_ERR_NOT_FOUND);
	holds(place, "manifest.json", "y");
	assert_false(place_has_folder(place, "a"));
	files_end(&files);
}

static void test_archive_truncated(void **state)
{
	(void)state;
	struct files files;
	struct bd_buf tar = { 0 };
	files_begin(&files);
	char *content = bd_arena_alloc(&files.arena, 5001);
	memset(content, 'c', 5000);
	add_text(&files, "a", "small");
	add_text(&files, "b", content);
	tar_of(&files, "ustar", &tar);
	for (size_t n = 1; n < 512 * 3 + 5000; n += 97) { /* a whole header and not all of its data, or half a header */
		struct place *place = NULL;
		struct bd_error err;
		if (place_open_archive(memory_file((struct bd_str){ tar.p, n }), &place, &err) == 0) {
			assert_true(n == 512 || n == 1024);
			place_close(place);
		}
	}
	bd_buf_release(&tar);
	files_end(&files);
}

static void test_archive_not_a_tar(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "x", "{\"schemaVersion\":2}", "PK\x03\x04" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct place *place = NULL;
		struct bd_error err;
		assert_int_equal(place_open_archive(memory_file(bd_str(texts[i])), &place, &err), -BD_ERR_FORMAT);
		assert_non_null(strstr(err.msg, "tar: "));
	}
}

static void test_archive_sparse_is_refused(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	struct bd_buf tar = { 0 };
	struct archive *archive = archive_write_new();
	assert_int_equal(archive_write_set_format_pax(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open(archive, &tar, NULL, append_bytes, NULL), ARCHIVE_OK);
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, "holes");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, 1 << 20);
	archive_entry_sparse_add_entry(entry, 1 << 19, 512);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	char *data = bd_arena_alloc(&files.arena, 1 << 20);
	assert_true(archive_write_data(archive, data, 1 << 20) > 0);
	archive_entry_free(entry);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	(void)archive_write_free(archive);
	struct bd_error err;
	AUTO(place_auto) struct place *place = NULL;
	assert_int_equal(place_open_archive(memory_file(bd_buf_view(&tar)), &place, &err), 0);
	lacks(place, "holes", BD_ERR_UNSUPPORTED);
	bd_buf_release(&tar);
	files_end(&files);
}

/* The same bytes n times. */
static int repeated(struct bd_str bytes, size_t n)
{
	const int fd = memfd_create("archive", MFD_CLOEXEC);
	FILE *file = fdopen(dup(fd), "wb");
	assert_non_null(file);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	}
	assert_int_equal(fclose(file), 0);
	return fd;
}

static void test_archive_limits(void **state)
{
	(void)state;
	struct files files;
	struct bd_buf tar = { 0 };
	struct bd_error err;
	struct place *place = NULL;
	files_begin(&files);
	add_text(&files, "a", "");
	tar_of(&files, "ustar", &tar);
	assert_int_equal(
		place_open_archive(repeated((struct bd_str){ tar.p, 512 }, BD_LIMIT_ARCHIVE_ENTRIES), &place, &err), 0);
	place_close(place);
	assert_int_equal(
		place_open_archive(repeated((struct bd_str){ tar.p, 512 }, BD_LIMIT_ARCHIVE_ENTRIES + 1), &place, &err),
		-BD_ERR_LIMIT);
	files_clear(&files);
	bd_buf_clear(&tar);
	char *name = bd_arena_alloc(&files.arena, BD_LIMIT_PATH_BYTES + 2);
	memset(name, 'n', BD_LIMIT_PATH_BYTES);
	add_text(&files, name, "");
	tar_of(&files, "gnutar", &tar);
	const size_t copies = BD_LIMIT_ARCHIVE_NAMES / BD_LIMIT_PATH_BYTES + 2;
	assert_int_equal(place_open_archive(repeated((struct bd_str){ tar.p, tar.n - 1024 }, copies), &place, &err),
		-BD_ERR_LIMIT);
	files_clear(&files);
	bd_buf_clear(&tar);
	name[BD_LIMIT_PATH_BYTES] = 'n';
	add_text(&files, name, "too long a name");
	add_text(&files, "b", "short");
	tar_of(&files, "gnutar", &tar);
	assert_int_equal(place_open_archive(memory_file(bd_buf_view(&tar)), &place, &err), 0);
	lacks(place, name, BD_ERR_NOT_FOUND);
	holds(place, "b", "short");
	place_close(place);
	bd_buf_release(&tar);
	files_end(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archive_offsets),
		cmocka_unit_test(test_archive_last_one_counts),
		cmocka_unit_test(test_archive_links),
		cmocka_unit_test(test_archive_link_limit),
		cmocka_unit_test(test_archive_names_outside),
		cmocka_unit_test(test_archive_truncated),
		cmocka_unit_test(test_archive_not_a_tar),
		cmocka_unit_test(test_archive_sparse_is_refused),
		cmocka_unit_test(test_archive_limits),
	};
	return cmocka_run_group_tests_name("source_archive_place", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "basedrift/compress.h"

#include "random_record.h"

/* A folder of its own for each test. */
static int make_folder(void **state)
{
	char *folder = bd_xstrdup("/tmp/basedrift-record-XXXXXX");
	*state = folder;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static size_t each_name(const char *folder, bool remove_it)
{
	DIR *dir = opendir(folder);
	size_t count = 0;
	for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			count++;
			if (remove_it) {
				(void)unlinkat(dirfd(dir), entry->d_name, 0);
			}
		}
	}
	(void)closedir(dir);
	return count;
}

static int remove_folder(void **state)
{
	(void)each_name(*state, true);
	const int rc = rmdir(*state);
	free(*state);
	return rc;
}

static const char *in_folder(void **state, const char *name)
{
	static char path[256];
	(void)snprintf(path, sizeof(path), "%s/%s", (const char *)*state, name);
	return path;
}

static void load(const char *path, struct bd_buf *out)
{
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	char block[65536];
	assert_non_null(file);
	for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;) {
		bd_buf_add(out, block, n);
	}
}

static struct bd_record *read_back(const char *path)
{
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };
	if (bd_record_read_file(path, &record, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return record;
}

static void write_to(struct bd_record *record, const char *path)
{
	struct bd_error err = { 0 };
	if (bd_record_write_file(record, path, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void test_write_file_by_name(void **state)
{
	static const struct {
		const char *name;
		enum bd_compression framing;
	} cases[] = { { "a.jsonl", BD_PLAIN }, { "a.jsonl.gz", BD_GZIP }, { "a.jsonl.zst", BD_ZSTD } };
	AUTO(record_auto) struct bd_record *record = random_record(5);
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	struct bd_error err = { 0 };
	assert_int_equal(bd_record_write(record, &bytes, &err), 0);

	for (size_t i = 0; i < 3; i++) {
		const char *path = in_folder(state, cases[i].name);
		AUTO(bd_buf_release) struct bd_buf file = { 0 };
		write_to(record, path);
		load(path, &file);
		assert_int_equal(bd_compression_sniff(bd_buf_view(&file)), cases[i].framing);
		if (cases[i].framing == BD_PLAIN) {
			assert_string_equal(bd_buf_str(&file), bd_buf_str(&bytes));
		}
		AUTO(record_auto) struct bd_record *again = read_back(path);
		assert_string_equal(again->digest, record->digest);
		assert_int_equal(each_name(*state, false), i + 1);
	}
}

/* Larger than one piece: the pieces are one stream for a reader. */
static void test_write_file_in_pieces(void **state)
{
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	for (int i = 0; i < 60000; i++) {
		*bd_vec_push(&record->files) = (struct bd_file_line){
			.path = bd_arena_printf(&record->arena, "usr/lib/folder/number/%08d", i),
			.layer = -1,
			.digest = "sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36",
		};
	}
	const char *const names[] = { "b.jsonl", "b.gz", "b.zst" };
	for (size_t i = 0; i < 3; i++) {
		const char *path = in_folder(state, names[i]);
		write_to(record, path);
		AUTO(record_auto) struct bd_record *again = read_back(path);
		assert_int_equal(again->files.len, 60000);
		assert_string_equal(again->digest, record->digest);
	}
}

static void test_write_file_replaces_what_a_link_leads_to(void **state)
{
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(free_ptr) char *link = bd_xstrdup(in_folder(state, "link.jsonl"));
	struct stat st;

	write_to(record, in_folder(state, "real.jsonl"));
	assert_int_equal(symlink("real.jsonl", link), 0);
	record->tool = "another";
	write_to(record, link);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	AUTO(record_auto) struct bd_record *again = read_back(in_folder(state, "real.jsonl"));
	assert_string_equal(again->tool, "another");
}

/* A failure leaves what was there, and nothing beside it. */
static void test_write_file_leaves_nothing_half(void **state)
{
	AUTO(record_auto) struct bd_record *good = bd_record_new();
	AUTO(record_auto) struct bd_record *bad = bd_record_new();
	struct bd_error err = { 0 };

	write_to(good, in_folder(state, "c.jsonl"));
	bd_vec_push(&bad->layers)->index = 3;
	assert_int_equal(bd_record_write_file(bad, in_folder(state, "c.jsonl"), &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_record_write_file(bad, in_folder(state, "d.zst"), &err), -BD_ERR_FORMAT);
	assert_int_equal(each_name(*state, false), 1);
	AUTO(record_auto) struct bd_record *again = read_back(in_folder(state, "c.jsonl"));
	assert_string_equal(again->digest, good->digest);
}

static void test_write_file_fails(void **state)
{
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	struct bd_error err = { 0 };

	assert_int_equal(bd_record_write_file(record, in_folder(state, "no/such/folder"), &err), -BD_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "no/such/folder: No such file"));
	assert_int_equal(bd_record_write_file(record, *state, &err), -BD_ERR_IO); /* a folder */
	assert_int_equal(bd_record_write_file(record, "/dev/full", &err), -BD_ERR_IO);
	assert_non_null(strstr(err.msg, "/dev/full: No space left"));
	write_to(record, "/dev/null");
	struct stat st;
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode)); /* a device is written to, never replaced */
}

static void test_write_file_to_standard_output(void **state)
{
	AUTO(record_auto) struct bd_record *record = random_record(9);
	AUTO(free_ptr) char *path = bd_xstrdup(in_folder(state, "stdout"));
	const int kept = dup(STDOUT_FILENO);
	const int fd = open(path, O_WRONLY | O_CREAT, 0600);

	(void)fflush(stdout);
	assert_true(dup2(fd, STDOUT_FILENO) >= 0);
	struct bd_error err = { 0 };
	const int rc = bd_record_write_file(record, "-", &err);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	assert_int_equal(rc, 0);
	assert_int_equal(close(kept) + close(fd), 0);
	AUTO(record_auto) struct bd_record *again = read_back(path);
	assert_string_equal(again->digest, record->digest);
}

static void test_read_file_fails(void **state)
{
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };

	assert_int_equal(bd_record_read_file(in_folder(state, "none"), &record, &err), -BD_ERR_NOT_FOUND);
	assert_int_equal(bd_record_read_file(*state, &record, &err), -BD_ERR_IO);
	assert_int_equal(bd_record_read_file("/dev/null", &record, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "/dev/null: empty");
	assert_null(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_write_file_by_name, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_write_file_in_pieces, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_write_file_replaces_what_a_link_leads_to, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_write_file_leaves_nothing_half, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_write_file_fails, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_write_file_to_standard_output, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_read_file_fails, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "read_layer.h"

struct texts {
	char content[BD_DIGEST_TEXT], metadata[BD_DIGEST_TEXT];
};

static struct texts print_of(const char *path, const struct bd_entry *entry)
{
	struct bd_fingerprint f;
	struct texts out;
	bd_fingerprint_init(&f);
	bd_fingerprint_add(&f, path, entry);
	bd_fingerprint_final(&f, out.content, out.metadata);
	bd_fingerprint_release(&f);
	return out;
}

static void expect_change(
	const char *path_a, const struct bd_entry *a, const char *path_b, const struct bd_entry *b, bool content)
{
	const struct texts x = print_of(path_a, a), y = print_of(path_b, b);
	assert_int_equal(strcmp(x.content, y.content) != 0, content);
	assert_string_not_equal(x.metadata, y.metadata);
}

static void test_bd_fingerprint_what_counts(void **state)
{
	(void)state;
	const struct bd_entry file = { .kind = BD_FILE, .mode = 0644, .digest = { 1 }, .size_bytes = 3 };
	struct bd_entry other = file;
	expect_change("a", &file, "b", &file, true);
	other.digest[31] = 1;
	expect_change("a", &file, "a", &other, true);
	other = file;
	other.mode = 0755;
	expect_change("a", &file, "a", &other, false);
	other = file;
	other.uid = 1;
	expect_change("a", &file, "a", &other, false);
	other = file;
	other.gid = 1;
	expect_change("a", &file, "a", &other, false);
	other = file;
	other.mtime_sec = -1;
	expect_change("a", &file, "a", &other, false);

	const struct bd_entry link = { .kind = BD_SYMLINK, .target = "x" };
	const struct bd_entry link_y = { .kind = BD_SYMLINK, .target = "y" };
	const struct bd_entry hard = { .kind = BD_FILE, .target = "x", .unresolved_link = true };
	expect_change("a", &link, "a", &link_y, true);
	expect_change("a", &link, "a", &hard, true);
	const struct bd_entry device = { .kind = BD_CHAR_DEVICE, .device = 1ULL << 32 | 3 };
	const struct bd_entry device_5 = { .kind = BD_CHAR_DEVICE, .device = 1ULL << 32 | 5 };
	const struct bd_entry block = { .kind = BD_BLOCK_DEVICE, .device = 1ULL << 32 | 3 };
	expect_change("a", &device, "a", &device_5, true);
	expect_change("a", &device, "a", &block, true);
}

/* A directory that comes or goes is content, its attributes are not. */
static void test_bd_fingerprint_directories(void **state)
{
	(void)state;
	const struct bd_entry directory = { .kind = BD_DIRECTORY, .mode = 0755 };
	const struct bd_entry later = { .kind = BD_DIRECTORY, .mode = 0755, .mtime_sec = 9 };
	expect_change("a", &directory, "b", &directory, true);
	expect_change("a", &directory, "a", &later, false);
}

static void test_bd_fingerprint_leaves_noise_out_of_content(void **state)
{
	(void)state;
	const char *noise = "usr/lib/python3/dist-packages/__pycache__/x.cpython-311.pyc";
	const struct bd_entry a = { .kind = BD_FILE, .digest = { 1 } }, b = { .kind = BD_FILE, .digest = { 2 } };
	assert_non_null(bd_noise_reason(noise));
	expect_change(noise, &a, noise, &b, false);
}

static void test_bd_fingerprint_final_starts_anew(void **state)
{
	(void)state;
	const struct bd_entry file = { .kind = BD_FILE, .digest = { 1 }, .size_bytes = 3 };
	struct bd_fingerprint f;
	struct texts first, second;
	bd_fingerprint_init(&f);
	bd_fingerprint_add(&f, "a", &file);
	bd_fingerprint_add_whiteout(&f, "w", false);
	assert_int_equal(f.files, 1);
	assert_int_equal(f.size_bytes, 3);
	bd_fingerprint_final(&f, first.content, first.metadata);
	assert_int_equal(f.files, 0);
	bd_fingerprint_add(&f, "a", &file);
	bd_fingerprint_add_whiteout(&f, "w", true);
	bd_fingerprint_final(&f, second.content, second.metadata);
	assert_string_not_equal(first.content, second.content);
	bd_fingerprint_add(&f, "a", &file);
	bd_fingerprint_add_whiteout(&f, "w", false);
	bd_fingerprint_final(&f, second.content, second.metadata);
	assert_string_equal(first.content, second.content);
	assert_string_equal(first.metadata, second.metadata);
	bd_fingerprint_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_fingerprint_what_counts),
		cmocka_unit_test(test_bd_fingerprint_directories),
		cmocka_unit_test(test_bd_fingerprint_leaves_noise_out_of_content),
		cmocka_unit_test(test_bd_fingerprint_final_starts_anew),
	};
	return cmocka_run_group_tests_name("layer/fingerprint", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basedrift/limits.h"

#include "read_layer.h"

static char root[64];

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/basedrift-test-XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *in_root(const char *name)
{
	static char path[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static void write_file(const char *name, const char *content)
{
	FILE *file = fopen(in_root(name), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
	assert_int_equal(fclose(file), 0);
}

static struct bd_layer *read_root(void)
{
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	if (bd_layer_read_rootfs(root, &(struct bd_wants){ .bytes = want_all }, &layer, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return layer;
}

static void test_bd_layer_read_rootfs_kinds(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_root("etc"), 0750), 0);
	assert_int_equal(mkdir(in_root("empty"), 0755), 0);
	write_file("etc/passwd", "root\n");
	write_file("etc/.wh.motd", "an ordinary name here");
	write_file("raw-\xff\n", "");
	assert_int_equal(symlink("/etc/passwd", in_root("link")), 0);
	assert_int_equal(symlink("..", in_root("etc/up")), 0); /* not followed, or this would not end */
	assert_int_equal(mkfifo(in_root("pipe"), 0600), 0);
	char original[4096];
	(void)snprintf(original, sizeof(original), "%s", in_root("etc/passwd"));
	assert_int_equal(link(original, in_root("hard")), 0);
	assert_int_equal(chmod(in_root("etc/passwd"), 04640), 0);
	struct bd_layer *layer = read_root();
	expect_layer_text(layer, "d empty\nd etc\nf etc/.wh.motd 21\nf etc/passwd 5\nl etc/up -> ..\nf hard 5\n"
				 "l link -> /etc/passwd\np pipe\nf raw-\xff\n 0\n");
	const struct bd_entry *passwd = bd_layer_find(layer, "etc/passwd");
	assert_true(digest_is(passwd, "root\n", 5));
	assert_int_equal(passwd->mode, 04640);
	assert_int_equal(passwd->uid, geteuid());
	assert_true(passwd->mtime_sec > 1600000000);
	assert_string_equal(bd_layer_kept(layer, "hard")->bytes.p, "root\n");
	assert_true(bd_digest_valid(layer->content));
	bd_layer_free(layer);
}

static void test_bd_layer_read_rootfs_as_the_same_tar(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	write_file("a", "content");
	assert_int_equal(mkdir(in_root("d"), 0755), 0);
	write_file("d/b", "more");
	tarbuild_file(&tar, "d/b", "more");
	tarbuild_directory(&tar, "d");
	tarbuild_file(&tar, "a", "content");
	struct bd_layer *unpacked = read_root(), *packed = read_layer(&tar);
	assert_string_equal(unpacked->content, packed->content);
	bd_layer_free(unpacked);
	bd_layer_free(packed);
}

#define NOBODY 65534

static void test_bd_layer_read_rootfs_unreadable(void **state)
{
	(void)state;
	const bool is_root = geteuid() == 0; /* who reads everything, unless it is somebody else for a while */
	write_file("a", "x");
	write_file("secret", "x");
	assert_int_equal(mkdir(in_root("closed"), 0755), 0);
	write_file("closed/in", "x");
	assert_int_equal(chmod(in_root("secret"), 0), 0);
	assert_int_equal(chmod(in_root("closed"), 0), 0);
	assert_int_equal(chmod(root, 0755), 0);
	assert_true(!is_root || seteuid(NOBODY) == 0);
	struct bd_layer *layer = read_root();
	assert_true(!is_root || seteuid(0) == 0);
	assert_int_equal(chmod(in_root("closed"), 0755), 0);
	expect_layer_text(layer, "f a 1\nd closed\n! file-unreadable closed\n! file-unreadable secret\n");
	bd_layer_free(layer);
}

static void test_bd_layer_read_rootfs_too_deep(void **state)
{
	(void)state;
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i <= BD_LIMIT_ROOTFS_DEPTH; i++) {
		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		const int inner = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(inner >= 0);
		(void)close(fd);
		fd = inner;
	}
	(void)close(fd);
	struct bd_layer *layer = read_root();
	assert_int_equal(layer->entries.len, BD_LIMIT_ROOTFS_DEPTH);
	assert_int_equal(layer->diagnostics.len, 1);
	assert_string_equal(layer->diagnostics.v[0].code, "directory-too-deep");
	bd_layer_free(layer);
}

static void test_bd_layer_read_rootfs_none(void **state)
{
	(void)state;
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	assert_int_equal(bd_layer_read_rootfs(in_root("nowhere"), NULL, &layer, &err), -BD_ERR_NOT_FOUND);
	write_file("file", "x");
	assert_int_equal(bd_layer_read_rootfs(in_root("file"), NULL, &layer, &err), -BD_ERR_NOT_FOUND);
	assert_null(layer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bd_layer_read_rootfs_kinds, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_bd_layer_read_rootfs_as_the_same_tar, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_bd_layer_read_rootfs_unreadable, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_bd_layer_read_rootfs_too_deep, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_bd_layer_read_rootfs_none, make_root, remove_root),
	};
	return cmocka_run_group_tests_name("layer/rootfs", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a name means: transports, bare paths by their content, standard input, skopeo's folder, rootfs. */
#include "test.h"

#include <fcntl.h>

#include "build.h"
#include "source/sources.h"

static const struct parts app = { AMD64, "app", 2, BD_GZIP };

/* skopeo's folder of one image; its path. */
static const char *write_dir(struct files *files, const char *name)
{
	add_layout(files, "");
	const char *manifest = add_image(files, &app);
	const char *hex = descriptor_digest(files, manifest) + 7;
	size_t kept = 0;
	for (size_t i = 0; i < files->len; i++) {
		struct file file = files->v[i];
		if (bd_str_starts(bd_str(file.path), "blobs/sha256/")) {
			file.path += strlen("blobs/sha256/");
			file.path = strcmp(file.path, hex) == 0 ? "manifest.json" : file.path;
			files->v[kept++] = file;
		}
	}
	files->len = kept;
	add_text(files, "version", "Directory Transport Version: 1.1\n");
	return write_folder(files, name);
}

static void test_image_dir(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *path = write_dir(&files, "dir");
	const char *const names[] = { path, bd_arena_printf(&files.arena, "dir:%s", path) };
	for (size_t i = 0; i < 2; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(names[i], NULL, &image);
		assert_string_equal(image->transport, "dir");
		assert_string_equal(image->name, names[i]);
		assert_null(image->reference);
		assert_string_equal(bd_digest_of_kind(&image->digests, BD_DIGEST_MANIFEST),
			digest_of(&files, find_file(&files, "manifest.json")->bytes));
		assert_non_null(image->layers.v[0].digest.value);
	}
	add_text(&files, "manifest.json", "{\"schemaVersion\":1,\"fsLayers\":[]}");
	expect_refused(write_folder(&files, "schema1"), NULL, BD_ERR_UNSUPPORTED, "schema 1");
	add_text(&files, "manifest.json", "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}");
	expect_refused(write_folder(&files, "both"), NULL, BD_ERR_FORMAT, "both an index");
	files_end(&files);
}

/* skopeo copy --all: manifest.json is the index. */
static void test_image_dir_index(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	(void)write_dir(&files, "dir");
	struct file *manifest = find_file(&files, "manifest.json");
	const char *digest = digest_of(&files, manifest->bytes);
	manifest->path = bd_arena_printf(&files.arena, "%s.manifest.json", digest + 7);
	const char *index = bd_arena_printf(&files.arena,
		"{\"schemaVersion\":2,\"mediaType\":\"" INDEX "\",\"manifests\":[{\"mediaType\":\"" MANIFEST
		"\",\"digest\":\"%s\",\"size\":%zu,"
		"\"platform\":{" AMD64 "}}]}",
		digest, manifest->bytes.n);
	add_text(&files, "manifest.json", index);
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(write_folder(&files, "index"), NULL, &image);
	assert_string_equal(bd_digest_of_kind(&image->digests, BD_DIGEST_INDEX), digest_of(&files, bd_str(index)));
	assert_string_equal(bd_digest_of_kind(&image->digests, BD_DIGEST_MANIFEST), digest);
	files_end(&files);
}

static void test_image_rootfs(void **state)
{
	(void)state;
	struct files files;
	struct bd_error err;
	files_begin(&files);
	add_text(&files, "etc/os-release", "ID=debian\n");
	const char *path = write_folder(&files, "root");
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	assert_int_equal(bd_image_open(path, NULL, &image, &err), 0);
	assert_string_equal(image->transport, "rootfs");
	assert_string_equal(image->rootfs, path);
	assert_int_equal(image->layers.len, 0);
	assert_true(bd_image_name_likely(path));
	files_clear(&files);
	add_text(&files, "src/main.c", "int main;");
	const char *project = write_folder(&files, "project");
	expect_refused(project, NULL, BD_ERR_FORMAT, "the directory holds no image: neither manifest.json nor");
	assert_false(bd_image_name_likely(project));
	AUTO(bd_image_auto) struct bd_image *named = NULL;
	const struct bd_source_options options = { .platform = "linux/arm64" };
	assert_int_equal(bd_image_open(bd_arena_printf(&files.arena, "rootfs:%s", project), &options, &named, &err), 0);
	assert_string_equal(named->rootfs, project);
	assert_string_equal(named->platform.architecture, "arm64");
	expect_refused(
		bd_arena_printf(&files.arena, "rootfs:%s/none", project), NULL, BD_ERR_NOT_FOUND, "No such file");
	expect_refused(bd_arena_printf(&files.arena, "rootfs:%s/src/main.c", project), NULL, BD_ERR_FORMAT,
		"rootfs reads a directory");
	expect_refused(
		bd_arena_printf(&files.arena, "rootfs:%s:x", project), NULL, BD_ERR_USAGE, "no images to choose");
	files_end(&files);
}

static const char *save_layout(struct files *files, enum bd_compression compression)
{
	files_clear(files);
	add_layout(files, named(files, add_image(files, &app), "app:1"));
	return write_tar(files, "image.tar", "ustar", compression);
}

static void test_image_compressed_archive(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_PLAIN, BD_GZIP, BD_ZSTD };
	struct files files;
	files_begin(&files);
	for (size_t i = 0; i < 3; i++) {
		const char *path = save_layout(&files, framings[i]);
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(path, NULL, &image);
		assert_string_equal(image->transport, "oci-archive");
		assert_true(bd_image_name_likely(path));
	}
	files_end(&files);
}

/* The spool is unlinked: nothing stays in $TMPDIR, and one that cannot be written is an error. */
static void test_image_spool_folder(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *path = save_layout(&files, BD_GZIP);
	const char *folder = path_in(&files, "tmp");
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(setenv("TMPDIR", folder, 1), 0);
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_int_equal(rmdir(folder), 0); /* empty while the image is open */
	expect_refused(path, NULL, BD_ERR_NOT_FOUND, "temporary file in ");
	assert_int_equal(unsetenv("TMPDIR"), 0);
	files_end(&files);
}

static void with_input(int fd, void (*check)(const char *name), const char *name)
{
	const int saved = dup(STDIN_FILENO);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	check(name);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
}

static void reads_input(const char *name)
{
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(name, NULL, &image);
	assert_string_equal(image->transport, "oci-archive");
	assert_int_equal(image->layers.len, 2);
}

static void refuses_input(const char *name)
{
	expect_refused(name, NULL, BD_ERR_FORMAT, "standard input: tar: ");
}

static void test_image_standard_input(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	static const enum bd_compression framings[] = { BD_PLAIN, BD_ZSTD };
	static const char *const names[] = { "-", "oci-archive:-" };
	for (size_t i = 0; i < 4; i++) {
		const char *path = save_layout(&files, framings[i % 2]);
		AUTO(close_fd) const int fd = open(path, O_RDONLY | O_CLOEXEC);
		with_input(fd, reads_input, names[i / 2]);
		int ends[2];
		char bytes[65536]; /* as much as a pipe holds */
		assert_int_equal(pipe(ends), 0);
		const ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
		assert_true(n > 0 && (size_t)n < sizeof(bytes));
		assert_int_equal(write(ends[1], bytes, (size_t)n), n);
		assert_int_equal(close(ends[1]), 0);
		with_input(ends[0], reads_input, names[i / 2]);
		assert_int_equal(close(ends[0]), 0);
	}
	AUTO(close_fd) const int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
	with_input(empty, refuses_input, "-");
	assert_true(bd_image_name_likely("-"));
	files_end(&files);
}

static void test_image_paths_with_colons(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *path = save_layout(&files, BD_PLAIN);
	const char *odd = path_in(&files, "a:b.tar");
	assert_int_equal(rename(path, odd), 0);
	const char *const names[] = { odd, bd_arena_printf(&files.arena, "oci-archive:%s", odd),
		bd_arena_printf(&files.arena, "oci-archive:%s:app:1", odd),
		bd_arena_printf(&files.arena, "%s:app:1", odd) };
	for (size_t i = 0; i < 4; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(names[i], NULL, &image);
		assert_true(bd_image_name_likely(names[i]));
	}
	files_end(&files);
}

static void test_image_wrong_names(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *path = save_layout(&files, BD_PLAIN);
	const char *folder = write_folder(&files, "layout");
	expect_refused("nowhere.tar", NULL, BD_ERR_NOT_FOUND, "nowhere.tar: no such file or directory");
	expect_refused("oci:nowhere:app:1", NULL, BD_ERR_NOT_FOUND, "No such file");
	expect_refused(
		"ostree:x", NULL, BD_ERR_UNSUPPORTED, "ostree: is not read (dir, docker, docker-archive, docker");
	expect_refused("docker://Python:2.7", NULL, BD_ERR_FORMAT, "docker://Python:2.7: ");
	expect_refused(bd_arena_printf(&files.arena, "oci:%s", path), NULL, BD_ERR_FORMAT,
		"oci reads a directory, this is a file");
	expect_refused(bd_arena_printf(&files.arena, "docker-archive:%s", folder), NULL, BD_ERR_FORMAT,
		"docker-archive reads a file, this is a directory");
	expect_refused(bd_arena_printf(&files.arena, "docker-archive:%s", path), NULL, BD_ERR_NOT_FOUND,
		"manifest.json: no such file");
	expect_refused(bd_arena_printf(&files.arena, "dir:%s", folder), NULL, BD_ERR_NOT_FOUND, "manifest.json: ");
	write_bytes(path_in(&files, "text"), BD_STR("not an archive\n"));
	expect_refused(path_in(&files, "text"), NULL, BD_ERR_FORMAT, "tar: ");
	files_clear(&files);
	add_text(&files, "hello.txt", "x");
	expect_refused(
		write_tar(&files, "plain.tar", "ustar", BD_PLAIN), NULL, BD_ERR_FORMAT, "the archive holds no image");
	files_end(&files);
}

/* A FIFO in place of a blob: an error, not a wait. */
static void test_image_fifo_blob(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_text(&files, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	const char *folder = write_folder(&files, "fifo");
	assert_int_equal(mkfifo(bd_arena_printf(&files.arena, "%s/index.json", folder), 0600), 0);
	expect_refused(
		bd_arena_printf(&files.arena, "oci:%s", folder), NULL, BD_ERR_FORMAT, "index.json: not a regular file");
	assert_false(bd_image_name_likely(folder));
	files_end(&files);
}

/* Offline no name reaches a registry: neither with its transport nor without. */
static void test_image_offline(void **state)
{
	static const char *const names[] = { "docker://registry.example/app:1", "registry.example/app:1", "docker:24",
		"team/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	const struct bd_source_options options = { .offline = true };
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bd_image *image = NULL;
		struct bd_error err;
		assert_int_equal(bd_image_open(names[i], &options, &image, &err), -BD_ERR_UNSUPPORTED);
		assert_non_null(strstr(err.msg, "offline: "));
		assert_null(image);
	}
}

static void test_image_name_likely(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	assert_true(bd_image_name_likely("oci:whatever"));
	assert_true(bd_image_name_likely("docker-archive:whatever"));
	assert_true(bd_image_name_likely("docker://python:2.7"));
	assert_true(bd_image_name_likely("python:2.7"));
	assert_true(bd_image_name_likely("registry.example/team/app"));
	assert_true(bd_image_name_likely("record.jsonl:1")); /* no file has this name, a repository may */
	assert_false(bd_image_name_likely("missing.tar"));
	assert_false(bd_image_name_likely("./missing"));
	assert_false(bd_image_name_likely("/missing"));
	assert_false(bd_image_name_likely("record.jsonl"));
	assert_false(bd_image_name_likely(""));
	const char *record = path_in(&files, "record.jsonl.zst");
	write_bytes(record, packed(&files, BD_STR("{\"type\":\"record\",\"schema\":1}\n"), BD_ZSTD));
	assert_false(bd_image_name_likely(record));
	char *long_record = bd_arena_alloc(&files.arena, 100001);
	memset(long_record, ' ', 100000);
	write_bytes(record, packed(&files, bd_str(long_record), BD_GZIP));
	assert_false(bd_image_name_likely(record));
	write_bytes(record, BD_STR("\x1f\x8b\x08broken"));
	assert_false(bd_image_name_likely(record));
	files_end(&files);
}

#define ROW(name)  &bd_image_source_##name,
#define NAME(name) #name,
static const struct bd_image_source *const rows[] = { SOURCES(ROW) };
static const char *const row_names[] = { SOURCES(NAME) };

static void test_sources_table(void **state)
{
	(void)state;
	struct bd_buf names = { 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(i == 0 || strcmp(row_names[i - 1], row_names[i]) < 0);
		char transport[32];
		(void)snprintf(transport, sizeof(transport), "%s", row_names[i]);
		for (char *c = transport; *c != '\0'; c++) {
			*c = *c == '_' ? '-' : *c;
		}
		assert_string_equal(rows[i]->transport, transport);
		assert_true((rows[i]->recognise != NULL) != rows[i]->remote);
		assert_non_null(rows[i]->open);
		bd_buf_printf(&names, "%s%s", i > 0 ? ", " : "", transport);
	}
	assert_string_equal(bd_transport_names(), names.p);
	bd_buf_release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_image_dir),
		cmocka_unit_test(test_image_dir_index),
		cmocka_unit_test(test_image_rootfs),
		cmocka_unit_test(test_image_compressed_archive),
		cmocka_unit_test(test_image_spool_folder),
		cmocka_unit_test(test_image_standard_input),
		cmocka_unit_test(test_image_paths_with_colons),
		cmocka_unit_test(test_image_wrong_names),
		cmocka_unit_test(test_image_fifo_blob),
		cmocka_unit_test(test_image_offline),
		cmocka_unit_test(test_image_name_likely),
		cmocka_unit_test(test_sources_table),
	};
	return cmocka_run_group_tests_name("source_image", tests, NULL, NULL);
}

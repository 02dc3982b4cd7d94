/* SPDX-License-Identifier: Apache-2.0 */
/* Small images, built where a test wants them: files first, then a folder or a tar of them. */
#ifndef BUILD_H
#define BUILD_H

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>

#include "basedrift/source.h"

#include "base/auto.h"
#include "source/place.h"

DEFINE_AUTO(bd_image, struct bd_image, bd_image_close)

struct file {
	const char *path;
	struct bd_str bytes;
	const char *symbolic, *hard; /* link targets */
};
struct files {
	struct file *v;
	size_t len, cap;
	struct bd_arena arena;
	char folder[64]; /* a temporary one, see files_begin */
};

static inline void files_begin(struct files *files)
{
	memset(files, 0, sizeof(*files));
	(void)snprintf(files->folder, sizeof(files->folder), "/tmp/basedrift-test-XXXXXX");
	assert_non_null(mkdtemp(files->folder));
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void files_end(struct files *files)
{
	(void)nftw(files->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(files->v);
	bd_arena_release(&files->arena);
}

static inline void files_clear(struct files *files)
{
	files->len = 0;
}

static inline void add_bytes(struct files *files, const char *path, struct bd_str bytes)
{
	const struct bd_str copy = { bd_arena_text(&files->arena, bytes.p, bytes.n), bytes.n };
	*bd_vec_push(files) = (struct file){ .path = bd_arena_strdup(&files->arena, path), .bytes = copy };
}

static inline void add_text(struct files *files, const char *path, const char *text)
{
	add_bytes(files, path, bd_str(text));
}

static inline void add_link(struct files *files, const char *path, const char *symbolic, const char *hard)
{
	*bd_vec_push(files) = (struct file){ .path = path, .symbolic = symbolic, .hard = hard };
}

/* The file of that path, to be changed. */
static inline struct file *find_file(struct files *files, const char *path)
{
	for (size_t i = 0; i < files->len; i++) {
		if (strcmp(files->v[i].path, path) == 0) {
			return &files->v[i];
		}
	}
	fail_msg("no file %s", path);
	return NULL;
}

static inline const char *digest_of(struct files *files, struct bd_str bytes)
{
	char text[BD_DIGEST_TEXT];
	bd_sha256_text(bytes.p, bytes.n, text);
	return bd_arena_strdup(&files->arena, text);
}

/* ---- tar ------------------------------------------------------------------------------------- */

static inline la_ssize_t append_bytes(struct archive *archive, void *data, const void *p, size_t n)
{
	(void)archive;
	bd_buf_add(data, p, n);
	return (la_ssize_t)n;
}

static inline void write_entry(struct archive *archive, const struct file *file)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, file->path);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_filetype(entry, file->symbolic != NULL ? AE_IFLNK : AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)file->bytes.n);
	if (file->symbolic != NULL) {
		archive_entry_set_symlink(entry, file->symbolic);
	}
	if (file->hard != NULL) {
		archive_entry_set_hardlink(entry, file->hard);
	}
	assert_true(archive_write_header(archive, entry) >= ARCHIVE_WARN); /* a name outside the locale */
	assert_int_equal(archive_write_data(archive, file->bytes.p, file->bytes.n), (la_ssize_t)file->bytes.n);
	archive_entry_free(entry);
}

/* format: a name libarchive knows: "ustar", "gnutar", "pax" */
static inline void tar_of(const struct files *files, const char *format, struct bd_buf *out)
{
	struct archive *archive = archive_write_new();
	assert_int_equal(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(archive, 0), ARCHIVE_OK);
	assert_int_equal(archive_write_open(archive, out, NULL, append_bytes, NULL), ARCHIVE_OK);
	for (size_t i = 0; i < files->len; i++) {
		write_entry(archive, &files->v[i]);
	}
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	(void)archive_write_free(archive);
}

static inline void write_bytes(const char *path, struct bd_str bytes)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	assert_int_equal(fclose(file), 0);
}

/* FOLDER/NAME, in the arena */
static inline const char *path_in(struct files *files, const char *name)
{
	return bd_arena_printf(&files->arena, "%s/%s", files->folder, name);
}

/* A tar of the files in the temporary folder; its path. */
static inline const char *write_tar(
	struct files *files, const char *name, const char *format, enum bd_compression compression)
{
	struct bd_buf tar = { 0 }, packed = { 0 };
	struct bd_error err;
	const char *path = path_in(files, name);
	tar_of(files, format, &tar);
	assert_int_equal(bd_compress(compression, bd_buf_view(&tar), &packed, &err), 0);
	write_bytes(path, bd_buf_view(&packed));
	bd_buf_release(&tar);
	bd_buf_release(&packed);
	return path;
}

static inline void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static inline const char *write_folder(struct files *files, const char *name)
{
	const char *folder = path_in(files, name);
	(void)mkdir(folder, 0755);
	for (size_t i = 0; i < files->len; i++) {
		char *path = bd_arena_printf(&files->arena, "%s/%s", folder, files->v[i].path);
		make_folders(path);
		write_bytes(path, files->v[i].bytes);
	}
	return folder;
}

/* ---- images ---------------------------------------------------------------------------------- */

/* The tar of a layer with one file. */
static inline struct bd_str layer_tar(struct files *files, const char *name, const char *content)
{
	struct bd_buf tar = { 0 };
	struct file file = { .path = name, .bytes = bd_str(content) };
	const struct files one = { .v = &file, .len = 1 };
	tar_of(&one, "ustar", &tar);
	const struct bd_str bytes = { bd_arena_text(&files->arena, tar.p, tar.n), tar.n };
	bd_buf_release(&tar);
	return bytes;
}

static inline struct bd_str packed(struct files *files, struct bd_str bytes, enum bd_compression compression)
{
	struct bd_buf out = { 0 };
	struct bd_error err;
	assert_int_equal(bd_compress(compression, bytes, &out, &err), 0);
	const struct bd_str copy = { bd_arena_text(&files->arena, out.p, out.n), out.n };
	bd_buf_release(&out);
	return copy;
}

struct parts {
	const char *platform; /* "\"os\":\"linux\",\"architecture\":\"amd64\"" or "" */
	const char *seed;     /* makes one image differ from another */
	size_t layers;
	enum bd_compression compression;
};

#define AMD64    "\"os\":\"linux\",\"architecture\":\"amd64\""
#define ARM64    "\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\""
#define S390X    "\"os\":\"linux\",\"architecture\":\"s390x\""
#define MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define INDEX    "application/vnd.oci.image.index.v1+json"
#define CONFIG   "application/vnd.oci.image.config.v1+json"
#define LAYER    "application/vnd.oci.image.layer.v1.tar"

/* What the host is not, and what it is: tests run on any machine. */
static inline bool host_is_amd64(void)
{
	return strcmp(bd_platform_host().architecture, "amd64") == 0;
}
static inline const char *host_platform(void)
{
	return host_is_amd64() ? AMD64 : ARM64;
}
static inline const char *other_platform(void)
{
	return host_is_amd64() ? ARM64 : AMD64;
}
static inline const char *host_text(void)
{
	return host_is_amd64() ? "linux/amd64" : "linux/arm64";
}
static inline const char *other_text(void)
{
	return host_is_amd64() ? "linux/arm64" : "linux/amd64";
}

static inline struct bd_str part_layer(struct files *files, const struct parts *parts, size_t i)
{
	return layer_tar(files, bd_arena_printf(&files->arena, "file-%zu", i),
		bd_arena_printf(&files->arena, "%s %zu\n", parts->seed, i));
}

static inline const char *config_of(struct files *files, const struct parts *parts)
{
	struct bd_buf json = { 0 };
	bd_buf_printf(&json, "{%s%s\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[", parts->platform,
		parts->platform[0] != '\0' ? "," : "");
	for (size_t i = 0; i < parts->layers; i++) {
		bd_buf_printf(&json, "%s\"%s\"", i > 0 ? "," : "", digest_of(files, part_layer(files, parts, i)));
	}
	bd_buf_printf(&json, "]},\"author\":\"%s\",\"config\":{\"Env\":[\"A=1\"]}}", parts->seed);
	const char *text = bd_arena_strdup(&files->arena, json.p);
	bd_buf_release(&json);
	return text;
}

/* "mediaType":…,"digest":…,"size":… of these bytes, which are added as a blob */
static inline const char *add_blob(struct files *files, const char *media_type, struct bd_str bytes)
{
	const char *digest = digest_of(files, bytes);
	add_bytes(files, bd_arena_printf(&files->arena, "blobs/sha256/%s", digest + 7), bytes);
	return bd_arena_printf(
		&files->arena, "\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu", media_type, digest, bytes.n);
}

/* Blobs of one image; its manifest's descriptor without braces. */
static inline const char *add_image(struct files *files, const struct parts *parts)
{
	struct bd_buf json = { 0 };
	bd_buf_printf(&json, "{\"schemaVersion\":2,\"config\":{%s},\"layers\":[",
		add_blob(files, CONFIG, bd_str(config_of(files, parts))));
	for (size_t i = 0; i < parts->layers; i++) {
		const struct bd_str bytes = packed(files, part_layer(files, parts, i), parts->compression);
		bd_buf_printf(&json, "%s{%s}", i > 0 ? "," : "", add_blob(files, LAYER, bytes));
	}
	bd_buf_add_str(&json, "],\"annotations\":{\"who\":\"manifest\"}}");
	const char *descriptor = add_blob(files, MANIFEST, bd_buf_view(&json));
	bd_buf_release(&json);
	return descriptor;
}

/* index.json and oci-layout; list: the descriptors as JSON */
static inline void add_layout(struct files *files, const char *list)
{
	add_text(files, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	add_text(files, "index.json", bd_arena_printf(&files->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}", list));
}

static inline const char *named(struct files *files, const char *descriptor, const char *name)
{
	return bd_arena_printf(
		&files->arena, "{%s,\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}", descriptor, name);
}

static inline const char *with_platform(struct files *files, const char *descriptor, const char *platform)
{
	return bd_arena_printf(&files->arena, "{%s,\"platform\":{%s}}", descriptor, platform);
}

/* The digest inside a descriptor text. */
static inline const char *descriptor_digest(struct files *files, const char *descriptor)
{
	const char *at = strstr(descriptor, "sha256:");
	return bd_arena_text(&files->arena, at, 71);
}

/* All layers to their end; how many bytes of tar there were. */
static inline int read_layers(struct bd_image *image, size_t *bytes, struct bd_error *err)
{
	*bytes = 0;
	for (size_t i = 0; i < image->layers.len; i++) {
		AUTO(bd_stream_auto) struct bd_stream *stream = NULL;
		struct bd_str block = { 0 };
		if (bd_image_open_layer(image, i, &stream, err) < 0) {
			return -(int)err->code;
		}
		do {
			if (bd_stream_next(stream, &block, err) < 0) {
				return -(int)err->code;
			}
			*bytes += block.n;
		} while (block.n > 0);
	}
	return 0;
}

static inline void expect_open(const char *name, const char *platform, struct bd_image **out)
{
	struct bd_error err;
	size_t bytes = 0;
	const struct bd_source_options options = { .platform = platform };
	if (bd_image_open(name, &options, out, &err) < 0 || read_layers(*out, &bytes, &err) < 0) {
		fail_msg("%s: %s", name, err.msg);
	}
	assert_true(bytes >= (*out)->layers.len * 1024);
}

static inline void expect_refused(const char *name, const char *platform, enum bd_error_code code, const char *part)
{
	struct bd_image *image = NULL;
	struct bd_error err;
	size_t bytes = 0;
	const struct bd_source_options options = { .platform = platform };
	int result = bd_image_open(name, &options, &image, &err);
	if (result == 0) {
		result = read_layers(image, &bytes, &err);
		bd_image_close(image);
	}
	if (result != -(int)code || strstr(err.msg, part) == NULL) {
		fail_msg("%s: %d \"%s\", expected %d \"%s\"", name, result, result < 0 ? err.msg : "no error",
			-(int)code, part);
	}
}

static inline bool has_warning(const struct bd_image *image, const char *part)
{
	for (size_t i = 0; i < image->warnings.len; i++) {
		if (strstr(image->warnings.v[i], part) != NULL) {
			return true;
		}
	}
	return false;
}

#endif

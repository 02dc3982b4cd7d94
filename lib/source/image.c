/* SPDX-License-Identifier: Apache-2.0 */
/* Which source a name means, and the images that come of it. */
#include <sys/stat.h>

#include "source/sources.h"
#include "source/spool.h"

#define ROW(name) &bd_image_source_##name,
static const struct bd_image_source *const sources[] = { SOURCES(ROW) };
#undef ROW
#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

/* containers-transports(5): known to users, not read. */
static const char *const other_transports[] = { "containers-storage", "ostree", "sif", "tarball" };
#define OTHER_COUNT (sizeof(other_transports) / sizeof(other_transports[0]))

static bool has_prefix(const char *name, const char *transport)
{
	const size_t n = strlen(transport);
	return strncmp(name, transport, n) == 0 && name[n] == ':';
}

/* "docker:24" is an image that Docker publishes, "docker://…" is a registry. */
static bool is_prefix(const char *name, const struct bd_image_source *source)
{
	const bool registry = source == &bd_image_source_docker;
	return has_prefix(name, source->transport) &&
	       (!registry || bd_str_starts(bd_str(name + strlen(source->transport)), "://"));
}

static const struct bd_image_source *source_of_prefix(const char *name)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (is_prefix(name, sources[i])) {
			return sources[i];
		}
	}
	return NULL;
}

static const char *other_transport(const char *name)
{
	for (size_t i = 0; i < OTHER_COUNT; i++) {
		if (has_prefix(name, other_transports[i])) {
			return other_transports[i];
		}
	}
	return NULL;
}

const char *bd_transport_names(void)
{
	return "dir, docker, docker-archive, docker-daemon, oci, oci-archive, podman, rootfs";
}

static bool exists(const char *path)
{
	struct stat st;
	return strcmp(path, "-") == 0 || stat(path, &st) == 0;
}

/* PATH[:REF]: a path may have colons of its own, so the shortest one that exists is meant. */
static void split_path(struct bd_arena *arena, const char *text, bool always_splits, struct request *out)
{
	out->path = bd_arena_strdup(arena, text);
	out->reference = NULL;
	if (exists(text)) {
		return;
	}
	const char *first = strchr(text, ':');
	for (const char *colon = first; colon != NULL; colon = strchr(colon + 1, ':')) {
		const char *path = bd_arena_text(arena, text, (size_t)(colon - text));
		if (exists(path)) {
			out->path = path;
			out->reference = bd_arena_strdup(arena, colon + 1);
			return;
		}
	}
	if (first != NULL && always_splits) {
		out->path = bd_arena_text(arena, text, (size_t)(first - text));
		out->reference = bd_arena_strdup(arena, first + 1);
	}
}

static bool is_folder(const char *path)
{
	struct stat st;
	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int open_place(const char *path, struct place **out, struct bd_error *err)
{
	int fd = -1;
	if (is_folder(path)) {
		return place_open_folder(path, out, err);
	}
	if (open_seekable(path, &fd, err) < 0) {
		return -(int)err->code;
	}
	return place_open_archive(fd, out, err);
}

static const struct bd_image_source *recognise(const struct place *place, bool folder)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (!sources[i]->remote && sources[i]->folder == folder && sources[i]->recognise(place)) {
			return sources[i];
		}
	}
	return NULL;
}

static int open_layer(const struct bd_image *image, size_t i, struct bd_stream **out, struct bd_error *err)
{
	return layer_stream((const struct stored_image *)(const void *)image, i, out, err);
}

static const struct bd_image_ops stored_ops = { .open_layer = open_layer };

void bd_image_close(struct bd_image *image)
{
	if (image == NULL) {
		return;
	}
	struct stored_image *stored = (struct stored_image *)(void *)image;
	place_close(stored->place);
	free(stored->attestations.v);
	free(image->repo_digests.v);
	free(image->digests.v);
	free(image->layers.v);
	free(image->warnings.v);
	free(image->annotations.v);
	bd_arena_release(&image->arena);
	free(image);
}

DEFINE_AUTO(bd_image, struct bd_image, bd_image_close)

/* Open the place; the source that reads it: the one named, or the one that knows the content. */
static const struct bd_image_source *open_source(
	struct stored_image *image, const struct bd_image_source *named, const char *path, struct bd_error *err)
{
	const bool folder = is_folder(path);
	if (named != NULL && named->folder != folder && exists(path)) {
		(void)bd_error_set(err, BD_ERR_FORMAT, "%s reads a %s, this is a %s", named->transport,
			folder ? "file" : "directory", folder ? "directory" : "file");
		return NULL;
	}
	if (open_place(path, &image->place, err) < 0) {
		return NULL;
	}
	const struct bd_image_source *source = named != NULL ? named : recognise(image->place, folder);
	if (source == NULL) {
		(void)bd_error_set(err, BD_ERR_FORMAT,
			"the %s holds no image: neither manifest.json nor index.json and oci-layout%s",
			image->place->what, folder ? ", nor a root file system" : "");
	}
	return source;
}

static int read_platform(
	struct bd_arena *arena, const struct bd_source_options *options, struct request *request, struct bd_error *err)
{
	if (options == NULL || options->platform == NULL) {
		return 0;
	}
	struct bd_platform *platform = bd_arena_alloc(arena, sizeof(*platform));
	request->platform = platform;
	return bd_platform_parse(options->platform, arena, platform, err);
}

static void arena_auto(struct bd_arena *arena)
{
	bd_arena_release(arena);
}

/* Endings of files that are missing rather than of images that somebody published. */
static bool has_file_ending(struct bd_str name)
{
	static const char *const endings[] = { ".tar", ".tgz", ".gz", ".zst", ".xz", ".bz2", ".json", ".jsonl", ".oci",
		".txt", ".log", ".xml", ".html", ".md" };
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (bd_str_ends(name, endings[i])) {
			return true;
		}
	}
	return false;
}

static bool reference_likely(const char *name)
{
	AUTO(arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference reference;
	struct bd_error err;
	return bd_reference_parse(bd_str(name), &arena, &reference, &err) == 0 &&
	       (reference.tag != NULL || reference.digest != NULL || !has_file_ending(bd_str(name)));
}

static int open_remote(
	struct stored_image *image, const struct bd_image_source *source, struct request *request, struct bd_error *err)
{
	image->base.transport = source->transport;
	return source->open(image, request, err);
}

/* Neither a transport nor a path: containers-transports(5) has no word for it, Docker means a registry. */
static int open_bare_name(struct stored_image *image, struct request *request, struct bd_error *err)
{
	const char *name = image->base.name;
	const char *other = other_transport(name);
	if (other != NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s: is not read (%s are)", other, bd_transport_names());
	}
	if (!reference_likely(name)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no such file or directory");
	}
	request->path = name;
	request->reference = NULL;
	return open_remote(image, &bd_image_source_docker, request, err) < 0
		       ? bd_error_wrap(err, "no such file, so as a registry's")
		       : 0;
}

static int open_image(struct stored_image *image, const struct bd_source_options *options, struct bd_error *err)
{
	static const struct bd_source_options defaults = { 0 };
	const char *name = image->base.name;
	struct bd_arena *arena = &image->base.arena;
	const struct bd_image_source *named = source_of_prefix(name);
	struct request request = { .options = options != NULL ? options : &defaults };

	if (read_platform(arena, options, &request, err) < 0) {
		return -(int)err->code;
	}
	if (named != NULL && named->remote) {
		request.path = strchr(name, ':') + 1;
		return open_remote(image, named, &request, err);
	}
	split_path(arena, named != NULL ? strchr(name, ':') + 1 : name, named != NULL, &request);
	if (named == NULL && !exists(request.path)) {
		return open_bare_name(image, &request, err);
	}
	const struct bd_image_source *source = open_source(image, named, request.path, err);
	if (source == NULL) {
		return -(int)err->code;
	}
	image->base.transport = source->transport;
	return source->open(image, &request, err);
}

int bd_image_open(
	const char *name, const struct bd_source_options *options, struct bd_image **out, struct bd_error *err)
{
	struct stored_image *image = bd_xcalloc(1, sizeof(*image));
	AUTO(bd_image_auto) struct bd_image *base = &image->base;

	base->ops = &stored_ops;
	base->name = bd_arena_strdup(&base->arena, name);
	if (open_image(image, options, err) < 0) {
		return bd_error_wrap(
			err, "%.300s", strcmp(name, "-") == 0 ? "standard input" : bd_display(&base->arena, name));
	}
	*out = steal_ptr(&base);
	return 0;
}

int bd_image_open_layer(struct bd_image *image, size_t i, struct bd_stream **out, struct bd_error *err)
{
	if (i >= image->layers.len) {
		return bd_error_set(err, BD_ERR_USAGE, "layer %zu: the image has %zu", i, image->layers.len);
	}
	return image->ops->open_layer(image, i, out, err);
}

int bd_local_image_inspect(const char *name, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_local_image *out, struct bd_error *err)
{
	static const struct bd_source_options defaults = { 0 };
	const struct bd_image_source *source = source_of_prefix(name);
	*out = (struct bd_local_image){ 0 };
	if (source == NULL || source->inspect == NULL) {
		(void)bd_error_set(err, BD_ERR_USAGE, "not an image of a daemon");
	} else if (source->inspect(strchr(name, ':') + 1, options != NULL ? options : &defaults, arena, out, err) ==
		   0) {
		return 0;
	}
	return bd_error_wrap(err, "%.300s", bd_display(arena, name));
}

static bool folder_likely(const char *path)
{
	AUTO(place_auto) struct place *place = NULL;
	struct bd_error err;
	return place_open_folder(path, &place, &err) == 0 && recognise(place, true) != NULL;
}

bool bd_image_name_likely(const char *name)
{
	AUTO(arena_auto) struct bd_arena arena = { 0 };
	struct request request = { 0 };
	if (strcmp(name, "-") == 0 || source_of_prefix(name) != NULL) {
		return true;
	}
	split_path(&arena, name, false, &request);
	if (!exists(request.path)) {
		return other_transport(name) != NULL || reference_likely(name);
	}
	return is_folder(request.path) ? folder_likely(request.path) : looks_like_tar(request.path);
}

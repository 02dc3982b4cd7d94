/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this very program found in this very image before: an image that is compared twice is not merged twice.  The
 * entry is a record of nothing but that, under the digest of the image's config, which names all its layers.
 */
#include <string.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "collect/parts.h"

/*
 * Layers are cached by what catalogers keep of them; this is what they and all after them make of it, and any other
 * build of the program may make something else of it.
 */
bool known_program(struct bd_buf *out)
{
	struct stat program;
	if (stat("/proc/self/exe", &program) != 0) {
		return false;
	}
	bd_buf_printf(out, "%s %lld %lld.%09ld", BASEDRIFT_VERSION, (long long)program.st_size,
		(long long)program.st_mtim.tv_sec, program.st_mtim.tv_nsec);
	return true;
}

static bool known_key(const struct bd_image *image, struct bd_buf *out)
{
	const char *config = bd_digest_of_kind(&image->digests, BD_DIGEST_CONFIG);
	if (config == NULL || image->rootfs != NULL) {
		return false;
	}
	bd_buf_printf(out, "%s ", config);
	return known_program(out);
}

/* Of the layers only what was found in them: the rest is told by manifest and Dockerfile. */
static struct bd_layer_line found_of(const struct bd_layer_line *line, const struct bd_image *image)
{
	return (struct bd_layer_line){
		.index = line->index,
		.diff_id = image->layers.v[line->index].diff_id,
		.copied_from_stage = -1,
		.files = line->files,
		.content = line->content,
		.metadata = line->metadata,
	};
}

void known_add(const struct bd_reading *how, const struct bd_image *image, struct bd_record *record,
	size_t first_diagnostic, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf key = { 0 };
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	struct bd_record found = { .tool = record->tool };

	err->msg[0] = '\0';
	if (how->cache == NULL || record->packages.len + record->files.len > BD_LIMIT_KNOWN_LINES ||
		!known_key(image, &key)) {
		return;
	}
	for (size_t i = 0; i < record->layers.len; i++) {
		*bd_vec_push(&found.layers) = found_of(&record->layers.v[i], image);
	}
	for (size_t i = first_diagnostic; i < record->diagnostics.len; i++) {
		*bd_vec_push(&found.diagnostics) = record->diagnostics.v[i];
	}
	found.build.exit_code = -1;
	found.image = (struct bd_built_image){ .present = true,
		.distro_id = record->image.distro_id,
		.distro_version = record->image.distro_version,
		.distro_name = record->image.distro_name };
	found.packages = record->packages;
	found.ecosystems = record->ecosystems;
	found.files_known = record->files_known;
	found.files = record->files;
	struct bd_error unwritten;
	if (bd_record_write(&found, &bytes, &unwritten) == 0) { /* what cannot be written is said where it is to be */
		(void)!bd_cache_add_bytes(how->cache, "image", bd_buf_str(&key), bd_buf_view(&bytes), err);
	}
	record->packages = found.packages; /* they are in their order now */
	record->files = found.files;
	free(found.layers.v);
	free(found.diagnostics.v);
	bd_arena_release(&found.arena);
}

static bool fits(const struct bd_record *found, const struct bd_image *image)
{
	bool same = found->layers.len == image->layers.len && found->files_known;
	for (size_t i = 0; same && i < found->layers.len; i++) {
		same = bd_streq(found->layers.v[i].diff_id, image->layers.v[i].diff_id);
	}
	return same;
}

struct bd_record *known_image(const struct bd_reading *how, const struct bd_image *image)
{
	AUTO(bd_buf_release) struct bd_buf key = { 0 };
	AUTO(bd_cached_bytes_release) struct bd_cached_bytes bytes = { 0 };
	struct bd_record *found = NULL;
	struct bd_error err;

	if (how->cache == NULL || how->verify || !known_key(image, &key) ||
		!bd_cache_bytes(how->cache, "image", bd_buf_str(&key), &bytes) ||
		bd_record_parse(bytes.bytes, &found, &err) < 0) {
		return NULL;
	}
	if (!fits(found, image)) {
		bd_record_free(found);
		return NULL;
	}
	return found;
}

void known_take(struct bd_record *found_take, struct bd_record *record)
{
	for (size_t i = 0; i < found_take->layers.len; i++) {
		struct bd_layer_line *line = bd_vec_push(&record->layers);
		*line = found_take->layers.v[i];
		line->cached = true;
	}
	record->packages = found_take->packages;
	record->ecosystems = found_take->ecosystems;
	record->files = found_take->files;
	record->files_known = true;
	record->image.distro_id = found_take->image.distro_id;
	record->image.distro_version = found_take->image.distro_version;
	record->image.distro_name = found_take->image.distro_name;
	for (size_t i = 0; i < found_take->diagnostics.len; i++) {
		*bd_vec_push(&record->diagnostics) = found_take->diagnostics.v[i];
	}
	found_take->packages = (struct bd_package_vec){ 0 };
	found_take->files = (struct bd_file_line_vec){ 0 };
	bd_arena_join(&record->arena, &found_take->arena);
	bd_record_free(found_take);
}

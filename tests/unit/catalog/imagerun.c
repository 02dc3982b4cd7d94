/* SPDX-License-Identifier: Apache-2.0 */
#include "imagerun.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"

void image_run_init(struct image_run *run)
{
	*run = (struct image_run){ .errors = json_object() };
}

static struct bd_str find_file(const struct bd_catalog_in *in, const char *path)
{
	const struct image_run *run = in->context;
	if (!bd_catalog_wants(path) && bd_cataloger_for(path) == NULL) { /* nothing else is kept */
		return (struct bd_str){ NULL, 0 };
	}
	return image_folder_find(&run->image, path);
}

static struct bd_catalog_in input(struct image_run *run, const char *path, struct bd_str bytes)
{
	return (struct bd_catalog_in){
		.path = path, .bytes = bytes, .os = run->has_os ? &run->os : NULL, .file = find_file, .context = run
	};
}

struct bd_catalog_in image_run_input(struct image_run *run, size_t i)
{
	return input(run, run->packages.v[i].path, run->found[i].bytes);
}

static void read_os(struct image_run *run)
{
	for (const char *const *path = bd_os_release_paths; *path != NULL && !run->has_os; path++) {
		const struct bd_str bytes = image_folder_find(&run->image, *path);
		if (bytes.p != NULL) {
			bd_os_release_parse(bytes, &run->arena, &run->os);
			run->has_os = true;
		}
	}
}

static void note_error(struct image_run *run, const char *path, const struct bd_error *err)
{
	(void)json_object_set_new(run->errors, path, json_string(err->msg));
}

static void parse_one(
	struct image_run *run, const struct bd_cataloger *cataloger, const char *path, struct bd_str bytes)
{
	const struct bd_catalog_in in = input(run, path, bytes);
	const size_t before = run->packages.len;
	struct bd_error err;
	if (cataloger == NULL) {
		return;
	}
	if (cataloger->parse(&in, &run->arena, &run->packages, &err) < 0) {
		note_error(run, path, &err);
	}
	run->found = bd_xrealloc(run->found, (run->packages.len + 1) * sizeof(*run->found));
	for (size_t i = before; i < run->packages.len; i++) {
		run->found[i] = (struct image_run_found){ cataloger, bytes };
	}
}

/* What the walk over a layer keeps of a file: its bytes, or what a cataloger takes from it. */
static void parse_file(struct image_run *run, const char *path, struct bd_str bytes)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err = { .msg = "" };
	const struct bd_str head = { bytes.p, bytes.n < BD_CATALOG_HEAD_BYTES ? bytes.n : BD_CATALOG_HEAD_BYTES };
	if (bd_catalog_wants(path)) {
		parse_one(run, bd_cataloger_for(path), path, bytes);
		return;
	}
	if (!bd_catalog_examines(path, (int64_t)bytes.n, head)) {
		return;
	}
	const struct bd_cataloger *cataloger = bd_catalog_extract(path, bytes, &out, &err);
	if (err.msg[0] != '\0') {
		note_error(run, path, &err);
	}
	if (out.n > 0) {
		const char *kept = bd_arena_text(&run->arena, bd_buf_str(&out), out.n);
		parse_one(run, cataloger, path, (struct bd_str){ kept, out.n });
	}
}

/* Each directory once, before the first file below it. */
static void parse_directories(struct image_run *run, const char *before, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		const size_t n = (size_t)(slash - path);
		if (before == NULL || strncmp(before, path, n + 1) != 0) {
			const char *directory = bd_arena_text(&run->arena, path, n);
			parse_one(run, bd_cataloger_for_directory(directory), directory, (struct bd_str){ NULL, 0 });
		}
	}
}

void image_run_catalog(struct image_run *run)
{
	read_os(run);
	for (size_t i = 0; i < run->image.len; i++) {
		const struct image_folder_file *file = &run->image.v[i];
		parse_directories(run, i > 0 ? run->image.v[i - 1].path : NULL, file->path);
		parse_file(run, file->path, file->bytes);
	}
}

void image_run_release(struct image_run *run)
{
	json_decref(run->errors);
	free(run->packages.v);
	free(run->found);
	image_folder_release(&run->image);
	bd_arena_release(&run->arena);
}

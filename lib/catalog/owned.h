/* SPDX-License-Identifier: Apache-2.0 */
/* Paths that a package owns, made clean on their way out of a cataloger. */
#ifndef CATALOG_OWNED_H
#define CATALOG_OWNED_H

#include <string.h>

#include "basedrift/catalog.h"

struct owned_list {
	bd_owned_fn *each;
	void *context;
	struct bd_buf path, text;
};

/*
 * One path: target seen from folder, as links are (a leading "/" is the image's root, ".." never leaves it).
 * What has a NUL in it, or is the root itself, is no path.  file: everything but the path.
 */
static inline void owned_add(
	struct owned_list *list, struct bd_str folder, struct bd_str target, struct bd_owned_file file)
{
	if (target.n == 0 || memchr(target.p, '\0', target.n) != NULL) {
		return;
	}
	bd_path_resolve(&list->path, folder, target);
	file.path = bd_buf_view(&list->path);
	if (file.path.n > 0) {
		list->each(&file, list->context);
	}
}

/* The path in list->text, from the root: a file, or a folder with everything below it. */
static inline void owned_text(struct owned_list *list, bool folder)
{
	const struct bd_owned_file file = { .folder = folder };
	owned_add(list, (struct bd_str){ NULL, 0 }, bd_buf_view(&list->text), file);
}

#define owned_file(list, ...) \
	(bd_buf_clear(&(list)->text), bd_buf_printf(&(list)->text, __VA_ARGS__), owned_text(list, false))
#define owned_folder(list, ...) \
	(bd_buf_clear(&(list)->text), bd_buf_printf(&(list)->text, __VA_ARGS__), owned_text(list, true))

/* A checksum in hex into file; anything but the digits of that algorithm leaves file as it is. */
static inline void owned_set_checksum(struct bd_owned_file *file, enum bd_checksum algorithm, struct bd_str hex)
{
	static const size_t bytes[] = { 0, 16, 20, 32 };
	uint8_t checksum[sizeof(file->checksum)];
	if (algorithm == BD_CHECKSUM_NONE || hex.n != 2 * bytes[algorithm] || !bd_unhex(hex, checksum)) {
		return;
	}
	memcpy(file->checksum, checksum, bytes[algorithm]);
	file->algorithm = algorithm;
}

/* One path as a package's list has it, from the root; hex: an MD5, SHA-1 or SHA-256 by its length, or anything else. */
static inline void owned_file_at(struct owned_list *list, struct bd_str path, struct bd_str hex, bool config)
{
	struct bd_owned_file file = { .config = config };
	owned_set_checksum(&file, BD_CHECKSUM_MD5, hex);
	owned_set_checksum(&file, BD_CHECKSUM_SHA1, hex);
	owned_set_checksum(&file, BD_CHECKSUM_SHA256, hex);
	owned_add(list, (struct bd_str){ NULL, 0 }, path, file);
}

static inline void owned_folder_at(struct owned_list *list, struct bd_str path)
{
	owned_add(list, (struct bd_str){ NULL, 0 }, path, (struct bd_owned_file){ .folder = true });
}

/* owned() of files that hold several packages: the main one has the file, those inside it own nothing. */
static inline int owned_main_file(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each,
	void *context, struct bd_error *err)
{
	const struct bd_owned_file file = { .path = bd_str(in->path) };
	(void)err;
	if (package->database_offset == 1) {
		each(&file, context);
	}
	return 0;
}

static inline void owned_release(struct owned_list *list)
{
	bd_buf_release(&list->path);
	bd_buf_release(&list->text);
}

#endif

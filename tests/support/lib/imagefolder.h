/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of the test data read as the root of an image: every regular file below it, by path. */
#ifndef IMAGEFOLDER_H
#define IMAGEFOLDER_H

#include "basedrift/base.h"

struct image_folder_file {
	const char *path; /* as in images: no leading "/" */
	struct bd_str bytes;
};
struct image_folder {
	struct bd_arena arena;
	struct image_folder_file *v; /* sorted by path */
	size_t len, cap;
};

/* Adds the files below root, or root itself when it is a file, then under the path `as`; false: cannot be read. */
bool image_folder_load(struct image_folder *folder, const char *root, const char *as);
/* p is NULL when it is not there. */
struct bd_str image_folder_find(const struct image_folder *folder, const char *path);
void image_folder_release(struct image_folder *folder);

#endif

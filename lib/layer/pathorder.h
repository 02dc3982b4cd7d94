/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subtrees in arrays sorted by path.  What is below "a" is one run, from "a/" to before "a0" (the
 * byte after the slash), but not directly behind "a": "a-b" comes between.
 */
#ifndef LAYER_PATHORDER_H
#define LAYER_PATHORDER_H

#include "basedrift/base.h"

/* A sorted array of structs whose first member is `const char *path`, stride bytes apart. */
struct path_array {
	const void *v;
	size_t len, stride;
};
const char *path_array_at(struct path_array array, size_t i);
/* Index of path, or SIZE_MAX. */
size_t path_array_find(struct path_array array, const char *path);
/* The first index whose path is not before this one.  at: any index; quick when it is near. */
size_t path_array_seek(struct path_array array, size_t at, const char *path);
/* The run of what is below path; "" is everything.  at: any index; quick when it is near. */
void path_array_below(struct path_array array, size_t at, const char *path, size_t *first, size_t *end);
/* Is path below dir?  "" is above all. */
bool path_is_below(const char *path, const char *dir);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Following symbolic links in the directories of a path, inside the image. */
#ifndef LAYER_RESOLVE_H
#define LAYER_RESOLVE_H

#include "basedrift/layer.h"

/* What can be seen while a layer is laid on: its own entries, then the files below. */
struct tree_view {
	const struct bd_tree_file *files;
	size_t len;
	const struct bd_layer *above; /* or NULL */
};
const struct bd_tree_file *tree_view_find(const struct tree_view *view, const char *path); /* files only */
/*
 * Where dir really is.  Directories that have no entry are taken for directories.  False: it leads
 * through something else, or in a circle.
 */
bool tree_view_directory(const struct tree_view *view, struct bd_str dir, struct bd_buf *out);

#endif

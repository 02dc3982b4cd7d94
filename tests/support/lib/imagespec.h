/* SPDX-License-Identifier: Apache-2.0 */
/* What an image specification (JSON, described in ../mkimage.c) says, layers already tars. */
#ifndef IMAGESPEC_H
#define IMAGESPEC_H

#include <jansson.h>

#include "basedrift/base.h"

struct imagespec_layers {
	struct bd_buf *v; /* each a whole tar */
	size_t len, cap;
};
struct imagespec {
	json_t *json; /* the specification; borrowed from the whole document */
	const char *reference, *platform;
	struct imagespec_layers layers;
};
struct imagespec_vec {
	struct imagespec *v;
	size_t len, cap;
	json_t *document;
};
/* dir: where content_file and tar are relative to. */
int imagespec_parse(struct bd_str json, const char *dir, struct imagespec_vec *out, struct bd_error *err) BD_CHECKED;
void imagespec_release(struct imagespec_vec *specs);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sentence as runs of plain words and of names: "python:2.7", "sha256:…", "80655da" are names and
 * are set as code, so that pages read well and Markdown takes no name for markup, a mention or an
 * issue number.
 */
#ifndef RENDER_PROSE_H
#define RENDER_PROSE_H

#include "basedrift/base.h"

struct render_run {
	const char *text;
	bool code;
};
struct render_run_vec {
	struct render_run *v;
	size_t len, cap;
};
/* The runs of an already displayable text; texts live in the arena, the caller frees out->v. */
void render_prose(struct bd_arena *arena, const char *text, struct render_run_vec *out);

#endif

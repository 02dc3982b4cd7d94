/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCH_PATCH_LINES_H
#define PATCH_PATCH_LINES_H

#include "basedrift/patch.h"

#define PATCH_CONTEXT 3U /* lines around a change, as diff -u has them */

struct patch_line_vec {
	struct bd_str *v; /* with their ends */
	size_t len, cap;
};
void patch_cut_lines(struct bd_str bytes, struct patch_line_vec *out);
/* The line that holds the byte at `at`; behind the last one: the last. */
size_t patch_line_at(const struct patch_line_vec *lines, struct bd_str bytes, size_t at);
/* One line of a hunk. */
void patch_add_line(struct bd_buf *out, char mark, struct bd_str line);
/* The two lines that name the file. */
void patch_add_names(struct bd_buf *out, const char *path);

#endif

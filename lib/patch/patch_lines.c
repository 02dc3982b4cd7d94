/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/patch_lines.h"

#include <string.h>

void patch_cut_lines(struct bd_str bytes, struct patch_line_vec *out)
{
	const char *at = bytes.p;
	size_t left = bytes.n;
	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		const size_t n = end != NULL ? (size_t)(end - at) + 1 : left;
		*bd_vec_push(out) = (struct bd_str){ at, n };
		at += n;
		left -= n;
	}
}

size_t patch_line_at(const struct patch_line_vec *lines, struct bd_str bytes, size_t at)
{
	size_t low = 0;
	size_t high = lines->len;
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		const size_t begins = (size_t)(lines->v[middle].p - bytes.p);
		if (begins <= at) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

void patch_add_line(struct bd_buf *out, char mark, struct bd_str line)
{
	bd_buf_add_char(out, mark);
	bd_buf_add(out, line.p, line.n);
	if (!bd_str_ends(line, "\n")) {
		bd_buf_add_str(out, "\n\\ No newline at end of file\n");
	}
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* git's quote.c: in double quotes when a byte needs an escape; a tab behind a name with blanks, as GNU diff has it. */
static void add_name(struct bd_buf *out, const char *mark, char side, const char *path)
{
	bool quoted = false;
	for (const char *c = path; *c != '\0'; c++) {
		quoted = quoted || !is_plain(*c);
	}
	bd_buf_printf(out, "%s %s%c/", mark, quoted ? "\"" : "", side);
	for (const char *c = path; *c != '\0'; c++) {
		if (is_plain(*c)) {
			bd_buf_add_char(out, *c);
		} else {
			bd_buf_printf(out, "\\%03o", (unsigned int)(unsigned char)*c);
		}
	}
	bd_buf_add_str(out, quoted ? "\"\n" : strchr(path, ' ') != NULL ? "\t\n" : "\n");
}

void patch_add_names(struct bd_buf *out, const char *path)
{
	add_name(out, "---", 'a', path);
	add_name(out, "+++", 'b', path);
}

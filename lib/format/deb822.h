/* SPDX-License-Identifier: Apache-2.0 */
/* Paragraphs of "Field: value" lines, deb822(5), as dpkg and opkg keep them in their status files. */
#ifndef FORMAT_DEB822_H
#define FORMAT_DEB822_H

#include "basedrift/base.h"

struct format_deb822_field {
	const char *name;
	bool many_lines; /* its continuation lines are part of the value, else they are passed over */
};
struct format_deb822 {
	struct bd_str rest; /* what is still to be read */
	size_t line;        /* the last one that was read, from 1 */
	size_t first;       /* where the paragraph at hand begins */
};
/*
 * The next paragraph's values of those fields, in their order; p is NULL where the field is not there.  1: there was
 * one, 0: the end.  Fails: BD_ERR_FORMAT with the line.
 */
int format_deb822_read(struct format_deb822 *reader, const struct format_deb822_field *fields, size_t count,
	struct bd_str *values, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What commands of the store print: text for people, or JSON. */
#ifndef CMD_LISTING_H
#define CMD_LISTING_H

#include "options.h"

/* Formatted, and each value made safe for a terminal by itself: line ends are ours only. */
void add_shown(struct bd_buf *out, const char *fmt, ...) BD_PRINTF(2, 3);
/* Are all outputs "text" or "json"? */
int check_listing(const struct arguments *arguments, struct bd_error *err) BD_CHECKED;
/* To the outputs asked for; text to standard output when there are none. */
int write_listing(const struct arguments *arguments, const struct bd_buf *text, const struct bd_buf *json,
	struct bd_error *err) BD_CHECKED;

#endif

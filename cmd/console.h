/* SPDX-License-Identifier: Apache-2.0 */
/* What people see besides the result: errors, hints, colour. */
#ifndef CMD_CONSOLE_H
#define CMD_CONSOLE_H

#include "options.h"

/* "basedrift: error: …" on standard error, made safe for a terminal. */
void print_error(const struct bd_error *err);
/* A line on standard error, unless --quiet. */
void print_hint(const struct arguments *arguments, const char *fmt, ...) BD_PRINTF(2, 3);
/* A line on standard error with --verbose only, whole also when threads print at once. */
void print_detail(const struct arguments *arguments, const char *fmt, ...) BD_PRINTF(2, 3);
bool wants_color(const struct arguments *arguments);
/* ASCII was asked for, or the terminal cannot show more. */
bool wants_ascii(const struct arguments *arguments);
int terminal_width(void); /* of standard output; 0 when it is none */

#endif

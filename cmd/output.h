/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "options.h"

/* All of it to a file, whole or not at all; path NULL: to standard output. */
int write_output(const char *path, struct bd_str bytes, struct bd_error *err) BD_CHECKED;
/* At most one output may go to standard output. */
int check_outputs(const struct arguments *arguments, struct bd_error *err) BD_CHECKED;

#endif

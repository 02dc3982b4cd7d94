/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "options.h"

/* All of it to standard output. */
int write_standard_output(struct bd_str bytes, struct bd_error *err) BD_CHECKED;
/* To a file through a temporary name beside it, so that a failed run leaves no half file. */
int write_file(const char *path, struct bd_str bytes, struct bd_error *err) BD_CHECKED;
/* At most one output may go to standard output. */
int check_outputs(const struct arguments *arguments, struct bd_error *err) BD_CHECKED;

#endif

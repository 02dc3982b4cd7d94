/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "options.h"

/* All of it to a file, whole or not at all; path NULL: to standard output. */
int write_output(const char *path, struct bd_str bytes, struct bd_error *err) BD_CHECKED;
/* One output's bytes; output->file NULL: standard output. */
typedef int write_output_fn(const struct output *output, struct bd_output *to, void *context, struct bd_error *err);
/*
 * Several outputs that come all or not at all: none is put in place before the last one is written.  Opens every
 * one, has write() fill each, standard output last.
 */
int write_output_set(const struct output *outputs, size_t count, write_output_fn *write, void *context,
	struct bd_error *err) BD_CHECKED;
/* At most one output may go to standard output. */
int check_outputs(const struct arguments *arguments, struct bd_error *err) BD_CHECKED;

#endif

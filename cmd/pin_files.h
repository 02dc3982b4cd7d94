/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles and compose files as operands. */
#ifndef CMD_PIN_FILES_H
#define CMD_PIN_FILES_H

#include "basedrift/pin.h"

#include "options.h"

struct pin_files {
	struct bd_pin_file *v;
	size_t len, cap;
	struct bd_buf *bytes; /* one each */
	struct bd_arena arena;
};
/* The operands, or the Dockerfile of this folder. */
int open_pin_files(struct arguments *arguments, struct pin_files *out, struct bd_error *err) BD_CHECKED;
void pin_files_release(struct pin_files *files);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_INPUT_H
#define CMD_INPUT_H

#include "basedrift/base.h"

/* A whole file.  Fails: BD_ERR_NOT_FOUND, BD_ERR_IO, BD_ERR_LIMIT (more than `most` bytes). */
int read_input(const char *path, size_t most, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Files without a name, for what is too large for memory. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#include "basedrift/base.h"

/* An unlinked file in $TMPDIR (else /tmp), open for reading and writing, closed on exec; -1: BD_ERR_IO. */
int temporary_file(struct bd_error *err) BD_CHECKED;
/* All of the block at the file's position; the message names the folder. */
int temporary_write(int fd, struct bd_str block, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SPOOL_H
#define SOURCE_SPOOL_H

#include "basedrift/compress.h"

/*
 * A seekable descriptor of the uncompressed bytes at path ("-": standard input): the file itself when
 * it is plain, otherwise an unlinked temporary file in $TMPDIR.
 */
int open_seekable(const char *path, int *fd_out, struct bd_error *err) BD_CHECKED;
/* All of the stream into an unlinked temporary file in $TMPDIR. */
int spool_stream(struct bd_stream *stream, int *fd_out, struct bd_error *err) BD_CHECKED;
/* Do the file's first bytes, unpacked, look like a tar's?  Unreadable files do not. */
bool looks_like_tar(const char *path);

#endif

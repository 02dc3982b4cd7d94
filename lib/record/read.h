/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include "basedrift/compress.h"
#include "basedrift/record.h"

/* The record of an unpacked stream (borrowed) of at most max_bytes. */
int record_read(struct bd_stream *stream, uint64_t max_bytes, struct bd_record **out, struct bd_error *err) BD_CHECKED;

#endif

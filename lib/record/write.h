/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_WRITE_H
#define RECORD_WRITE_H

#include "basedrift/record.h"

/* Takes what is in buf and empties it; called whenever a few megabytes have come together. */
typedef int flush_fn(void *context, struct bd_buf *buf, struct bd_error *err);

/*
 * The canonical bytes in buf, flushed on the way and at the end; flush NULL: they stay there.
 * Sorts the record and sets its digest.
 */
int record_emit(
	struct bd_record *record, struct bd_buf *buf, flush_fn *flush, void *context, struct bd_error *err) BD_CHECKED;

#endif

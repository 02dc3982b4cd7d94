/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FILES_H
#define FILES_H

#include "base/auto.h"

/* The whole file; false when there is none. */
static inline bool read_file(const char *path, struct bd_buf *out)
{
	char block[4096];
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	if (file == NULL) {
		return false;
	}
	for (size_t n = 1; n > 0; bd_buf_add(out, block, n)) {
		n = fread(block, 1, sizeof(block), file);
	}
	return true;
}

static inline void bd_arena_auto(struct bd_arena *arena)
{
	bd_arena_release(arena);
}

static inline void bd_buf_auto(struct bd_buf *buf)
{
	bd_buf_release(buf);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of which only some ranges are at hand: those that a reader touched when it ran over the whole
 * file.  It can run over them again and reads the same; what it did not touch is told from what is
 * past the end, so that nothing is made up.
 */
#ifndef FORMAT_SPARSE_H
#define FORMAT_SPARSE_H

#include "basedrift/base.h"

struct sparse_range {
	uint64_t offset, end;
};
struct sparse_trace {
	struct sparse_range *v;
	size_t len, cap;
};

struct sparse {
	struct bd_str bytes; /* the whole file, or what sparse_write() made of it */
	uint64_t size_bytes; /* of the file */
	uint64_t ranges;     /* in the table of such bytes */
	bool whole;
	struct sparse_trace *trace; /* notes what is read, or NULL; borrowed */
};

/* Does sparse_open() take these bytes for what sparse_write() made? */
bool sparse_is_written(struct bd_str bytes);
struct sparse sparse_open(struct bd_str bytes, struct sparse_trace *trace);
/* Fails, BD_ERR_FORMAT: past the end, or not kept. */
int sparse_read(const struct sparse *file, uint64_t offset, void *out, size_t n, struct bd_error *err) BD_CHECKED;
/* Append the ranges that were noted, each byte once; the same ranges in any order give the same bytes. */
void sparse_write(struct bd_str whole, struct sparse_trace *trace, struct bd_buf *out);
void sparse_trace_release(struct sparse_trace *trace);

/* Bytes that lie in several places of files (a value over many pages), as if they stood in one. */
struct piece {
	const struct sparse *file;
	uint64_t offset; /* in the file */
	uint64_t start;  /* in the value */
};
struct pieces {
	struct piece *v;
	size_t len, cap;
	uint64_t first, n; /* of the pieces together: where the value begins, and its bytes */
};
void pieces_add(struct pieces *pieces, const struct sparse *file, uint64_t offset, uint64_t n);
/* The value is these bytes of it from now on; false: it has not so many. */
bool pieces_cut(struct pieces *pieces, uint64_t at, uint64_t n);
int pieces_read(const struct pieces *pieces, uint64_t at, void *out, size_t n, struct bd_error *err) BD_CHECKED;
void pieces_clear(struct pieces *pieces); /* keeps the memory */
void pieces_release(struct pieces *pieces);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include "basedrift/compress.h"
#include "basedrift/record.h"

/* A record line by line. */
struct record_reader {
	struct bd_stream *stream; /* unpacked; borrowed */
	struct bd_record *record; /* what was taken so far */
	size_t line;              /* the last one that came, from 1 */
	uint64_t promised_lines;  /* 0: the first line does not say */
	uint64_t bytes, max_bytes;
	unsigned int seen; /* bit i: a line of line_types[i] */
	struct bd_hash *hash;
	struct bd_str block;  /* what is left of it */
	struct bd_buf joined; /* a line that went over the end of a block */
};

void record_reader_begin(struct record_reader *reader, struct bd_stream *stream, uint64_t max_bytes);
/* 1: *text is the next line, until the next call; 0: there is none. */
int record_reader_next(struct record_reader *reader, struct bd_str *text, struct bd_error *err) BD_CHECKED;
/* Put the line into the record. */
int record_reader_take(struct record_reader *reader, struct bd_str text, struct bd_error *err) BD_CHECKED;
/* After the last line: what holds for the whole record. */
int record_reader_finish(struct record_reader *reader, struct bd_error *err) BD_CHECKED;
void record_reader_release(struct record_reader *reader);

/* The record of an unpacked stream (borrowed) of at most max_bytes. */
int record_read(struct bd_stream *stream, uint64_t max_bytes, struct bd_record **out, struct bd_error *err) BD_CHECKED;
/* The file at path, unpacked; the descriptor is the caller's even after an error (-1: none). */
int record_open(const char *path, int *fd_out, struct bd_stream **out, struct bd_error *err) BD_CHECKED;

#endif

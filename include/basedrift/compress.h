/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte streams that are pulled block by block, without copies: a block is a view that stays valid
 * until the next call.  Streams stack: file -> verify -> decompress -> verify.
 */
#ifndef BASEDRIFT_COMPRESS_H
#define BASEDRIFT_COMPRESS_H

#include "basedrift/base.h"

struct bd_stream;
struct bd_stream_ops {
	/* The next block; block->n == 0 means the end, and stays so.  A verifying stream fails here. */
	int (*next)(struct bd_stream *stream, struct bd_str *block, struct bd_error *err);
	void (*close)(struct bd_stream *stream); /* frees the stream and what it took over */
};
struct bd_stream { /* the first member of every stream */
	const struct bd_stream_ops *ops;
};
int bd_stream_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err) BD_CHECKED;
void bd_stream_close(struct bd_stream *stream); /* NULL is accepted */
/* All of it into buf; more than limit bytes is BD_ERR_LIMIT. */
int bd_stream_read_all(struct bd_stream *stream, size_t limit, struct bd_buf *buf, struct bd_error *err) BD_CHECKED;

/* size bytes of the file descriptor from offset on (pread; fd is borrowed); size -1: to its end. */
struct bd_stream *bd_stream_fd(int fd, int64_t offset, int64_t size);
/* The same from memory that is borrowed. */
struct bd_stream *bd_stream_memory(const void *p, size_t n);
/* A pipe or terminal: read(2) until its end; fd is borrowed. */
struct bd_stream *bd_stream_pipe(int fd);

/*
 * Passes blocks through and fails at the end when digest (or size, unless -1) is not what was
 * promised: BD_ERR_FORMAT, "WHAT: digest mismatch: expected sha256:…, computed sha256:…".
 * Takes inner over.  Fails at once, and closes inner, when the digest's algorithm is not known.
 */
int bd_stream_verify(struct bd_stream *inner_take, const char *what, const char *digest, int64_t size,
	struct bd_stream **out, struct bd_error *err) BD_CHECKED;

/* How the bytes are framed, told by their first bytes and never by a name. */
enum bd_compression {
	BD_PLAIN,
	BD_GZIP,
	BD_ZSTD,
	BD_COMPRESSION_OTHER /* xz, bzip2: known, not read */
};
enum bd_compression bd_compression_sniff(struct bd_str first_bytes);
const char *bd_compression_name(enum bd_compression compression);

/*
 * The unpacked bytes of inner, whatever its framing; several gzip members or zstd frames in a row
 * are one stream.  Truncated or corrupt input, bytes after the last frame, or an expansion beyond
 * limits.h fail.  Reads inner to its end, so that a verifying inner is always asked.
 * Takes inner over.
 */
struct bd_stream *bd_stream_decompress(struct bd_stream *inner_take);

/*
 * The same bytes, read from inner by a thread of its own, a few blocks ahead; blocks are copied.  For when a processor
 * would be idle otherwise.  Takes inner over; inner itself where no thread can be had.
 */
struct bd_stream *bd_stream_ahead(struct bd_stream *inner_take);

/* One whole buffer to a framing, for files we write (`.zst`, `.gz`). */
int bd_compress(enum bd_compression to, struct bd_str in, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

/*
 * The bytes of one zlib stream (RFC 1950) into out; what follows the stream is not looked at.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT (more than limit bytes).
 */
int bd_inflate(struct bd_str in, size_t limit, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

/* The libraries behind it, for --version: "isa-l 2.30" or "zlib 1.2.13". */
const char *bd_gzip_library(void);
const char *bd_zstd_library(void);

#endif

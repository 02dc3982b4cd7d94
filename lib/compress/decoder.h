/* SPDX-License-Identifier: Apache-2.0 */
/* What the decompressing stream asks of a format: decode one frame (gzip calls it a member) at a time. */
#ifndef COMPRESS_DECODER_H
#define COMPRESS_DECODER_H

#include "basedrift/compress.h"

struct decoder;
struct decoder_ops {
	const char *name;
	struct decoder *(*open)(void);
	/*
	 * Take bytes off *in and write at most *n bytes to out; *n becomes their number.  Returns 1 when
	 * a frame ended just before *in, 0 when it goes on, negative when the bytes are not the format's.
	 * After 1 the next call begins a new frame.
	 */
	int (*step)(struct decoder *decoder, struct bd_str *in, char *out, size_t *n, struct bd_error *err);
	void (*close)(struct decoder *decoder);
	bool (*begins)(unsigned char first); /* may a further frame begin with this byte? */
	bool zero_padding;                   /* gzip(1) ignores zeros after the last member (tapes) */
};
extern const struct decoder_ops decoder_gzip_zlib;
extern const struct decoder_ops decoder_zstd;
#ifdef BASEDRIFT_HAVE_ISAL
extern const struct decoder_ops decoder_gzip_isal;
#endif
/* The one that bd_stream_decompress() takes. */
const struct decoder_ops *decoder_gzip(void);

/* Bounds of an unpacked stream: limits.h, made smaller by tests. */
struct expansion {
	uint64_t times, floor, most;
};
/* As bd_stream_decompress(), with the gzip decoder and the bounds given. */
struct bd_stream *decompress_with(
	struct bd_stream *inner_take, const struct decoder_ops *gzip, struct expansion bounds);

/* "xz", "bzip2": framings that are known and not read, or NULL. */
const char *sniff_other(struct bd_str first_bytes);
#define SNIFF_BYTES 10U /* the longest mark: bzip2's */

/* Bytes that a decoder took.  A view without bytes has no place that could be moved: NULL + 0 is undefined. */
static inline void taken(struct bd_str *in, size_t n)
{
	if (n > 0) {
		in->p += n;
		in->n -= n;
	}
}

#endif

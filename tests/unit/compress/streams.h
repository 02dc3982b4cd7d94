/* SPDX-License-Identifier: Apache-2.0 */
/* Streams and bytes for the tests of lib/compress. */
#ifndef STREAMS_H
#define STREAMS_H

#include "basedrift/compress.h"

#include "base/auto.h"

DEFINE_AUTO(bd_stream, struct bd_stream, bd_stream_close)

/* A stream that gives `step` bytes at a time: every decoder state meets a block's end. */
struct dribble {
	struct bd_stream base;
	struct bd_str rest;
	size_t step;
};

static inline int dribble_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct dribble *dribble = (struct dribble *)(void *)stream;
	const size_t n = dribble->rest.n < dribble->step ? dribble->rest.n : dribble->step;
	(void)err;
	*block = (struct bd_str){ dribble->rest.p, n };
	dribble->rest.p += n;
	dribble->rest.n -= n;
	return 0;
}

static inline void dribble_close(struct bd_stream *stream)
{
	free(stream);
}

static inline struct bd_stream *dribble_new(struct bd_str bytes, size_t step)
{
	static const struct bd_stream_ops ops = { .next = dribble_next, .close = dribble_close };
	struct dribble *dribble = bd_xcalloc(1, sizeof(*dribble));
	dribble->base.ops = &ops;
	dribble->rest = bytes;
	dribble->step = step;
	return &dribble->base;
}

/* n bytes that compress, but not to nothing. */
static inline void add_sample(struct bd_buf *buf, size_t n)
{
	uint32_t state = 12345;
	while (n-- > 0) {
		state = state * 1103515245U + 12345U;
		bd_buf_add_char(buf, "etaoin shrdlu\n\0\xff"[(state >> 16) % 16]);
	}
}

#endif

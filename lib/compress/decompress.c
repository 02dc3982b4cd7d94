/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "compress/decoder.h"

#define OUT_BYTES (256U << 10)

struct decompress {
	struct bd_stream base;
	struct bd_stream *inner;
	const struct decoder_ops *gzip;
	const struct decoder_ops *ops; /* NULL: plain, blocks pass as they are */
	struct decoder *decoder;
	struct expansion bounds;
	uint64_t in_total, out_total;
	struct bd_str in, pending; /* pending: what follows in, once head is used up */
	char head[SNIFF_BYTES];
	bool sniffed, in_ended, in_frame;
	struct bd_error failed; /* code 0: nothing failed; a failure stays */
	char *out;
};

static struct decompress *decompress_of(struct bd_stream *stream)
{
	return (struct decompress *)(void *)stream; /* base is its first member */
}

/* Make d->in hold bytes, unless the inner stream ended. */
static int fill(struct decompress *d, struct bd_error *err)
{
	if (d->in.n == 0 && d->pending.n > 0) {
		d->in = d->pending;
		d->pending = (struct bd_str){ NULL, 0 };
	}
	if (d->in.n > 0 || d->in_ended) {
		return 0;
	}
	if (bd_stream_next(d->inner, &d->in, err) < 0) {
		return -(int)err->code;
	}
	d->in_total += d->in.n;
	d->in_ended = d->in.n == 0;
	return 0;
}

/* Streams may give single bytes: gather the first ones until a framing can be told. */
static int gather_head(struct decompress *d, struct bd_error *err)
{
	size_t n = 0;
	if (fill(d, err) < 0) {
		return -(int)err->code;
	}
	if (d->in.n >= SNIFF_BYTES || d->in_ended) {
		return 0;
	}
	while (n < SNIFF_BYTES && !d->in_ended) {
		const size_t take = d->in.n < SNIFF_BYTES - n ? d->in.n : SNIFF_BYTES - n;
		memcpy(d->head + n, d->in.p, take);
		n += take;
		d->in.p += take;
		d->in.n -= take;
		if (n < SNIFF_BYTES && fill(d, err) < 0) {
			return -(int)err->code;
		}
	}
	d->pending = d->in;
	d->in = (struct bd_str){ d->head, n };
	return 0;
}

static int sniff(struct decompress *d, struct bd_error *err)
{
	if (gather_head(d, err) < 0) {
		return -(int)err->code;
	}
	d->sniffed = true;
	switch (bd_compression_sniff(d->in)) {
	case BD_GZIP:
		d->ops = d->gzip;
		break;
	case BD_ZSTD:
		d->ops = &decoder_zstd;
		break;
	case BD_COMPRESSION_OTHER:
		return bd_error_set(
			err, BD_ERR_UNSUPPORTED, "%s compression is not read (gzip and zstd are)", sniff_other(d->in));
	case BD_PLAIN:
	default:
		return 0;
	}
	d->decoder = d->ops->open();
	d->out = bd_xmalloc(OUT_BYTES);
	return 0;
}

static int check_bounds(struct decompress *d, size_t n, struct bd_error *err)
{
	d->out_total += n;
	if (d->out_total > d->bounds.most) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "unpacks to more than %llu bytes", (unsigned long long)d->bounds.most);
	}
	if (d->ops != NULL && d->out_total > d->bounds.floor && d->out_total / d->bounds.times > d->in_total) {
		return bd_error_set(err, BD_ERR_LIMIT, "%s: unpacks to more than %llu times its size", d->ops->name,
			(unsigned long long)d->bounds.times);
	}
	return 0;
}

static int plain_next(struct decompress *d, struct bd_str *block, struct bd_error *err)
{
	if (fill(d, err) < 0 || check_bounds(d, d->in.n, err) < 0) {
		return -(int)err->code;
	}
	*block = d->in;
	d->in = (struct bd_str){ NULL, 0 };
	return 0;
}

static int skip_zeros(struct decompress *d, struct bd_error *err)
{
	while (!d->in_ended) {
		for (; d->in.n > 0 && d->in.p[0] == '\0'; d->in.n--) {
			d->in.p++;
		}
		if (d->in.n > 0) {
			return bd_error_set(
				err, BD_ERR_FORMAT, "%s: other bytes follow the compressed data", d->ops->name);
		}
		if (fill(d, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* Between frames: the end, a further frame, padding, or bytes that do not belong there. */
static int begin_frame(struct decompress *d, struct bd_error *err)
{
	if (d->in.n == 0) {
		return 0;
	}
	if (d->ops->begins((unsigned char)d->in.p[0])) {
		d->in_frame = true;
		return 0;
	}
	if (d->ops->zero_padding) {
		return skip_zeros(d, err);
	}
	return bd_error_set(err, BD_ERR_FORMAT, "%s: other bytes follow the compressed data", d->ops->name);
}

static int decode_next(struct decompress *d, struct bd_str *block, struct bd_error *err)
{
	for (;;) {
		if (fill(d, err) < 0 || (!d->in_frame && begin_frame(d, err) < 0)) {
			return -(int)err->code;
		}
		if (!d->in_frame) {
			return 0;
		}
		size_t n = OUT_BYTES;
		const size_t before = d->in.n;
		const int ended = d->ops->step(d->decoder, &d->in, d->out, &n, err);
		if (ended < 0 || check_bounds(d, n, err) < 0) {
			return -(int)err->code;
		}
		d->in_frame = ended == 0;
		if (n > 0) {
			*block = (struct bd_str){ d->out, n };
			return 0;
		}
		if (d->in_frame && d->in.n == before) { /* neither took nor gave: nothing more will come of it */
			return bd_error_set(
				err, BD_ERR_FORMAT, "%s: %s", d->ops->name, d->in_ended ? "truncated" : "corrupt");
		}
	}
}

static int decompress_step(struct decompress *d, struct bd_str *block, struct bd_error *err)
{
	if (!d->sniffed && sniff(d, err) < 0) {
		return -(int)err->code;
	}
	return d->ops != NULL ? decode_next(d, block, err) : plain_next(d, block, err);
}

static int decompress_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct decompress *d = decompress_of(stream);
	if (d->failed.code != 0) {
		*err = d->failed;
		return -(int)err->code;
	}
	const int result = decompress_step(d, block, err);
	if (result < 0) {
		d->failed = *err;
		*block = (struct bd_str){ NULL, 0 };
	}
	return result;
}

static void decompress_close(struct bd_stream *stream)
{
	struct decompress *d = decompress_of(stream);
	if (d->decoder != NULL) {
		d->ops->close(d->decoder);
	}
	bd_stream_close(d->inner);
	free(d->out);
	free(d);
}

static const struct bd_stream_ops decompress_ops = { .next = decompress_next, .close = decompress_close };

struct bd_stream *decompress_with(struct bd_stream *inner_take, const struct decoder_ops *gzip, struct expansion bounds)
{
	struct decompress *d = bd_xcalloc(1, sizeof(*d));
	d->base.ops = &decompress_ops;
	d->inner = inner_take;
	d->gzip = gzip;
	d->bounds = bounds;
	return &d->base;
}

struct bd_stream *bd_stream_decompress(struct bd_stream *inner_take)
{
	const struct expansion bounds = {
		.times = BD_LIMIT_EXPANSION, .floor = BD_LIMIT_EXPANSION_FLOOR, .most = BD_LIMIT_LAYER_BYTES
	};
	return decompress_with(inner_take, decoder_gzip(), bounds);
}

const struct decoder_ops *decoder_gzip(void)
{
#ifdef BASEDRIFT_HAVE_ISAL
	return &decoder_gzip_isal;
#else
	return &decoder_gzip_zlib;
#endif
}

/* links: compress */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes, unpacked twice in blocks of different sizes, by both gzip decoders: the same answer, and
 * the same bytes.  What is packed unpacks to itself.
 */
#include "base/auto.h"
#include "compress/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST (1U << 20)

struct dribble {
	struct bd_stream base;
	struct bd_str rest;
	size_t step;
};

static int dribble_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct dribble *dribble = (struct dribble *)(void *)stream;
	(void)err;
	*block = dribble->rest;
	block->n = block->n < dribble->step ? block->n : dribble->step;
	dribble->rest.p += block->n;
	dribble->rest.n -= block->n;
	return 0;
}

static void dribble_close(struct bd_stream *stream)
{
	free(stream);
}

static const struct bd_stream_ops dribble_ops = { .next = dribble_next, .close = dribble_close };

static int unpack(struct bd_str in, size_t step, const struct decoder_ops *gzip, struct bd_buf *out)
{
	struct bd_error err = { 0 };
	struct dribble *dribble = bd_xcalloc(1, sizeof(*dribble));
	dribble->base.ops = &dribble_ops;
	dribble->rest = in;
	dribble->step = step;
	struct bd_stream *stream = decompress_with(&dribble->base, gzip, (struct expansion){ 1100, 64 << 10, MOST });
	const int result = bd_stream_read_all(stream, MOST, out, &err);
	bd_stream_close(stream);
	return result;
}

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_round_trip(struct bd_str in, enum bd_compression to)
{
	struct bd_buf packed = { 0 }, got = { 0 };
	struct bd_error err;
	expect(bd_compress(to, in, &packed, &err) == 0);
	if (in.n < (64U << 10)) {
		expect(unpack(bd_buf_view(&packed), 13, decoder_gzip(), &got) == 0);
		expect(bd_str_equal(bd_buf_view(&got), in));
	}
	bd_buf_release(&packed);
	bd_buf_release(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str in = { (const char *)data, size };
	struct bd_buf whole = { 0 }, pieces = { 0 }, zlib = { 0 };
	const int first = unpack(in, SIZE_MAX, decoder_gzip(), &whole);
	const int second = unpack(in, 3, decoder_gzip(), &pieces);
	const int third = unpack(in, SIZE_MAX, &decoder_gzip_zlib, &zlib);

	expect((first == 0) == (second == 0) && (first == 0) == (third == 0));
	if (first == 0) {
		expect(bd_str_equal(bd_buf_view(&whole), bd_buf_view(&pieces)));
		expect(bd_str_equal(bd_buf_view(&whole), bd_buf_view(&zlib)));
	}
	check_round_trip(in, BD_GZIP);
	check_round_trip(in, BD_ZSTD);
	bd_buf_release(&whole);
	bd_buf_release(&pieces);
	bd_buf_release(&zlib);
	return 0;
}

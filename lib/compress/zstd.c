/* SPDX-License-Identifier: Apache-2.0 */
#include <zstd.h>
#include <zstd_errors.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "compress/decoder.h"
#include "compress/encoder.h"

struct decoder {
	ZSTD_DStream *stream;
};

static struct decoder *zstd_open(void)
{
	struct decoder *decoder = bd_xcalloc(1, sizeof(*decoder));
	decoder->stream = ZSTD_createDStream();
	if (decoder->stream == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(
					       decoder->stream, ZSTD_d_windowLogMax, BD_LIMIT_ZSTD_WINDOW_LOG)) != 0) {
		abort(); /* only out of memory */
	}
	return decoder;
}

static void zstd_close(struct decoder *decoder)
{
	(void)ZSTD_freeDStream(decoder->stream);
	free(decoder);
}

static int zstd_failed(size_t code, struct bd_error *err)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
		return bd_error_set(err, BD_ERR_LIMIT, "zstd: the window is larger than %u MiB",
			1U << (BD_LIMIT_ZSTD_WINDOW_LOG - 20U));
	}
	return bd_error_set(err, BD_ERR_FORMAT, "zstd: %s", ZSTD_getErrorName(code));
}

static int zstd_step(struct decoder *decoder, struct bd_str *in, char *out, size_t *n, struct bd_error *err)
{
	ZSTD_inBuffer input = { in->p, in->n, 0 };
	ZSTD_outBuffer output = { .size = *n };
	output.dst = out;
	const size_t left = ZSTD_decompressStream(decoder->stream, &output, &input);

	taken(in, input.pos);
	*n = output.pos;
	if (ZSTD_isError(left) != 0) {
		return zstd_failed(left, err);
	}
	return left == 0;
}

/* A frame begins 28 B5 2F FD, a skippable one 5x 2A 4D 18 (RFC 8878, 3.1). */
static bool zstd_begins(unsigned char first)
{
	return first == 0x28 || (first & 0xf0U) == 0x50;
}

const struct decoder_ops decoder_zstd = {
	.name = "zstd",
	.open = zstd_open,
	.step = zstd_step,
	.close = zstd_close,
	.begins = zstd_begins,
};

int encode_zstd(struct bd_str in, struct bd_buf *out, struct bd_error *err)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	const size_t room = ZSTD_compressBound(in.n);
	AUTO(free_ptr) char *block = bd_xmalloc(room);

	if (context == NULL) {
		abort(); /* only out of memory */
	}
	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_CLEVEL_DEFAULT);
	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	const size_t n = ZSTD_compress2(context, block, room, in.p, in.n);
	(void)ZSTD_freeCCtx(context);
	if (ZSTD_isError(n) != 0) {
		return bd_error_set(err, BD_ERR_IO, "zstd: %s", ZSTD_getErrorName(n));
	}
	bd_buf_add(out, block, n);
	return 0;
}

const char *bd_zstd_library(void)
{
	return "zstd " ZSTD_VERSION_STRING;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* gzip by zlib: where ISA-L is missing, and for writing. */
#include "base/auto.h"
#include "compress/decoder.h"
#include "compress/encoder.h"

#define ZLIB_CONST
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib.h: 16 asks for the gzip header and trailer, both checked */

struct decoder {
	z_stream z;
	bool fresh; /* a member begins with the next call */
};

static struct decoder *zlib_open(void)
{
	struct decoder *decoder = bd_xcalloc(1, sizeof(*decoder));
	if (inflateInit2(&decoder->z, GZIP_WINDOW) != Z_OK) {
		abort(); /* only out of memory, or a zlib of another version */
	}
	return decoder;
}

static void zlib_close(struct decoder *decoder)
{
	(void)inflateEnd(&decoder->z);
	free(decoder);
}

static int zlib_step(struct decoder *decoder, struct bd_str *in, char *out, size_t *n, struct bd_error *err)
{
	z_stream *z = &decoder->z;
	const uInt room = (uInt)*n;
	const uInt given = in->n < (1U << 30) ? (uInt)in->n : 1U << 30;

	if (decoder->fresh) {
		(void)inflateReset(z);
		decoder->fresh = false;
	}
	z->next_in = (const Bytef *)in->p;
	z->avail_in = given;
	z->next_out = (Bytef *)out;
	z->avail_out = room;
	const int code = inflate(z, Z_NO_FLUSH);
	taken(in, given - z->avail_in);
	*n = room - z->avail_out;
	if (code == Z_STREAM_END) {
		decoder->fresh = true;
		return 1;
	}
	if (code != Z_OK && code != Z_BUF_ERROR) { /* Z_BUF_ERROR: nothing to do without more input */
		return bd_error_set(err, BD_ERR_FORMAT, "gzip: %s", z->msg != NULL ? z->msg : "corrupt");
	}
	return 0;
}

static bool zlib_begins(unsigned char first)
{
	return first == 0x1f;
}

const struct decoder_ops decoder_gzip_zlib = {
	.name = "gzip",
	.open = zlib_open,
	.step = zlib_step,
	.close = zlib_close,
	.begins = zlib_begins,
	.zero_padding = true,
};

#define CHUNK (1U << 30)

int encode_gzip(struct bd_str in, struct bd_buf *out, struct bd_error *err)
{
	z_stream z = { 0 };
	char block[16384];
	int code = Z_OK;

	/* zlib writes no name and no time into the header: the same bytes for the same input */
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		return bd_error_set(err, BD_ERR_IO, "gzip: no memory");
	}
	z.next_in = (const Bytef *)in.p;
	while (code != Z_STREAM_END) {
		if (z.avail_in == 0) {
			z.avail_in = in.n < CHUNK ? (uInt)in.n : CHUNK;
			in.n -= z.avail_in;
		}
		z.next_out = (Bytef *)block;
		z.avail_out = sizeof(block);
		code = deflate(&z, in.n == 0 ? Z_FINISH : Z_NO_FLUSH);
		bd_buf_add(out, block, sizeof(block) - z.avail_out);
	}
	(void)deflateEnd(&z);
	return 0;
}

#ifndef BASEDRIFT_HAVE_ISAL
const char *bd_gzip_library(void)
{
	return "zlib " ZLIB_VERSION;
}
#endif

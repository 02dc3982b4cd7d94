/* SPDX-License-Identifier: Apache-2.0 */
/* One zlib stream (RFC 1950) from memory to memory: what programs put into sections and databases. */
#include <limits.h>

#define ZLIB_CONST
#include <zlib.h>

#include "basedrift/compress.h"

static int run(z_stream *z, struct bd_str in, size_t limit, struct bd_buf *out, struct bd_error *err)
{
	char block[16384];
	int code = Z_OK;
	z->next_in = (const Bytef *)in.p;
	z->avail_in = in.n < UINT_MAX ? (uInt)in.n : UINT_MAX;
	while (code == Z_OK) {
		z->next_out = (Bytef *)block;
		z->avail_out = sizeof(block);
		code = inflate(z, Z_NO_FLUSH);
		const size_t n = sizeof(block) - z->avail_out;
		if (n > limit - out->n) {
			return bd_error_set(err, BD_ERR_LIMIT, "zlib: unpacks to more than %zu bytes", limit);
		}
		bd_buf_add(out, block, n);
	}
	if (code == Z_BUF_ERROR) {
		return bd_error_set(err, BD_ERR_FORMAT, "zlib: truncated");
	}
	if (code != Z_STREAM_END) {
		return bd_error_set(err, BD_ERR_FORMAT, "zlib: %s", z->msg != NULL ? z->msg : "corrupt");
	}
	return 0;
}

int bd_inflate(struct bd_str in, size_t limit, struct bd_buf *out, struct bd_error *err)
{
	z_stream z = { 0 };
	if (inflateInit(&z) != Z_OK) {
		return bd_error_set(err, BD_ERR_IO, "zlib: no memory");
	}
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	const int r = run(&z, in, limit, out, err);
	(void)inflateEnd(&z);
	return r;
}

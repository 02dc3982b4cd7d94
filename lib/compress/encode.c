/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/compress.h"

#include "compress/encoder.h"

int bd_compress(enum bd_compression to, struct bd_str in, struct bd_buf *out, struct bd_error *err)
{
	switch (to) {
	case BD_PLAIN:
		bd_buf_add(out, in.p, in.n);
		return 0;
	case BD_GZIP:
		return encode_gzip(in, out, err);
	case BD_ZSTD:
		return encode_zstd(in, out, err);
	case BD_COMPRESSION_OTHER:
	default:
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "this compression is not written");
	}
}

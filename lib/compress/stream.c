/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/compress.h"

int bd_stream_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	*block = (struct bd_str){ NULL, 0 };
	return stream->ops->next(stream, block, err);
}

void bd_stream_close(struct bd_stream *stream)
{
	if (stream != NULL) {
		stream->ops->close(stream);
	}
}

int bd_stream_read_all(struct bd_stream *stream, size_t limit, struct bd_buf *buf, struct bd_error *err)
{
	const size_t before = buf->n;
	for (;;) {
		struct bd_str block;
		if (bd_stream_next(stream, &block, err) < 0) {
			return -(int)err->code;
		}
		if (block.n == 0) {
			return 0;
		}
		if (block.n > limit - (buf->n - before)) {
			return bd_error_set(
				err, BD_ERR_LIMIT, "more than the %zu bytes that are read of such a file", limit);
		}
		bd_buf_add(buf, block.p, block.n);
	}
}

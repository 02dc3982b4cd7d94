/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/tar_source.h"

#include <errno.h>
#include <string.h>

static int next_block(struct tar_source *source)
{
	source->block_at += source->block.n;
	source->block = (struct bd_str){ 0 };
	if (source->failed || source->ended) {
		return source->failed ? -1 : 0;
	}
	if (bd_stream_next(source->stream, &source->block, &source->error) < 0) {
		source->failed = true;
		return -1;
	}
	source->ended = source->block.n == 0;
	if (source->block.n > source->limit_bytes - source->block_at) {
		(void)bd_error_set(&source->error, BD_ERR_LIMIT, "a layer of more than %llu bytes",
			(unsigned long long)source->limit_bytes);
		source->failed = true;
		return -1;
	}
	return 0;
}

la_ssize_t tar_source_read(struct archive *archive, void *client_data, const void **block)
{
	struct tar_source *source = client_data;
	if (source->in_header) {
		bd_buf_add(&source->before, source->block.p, source->block.n);
	}
	if (next_block(source) < 0) {
		archive_set_error(archive, EIO, "%s", source->error.msg);
		return -1;
	}
	*block = source->block.p;
	return (la_ssize_t)source->block.n;
}

static uint64_t consumed(struct archive *archive)
{
	const la_int64_t n = archive_filter_bytes(archive, 0);
	return n > 0 ? (uint64_t)n : 0;
}

/* libarchive may already have looked into the next block: what it has not consumed stays. */
void tar_source_header_begins(struct tar_source *source, struct archive *archive)
{
	const uint64_t start = source->block_at - source->before.n;
	const uint64_t used = consumed(archive) > start ? consumed(archive) - start : 0;
	if (used >= source->before.n) {
		bd_buf_clear(&source->before);
	} else if (used > 0) {
		memmove(source->before.p, source->before.p + used, source->before.n - (size_t)used + 1);
		source->before.n -= (size_t)used;
	}
	source->in_header = true;
}

void tar_source_header_ends(struct tar_source *source)
{
	source->in_header = false;
}

/* Bytes [from, to) of the tar, as far as they are remembered. */
static struct bd_str remembered(struct tar_source *source, uint64_t from, uint64_t to)
{
	const uint64_t start = source->block_at - source->before.n;
	const uint64_t end = source->block_at + source->block.n;
	from = from < start ? start : from;
	to = to > end ? end : to;
	if (from >= to) {
		return (struct bd_str){ 0 };
	}
	if (from >= source->block_at) {
		return (struct bd_str){ source->block.p + (from - source->block_at), (size_t)(to - from) };
	}
	bd_buf_clear(&source->run);
	const uint64_t here = to < source->block_at ? to : source->block_at;
	bd_buf_add(&source->run, source->before.p + (from - start), (size_t)(here - from));
	if (to > source->block_at) {
		bd_buf_add(&source->run, source->block.p, (size_t)(to - source->block_at));
	}
	return bd_buf_view(&source->run);
}

struct bd_str tar_source_header(struct tar_source *source, struct archive *archive)
{
	const la_int64_t from = archive_read_header_position(archive);
	return remembered(source, from > 0 ? (uint64_t)from : 0, consumed(archive));
}

static bool only_zeros(struct bd_str bytes)
{
	return bytes.n == 0 || (bytes.p[0] == '\0' && memcmp(bytes.p, bytes.p + 1, bytes.n - 1) == 0);
}

int tar_source_drain(struct tar_source *source, struct archive *archive, bool *zeros_out, struct bd_error *err)
{
	*zeros_out = only_zeros(remembered(source, consumed(archive), UINT64_MAX));
	while (!source->ended && !source->failed) {
		(void)next_block(source);
		*zeros_out = *zeros_out && only_zeros(source->block);
	}
	if (source->failed) {
		*err = source->error;
		return -(int)err->code;
	}
	return 0;
}

void tar_source_release(struct tar_source *source)
{
	bd_stream_close(source->stream);
	bd_buf_release(&source->before);
	bd_buf_release(&source->run);
	source->stream = NULL;
}

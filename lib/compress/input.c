/* SPDX-License-Identifier: Apache-2.0 */
/* Where streams begin: a part of a file, memory, a pipe. */
#include <errno.h>

#include "basedrift/compress.h"

#include "base/auto.h"

/* FACTS measured 64 KiB to 1 MiB: no difference beyond noise; this fits a second-level cache. */
#define BLOCK_BYTES (128U << 10)

struct input {
	struct bd_stream base;
	int fd;
	int64_t offset;
	int64_t left; /* -1: to the end of the file */
	struct bd_str memory;
	char block[];
};

static struct input *input_of(struct bd_stream *stream)
{
	return (struct input *)(void *)stream; /* base is its first member */
}

static void input_close(struct bd_stream *stream)
{
	free(input_of(stream));
}

static struct bd_stream *input_new(const struct bd_stream_ops *ops, int fd, size_t block_bytes)
{
	struct input *input = bd_xmalloc(sizeof(*input) + block_bytes);
	memset(input, 0, sizeof(*input));
	input->base.ops = ops;
	input->fd = fd;
	return &input->base;
}

static int file_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct input *input = input_of(stream);
	size_t wanted = BLOCK_BYTES;
	ssize_t got = 0;

	if (input->left >= 0 && (uint64_t)input->left < wanted) {
		wanted = (size_t)input->left;
	}
	if (wanted == 0) {
		return 0;
	}
	do {
		got = pread(input->fd, input->block, wanted, (off_t)input->offset);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		return bd_error_set_errno(err, "read at byte %lld", (long long)input->offset);
	}
	if (got == 0 && input->left > 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "truncated: %lld more bytes were promised at byte %lld",
			(long long)input->left, (long long)input->offset);
	}
	input->offset += got;
	input->left -= input->left >= 0 ? (int64_t)got : 0;
	*block = (struct bd_str){ input->block, (size_t)got };
	return 0;
}

static const struct bd_stream_ops file_ops = { .next = file_next, .close = input_close };

struct bd_stream *bd_stream_fd(int fd, int64_t offset, int64_t size)
{
	struct bd_stream *stream = input_new(&file_ops, fd, BLOCK_BYTES);
	input_of(stream)->offset = offset;
	input_of(stream)->left = size;
	return stream;
}

static int pipe_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct input *input = input_of(stream);
	ssize_t got = 0;

	if (input->left == 0) { /* the end was seen: a terminal would ask for more */
		return 0;
	}
	do {
		got = read(input->fd, input->block, BLOCK_BYTES);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		return bd_error_set_errno(err, "read");
	}
	input->left = got == 0 ? 0 : -1;
	*block = (struct bd_str){ input->block, (size_t)got };
	return 0;
}

static const struct bd_stream_ops pipe_ops = { .next = pipe_next, .close = input_close };

struct bd_stream *bd_stream_pipe(int fd)
{
	struct bd_stream *stream = input_new(&pipe_ops, fd, BLOCK_BYTES);
	input_of(stream)->left = -1;
	return stream;
}

static int memory_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	(void)err;
	struct input *input = input_of(stream);
	*block = input->memory;
	input->memory = (struct bd_str){ NULL, 0 };
	return 0;
}

static const struct bd_stream_ops memory_ops = { .next = memory_next, .close = input_close };

struct bd_stream *bd_stream_memory(const void *p, size_t n)
{
	struct bd_stream *stream = input_new(&memory_ops, -1, 0);
	input_of(stream)->memory = (struct bd_str){ p, n };
	return stream;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>

#include "source/place.h"

struct folder {
	struct place base;
	int fd;
};

static const struct folder *folder_of(const struct place *place)
{
	return (const struct folder *)(const void *)place; /* base is its first member */
}

/* A stream that closes its file. */
struct owned_file {
	struct bd_stream base;
	struct bd_stream *inner;
	int fd;
};

static int owned_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	return bd_stream_next(((struct owned_file *)(void *)stream)->inner, block, err);
}

static void owned_close(struct bd_stream *stream)
{
	struct owned_file *file = (struct owned_file *)(void *)stream;
	bd_stream_close(file->inner);
	(void)close(file->fd);
	free(file);
}

static const struct bd_stream_ops owned_ops = { .next = owned_next, .close = owned_close };

static int folder_open(
	const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out, struct bd_error *err)
{
	struct stat st;
	/* O_NONBLOCK: a FIFO in place of a blob must not hang us */
	const int fd = openat(folder_of(place)->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		return bd_error_set_errno(err, "open");
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return bd_error_set(err, BD_ERR_FORMAT, "not a regular file");
	}
	struct owned_file *file = bd_xcalloc(1, sizeof(*file));
	file->base.ops = &owned_ops;
	file->fd = fd;
	file->inner = bd_stream_fd(fd, 0, -1);
	*out = &file->base;
	*size_out = st.st_size;
	return 0;
}

static bool folder_has(const struct place *place, const char *path)
{
	struct stat st;
	return fstatat(folder_of(place)->fd, path, &st, 0) == 0 && S_ISREG(st.st_mode);
}

static bool folder_has_folder(const struct place *place, const char *path)
{
	struct stat st;
	return fstatat(folder_of(place)->fd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static void folder_close(struct place *place)
{
	(void)close(folder_of(place)->fd);
	free(place);
}

static const struct place_ops folder_ops = {
	.open = folder_open,
	.has = folder_has,
	.has_folder = folder_has_folder,
	.close = folder_close,
};

int place_open_folder(const char *path, struct place **out, struct bd_error *err)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return bd_error_set_errno(err, "open");
	}
	struct folder *folder = bd_xcalloc(1, sizeof(*folder));
	folder->base = (struct place){ .ops = &folder_ops, .what = "directory" };
	folder->fd = fd;
	*out = &folder->base;
	return 0;
}

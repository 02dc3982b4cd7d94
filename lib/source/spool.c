/* SPDX-License-Identifier: Apache-2.0 */
#include "source/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/temporary.h"
#include "source/place.h"

/* Keeps it open beyond AUTO(close_fd). */
static int steal_fd(int *fd)
{
	const int stolen = *fd;
	*fd = -1;
	return stolen;
}

#define HEAD_BYTES 512U /* a tar header; more than any compression's mark */

static size_t read_head(int fd, char *head)
{
	size_t n = 0;
	while (n < HEAD_BYTES) {
		const ssize_t got = pread(fd, head + n, HEAD_BYTES - n, (off_t)n);
		if (got <= 0 && !(got < 0 && errno == EINTR)) {
			break;
		}
		n += got > 0 ? (size_t)got : 0;
	}
	return n;
}

/* POSIX pax, "ustar Interchange Format": the sum of the header's bytes, its own field taken as blanks. */
static bool is_tar_header(const char *head)
{
	unsigned sum = 0;
	for (size_t i = 0; i < HEAD_BYTES; i++) {
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)head[i];
	}
	char field[9] = { 0 };
	memcpy(field, head + 148, 8);
	return head[0] != '\0' && strtoul(field, NULL, 8) == sum;
}

/* What has come so far: nothing that cannot be an archive, nor more than one ever has, is written on and on. */
static int check_spooled(int fd, uint64_t before, uint64_t now, struct bd_error *err)
{
	char head[HEAD_BYTES];
	if (before < HEAD_BYTES && now >= HEAD_BYTES && (read_head(fd, head) < HEAD_BYTES || !is_tar_header(head))) {
		return bd_error_set(err, BD_ERR_FORMAT, "not a tar archive");
	}
	if (now > BD_LIMIT_ARCHIVE_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "an archive of more than %llu bytes", BD_LIMIT_ARCHIVE_BYTES);
	}
	return 0;
}

int spool_stream(struct bd_stream *stream, int *fd_out, struct bd_error *err)
{
	AUTO(close_fd) int fd = temporary_file(err);
	uint64_t written = 0;
	if (fd < 0) {
		return -(int)err->code;
	}
	for (;;) {
		struct bd_str block;
		if (bd_stream_next(stream, &block, err) < 0 || temporary_write(fd, block, err) < 0 ||
			check_spooled(fd, written, written + block.n, err) < 0) {
			return -(int)err->code;
		}
		if (block.n == 0) {
			*fd_out = steal_fd(&fd);
			return 0;
		}
		written += block.n;
	}
}

/* A regular file that is read from its begin can be used as it is. */
static bool usable_as_it_is(int fd)
{
	struct stat st;
	char head[HEAD_BYTES];
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR) != 0) {
		return false;
	}
	const struct bd_str first = { head, read_head(fd, head) };
	return bd_compression_sniff(first) == BD_PLAIN;
}

int open_seekable(const char *path, int *fd_out, struct bd_error *err)
{
	const bool input = strcmp(path, "-") == 0;
	AUTO(close_fd) int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return bd_error_set_errno(err, input ? "standard input" : "open");
	}
	if (usable_as_it_is(fd)) {
		*fd_out = steal_fd(&fd);
		return 0;
	}
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_decompress(bd_stream_pipe(fd));
	return spool_stream(stream, fd_out, err);
}

bool looks_like_tar(const char *path)
{
	struct stat st;
	struct bd_error err;
	struct bd_str block;
	char head[HEAD_BYTES];
	size_t n = 0;

	AUTO(close_fd) const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return false;
	}
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_decompress(bd_stream_fd(fd, 0, -1));
	while (n < HEAD_BYTES && bd_stream_next(stream, &block, &err) == 0 && block.n > 0) {
		const size_t take = block.n < HEAD_BYTES - n ? block.n : HEAD_BYTES - n;
		memcpy(head + n, block.p, take);
		n += take;
	}
	return n == HEAD_BYTES && is_tar_header(head);
}

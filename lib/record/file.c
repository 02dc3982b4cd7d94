/* SPDX-License-Identifier: Apache-2.0 */
/* Records as files: compressed on the way by their name, and never half written under it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "basedrift/compress.h"

#include "base/auto.h"
#include "record/write.h"

/*
 * Where the bytes go.  temporary NULL: straight to fd (standard output, a pipe, a device), because
 * there is nothing to rename onto.
 */
struct target {
	int fd;
	char *path, *temporary;
	enum bd_compression to;
	struct bd_buf packed;
};

static void target_release(struct target *target)
{
	if (target->fd >= 0 && target->fd != STDOUT_FILENO) {
		(void)close(target->fd);
	}
	if (target->temporary != NULL) {
		(void)unlink(target->temporary);
	}
	free(target->temporary);
	free(target->path);
	bd_buf_release(&target->packed);
}

static enum bd_compression compression_of_name(const char *path)
{
	if (bd_str_ends(bd_str(path), ".zst")) {
		return BD_ZSTD;
	}
	return bd_str_ends(bd_str(path), ".gz") ? BD_GZIP : BD_PLAIN;
}

#define NAME_TRIES 100

static int open_temporary(struct target *target, struct bd_error *err)
{
	for (unsigned int i = 0; i < NAME_TRIES; i++) {
		AUTO(free_ptr) char *name = NULL;
		if (asprintf(&name, "%s.%ld-%u.tmp", target->path, (long)getpid(), i) < 0) {
			return bd_error_set_errno(err, "%s", target->path);
		}
		target->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (target->fd >= 0) {
			target->temporary = steal_ptr(&name);
			return 0;
		}
		if (errno != EEXIST) {
			break;
		}
	}
	return bd_error_set_errno(err, "%s", target->path);
}

static int target_open(struct target *target, const char *path, struct bd_error *err)
{
	struct stat st;

	target->to = compression_of_name(path);
	if (strcmp(path, "-") == 0) {
		target->fd = STDOUT_FILENO;
		target->path = bd_xstrdup("standard output");
		return 0;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		target->path = bd_xstrdup(path);
		target->fd = open(path, O_WRONLY | O_CLOEXEC);
		return target->fd < 0 ? bd_error_set_errno(err, "%s", path) : 0;
	}
	/* a symbolic link stays one: its file is replaced, not the link */
	char *resolved = realpath(path, NULL);
	target->path = resolved != NULL ? resolved : bd_xstrdup(path);
	return open_temporary(target, err);
}

static int write_all(const struct target *target, struct bd_str bytes, struct bd_error *err)
{
	while (bytes.n > 0) {
		const ssize_t n = write(target->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return bd_error_set_errno(err, "%s", target->path);
		}
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return 0;
}

/* Each piece becomes a gzip member or zstd frame of its own: in a row they are one stream. */
static int target_flush(void *context, struct bd_buf *buf, struct bd_error *err)
{
	struct target *target = context;
	struct bd_str bytes = bd_buf_view(buf);

	if (target->to != BD_PLAIN && bytes.n > 0) {
		bd_buf_clear(&target->packed);
		if (bd_compress(target->to, bytes, &target->packed, err) < 0) {
			return bd_error_wrap(err, "%s", target->path);
		}
		bytes = bd_buf_view(&target->packed);
	}
	const int rc = write_all(target, bytes, err);
	bd_buf_clear(buf);
	return rc;
}

static int target_commit(struct target *target, struct bd_error *err)
{
	if (target->temporary == NULL) {
		return 0;
	}
	if (fsync(target->fd) != 0) {
		return bd_error_set_errno(err, "%s", target->path);
	}
	const int fd = target->fd;
	target->fd = -1;
	if (close(fd) != 0 || rename(target->temporary, target->path) != 0) {
		return bd_error_set_errno(err, "%s", target->path);
	}
	free(target->temporary);
	target->temporary = NULL;
	return 0;
}

int bd_record_write_file(struct bd_record *record, const char *path, struct bd_error *err)
{
	AUTO(target_release) struct target target = { .fd = -1 };
	AUTO(bd_buf_release) struct bd_buf buf = { 0 };

	if (target_open(&target, path, err) < 0 || record_emit(record, &buf, target_flush, &target, err) < 0) {
		return -(int)err->code;
	}
	return target_commit(&target, err);
}

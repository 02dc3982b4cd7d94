/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are whole or not there: written under a temporary name beside their own, then renamed. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/auto.h"

/* temporary NULL: straight to fd (standard output, a pipe, a device), because there is nothing to rename onto. */
struct bd_output {
	int fd;
	char *path, *temporary;
};

#define NAME_TRIES 100

/* The n-th temporary name; what is there already is somebody else's. */
static void try_temporary(struct bd_output *output, unsigned int n)
{
	AUTO(bd_buf_release) struct bd_buf name = { 0 };
	bd_buf_printf(&name, "%s.%ld-%u.tmp", output->path, (long)getpid(), n);
	output->fd = open(bd_buf_str(&name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (output->fd >= 0) {
		output->temporary = steal_ptr(&name.p);
	}
}

static int open_temporary(struct bd_output *output, struct bd_error *err)
{
	for (unsigned int n = 0; n < NAME_TRIES; n++) {
		try_temporary(output, n);
		if (output->fd >= 0) {
			return 0;
		}
		if (errno != EEXIST) {
			break;
		}
	}
	return bd_error_set_errno(err, "%s", output->path);
}

static int open_path(struct bd_output *output, const char *path, struct bd_error *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0) {
		output->fd = STDOUT_FILENO;
		output->path = bd_xstrdup("standard output");
		return 0;
	}
	const bool exists = stat(path, &st) == 0;
	if (exists && !S_ISREG(st.st_mode)) {
		output->path = bd_xstrdup(path);
		output->fd = open(path, O_WRONLY | O_CLOEXEC);
		return output->fd < 0 ? bd_error_set_errno(err, "%s", path) : 0;
	}
	/* a symbolic link stays one: its file is replaced, not the link */
	char *resolved = realpath(path, NULL);
	output->path = resolved != NULL ? resolved : bd_xstrdup(path);
	if (open_temporary(output, err) < 0) {
		return -(int)err->code;
	}
	/* the file changes, not who may read or run it; somebody else's file can refuse, and has been replaced before
	 */
	(void)(exists && fchmod(output->fd, st.st_mode & 0777) != 0);
	return 0;
}

void bd_output_close(struct bd_output *output)
{
	if (output == NULL) {
		return;
	}
	if (output->fd >= 0 && output->fd != STDOUT_FILENO) {
		(void)close(output->fd);
	}
	if (output->temporary != NULL) {
		(void)unlink(output->temporary);
	}
	free(output->temporary);
	free(output->path);
	free(output);
}

DEFINE_AUTO(output, struct bd_output, bd_output_close)

int bd_output_open(const char *path, struct bd_output **out, struct bd_error *err)
{
	AUTO(output_auto) struct bd_output *output = bd_xcalloc(1, sizeof(*output));
	output->fd = -1;
	if (open_path(output, path, err) < 0) {
		return -(int)err->code;
	}
	*out = steal_ptr(&output);
	return 0;
}

int bd_output_write(struct bd_output *output, struct bd_str bytes, struct bd_error *err)
{
	while (bytes.n > 0) {
		const ssize_t n = write(output->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return bd_error_set_errno(err, "%s", output->path);
		}
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return 0;
}

int bd_output_finish(struct bd_output *output, struct bd_error *err)
{
	if (output->temporary == NULL || output->fd < 0) {
		return 0;
	}
	if (fsync(output->fd) != 0) {
		return bd_error_set_errno(err, "%s", output->path);
	}
	const int fd = output->fd;
	output->fd = -1;
	return close(fd) != 0 ? bd_error_set_errno(err, "%s", output->path) : 0;
}

int bd_output_commit(struct bd_output *output, struct bd_error *err)
{
	if (output->temporary == NULL) {
		return 0;
	}
	if (bd_output_finish(output, err) < 0) {
		return -(int)err->code;
	}
	if (rename(output->temporary, output->path) != 0) {
		return bd_error_set_errno(err, "%s", output->path);
	}
	free(output->temporary);
	output->temporary = NULL;
	return 0;
}

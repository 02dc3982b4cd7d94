/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, struct bd_str bytes)
{
	while (bytes.n > 0) {
		const ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return 0;
}

int write_standard_output(struct bd_str bytes, struct bd_error *err)
{
	return write_all(STDOUT_FILENO, bytes) < 0 ? bd_error_set_errno(err, "standard output") : 0;
}

static int fill_and_rename(int fd, const char *temporary, const char *path, struct bd_str bytes, struct bd_error *err)
{
	const mode_t mask = umask(0);
	(void)umask(mask);
	if (write_all(fd, bytes) < 0 || fchmod(fd, 0666 & ~mask) != 0 || fsync(fd) != 0 || close(fd) != 0 ||
		rename(temporary, path) != 0) {
		const int result = bd_error_set_errno(err, "%s", path);
		(void)unlink(temporary);
		return result;
	}
	return 0;
}

/* A device or a pipe (/dev/stdout, /dev/null) is written to as it is. */
static bool is_special(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int write_file(const char *path, struct bd_str bytes, struct bd_error *err)
{
	if (is_special(path)) {
		FILE *file = fopen(path, "we");
		if (file == NULL) {
			return bd_error_set_errno(err, "%s", path);
		}
		const bool whole = fwrite(bytes.p, 1, bytes.n, file) == bytes.n;
		return fclose(file) != 0 || !whole ? bd_error_set_errno(err, "%s", path) : 0;
	}
	struct bd_buf temporary = { 0 };
	bd_buf_printf(&temporary, "%s.XXXXXX", path);
	const int fd = mkstemp(temporary.p);
	const int result =
		fd < 0 ? bd_error_set_errno(err, "%s", path) : fill_and_rename(fd, temporary.p, path, bytes, err);
	bd_buf_release(&temporary);
	return result;
}

int check_outputs(const struct arguments *arguments, struct bd_error *err)
{
	const char *first = NULL;
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (output->file == NULL && first != NULL) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s and -o %s both go to standard output: give one of them a file", first,
				output->format);
		}
		first = output->file == NULL ? output->format : first;
	}
	return 0;
}

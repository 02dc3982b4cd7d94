/* SPDX-License-Identifier: Apache-2.0 */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/auto.h"

static const char *temporary_folder(void)
{
	const char *folder = secure_getenv("TMPDIR");
	return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}

/* Not every file system knows O_TMPFILE (NFS, overlayfs of older kernels). */
static int open_named_and_unlink(const char *folder, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf path = { 0 };
	bd_buf_printf(&path, "%s/basedrift-XXXXXX", folder);
	const int fd = mkostemp(path.p, O_CLOEXEC);
	if (fd < 0) {
		return bd_error_set_errno(err, "temporary file in %.200s", folder);
	}
	(void)unlink(path.p);
	return fd;
}

int temporary_file(struct bd_error *err)
{
	const char *folder = temporary_folder();
	const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd >= 0 ? fd : open_named_and_unlink(folder, err);
}

int temporary_write(int fd, struct bd_str block, struct bd_error *err)
{
	while (block.n > 0) {
		const ssize_t n = write(fd, block.p, block.n);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return bd_error_set_errno(err, "temporary file in %.200s", temporary_folder());
		}
		block.p += n;
		block.n -= (size_t)n;
	}
	return 0;
}

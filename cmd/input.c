/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <errno.h>
#include <stdio.h>

int read_input(const char *path, size_t most, struct bd_buf *out, struct bd_error *err)
{
	char chunk[65536];
	size_t n;
	FILE *file = fopen(path, "rbe");
	if (file == NULL) {
		return errno == ENOENT ? bd_error_set(err, BD_ERR_NOT_FOUND, "%s: no such file", path)
				       : bd_error_set_errno(err, "%s", path);
	}
	while (out->n <= most && (n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		bd_buf_add(out, chunk, n);
	}
	const int result = ferror(file) != 0 ? bd_error_set_errno(err, "%s", path)
			   : out->n > most   ? bd_error_set(err, BD_ERR_LIMIT, "%s: more than %zu bytes", path, most)
					     : 0;
	(void)fclose(file);
	return result;
}

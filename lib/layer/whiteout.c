/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/whiteout.h"

#include <string.h>

#define WHITEOUT ".wh."
#define META     ".wh..wh."
#define OPAQUE   ".wh..wh..opq"

/* AUFS keeps .wh..wh.plnk/ and .wh..wh.aufs at the root; whatever is in them is its own, too. */
static bool is_meta(struct bd_str path)
{
	while (path.n > 0) {
		const struct bd_str part = bd_str_cut(&path, '/');
		if (bd_str_starts(part, META) && (path.n > 0 || !bd_str_is(part, OPAQUE))) {
			return true;
		}
	}
	return false;
}

enum name_meaning whiteout_meaning(struct bd_str path, struct bd_buf *hidden)
{
	const struct bd_str dir = bd_path_dir(path);
	const struct bd_str name = bd_path_name(path);

	if (memmem(path.p, path.n, WHITEOUT, strlen(WHITEOUT)) == NULL) {
		return NAME_FILE; /* nearly always */
	}
	if (is_meta(path)) {
		return NAME_AUFS;
	}
	bd_buf_clear(hidden);
	bd_buf_add(hidden, dir.p, dir.n);
	if (bd_str_is(name, OPAQUE)) {
		return NAME_OPAQUE;
	}
	if (!bd_str_starts(name, WHITEOUT)) {
		return NAME_FILE;
	}
	const struct bd_str removed = { name.p + strlen(WHITEOUT), name.n - strlen(WHITEOUT) };
	if (removed.n == 0 || bd_str_is(removed, ".") || bd_str_is(removed, "..")) {
		return NAME_BAD_WHITEOUT;
	}
	if (dir.n > 0) {
		bd_buf_add_char(hidden, '/');
	}
	bd_buf_add(hidden, removed.p, removed.n);
	return NAME_WHITEOUT;
}

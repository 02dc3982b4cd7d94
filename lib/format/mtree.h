/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mtree(5) with full paths ("./usr/bin/x type=file …"), as bsdtar --format=mtree writes them and pacman keeps
 * them, packed by gzip.
 */
#ifndef FORMAT_MTREE_H
#define FORMAT_MTREE_H

#include "basedrift/base.h"

struct format_mtree {
	struct bd_str rest;
	struct bd_buf line, path;
	struct bd_str type;        /* of /set */
	struct bd_str md5, sha256; /* of the entry, in hex, or empty */
	struct bd_str entry_type;  /* "file", "dir", "link" … */
};
/* The text of it, unpacked when it is packed.  Fails: BD_ERR_FORMAT, BD_ERR_LIMIT. */
int format_mtree_text(struct bd_str bytes, struct bd_buf *out, struct bd_error *err) BD_CHECKED;
/* reader->rest is set to the text first.  The next entry; its path, escapes resolved, is in reader->path. */
bool format_mtree_next(struct format_mtree *reader);
void format_mtree_release(struct format_mtree *reader);

#endif

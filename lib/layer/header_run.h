/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The raw headers of one tar entry.  libarchive converts PAX names from UTF-8 to the locale and
 * normalises them on the way; names in images are bytes, so they are taken from here.
 */
#ifndef LAYER_HEADER_RUN_H
#define LAYER_HEADER_RUN_H

#include "basedrift/base.h"

struct header_run {
	char type;                /* of the entry itself, '0' …; old tars have NUL for a file */
	bool has_path, has_link;  /* a PAX header has them */
	struct bd_str path, link; /* may hold NUL bytes */
};
/*
 * bytes: all header blocks of one entry, PAX and GNU headers first.  The views point into bytes.
 * Fails: BD_ERR_FORMAT on PAX records that are none.
 */
int header_run_parse(struct bd_str bytes, struct header_run *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Runtimes and servers that no package manager installed: by which file each states its version, and what it installs.
 */
#ifndef CATALOG_RUNTIMES_H
#define CATALOG_RUNTIMES_H

#include "basedrift/base.h"

struct runtime {
	const char *name;
	const char *variable; /* of the official image's settings with the same version, or NULL */
	const char *pattern;  /* the file that states the version */
	const char *anchor;   /* what follows the prefix in that file's path; "": the prefix is the file's folder */
	bool elsewhere;       /* other software has files of that name too: one without a version is none of ours */
	/* The version into out, false when the file does not state one. */
	bool (*version)(struct bd_str bytes, struct bd_buf *out);
	/*
	 * What it installs below its prefix, NULL-ended; a final "/" makes it a folder with everything
	 * below.  %V: the version, %S: the first two numbers of it, %F: the folder after the anchor.
	 */
	const char *const *files;
};

/* Ended by a row without a name. */
extern const struct runtime runtimes[];

#endif

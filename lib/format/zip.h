/* SPDX-License-Identifier: Apache-2.0 */
/* zip archives in memory, by libarchive: entries by their central directory, contents of those that are wanted. */
#ifndef FORMAT_ZIP_H
#define FORMAT_ZIP_H

#include "basedrift/base.h"

struct zip_reader {
	/* The most bytes of this entry that file() takes; 0: it is not wanted.  name: bytes, as the archive has it. */
	size_t (*wants)(const char *name, void *context);
	/* Contents of a wanted entry; they die when the call returns.  An error ends the walk. */
	int (*file)(const char *name, struct bd_str bytes, void *context, struct bd_error *err);
	void *context;
	uint64_t *budget; /* unpacked bytes that may still be read, shared by archives in archives */
};

/* Does it begin as a zip archive does?  Archives that can be run have something before: see zip_has_directory(). */
bool zip_begins(struct bd_str bytes);
/* Is there an end of central directory where one has to be? */
bool zip_has_directory(struct bd_str bytes);
/*
 * Every entry once, in the archive's order.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT (entries, an entry larger than wanted, the budget), and what file() gave.
 */
int zip_read(struct bd_str bytes, const struct zip_reader *reader, struct bd_error *err) BD_CHECKED;

#endif

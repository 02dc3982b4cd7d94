/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of the file that is being read: nothing, its first bytes, or what somebody takes from all of
 * it.  Up to FILE_CONTENT_MEMORY bytes (FILE_EXAMINED_MEMORY of a file of which only what is taken stays) lie in
 * memory, more in an unlinked temporary file that is mapped at the end; so memory does not grow with the size of what
 * an image holds.
 */
#ifndef LAYER_CONTENT_H
#define LAYER_CONTENT_H

#include "basedrift/layer.h"

#define FILE_CONTENT_MEMORY (64U << 10)
#define FILE_EXAMINED_MEMORY \
	(8U << 20) /* most executables and libraries are smaller: writing them costs more than hashing */

enum content_state {
	CONTENT_UNWANTED,
	CONTENT_SNIFFED, /* its first bytes will decide */
	CONTENT_KEPT,
	CONTENT_EXAMINED,
};
struct file_content {
	enum content_state state;
	const char *path;
	int64_t size_bytes;
	const struct bd_wants *wants;
	uint64_t limit;      /* of bytes to examine */
	uint64_t wanted;     /* at most so many */
	uint64_t taken;      /* so far */
	struct bd_buf head;  /* of a file that is still sniffed */
	struct bd_buf bytes; /* both keep their memory for the next file */
	bool spooled;
	int fd;                  /* of the temporary file, used again for the next file; -1: none yet */
	struct bd_error problem; /* of the temporary file */
};

void file_content_begin(struct file_content *content, const char *path, int64_t size_bytes);
/* Then one of these, or neither. */
void file_content_keep(struct file_content *content, size_t wanted);
void file_content_sniff(struct file_content *content, const struct bd_wants *wants, uint64_t limit);
void file_content_add(struct file_content *content, struct bd_str block);
/*
 * true: *out has what is kept (but no path); large bytes become the layer's mapping, others go into its
 * arena.  false: nothing is; err->msg says why when it should have been, and is "" otherwise.
 */
bool file_content_end(
	struct file_content *content, struct bd_layer *layer, struct bd_kept_file *out, struct bd_error *err);
void file_content_release(struct file_content *content);

#endif

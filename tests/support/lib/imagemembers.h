/* SPDX-License-Identifier: Apache-2.0 */
/* The files of an image layout before they go to a directory or an archive; and blob compression. */
#ifndef IMAGEMEMBERS_H
#define IMAGEMEMBERS_H

#include "basedrift/base.h"

#define SHA256_HEX 64

struct imagemember {
	char *path;
	char *target; /* a symbolic link when not NULL */
	bool directory;
	struct bd_buf bytes;
};
struct imagemember_vec {
	struct imagemember *v;
	size_t len, cap;
};
/* Takes bytes over; a path that is there already stays as it is. */
void imagemembers_add(struct imagemember_vec *members, const char *path, struct bd_buf *bytes_take);
void imagemembers_add_text(struct imagemember_vec *members, const char *path, const char *text);
void imagemembers_add_link(struct imagemember_vec *members, const char *path, const char *target);
void imagemembers_add_directory(struct imagemember_vec *members, const char *path);
void imagemembers_release(struct imagemember_vec *members);

int imagemembers_write_directory(
	const struct imagemember_vec *members, const char *path, struct bd_error *err) BD_CHECKED;
int imagemembers_write_archive(
	const struct imagemember_vec *members, const char *path, struct bd_error *err) BD_CHECKED;

/* name: "gzip", "zstd" or "none"; out is emptied first. */
int imagemembers_compress(const char *name, struct bd_str bytes, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif

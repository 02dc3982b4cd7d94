/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an image's files lie: a folder, or a tar that is read in place.  Paths are clean
 * (bd_path_clean).  Once opened a place does not change, so that several threads may read from it.
 */
#ifndef SOURCE_PLACE_H
#define SOURCE_PLACE_H

#include "basedrift/compress.h"

#include "base/auto.h"

struct place;
struct place_ops {
	/* Fails: BD_ERR_NOT_FOUND, BD_ERR_FORMAT (not a regular file), BD_ERR_IO, BD_ERR_UNSUPPORTED. */
	int (*open)(const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out,
		struct bd_error *err);
	bool (*has)(const struct place *place, const char *path);        /* a file */
	bool (*has_folder)(const struct place *place, const char *path); /* archives have none */
	void (*close)(struct place *place);
};
struct place { /* the first member of every place */
	const struct place_ops *ops;
	const char *what; /* "directory", "archive" */
};

int place_open_folder(const char *path, struct place **out, struct bd_error *err) BD_CHECKED;
/* fd: of an uncompressed tar, seekable.  Taken over, also on failure. */
int place_open_archive(int fd_take, struct place **out, struct bd_error *err) BD_CHECKED;
void place_close(struct place *place);
DEFINE_AUTO(place, struct place, place_close)
DEFINE_AUTO(bd_stream, struct bd_stream, bd_stream_close)

/* size_out may be NULL. */
int place_open(const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out,
	struct bd_error *err) BD_CHECKED;
/* A whole small file. */
int place_read(
	const struct place *place, const char *path, size_t limit, struct bd_buf *out, struct bd_error *err) BD_CHECKED;
bool place_has(const struct place *place, const char *path);
bool place_has_folder(const struct place *place, const char *path);

static inline void buf_auto(struct bd_buf *buf)
{
	bd_buf_release(buf);
}

#endif

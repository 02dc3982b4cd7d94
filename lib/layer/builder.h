/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the entries of one layer in the order they arrive (from a tar or a directory walk), hashes and
 * keeps their bytes, and puts them into path order at the end.
 */
#ifndef LAYER_BUILDER_H
#define LAYER_BUILDER_H

#include "basedrift/layer.h"

#include "layer/content.h"
#include "layer/diagnose.h"

/* limits.h, as a struct so that tests can set them low. */
struct layer_limits {
	size_t entries, path_bytes, wanted_bytes, wanted_total, diagnostics;
	int64_t checksum_bytes;
	uint64_t tar_bytes, hole_bytes, examined_bytes;
};
extern const struct layer_limits layer_default_limits;

/* What is kept of the entry that arrived as number `at`; file.path is set when it is placed. */
struct arrived_bytes {
	size_t at;
	struct bd_kept_file file;
};
struct arrived_bytes_vec {
	struct arrived_bytes *v;
	size_t len, cap;
};

struct layer_builder {
	struct bd_layer *layer; /* entries, whiteouts and opaque in order of arrival until layer_builder_end */
	const struct layer_limits *limits;
	struct bd_wants wants;
	struct diagnoser diagnoser;
	struct arrived_bytes_vec kept;
	size_t kept_total;
	uint64_t hole_bytes;
	/* the file being read */
	struct bd_hash *sha256, *md5, *sha1;
	unsigned int checksums;
	int64_t size_bytes; /* so far */
	struct file_content content;
};
void layer_builder_init(struct layer_builder *builder, struct bd_layer *layer, const struct layer_limits *limits,
	const struct bd_wants *wants);
void layer_builder_release(struct layer_builder *builder); /* not the layer */

/*
 * The content of a regular file: begin (its path and attributes are known), any number of bytes and holes, then end,
 * which adds the entry.
 */
void layer_builder_file(struct layer_builder *builder, const struct bd_entry *entry, int64_t size_bytes);
void layer_builder_bytes(struct layer_builder *builder, const void *p, size_t n);
int layer_builder_hole(struct layer_builder *builder, uint64_t n, struct bd_error *err) BD_CHECKED;
void layer_builder_file_end(struct layer_builder *builder, struct bd_entry *entry);
void layer_builder_file_drop(struct layer_builder *builder); /* instead of file_end: it could not be read */
/* An entry of any other kind; texts must live in the layer's arena. */
void layer_builder_add(struct layer_builder *builder, const struct bd_entry *entry);
/* Is this file wanted, and how many bytes of it; what is wanted and over a limit is diagnosed and not wanted. */
bool layer_builder_wants(struct layer_builder *builder, const char *path, int64_t size_bytes, size_t *wanted_out);

/* Sorts, resolves hard links, lets the last of equal paths win, computes the layer's digests. */
void layer_builder_end(struct layer_builder *builder);

/* bd_layer_read with other limits. */
int layer_read_within(struct bd_stream *stream_take, const struct layer_limits *limits, const struct bd_wants *wants,
	struct bd_layer **out, struct bd_error *err) BD_CHECKED;

#endif

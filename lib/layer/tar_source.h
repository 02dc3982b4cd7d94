/* SPDX-License-Identifier: Apache-2.0 */
/* A bd_stream as libarchive's input that remembers the header bytes of the entry at hand. */
#ifndef LAYER_TAR_SOURCE_H
#define LAYER_TAR_SOURCE_H

#include <archive.h>

#include "basedrift/compress.h"

struct tar_source {
	struct bd_stream *stream;
	uint64_t limit_bytes;
	struct bd_str block;  /* the stream's current one */
	uint64_t block_at;    /* its offset in the tar */
	bool in_header;       /* blocks that go by are remembered */
	struct bd_buf before; /* the bytes right before block since the header began */
	struct bd_buf run;    /* scratch */
	bool ended;
	bool failed; /* error says how */
	struct bd_error error;
};
/* archive_read_callback; client_data is the tar_source */
la_ssize_t tar_source_read(struct archive *archive, void *client_data, const void **block);
/* Around archive_read_open and archive_read_next_header. */
void tar_source_header_begins(struct tar_source *source, struct archive *archive);
void tar_source_header_ends(struct tar_source *source);
/* All header bytes of the entry that archive_read_next_header just gave; valid until the next read. */
struct bd_str tar_source_header(struct tar_source *source, struct archive *archive);
/*
 * Read what libarchive left to the end, so that the stream verifies its digests.
 * zeros_out: nothing but zeros was left.
 */
int tar_source_drain(
	struct tar_source *source, struct archive *archive, bool *zeros_out, struct bd_error *err) BD_CHECKED;
void tar_source_release(struct tar_source *source); /* closes the stream */

#endif

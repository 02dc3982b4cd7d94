/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of this folder: tars that tarbuild made, read in pieces, and layers and trees as text. */
#ifndef READ_LAYER_H
#define READ_LAYER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/layer.h"

#include "layer/builder.h"
#include "lib/tarbuild.h"

/* Memory in blocks of at most `step` bytes; fails at the end when told to. */
struct piece_stream {
	struct bd_stream base;
	struct bd_str rest;
	size_t step;
	const char *failure;
};

static inline int piece_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct piece_stream *pieces = (struct piece_stream *)(void *)stream;
	const size_t n = pieces->rest.n < pieces->step ? pieces->rest.n : pieces->step;
	if (n == 0 && pieces->failure != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s", pieces->failure);
	}
	*block = (struct bd_str){ pieces->rest.p, n };
	pieces->rest.p += n;
	pieces->rest.n -= n;
	return 0;
}

static inline void piece_close(struct bd_stream *stream)
{
	free(stream);
}

static inline struct bd_stream *in_pieces(const struct bd_buf *tar, size_t step, const char *failure)
{
	static const struct bd_stream_ops ops = { .next = piece_next, .close = piece_close };
	struct piece_stream *stream = bd_xcalloc(1, sizeof(*stream));
	*stream = (struct piece_stream){ { &ops }, { bd_buf_str(tar), tar->n }, step, failure };
	return &stream->base;
}

static inline size_t want_all(const char *path, int64_t size_bytes, void *context)
{
	(void)path;
	(void)size_bytes;
	(void)context;
	return SIZE_MAX;
}

/* The layer of a tar; ends it when end is set, and empties the buffer.  Fails the test when it is not readable. */
static inline struct bd_layer *read_layer(struct bd_buf *tar)
{
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	tarbuild_end(tar);
	if (bd_layer_read(in_pieces(tar, 1 << 20, NULL), &(struct bd_wants){ .bytes = want_all }, &layer, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	bd_buf_release(tar);
	return layer;
}

static inline void describe_entry(struct bd_buf *out, const char *path, const struct bd_entry *entry)
{
	bd_buf_printf(out, "%c %s", "fdlcbp"[entry->kind], path);
	if (entry->unresolved_link) {
		bd_buf_printf(out, " => %s", entry->target);
	} else if (entry->kind == BD_SYMLINK) {
		bd_buf_printf(out, " -> %s", entry->target);
	} else if (entry->kind == BD_FILE) {
		bd_buf_printf(out, " %lld", (long long)entry->size_bytes);
	}
}

/* "f a/b 3\n", "l x -> y\n", "- removed\n", "o opaque/\n", "! code where\n" */
static inline void describe_layer(struct bd_buf *out, const struct bd_layer *layer)
{
	for (size_t i = 0; i < layer->entries.len; i++) {
		describe_entry(out, layer->entries.v[i].path, &layer->entries.v[i]);
		bd_buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < layer->whiteouts.len; i++) {
		bd_buf_printf(out, "- %s\n", layer->whiteouts.v[i]);
	}
	for (size_t i = 0; i < layer->opaque.len; i++) {
		bd_buf_printf(out, "o %s/\n", layer->opaque.v[i]);
	}
	for (size_t i = 0; i < layer->diagnostics.len; i++) {
		const struct bd_diagnostic *d = &layer->diagnostics.v[i];
		bd_buf_printf(out, "! %s %s\n", d->code, d->where != NULL ? d->where : "");
	}
}

/* The same with the layer's number behind each file. */
static inline void describe_tree(struct bd_buf *out, const struct bd_tree *tree)
{
	for (size_t i = 0; i < tree->len; i++) {
		describe_entry(out, tree->v[i].path, tree->v[i].entry);
		bd_buf_printf(out, " @%d\n", tree->v[i].layer);
	}
	for (size_t i = 0; i < tree->diagnostics.len; i++) {
		bd_buf_printf(out, "! %s %s\n", tree->diagnostics.v[i].code, tree->diagnostics.v[i].where);
	}
}

static inline void expect_layer_text(const struct bd_layer *layer, const char *expected)
{
	struct bd_buf text = { 0 };
	describe_layer(&text, layer);
	assert_string_equal(bd_buf_str(&text), expected);
	bd_buf_release(&text);
}

/* Reads the tar in one piece and in small ones: always the same. Empties the buffer. */
static inline void expect_layer(struct bd_buf *tar, const char *expected)
{
	static const size_t steps[] = { 1 << 20, 512, 1000, 300, 7 };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct bd_layer *layer = NULL;
		struct bd_error err = { 0 };
		if (bd_layer_read(in_pieces(tar, steps[i], NULL), NULL, &layer, &err) < 0) {
			fail_msg("in pieces of %zu: %s", steps[i], err.msg);
		}
		expect_layer_text(layer, expected);
		bd_layer_free(layer);
	}
	bd_buf_release(tar);
}

/* The error of reading this tar; empties the buffer. */
static inline struct bd_error expect_failure(struct bd_buf *tar, enum bd_error_code code)
{
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	assert_int_equal(bd_layer_read(in_pieces(tar, 4096, NULL), NULL, &layer, &err), -(int)code);
	assert_null(layer);
	bd_buf_release(tar);
	return err;
}

static inline bool digest_is(const struct bd_entry *entry, const void *p, size_t n)
{
	char expected[BD_DIGEST_TEXT], hex[2 * BD_SHA256_BYTES + 1];
	bd_sha256_text(p, n, expected);
	bd_hex(entry->digest, BD_SHA256_BYTES, hex);
	return strcmp(expected + strlen("sha256:"), hex) == 0;
}

#endif

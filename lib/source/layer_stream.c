/* SPDX-License-Identifier: Apache-2.0 */
#include "source/stored.h"

struct labelled {
	struct bd_stream base;
	struct bd_stream *unpacked;
	struct bd_stream *blob; /* the verifying stream below, owned by unpacked; NULL: nothing names its digest */
	size_t layer;
};

/*
 * A damaged blob mostly fails while it is unpacked, before its digest is known.  The digest says more:
 * read on to hear it.
 */
static void prefer_digest_mismatch(struct labelled *labelled, struct bd_error *err)
{
	struct bd_str block = { 0 };
	struct bd_error verdict;
	if (labelled->blob == NULL || err->code != BD_ERR_FORMAT) {
		return;
	}
	do {
		if (bd_stream_next(labelled->blob, &block, &verdict) < 0) {
			*err = verdict;
			return;
		}
	} while (block.n > 0);
}

static int labelled_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct labelled *labelled = (struct labelled *)(void *)stream;
	if (bd_stream_next(labelled->unpacked, block, err) < 0) {
		prefer_digest_mismatch(labelled, err);
		return bd_error_wrap(err, "layer %zu", labelled->layer);
	}
	return 0;
}

static void labelled_close(struct bd_stream *stream)
{
	bd_stream_close(((struct labelled *)(void *)stream)->unpacked);
	free(stream);
}

static const struct bd_stream_ops labelled_ops = { .next = labelled_next, .close = labelled_close };

/* Passes on and counts. */
struct counted {
	struct bd_stream base;
	struct bd_stream *inner;
	atomic_ullong *bytes;
};

static int counted_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	const struct counted *counted = (const struct counted *)(const void *)stream;
	const int result = bd_stream_next(counted->inner, block, err);
	if (result >= 0) {
		atomic_fetch_add_explicit(counted->bytes, block->n, memory_order_relaxed);
	}
	return result;
}

static void counted_close(struct bd_stream *stream)
{
	bd_stream_close(((struct counted *)(void *)stream)->inner);
	free(stream);
}

static struct bd_stream *count_bytes(struct bd_stream *inner, atomic_ullong *bytes)
{
	static const struct bd_stream_ops ops = { .next = counted_next, .close = counted_close };
	if (bytes == NULL) {
		return inner;
	}
	struct counted *counted = bd_xcalloc(1, sizeof(*counted));
	*counted = (struct counted){ { &ops }, inner, bytes };
	return &counted->base;
}

/* A blob that is to have the same digest as what is in it is not compressed: it is hashed once, unpacked. */
static bool is_plain(const struct bd_image_layer *layer)
{
	return layer->diff_id != NULL && bd_streq(layer->digest.value, layer->diff_id);
}

static void name_blob(const struct bd_image_layer *layer, struct bd_buf *out)
{
	bd_buf_printf(out, "blob %s", layer->digest.value != NULL ? layer->digest.value : "");
}

/* *verified stays NULL where nothing is asked of the blob's bytes. */
static int open_blob(const struct stored_image *image, size_t i, struct bd_stream **out, struct bd_stream **verified,
	struct bd_error *err)
{
	const struct bd_image_layer *layer = &image->base.layers.v[i];
	AUTO(buf_auto) struct bd_buf what = { 0 };
	AUTO(bd_stream_auto) struct bd_stream *stream = NULL;

	name_blob(layer, &what);
	if (place_open(image->place, image->layer_paths[i], &stream, NULL, err) < 0) {
		const char *digest = layer->digest.value;
		const bool named = digest == NULL || strstr(image->layer_paths[i], digest) != NULL; /* by its path */
		return named ? -(int)err->code : bd_error_wrap(err, "%s", what.p);
	}
	stream = count_bytes(stream, image->base.bytes_read);
	if (layer->digest.value == NULL || is_plain(layer)) {
		*out = steal_ptr(&stream);
		return 0;
	}
	if (bd_stream_verify(steal_ptr(&stream), what.p, layer->digest.value, layer->size_bytes, out, err) < 0) {
		return -(int)err->code;
	}
	*verified = *out;
	return 0;
}

static int verify_unpacked(
	const struct bd_image_layer *layer, struct bd_stream *bytes_take, struct bd_stream **out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf what = { 0 };
	if (!is_plain(layer)) {
		return bd_stream_verify(bytes_take, "diff_id", layer->diff_id, -1, out, err);
	}
	name_blob(layer, &what);
	return bd_stream_verify(bytes_take, what.p, layer->digest.value, layer->size_bytes, out, err);
}

int layer_stream(const struct stored_image *image, size_t i, struct bd_stream **out, struct bd_error *err)
{
	struct bd_stream *blob = NULL;
	struct bd_stream *verified = NULL;
	struct bd_stream *unpacked = NULL;

	if (open_blob(image, i, &blob, &verified, err) < 0) {
		return bd_error_wrap(err, "layer %zu", i);
	}
	struct bd_stream *bytes = bd_stream_decompress(blob);
	if (image->base.ahead != NULL && image->base.ahead[i]) {
		bytes = bd_stream_ahead(bytes);
	}
	if (verify_unpacked(&image->base.layers.v[i], bytes, &unpacked, err) < 0) {
		return bd_error_wrap(err, "layer %zu", i);
	}
	struct labelled *labelled = bd_xcalloc(1, sizeof(*labelled));
	labelled->base.ops = &labelled_ops;
	labelled->unpacked = unpacked;
	labelled->blob = verified;
	labelled->layer = i;
	*out = &labelled->base;
	return 0;
}

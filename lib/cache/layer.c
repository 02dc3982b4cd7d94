/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A layer's inventory as a file: a head, arrays of fixed-size rows, then all texts.  It is mapped, and texts
 * are used where they lie.  This machine's byte order and sizes: nobody else reads it, and LAYER_FORMAT is part of
 * its name.
 */
#include <string.h>
#include <sys/mman.h>

#include "base/auto.h"
#include "cache/folder.h"

#define LAYER_FORMAT "layer-4 " /* raise it with every change of the structs below or of what a layer means */

struct layer_head {
	uint64_t entries, whiteouts, opaque, kept, diagnostics; /* rows, in this order */
	uint64_t text_bytes;
	uint64_t tar_bytes, tar_entries;
	uint64_t content, metadata; /* texts are offsets into the texts, 0: NULL */
};
struct entry_row {
	uint64_t path;
	union {
		uint8_t digest[BD_SHA256_BYTES];
		uint64_t target;
		uint64_t device;
	};
	int64_t size_bytes, mtime_sec;
	uint64_t checksums; /* bytes among the texts */
	uint32_t uid, gid;
	uint16_t mode;
	uint8_t kind, unresolved_link, marked;
	uint8_t unused[3];
};
struct kept_row {
	uint64_t path, bytes, n, by, problem;
};
struct diagnostic_row {
	uint64_t code, where, text;
};

/* ---- writing ------------------------------------------------------------------------------------ */

/*
 * A layer is gone through three times, so that nothing of it is in memory twice: to count what its texts need, for the
 * rows with the places of their texts, and for those texts in the same order.
 */
struct layer_writer {
	struct cache_output *output; /* NULL: texts are only counted */
	bool rows;                   /* rows are written and texts are not, else the other way round */
	uint64_t text_bytes;
};

static uint64_t put_text_bytes(struct layer_writer *w, const char *p, size_t n)
{
	const uint64_t at = w->text_bytes;
	w->text_bytes += n + 1;
	if (!w->rows && w->output != NULL) {
		cache_put(w->output, p, n);
		cache_put(w->output, "", 1);
	}
	return at;
}

static uint64_t put_text(struct layer_writer *w, const char *text)
{
	return text != NULL ? put_text_bytes(w, text, strlen(text)) : 0;
}

static void put_row(struct layer_writer *w, const void *row, size_t n)
{
	if (w->rows) {
		cache_put(w->output, row, n);
	}
}

static bool has_target(const struct bd_entry *entry)
{
	return entry->kind == BD_SYMLINK || entry->unresolved_link;
}

static void put_entry(struct layer_writer *w, const struct bd_entry *entry)
{
	struct entry_row row = {
		.path = put_text(w, entry->path),
		.size_bytes = entry->size_bytes,
		.mtime_sec = entry->mtime_sec,
		.mode = entry->mode,
		.uid = entry->uid,
		.gid = entry->gid,
		.kind = entry->kind,
		.unresolved_link = entry->unresolved_link,
		.marked = entry->marked,
	};
	memcpy(row.digest, entry->digest, sizeof(row.digest));
	if (entry->checksums != NULL) {
		row.checksums = put_text_bytes(w, (const char *)entry->checksums, sizeof(*entry->checksums));
	}
	if (has_target(entry)) {
		memset(row.digest, 0, sizeof(row.digest));
		row.target = put_text(w, entry->target);
	}
	put_row(w, &row, sizeof(row));
}

static void put_texts(struct layer_writer *w, const struct bd_string_vec *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const uint64_t row = put_text(w, list->v[i]);
		put_row(w, &row, sizeof(row));
	}
}

static void put_kept(struct layer_writer *w, const struct bd_kept_file *file)
{
	struct kept_row row = { .path = put_text(w, file->path),
		.n = file->bytes.n,
		.by = put_text(w, file->by),
		.problem = put_text(w, file->problem) };
	row.bytes = put_text_bytes(w, file->bytes.p, file->bytes.n);
	put_row(w, &row, sizeof(row));
}

/* Everything but the head. */
static void put_layer(struct layer_writer *w, const struct bd_layer *layer, struct layer_head *head)
{
	w->text_bytes = 0;
	(void)put_text(w, ""); /* no text stands at 0 */
	head->content = put_text(w, layer->content);
	head->metadata = put_text(w, layer->metadata);
	for (size_t i = 0; i < layer->entries.len; i++) {
		put_entry(w, &layer->entries.v[i]);
	}
	put_texts(w, &layer->whiteouts);
	put_texts(w, &layer->opaque);
	for (size_t i = 0; i < layer->kept.len; i++) {
		put_kept(w, &layer->kept.v[i]);
	}
	for (size_t i = 0; i < layer->diagnostics.len; i++) {
		const struct bd_diagnostic *found = &layer->diagnostics.v[i];
		const struct diagnostic_row row = { put_text(w, found->code), put_text(w, found->where),
			put_text(w, found->text) };
		put_row(w, &row, sizeof(row));
	}
}

static void emit_layer(struct cache_output *output, const void *context)
{
	const struct bd_layer *layer = context;
	struct layer_writer counting = { .output = NULL };
	struct layer_writer rows = { .output = output, .rows = true };
	struct layer_writer texts = { .output = output };
	struct layer_head head = {
		.entries = layer->entries.len,
		.whiteouts = layer->whiteouts.len,
		.opaque = layer->opaque.len,
		.kept = layer->kept.len,
		.diagnostics = layer->diagnostics.len,
		.tar_bytes = layer->tar_bytes,
		.tar_entries = layer->tar_entries,
	};
	put_layer(&counting, layer, &head);
	head.text_bytes = counting.text_bytes;
	cache_put(output, &head, sizeof(head));
	put_layer(&rows, layer, &head);
	put_layer(&texts, layer, &head);
}

static void layer_name(char out[CACHE_NAME_BYTES], const char *diff_id, const char *generation)
{
	AUTO(bd_buf_release) struct bd_buf depends = { 0 };
	bd_buf_printf(&depends, "%s%s", LAYER_FORMAT, generation);
	cache_name(out, "layer", diff_id, bd_buf_str(&depends));
}

int bd_cache_add_layer(struct bd_cache *cache, const char *diff_id, const char *generation,
	const struct bd_layer *layer, struct bd_error *err)
{
	char name[CACHE_NAME_BYTES];
	layer_name(name, diff_id, generation);
	return cache_write(cache, name, emit_layer, layer, err);
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* Whatever stands in the file, nothing outside it is touched; `good` says whether all of it made sense. */
struct reader {
	struct bd_str rows, texts;
	bool good;
};

static const char *text_at(struct reader *reader, uint64_t at)
{
	if (at == 0) {
		return NULL;
	}
	if (at >= reader->texts.n) {
		reader->good = false;
		return "";
	}
	return reader->texts.p + at; /* the last byte of the texts is a NUL */
}

static const char *needed_text(struct reader *reader, uint64_t at)
{
	const char *text = text_at(reader, at);
	reader->good &= text != NULL;
	return text != NULL ? text : "";
}

/* n bytes; p == NULL when they are not all there. */
static struct bd_str bytes_at(struct reader *reader, uint64_t at, uint64_t n)
{
	if (at >= reader->texts.n || n >= reader->texts.n - at) {
		reader->good = false;
		return (struct bd_str){ NULL, 0 };
	}
	return (struct bd_str){ reader->texts.p + at, (size_t)n };
}

static void next_row(struct reader *reader, void *row, size_t bytes)
{
	memcpy(row, reader->rows.p, bytes); /* there are as many as the head says: checked before */
	reader->rows.p += bytes;
	reader->rows.n -= bytes;
}

static void read_entry(struct reader *reader, struct bd_entry *out)
{
	struct entry_row row;
	next_row(reader, &row, sizeof(row));
	*out = (struct bd_entry){
		.path = needed_text(reader, row.path),
		.size_bytes = row.size_bytes,
		.mtime_sec = row.mtime_sec,
		.mode = row.mode,
		.uid = row.uid,
		.gid = row.gid,
		.kind = row.kind,
		.unresolved_link = row.unresolved_link != 0,
		.marked = row.marked != 0,
	};
	memcpy(out->digest, row.digest, sizeof(row.digest));
	if (row.checksums != 0) { /* bytes only: they may lie anywhere */
		out->checksums = (const void *)bytes_at(reader, row.checksums, sizeof(*out->checksums)).p;
	}
	if (has_target(out)) {
		out->target = needed_text(reader, row.target);
	}
}

static void read_texts(struct reader *reader, struct bd_string_vec *out, uint64_t count)
{
	out->v = bd_xcalloc((size_t)count, sizeof(*out->v));
	out->len = out->cap = (size_t)count;
	for (size_t i = 0; i < out->len; i++) {
		uint64_t row = 0;
		next_row(reader, &row, sizeof(row));
		out->v[i] = needed_text(reader, row);
	}
}

static void read_kept(struct reader *reader, struct bd_kept_file *out)
{
	struct kept_row row;
	next_row(reader, &row, sizeof(row));
	*out = (struct bd_kept_file){
		.path = needed_text(reader, row.path),
		.by = text_at(reader, row.by),
		.problem = text_at(reader, row.problem),
	};
	out->bytes = bytes_at(reader, row.bytes, row.n);
}

static void read_diagnostic(struct reader *reader, struct bd_diagnostic *out)
{
	struct diagnostic_row row;
	next_row(reader, &row, sizeof(row));
	*out = (struct bd_diagnostic){ .code = needed_text(reader, row.code),
		.where = text_at(reader, row.where),
		.text = needed_text(reader, row.text) };
}

/* Do rows and texts fill the file exactly? */
static bool sizes_fit(const struct layer_head *head, struct bd_str rest)
{
	static const size_t sizes[] = { sizeof(struct entry_row), sizeof(uint64_t), sizeof(uint64_t),
		sizeof(struct kept_row), sizeof(struct diagnostic_row) };
	const uint64_t counts[] = { head->entries, head->whiteouts, head->opaque, head->kept, head->diagnostics };
	uint64_t left = rest.n;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (counts[i] > left / sizes[i]) {
			return false;
		}
		left -= counts[i] * sizes[i];
	}
	return left == head->text_bytes && left > 0 && rest.p[rest.n - 1] == '\0';
}

static void read_layer(struct reader *reader, const struct layer_head *head, struct bd_layer *layer)
{
	layer->tar_bytes = head->tar_bytes;
	layer->tar_entries = (size_t)head->tar_entries;
	layer->content = needed_text(reader, head->content);
	layer->metadata = needed_text(reader, head->metadata);
	layer->entries.v = bd_xmalloc((size_t)head->entries * sizeof(*layer->entries.v));
	layer->entries.len = layer->entries.cap = (size_t)head->entries;
	for (size_t i = 0; i < layer->entries.len; i++) {
		read_entry(reader, &layer->entries.v[i]);
	}
	read_texts(reader, &layer->whiteouts, head->whiteouts);
	read_texts(reader, &layer->opaque, head->opaque);
	layer->kept.v = bd_xcalloc((size_t)head->kept, sizeof(*layer->kept.v));
	layer->kept.len = layer->kept.cap = (size_t)head->kept;
	for (size_t i = 0; i < layer->kept.len; i++) {
		read_kept(reader, &layer->kept.v[i]);
	}
	layer->diagnostics.v = bd_xcalloc((size_t)head->diagnostics, sizeof(*layer->diagnostics.v));
	layer->diagnostics.len = layer->diagnostics.cap = (size_t)head->diagnostics;
	for (size_t i = 0; i < layer->diagnostics.len; i++) {
		read_diagnostic(reader, &layer->diagnostics.v[i]);
	}
}

struct bd_layer *cache_layer_from(struct bd_cached_bytes *bytes)
{
	struct layer_head head;
	struct bd_str rest = bytes->bytes;
	if (rest.n < sizeof(head)) {
		return NULL;
	}
	memcpy(&head, rest.p, sizeof(head));
	rest = (struct bd_str){ rest.p + sizeof(head), rest.n - sizeof(head) };
	if (!sizes_fit(&head, rest)) {
		return NULL;
	}
	struct reader reader = { .rows = { rest.p, rest.n - (size_t)head.text_bytes },
		.texts = { rest.p + rest.n - head.text_bytes, (size_t)head.text_bytes },
		.good = true };
	struct bd_layer *layer = bd_xcalloc(1, sizeof(*layer));
	read_layer(&reader, &head, layer);
	if (!reader.good) {
		bd_layer_free(layer);
		return NULL;
	}
	if (bytes->mapping.p != NULL) { /* the layer's texts lie in it */
		*bd_vec_push(&layer->mappings) = bytes->mapping;
		bytes->mapping = (struct bd_mapping){ NULL, 0 };
		bd_layer_rest(layer, rest); /* until a text is used; what was rows is not needed again */
	}
	return layer;
}

struct bd_layer *bd_cache_layer(struct bd_cache *cache, const char *diff_id, const char *generation)
{
	AUTO(bd_cached_bytes_release) struct bd_cached_bytes bytes = { 0 };
	char name[CACHE_NAME_BYTES];
	layer_name(name, diff_id, generation);
	if (!cache_read(cache, name, &bytes)) {
		return NULL;
	}
	struct bd_layer *layer = cache_layer_from(&bytes);
	if (layer == NULL) {
		cache_remove(cache, name);
	}
	return layer;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sparse_write() makes: the magic, the file's size and the number of ranges; a table of where each range
 * stands in the file and in the bytes behind the table, with one row more that says where those end; the bytes.
 * All numbers are little endian, of 8 bytes.
 */
#include "format/sparse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/integers.h"

static const char magic[16] = "bd-sparse-file\n";

#define HEAD_BYTES 32U
#define ROW_BYTES  16U
#define NEAR_BYTES 32U /* ranges as near as this are kept as one: a row costs as much */

bool sparse_is_written(struct bd_str bytes)
{
	return bytes.n >= HEAD_BYTES + ROW_BYTES && memcmp(bytes.p, magic, sizeof(magic)) == 0 &&
	       load_le64(bytes.p + 24) <= (bytes.n - HEAD_BYTES - ROW_BYTES) / ROW_BYTES;
}

struct sparse sparse_open(struct bd_str bytes, struct sparse_trace *trace)
{
	struct sparse file = { .bytes = bytes, .size_bytes = bytes.n, .whole = true, .trace = trace };
	if (sparse_is_written(bytes)) {
		file.whole = false;
		file.size_bytes = load_le64(bytes.p + 16);
		file.ranges = load_le64(bytes.p + 24);
	}
	return file;
}

static uint64_t row_offset(const struct sparse *file, uint64_t row)
{
	return load_le64(file->bytes.p + HEAD_BYTES + row * ROW_BYTES);
}

static uint64_t row_at(const struct sparse *file, uint64_t row)
{
	return load_le64(file->bytes.p + HEAD_BYTES + row * ROW_BYTES + 8);
}

/* The bytes of the last range that begins at offset or before it; NULL: they do not reach so far. */
static const char *kept_bytes(const struct sparse *file, uint64_t offset, size_t n)
{
	const uint64_t data = HEAD_BYTES + (file->ranges + 1) * ROW_BYTES;
	const uint64_t data_bytes = file->bytes.n - data;
	uint64_t low = 0;
	uint64_t high = file->ranges;
	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;
		if (row_offset(file, middle) <= offset) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == 0) {
		return NULL;
	}
	const uint64_t skip = offset - row_offset(file, low - 1);
	const uint64_t begin = row_at(file, low - 1);
	const uint64_t end = row_at(file, low);
	if (end > data_bytes || begin > end || skip > end - begin || n > end - begin - skip) {
		return NULL;
	}
	return file->bytes.p + data + begin + skip;
}

static void note(struct sparse_trace *trace, uint64_t offset, size_t n)
{
	struct sparse_range *last = trace->len > 0 ? &trace->v[trace->len - 1] : NULL;
	if (last != NULL && offset >= last->offset && offset <= last->end + NEAR_BYTES) {
		last->end = offset + n > last->end ? offset + n : last->end;
	} else {
		*bd_vec_push(trace) = (struct sparse_range){ offset, offset + n };
	}
}

int sparse_read(const struct sparse *file, uint64_t offset, void *out, size_t n, struct bd_error *err)
{
	if (offset > file->size_bytes || n > file->size_bytes - offset) {
		return bd_error_set(err, BD_ERR_FORMAT,
			"the file ends too early: it has %" PRIu64 " bytes, and something at %" PRIu64,
			file->size_bytes, offset);
	}
	if (n == 0) {
		return 0;
	}
	const char *bytes = file->whole ? file->bytes.p + offset : kept_bytes(file, offset, n);
	if (bytes == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "the bytes at %" PRIu64 " were not kept", offset);
	}
	memcpy(out, bytes, n);
	if (file->trace != NULL) {
		note(file->trace, offset, n);
	}
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct sparse_range *x = a;
	const struct sparse_range *y = b;
	return x->offset != y->offset ? (x->offset < y->offset ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

static void merge(struct sparse_trace *trace)
{
	size_t kept = 0;
	if (trace->len > 0) {
		qsort(trace->v, trace->len, sizeof(*trace->v), by_offset);
	}
	for (size_t i = 0; i < trace->len; i++) {
		if (kept == 0 || trace->v[i].offset > trace->v[kept - 1].end + NEAR_BYTES) {
			trace->v[kept++] = trace->v[i];
		} else if (trace->v[i].end > trace->v[kept - 1].end) {
			trace->v[kept - 1].end = trace->v[i].end;
		}
	}
	trace->len = kept;
}

static void add_u64(struct bd_buf *out, uint64_t value)
{
	uint8_t bytes[8];
	store_le64(bytes, value);
	bd_buf_add(out, bytes, sizeof(bytes));
}

void sparse_write(struct bd_str whole, struct sparse_trace *trace, struct bd_buf *out)
{
	uint64_t at = 0;
	merge(trace);
	bd_buf_add(out, magic, sizeof(magic));
	add_u64(out, whole.n);
	add_u64(out, trace->len);
	for (size_t i = 0; i < trace->len; i++) {
		add_u64(out, trace->v[i].offset);
		add_u64(out, at);
		at += trace->v[i].end - trace->v[i].offset;
	}
	add_u64(out, whole.n);
	add_u64(out, at);
	for (size_t i = 0; i < trace->len; i++) {
		bd_buf_add(out, whole.p + trace->v[i].offset, trace->v[i].end - trace->v[i].offset);
	}
}

void sparse_trace_release(struct sparse_trace *trace)
{
	free(trace->v);
	*trace = (struct sparse_trace){ .len = 0 };
}

/* ---- pieces ------------------------------------------------------------------------------------ */

void pieces_add(struct pieces *pieces, const struct sparse *file, uint64_t offset, uint64_t n)
{
	if (n > 0) {
		*bd_vec_push(pieces) = (struct piece){ file, offset, pieces->n };
		pieces->n += n;
	}
}

bool pieces_cut(struct pieces *pieces, uint64_t at, uint64_t n)
{
	if (at > pieces->n || n > pieces->n - at) {
		return false;
	}
	pieces->first += at;
	pieces->n = n;
	return true;
}

static size_t piece_of(const struct pieces *pieces, uint64_t at)
{
	size_t low = 0;
	size_t high = pieces->len;
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		if (pieces->v[middle].start <= at) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

int pieces_read(const struct pieces *pieces, uint64_t at, void *out, size_t n, struct bd_error *err)
{
	if (at > pieces->n || n > pieces->n - at) {
		return bd_error_set(err, BD_ERR_FORMAT, "a value of %" PRIu64 " bytes ends before its byte %" PRIu64,
			pieces->n, at);
	}
	if (n == 0) {
		return 0;
	}
	at += pieces->first;
	for (size_t i = piece_of(pieces, at); n > 0; i++) {
		const struct piece *piece = &pieces->v[i];
		const uint64_t skip = at - piece->start;
		size_t part = n;
		if (i + 1 < pieces->len && n > pieces->v[i + 1].start - at) {
			part = (size_t)(pieces->v[i + 1].start - at);
		}
		if (sparse_read(piece->file, piece->offset + skip, out, part, err) < 0) {
			return -(int)err->code;
		}
		at += part;
		n -= part;
		out = (char *)out + part;
	}
	return 0;
}

void pieces_clear(struct pieces *pieces)
{
	pieces->len = 0;
	pieces->first = pieces->n = 0;
}

void pieces_release(struct pieces *pieces)
{
	free(pieces->v);
	*pieces = (struct pieces){ .len = 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Line by line: a record of a million files never exists as one JSON document. */
#include "record/write.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "record/codec.h"
#include "record/plain.h"

#define FLUSH_BYTES (4U << 20)

struct writer {
	const struct bd_record *record;
	struct bd_buf *buf;
	size_t start; /* where the line being written starts */
	struct bd_hash *hash;
	flush_fn *flush;
	void *context;
};

static void hash_auto(struct bd_hash **hash)
{
	bd_hash_free(*hash);
}

static int add_bytes(const char *p, size_t n, void *data)
{
	bd_buf_add(data, p, n);
	return 0;
}

static void begin_line(struct writer *w, const char *type)
{
	w->start = w->buf->n;
	bd_buf_add_str(w->buf, "{\"type\":\"");
	bd_buf_add_str(w->buf, type);
	bd_buf_add_char(w->buf, '"');
}

static int end_line(struct writer *w, struct bd_error *err)
{
	bd_buf_add_char(w->buf, '\n');
	if (w->buf->n - w->start > BD_LIMIT_RECORD_LINE) {
		return bd_error_set(err, BD_ERR_LIMIT, "longer than %u bytes", BD_LIMIT_RECORD_LINE);
	}
	return 0;
}

/* What stands behind `from` in the buffer is settled. */
static int settle(struct writer *w, size_t from, struct bd_error *err)
{
	bd_hash_update(w->hash, w->buf->p + from, w->buf->n - from);
	if (w->flush != NULL && w->buf->n >= FLUSH_BYTES) {
		return w->flush(w->context, w->buf, err);
	}
	return 0;
}

/* {"type":TYPE, and then the object's members sorted by key. */
static int put_line(struct writer *w, const char *type, const json_t *object, struct bd_error *err)
{
	begin_line(w, type);
	const size_t body = w->buf->n;
	if (json_dump_callback(object, add_bytes, w->buf, JSON_COMPACT | JSON_SORT_KEYS) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "cannot be written as JSON");
	}
	if (json_object_size(object) > 0) {
		w->buf->p[body] = ',';
	} else {
		w->buf->n = body;
		bd_buf_add_char(w->buf, '}');
	}
	return end_line(w, err);
}

static int put_item(struct writer *w, const struct line_type *line, const void *item, struct bd_error *err)
{
	if (line->encode == NULL || (line->is_plain != NULL && line->is_plain(item))) {
		begin_line(w, line->type);
		if (plain_print(line->shape, item, w->buf)) {
			bd_buf_add_char(w->buf, '}');
			return end_line(w, err);
		}
		w->buf->n = w->start;
	}
	json_auto_t *object = json_object();
	if (shape_encode(line->shape, item, object, err) < 0) {
		return -(int)err->code;
	}
	if (line->encode != NULL && line->encode(item, object, err) < 0) {
		return -(int)err->code;
	}
	return put_line(w, line->type, object, err);
}

static bool is_present(const struct bd_record *record, const struct line_type *line)
{
	bool present = true;
	if (line->has_present) {
		memcpy(&present, (const char *)record + line->present_offset, sizeof(present));
	}
	return present;
}

static struct any_vec items_of(const struct bd_record *record, const struct line_type *line)
{
	struct any_vec items = { 0 };
	memcpy(&items, (const char *)record + line->offset, sizeof(items));
	return items;
}

/* ---- many lines, by several threads ------------------------------------------------------------- */

#define PART_LINES 256U
#define PARTS      16U

struct part {
	struct bd_buf buf;
	struct bd_error *err; /* malloc'ed, or NULL */
};
struct writing {
	const struct bd_record *record;
	const struct line_type *line;
	struct any_vec items;
	size_t first; /* of these parts' items */
	struct part parts[PARTS];
};

static void write_part(size_t i, void *context)
{
	struct writing *writing = context;
	struct part *part = &writing->parts[i];
	struct writer w = { .record = writing->record, .buf = &part->buf };
	const size_t first = writing->first + i * PART_LINES;
	const size_t end = writing->items.len - first > PART_LINES ? first + PART_LINES : writing->items.len;
	for (size_t k = first; k < end && part->err == NULL; k++) {
		struct bd_error err;
		if (put_item(&w, writing->line, (const char *)writing->items.v + k * writing->line->shape->size, &err) <
			0) {
			(void)bd_error_wrap(&err, "record: %s %zu", writing->line->type, k);
			part->err = bd_xmalloc(sizeof(*part->err));
			*part->err = err;
		}
	}
}

/* The parts one after the other; the first error is the one that counts. */
static int join_parts(struct writer *w, struct writing *writing, size_t count, struct bd_error *err)
{
	int r = 0;
	for (size_t i = 0; i < count; i++) {
		struct part *part = &writing->parts[i];
		if (r == 0 && part->err != NULL) {
			*err = *part->err;
			r = -(int)err->code;
		} else if (r == 0) {
			const size_t from = w->buf->n;
			bd_buf_add(w->buf, part->buf.p, part->buf.n);
			r = settle(w, from, err);
		}
		bd_buf_clear(&part->buf);
		free(part->err);
		part->err = NULL;
	}
	return r;
}

static int put_many(struct writer *w, const struct line_type *line, struct bd_error *err)
{
	struct writing writing = { .record = w->record, .line = line, .items = items_of(w->record, line) };
	int r = 0;
	for (; r == 0 && writing.first < writing.items.len; writing.first += PARTS * PART_LINES) {
		const size_t parts = (writing.items.len - writing.first + PART_LINES - 1) / PART_LINES;
		const size_t count = parts < PARTS ? parts : PARTS;
		bd_parallel(0, count, write_part, &writing);
		r = join_parts(w, &writing, count, err);
	}
	for (size_t i = 0; i < PARTS; i++) {
		bd_buf_release(&writing.parts[i].buf);
	}
	return r;
}

static int put_kind(struct writer *w, const struct line_type *line, struct bd_error *err)
{
	if (line->many) {
		return put_many(w, line, err);
	}
	if (!is_present(w->record, line)) {
		return 0;
	}
	const size_t from = w->buf->n;
	if (put_item(w, line, (const char *)w->record + line->offset, err) < 0) {
		return bd_error_wrap(err, "record: %s", line->type);
	}
	return settle(w, from, err);
}

static size_t count_lines(const struct bd_record *record)
{
	size_t count = 1;
	for (size_t i = 0; i < line_type_count; i++) {
		const struct line_type *line = &line_types[i];
		count += line->many ? items_of(record, line).len : (size_t)is_present(record, line);
	}
	return count;
}

/* The first line says how many there are: a record that lost its end does not pass for a smaller one. */
static int put_header(struct writer *w, struct bd_error *err)
{
	json_auto_t *object = json_object();
	if (shape_encode(&shape_record, w->record, object, err) < 0) {
		return -(int)err->code;
	}
	(void)json_object_set_new_nocheck(object, "schema", json_integer(BD_RECORD_SCHEMA));
	(void)json_object_set_new_nocheck(object, "lines", json_integer((json_int_t)count_lines(w->record)));
	const size_t from = w->buf->n;
	return put_line(w, "record", object, err) < 0 ? -(int)err->code : settle(w, from, err);
}

static int put_all(struct writer *w, struct bd_error *err)
{
	if (record_check(w->record, err) < 0 || put_header(w, err) < 0) {
		return bd_error_wrap(err, "record");
	}
	for (size_t i = 0; i < line_type_count; i++) {
		if (put_kind(w, &line_types[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return w->flush != NULL ? w->flush(w->context, w->buf, err) : 0;
}

int record_emit(struct bd_record *record, struct bd_buf *buf, flush_fn *flush, void *context, struct bd_error *err)
{
	AUTO(hash_auto) struct bd_hash *hash = bd_hash_new(BD_SHA256);
	struct writer w = { .record = record, .buf = buf, .hash = hash, .flush = flush, .context = context };
	uint8_t digest[64];
	char text[BD_DIGEST_TEXT];

	bd_record_sort(record);
	if (put_all(&w, err) < 0) {
		return -(int)err->code;
	}
	bd_hex(digest, bd_hash_final(hash, digest), text);
	record->digest = bd_arena_printf(&record->arena, "sha256:%s", text);
	return 0;
}

int bd_record_write(struct bd_record *record, struct bd_buf *out, struct bd_error *err)
{
	const size_t before = out->n;
	if (record_emit(record, out, NULL, NULL, err) < 0) {
		out->n = before;
		return -(int)err->code;
	}
	return 0;
}

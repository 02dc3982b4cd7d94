/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records come from elsewhere: nothing is guessed.  What this schema does not know is passed over,
 * what it knows must be exactly right (docs/record.md, "Reading").
 */
#include "record/read.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "record/codec.h"

void record_reader_begin(struct record_reader *reader, struct bd_stream *stream, uint64_t max_bytes)
{
	*reader = (struct record_reader){
		.stream = stream,
		.record = bd_record_new(),
		.hash = bd_hash_new(BD_SHA256),
		.max_bytes = max_bytes,
	};
}

void record_reader_release(struct record_reader *reader)
{
	bd_record_free(reader->record);
	bd_hash_free(reader->hash);
	bd_buf_release(&reader->joined);
}

static void stream_auto(struct bd_stream **stream)
{
	bd_stream_close(*stream);
}

/* ---- one line ------------------------------------------------------------------------------- */

static int read_schema(const json_t *object, struct bd_error *err)
{
	const json_t *schema = json_object_get(object, "schema");
	if (!json_is_integer(schema) || json_integer_value(schema) < 1) {
		return bd_error_set(err, BD_ERR_FORMAT, "schema: expected an integer from 1");
	}
	if (json_integer_value(schema) > BD_RECORD_SCHEMA) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"record schema %lld is newer than this program understands (%d)",
			(long long)json_integer_value(schema), BD_RECORD_SCHEMA);
	}
	return 0;
}

static int read_header(struct record_reader *reader, const json_t *object, struct bd_error *err)
{
	struct bd_record *record = reader->record;
	const json_t *lines = json_object_get(object, "lines");

	if (read_schema(object, err) < 0 || shape_decode(&shape_record, object, record, &record->arena, err) < 0) {
		return -(int)err->code;
	}
	if (lines != NULL && (!json_is_integer(lines) || json_integer_value(lines) < 1)) {
		return bd_error_set(err, BD_ERR_FORMAT, "lines: expected an integer from 1");
	}
	reader->promised_lines = (uint64_t)json_integer_value(lines);
	return 0;
}

/* The struct of a line that comes once. */
static int claim_single(struct record_reader *reader, size_t type, void **out, struct bd_error *err)
{
	const struct line_type *line = &line_types[type];
	char *record = (char *)reader->record;
	const bool present = true;

	if ((reader->seen >> type & 1U) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "a second line of this type");
	}
	*out = record + line->offset;
	shape_init(line->shape, *out);
	if (line->has_present) {
		memcpy(record + line->present_offset, &present, sizeof(present));
	}
	return 0;
}

static void *push_element(struct bd_record *record, const struct line_type *line)
{
	char *at = (char *)record + line->offset;
	struct any_vec items;
	memcpy(&items, at, sizeof(items));
	items.v = bd_vec_grow(items.v, items.len, &items.cap, line->shape->size);
	void *element = (char *)items.v + items.len++ * line->shape->size;
	memcpy(at, &items, sizeof(items));
	shape_init(line->shape, element);
	return element;
}

static int read_known(struct record_reader *reader, size_t type, const json_t *object, struct bd_error *err)
{
	const struct line_type *line = &line_types[type];
	struct bd_arena *arena = &reader->record->arena;
	void *item = NULL;

	if (line->many) {
		item = push_element(reader->record, line);
	} else if (claim_single(reader, type, &item, err) < 0) {
		return -(int)err->code;
	}
	reader->seen |= 1U << type;
	if (shape_decode(line->shape, object, item, arena, err) < 0) {
		return -(int)err->code;
	}
	return line->decode != NULL ? line->decode(object, item, arena, err) : 0;
}

static int read_typed(struct record_reader *reader, const char *type, const json_t *object, struct bd_error *err)
{
	const bool header = strcmp(type, "record") == 0;
	if (header != (reader->line == 1)) {
		return bd_error_set(err, BD_ERR_FORMAT,
			header ? "a second line of this type" : "a record begins with a line of type \"record\"");
	}
	if (header) {
		return read_header(reader, object, err);
	}
	for (size_t i = 0; i < line_type_count; i++) {
		if (strcmp(type, line_types[i].type) == 0) {
			return read_known(reader, i, object, err);
		}
	}
	return 0; /* a type that a later version of this schema added */
}

static int read_object(struct record_reader *reader, const json_t *object, struct bd_error *err)
{
	const json_t *type = json_object_get(object, "type");
	if (!json_is_string(type)) {
		return bd_error_set(err, BD_ERR_FORMAT, "expected an object with a \"type\"");
	}
	const char *name = json_string_value(type);
	if (read_typed(reader, name, object, err) < 0) {
		AUTO(bd_buf_release) struct bd_buf shown = { 0 };
		bd_display_text(&shown, name, strlen(name));
		return bd_error_wrap(err, "%.40s", bd_buf_str(&shown));
	}
	return 0;
}

int record_reader_take(struct record_reader *reader, struct bd_str text, struct bd_error *err)
{
	json_error_t problem;
	json_auto_t *object = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &problem);
	if (object == NULL) {
		AUTO(bd_buf_release) struct bd_buf shown = { 0 };
		bd_display_text(&shown, problem.text, strlen(problem.text));
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: not JSON: %s", reader->line, bd_buf_str(&shown));
	}
	if (read_object(reader, object, err) < 0) {
		return bd_error_wrap(err, "line %zu", reader->line);
	}
	return 0;
}

/* ---- all lines ------------------------------------------------------------------------------ */

static int next_block(struct record_reader *reader, struct bd_error *err)
{
	if (bd_stream_next(reader->stream, &reader->block, err) < 0) {
		return -(int)err->code;
	}
	bd_hash_update(reader->hash, reader->block.p, reader->block.n);
	reader->bytes += reader->block.n;
	if (reader->bytes > reader->max_bytes) {
		return bd_error_set(err, BD_ERR_LIMIT, "longer than %llu bytes", (unsigned long long)reader->max_bytes);
	}
	return 0;
}

/* Cuts the block after its next line feed; false: it has none, and all of it is in `joined` now. */
static bool cut_line(struct record_reader *reader, struct bd_str *text)
{
	struct bd_str *block = &reader->block;
	const char *end = block->n > 0 ? memchr(block->p, '\n', block->n) : NULL;
	const size_t n = end != NULL ? (size_t)(end - block->p) : block->n;
	*text = (struct bd_str){ block->p, n };
	if (reader->joined.n > 0 || end == NULL) {
		bd_buf_add(&reader->joined, block->p, n);
		*text = bd_buf_view(&reader->joined);
	}
	if (block->n > 0) { /* an empty one may be NULL */
		block->p += end != NULL ? n + 1 : n;
		block->n -= end != NULL ? n + 1 : n;
	}
	return end != NULL;
}

int record_reader_next(struct record_reader *reader, struct bd_str *text, struct bd_error *err)
{
	bd_buf_clear(&reader->joined);
	for (;;) {
		const bool whole = cut_line(reader, text);
		if (text->n >= BD_LIMIT_RECORD_LINE) {
			return bd_error_set(err, BD_ERR_LIMIT, "line %zu: longer than %u bytes", reader->line + 1,
				BD_LIMIT_RECORD_LINE);
		}
		if (whole) {
			reader->line++;
			return 1;
		}
		if (next_block(reader, err) < 0) {
			return -(int)err->code;
		}
		if (reader->block.n == 0) {
			return text->n == 0 ? 0
					    : bd_error_set(err, BD_ERR_FORMAT, "line %zu: ends in the middle",
						      reader->line + 1);
		}
	}
}

int record_reader_finish(struct record_reader *reader, struct bd_error *err)
{
	struct bd_record *record = reader->record;

	if (reader->line == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "empty");
	}
	if (reader->promised_lines != 0 && reader->promised_lines != reader->line) {
		return bd_error_set(err, BD_ERR_FORMAT, "line 1 promises %llu lines, there are %zu",
			(unsigned long long)reader->promised_lines, reader->line);
	}
	if ((reader->seen & 1U) == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "no line of type \"build\"");
	}
	bd_record_sort(record);
	if (record_check(record, err) < 0) {
		return -(int)err->code;
	}
	uint8_t digest[64];
	char text[BD_DIGEST_TEXT];
	bd_hex(digest, bd_hash_final(reader->hash, digest), text);
	record->digest = bd_arena_printf(&record->arena, "sha256:%s", text);
	return 0;
}

int record_read(struct bd_stream *stream, uint64_t max_bytes, struct bd_record **out, struct bd_error *err)
{
	AUTO(record_reader_release) struct record_reader reader;
	struct bd_str text;
	int there = 0;

	record_reader_begin(&reader, stream, max_bytes);
	while ((there = record_reader_next(&reader, &text, err)) > 0) {
		if (record_reader_take(&reader, text, err) < 0) {
			return -(int)err->code;
		}
	}
	if (there < 0 || record_reader_finish(&reader, err) < 0) {
		return -(int)err->code;
	}
	*out = steal_ptr(&reader.record);
	return 0;
}

int bd_record_parse(struct bd_str bytes, struct bd_record **out, struct bd_error *err)
{
	AUTO(stream_auto) struct bd_stream *stream = bd_stream_decompress(bd_stream_memory(bytes.p, bytes.n));
	return record_read(stream, BD_LIMIT_RECORD_BYTES, out, err) < 0 ? bd_error_wrap(err, "record") : 0;
}

int record_open(const char *path, int *fd_out, struct bd_stream **out, struct bd_error *err)
{
	struct stat st;
	*fd_out = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd_out < 0 || fstat(*fd_out, &st) != 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	*out = bd_stream_decompress(S_ISREG(st.st_mode) ? bd_stream_fd(*fd_out, 0, -1) : bd_stream_pipe(*fd_out));
	return 0;
}

int bd_record_read_file(const char *path, struct bd_record **out, struct bd_error *err)
{
	AUTO(close_fd) int fd = -1;
	AUTO(stream_auto) struct bd_stream *stream = NULL;
	if (record_open(path, &fd, &stream, err) < 0) {
		return -(int)err->code;
	}
	return record_read(stream, BD_LIMIT_RECORD_BYTES, out, err) < 0 ? bd_error_wrap(err, "%s", path) : 0;
}

/* ---- what it looks like --------------------------------------------------------------------- */

static bool skip(struct bd_str *s, const char *token)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->n--;
	}
	if (!bd_str_starts(*s, token)) {
		return false;
	}
	s->p += strlen(token);
	s->n -= strlen(token);
	return true;
}

bool bd_record_sniff(struct bd_str first_bytes)
{
	return skip(&first_bytes, "{") && skip(&first_bytes, "\"type\"") && skip(&first_bytes, ":") &&
	       skip(&first_bytes, "\"record\"");
}

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

struct reader {
	struct bd_record *record;
	size_t line;             /* from 1 */
	uint64_t promised_lines; /* 0: the first line does not say */
	uint64_t bytes, max_bytes;
	unsigned int seen; /* bit i: a line of line_types[i] */
	struct bd_hash *hash;
	struct bd_buf partial; /* of a line that goes on in the next block */
};

static void reader_release(struct reader *reader)
{
	bd_record_free(reader->record);
	bd_hash_free(reader->hash);
	bd_buf_release(&reader->partial);
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

static int read_header(struct reader *reader, const json_t *object, struct bd_error *err)
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
static int claim_single(struct reader *reader, size_t type, void **out, struct bd_error *err)
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

static int read_known(struct reader *reader, size_t type, const json_t *object, struct bd_error *err)
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

static int read_typed(struct reader *reader, const char *type, const json_t *object, struct bd_error *err)
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

static int read_object(struct reader *reader, const json_t *object, struct bd_error *err)
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

static int read_line(struct reader *reader, struct bd_str text, struct bd_error *err)
{
	json_error_t problem;

	reader->line++;
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

static int too_long(const struct reader *reader, struct bd_error *err)
{
	return bd_error_set(
		err, BD_ERR_LIMIT, "line %zu: longer than %u bytes", reader->line + 1, BD_LIMIT_RECORD_LINE);
}

static int feed_line(struct reader *reader, struct bd_str text, struct bd_error *err)
{
	if (reader->partial.n + text.n >= BD_LIMIT_RECORD_LINE) {
		return too_long(reader, err);
	}
	if (reader->partial.n == 0) {
		return read_line(reader, text, err);
	}
	bd_buf_add(&reader->partial, text.p, text.n);
	const int rc = read_line(reader, bd_buf_view(&reader->partial), err);
	bd_buf_clear(&reader->partial);
	return rc;
}

static int feed(struct reader *reader, struct bd_str block, struct bd_error *err)
{
	bd_hash_update(reader->hash, block.p, block.n);
	reader->bytes += block.n;
	if (reader->bytes > reader->max_bytes) {
		return bd_error_set(err, BD_ERR_LIMIT, "longer than %llu bytes", (unsigned long long)reader->max_bytes);
	}
	while (block.n > 0) {
		const char *end = memchr(block.p, '\n', block.n);
		if (end == NULL) {
			if (reader->partial.n + block.n >= BD_LIMIT_RECORD_LINE) {
				return too_long(reader, err);
			}
			bd_buf_add(&reader->partial, block.p, block.n);
			return 0;
		}
		const size_t n = (size_t)(end - block.p);
		if (feed_line(reader, (struct bd_str){ block.p, n }, err) < 0) {
			return -(int)err->code;
		}
		block.p += n + 1;
		block.n -= n + 1;
	}
	return 0;
}

static int finish(struct reader *reader, struct bd_error *err)
{
	struct bd_record *record = reader->record;

	if (reader->partial.n > 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: ends in the middle", reader->line + 1);
	}
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
	AUTO(reader_release)
	struct reader reader = {
		.record = bd_record_new(),
		.hash = bd_hash_new(BD_SHA256),
		.max_bytes = max_bytes,
	};
	struct bd_str block;

	do {
		if (bd_stream_next(stream, &block, err) < 0 || feed(&reader, block, err) < 0) {
			return -(int)err->code;
		}
	} while (block.n > 0);
	if (finish(&reader, err) < 0) {
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

int bd_record_read_file(const char *path, struct bd_record **out, struct bd_error *err)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	struct bd_stream *bytes = S_ISREG(st.st_mode) ? bd_stream_fd(fd, 0, -1) : bd_stream_pipe(fd);
	AUTO(stream_auto) struct bd_stream *stream = bd_stream_decompress(bytes);
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

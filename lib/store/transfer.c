/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From store to store, and through files: records one after another, each as it is, and before each a line of type
 * "stored" with what the store knows beside it.  What was seen without a build goes first, a line of type "seen" each.
 */
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "store/looks.h"

DEFINE_AUTO(record, struct bd_record, bd_record_free)

static void stream_auto(struct bd_stream **stream)
{
	bd_stream_close(*stream);
}

/* ---- out --------------------------------------------------------------------------------------------------------- */

struct exporting {
	bd_store_write_fn *write;
	void *context;
};

static int add_bytes(const char *p, size_t n, void *buf)
{
	bd_buf_add(buf, p, n);
	return 0;
}

static void add_stored_line(const struct bd_store_build *build, struct bd_buf *out)
{
	json_auto_t *object = json_object();
	(void)json_object_set_new(object, "arrived_us", json_integer((json_int_t)build->arrived));
	(void)json_object_set_new(object, "project", json_string(build->project));
	if (build->marked != 0) {
		(void)json_object_set_new(object, "marked", json_integer((json_int_t)build->marked));
		(void)json_object_set_new(object, "status", json_string(bd_status_name(build->status)));
	}
	bd_buf_add_str(out, "{\"type\":\"stored\",");
	const size_t at = out->n;
	(void)json_dump_callback(object, add_bytes, out, JSON_COMPACT | JSON_SORT_KEYS);
	memmove(out->p + at, out->p + at + 1, out->n - at - 1); /* its "{" */
	out->n--;
	bd_buf_add_char(out, '\n');
}

static int export_one(struct bd_store *store, const struct bd_store_build *build, void *context, struct bd_error *err)
{
	const struct exporting *exporting = context;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	add_stored_line(build, &bytes);
	if (bd_store_get(store, build, &bytes, err) < 0) {
		return -(int)err->code;
	}
	return exporting->write(bd_buf_view(&bytes), exporting->context, err);
}

static int export_look(const struct look_row *row, void *context, struct bd_error *err)
{
	const struct exporting *exporting = context;
	AUTO(bd_buf_release) struct bd_buf line = { 0 };
	look_line_add(row, &line);
	return exporting->write(bd_buf_view(&line), exporting->context, err);
}

int bd_store_export(struct bd_store *store, bd_store_write_fn *write, void *context, struct bd_error *err)
{
	struct exporting exporting = { write, context };
	return looks_each(store, export_look, &exporting, err) < 0 ? -(int)err->code
								   : bd_store_each(store, export_one, &exporting, err);
}

/* ---- in ---------------------------------------------------------------------------------------------------------- */

struct importing {
	struct bd_store *store;
	struct bd_store_import *counts;
	struct bd_buf partial; /* a line that goes on in the next block */
	struct bd_buf record;  /* the lines of the record that is being read */
	struct bd_store_arrival arrival;
	struct bd_arena arena;
};

static void importing_release(struct importing *importing)
{
	bd_buf_release(&importing->partial);
	bd_buf_release(&importing->record);
	bd_arena_release(&importing->arena);
}

static int put_one(struct bd_store *store, struct bd_str bytes, const struct bd_store_arrival *arrival,
	struct bd_store_import *counts, struct bd_error *err)
{
	AUTO(record_auto) struct bd_record *parsed = NULL;
	bool is_new = false;
	if (bd_record_parse(bytes, &parsed, err) < 0 || bd_store_put(store, bytes, parsed, arrival, &is_new, err) < 0) {
		return bd_error_wrap(err, "record %zu", counts->read + 1);
	}
	counts->read++;
	counts->added += is_new;
	return 0;
}

/* The record that ends here, if there is one. */
static int end_record(struct importing *importing, struct bd_error *err)
{
	if (importing->record.n == 0) {
		return 0;
	}
	if (put_one(importing->store, bd_buf_view(&importing->record), &importing->arrival, importing->counts, err) <
		0) {
		return -(int)err->code;
	}
	const char *project = importing->counts->project;
	bd_buf_clear(&importing->record);
	bd_arena_release(&importing->arena);
	importing->arrival = (struct bd_store_arrival){ .project = project };
	return 0;
}

static int take_stored_line(struct importing *importing, struct bd_str line, struct bd_error *err)
{
	json_error_t problem;
	json_auto_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &problem);
	const json_t *arrived = json_object_get(object, "arrived_us");
	const json_t *marked = json_object_get(object, "marked");
	const char *project = json_string_value(json_object_get(object, "project"));
	const char *status = json_string_value(json_object_get(object, "status"));

	if (object == NULL || !json_is_integer(arrived) || (marked != NULL && !json_is_integer(marked))) {
		return bd_error_set(err, BD_ERR_FORMAT, "a line of type \"stored\" before record %zu is damaged",
			importing->counts->read + 1);
	}
	importing->arrival.arrived = json_integer_value(arrived);
	importing->arrival.project = bd_arena_strdup(&importing->arena, project);
	if (marked != NULL) {
		if (status == NULL || !bd_status_parse(status, &importing->arrival.status)) {
			return bd_error_set(err, BD_ERR_FORMAT, "a line of type \"stored\" has no status");
		}
		importing->arrival.marked = json_integer_value(marked);
	}
	return 0;
}

static int take_look_line(struct importing *importing, struct bd_str line, struct bd_error *err)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct look_row row;
	return look_line_parse(line, &arena, &row, err) < 0 ? -(int)err->code
							    : look_row_put(importing->store, &row, err);
}

static int take_line(struct importing *importing, struct bd_str line, struct bd_error *err)
{
	const bool stored = bd_str_starts(line, "{\"type\":\"stored\",");
	const bool seen = bd_str_starts(line, LOOK_LINE);
	if ((stored || seen || bd_record_sniff(line)) && end_record(importing, err) < 0) {
		return -(int)err->code;
	}
	if (seen) {
		return take_look_line(importing, line, err);
	}
	if (stored) {
		return take_stored_line(importing, line, err);
	}
	if (importing->record.n + line.n > BD_LIMIT_RECORD_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "record %zu: longer than %llu bytes",
			importing->counts->read + 1, (unsigned long long)BD_LIMIT_RECORD_BYTES);
	}
	bd_buf_add(&importing->record, line.p, line.n);
	return 0;
}

static int take_block(struct importing *importing, struct bd_str block, struct bd_error *err)
{
	while (block.n > 0) {
		const char *end = memchr(block.p, '\n', block.n);
		const size_t n = end != NULL ? (size_t)(end - block.p) + 1 : block.n;
		if (importing->partial.n + n > BD_LIMIT_RECORD_LINE) {
			return bd_error_set(err, BD_ERR_LIMIT, "record %zu: a line is longer than %u bytes",
				importing->counts->read + 1, BD_LIMIT_RECORD_LINE);
		}
		bd_buf_add(&importing->partial, block.p, n);
		if (end != NULL) {
			if (take_line(importing, bd_buf_view(&importing->partial), err) < 0) {
				return -(int)err->code;
			}
			bd_buf_clear(&importing->partial);
		}
		block.p += n;
		block.n -= n;
	}
	return 0;
}

static int import_stream(struct importing *importing, struct bd_stream *stream, struct bd_error *err)
{
	struct bd_str block;
	do {
		if (bd_stream_next(stream, &block, err) < 0 || take_block(importing, block, err) < 0) {
			return -(int)err->code;
		}
	} while (block.n > 0);
	if (importing->partial.n > 0 && take_line(importing, bd_buf_view(&importing->partial), err) < 0) {
		return -(int)err->code;
	}
	return end_record(importing, err);
}

int bd_store_import_file(struct bd_store *store, const char *path, struct bd_store_import *counts, struct bd_error *err)
{
	AUTO(importing_release)
	struct importing importing = { .store = store, .counts = counts, .arrival = { .project = counts->project } };
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	struct bd_stream *bytes = S_ISREG(st.st_mode) ? bd_stream_fd(fd, 0, -1) : bd_stream_pipe(fd);
	AUTO(stream_auto) struct bd_stream *stream = bd_stream_decompress(bytes);
	return import_stream(&importing, stream, err) < 0 ? bd_error_wrap(err, "%s", path) : 0;
}

/* ---- from another store
 * ---------------------------------------------------------------------------------------------- */

struct copying {
	struct bd_store *to;
	struct bd_store_import *counts;
};

static int copy_one(struct bd_store *from, const struct bd_store_build *build, void *context, struct bd_error *err)
{
	const struct copying *copying = context;
	const struct bd_store_arrival arrival = { build->arrived, build->status, build->marked, build->project };
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	if (bd_store_get(from, build, &bytes, err) < 0) {
		return -(int)err->code;
	}
	return put_one(copying->to, bd_buf_view(&bytes), &arrival, copying->counts, err);
}

static int copy_look(const struct look_row *row, void *context, struct bd_error *err)
{
	const struct copying *copying = context;
	return look_row_put(copying->to, row, err);
}

int bd_store_import_store(
	struct bd_store *store, struct bd_store *from, struct bd_store_import *counts, struct bd_error *err)
{
	struct copying copying = { store, counts };
	return looks_each(from, copy_look, &copying, err) < 0 ? -(int)err->code
							      : bd_store_each(from, copy_one, &copying, err);
}

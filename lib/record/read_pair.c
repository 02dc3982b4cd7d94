/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two records that are to be compared.  Nearly all of their files are equal, byte for byte, and stand in the same
 * order; these are recognised as lines and never become structs, so that time and memory go with what differs.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "record/read.h"

struct side {
	const char *path;
	int fd;
	struct bd_stream *stream;
	struct record_reader reader;
	struct bd_str text; /* the line at hand */
	bool there;         /* there is one */
	bool taken;         /* it is in the record: its path was needed */
};

static void side_release(struct side *side)
{
	record_reader_release(&side->reader);
	bd_stream_close(side->stream);
	close_fd(&side->fd);
}

static int side_open(struct side *side, const char *path, struct bd_error *err)
{
	*side = (struct side){ .path = path, .fd = -1 };
	if (record_open(path, &side->fd, &side->stream, err) < 0) {
		return -(int)err->code;
	}
	record_reader_begin(&side->reader, side->stream, BD_LIMIT_RECORD_BYTES);
	return 0;
}

static int advance(struct side *side, struct bd_error *err)
{
	const int there = record_reader_next(&side->reader, &side->text, err);
	side->there = there > 0;
	side->taken = false;
	return there < 0 ? bd_error_wrap(err, "%s", side->path) : 0;
}

static int take(struct side *side, struct bd_error *err)
{
	if (side->taken) {
		return 0;
	}
	side->taken = true;
	return record_reader_take(&side->reader, side->text, err) < 0 ? bd_error_wrap(err, "%s", side->path) : 0;
}

/* As canonical records write it; a line that is written otherwise is taken like any other. */
static bool is_file(const struct side *side)
{
	return side->there && bd_str_starts(side->text, "{\"type\":\"file\",");
}

/* Takes what comes before the next line of a file, or, with `all`, every line to the end. */
static int take_others(struct side *side, bool all, struct bd_error *err)
{
	while (side->there && (all || !is_file(side))) {
		if (take(side, err) < 0 || advance(side, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* A regular file whose bytes are not known equals nothing, not even the same line. */
static bool says_all(struct bd_str line)
{
	return bd_str_find(line, "\"digest\":\"", NULL) || !bd_str_find(line, "\"kind\":\"file\"", NULL);
}

static void leave_out(struct side *side)
{
	if (side->taken) { /* it was taken last, for its path */
		side->reader.record->files.len--;
	}
	side->reader.record->files_left_out++;
}

static const char *path_of(const struct side *side)
{
	const struct bd_file_line_vec *files = &side->reader.record->files;
	return files->v[files->len - 1].path;
}

/* One step of the merge: equal lines go, of others the one that sorts first is taken. */
static int step(struct side *a, struct side *b, struct bd_error *err)
{
	int order = 0;
	if (bd_str_equal(a->text, b->text) && says_all(a->text)) {
		leave_out(a);
		leave_out(b);
	} else {
		if (take(a, err) < 0 || take(b, err) < 0) {
			return -(int)err->code;
		}
		order = bd_str_compare(bd_str(path_of(a)), bd_str(path_of(b)));
	}
	if ((order <= 0 && advance(a, err) < 0) || (order >= 0 && advance(b, err) < 0)) {
		return -(int)err->code;
	}
	return 0;
}

static int read_both(struct side *a, struct side *b, struct bd_error *err)
{
	if (advance(a, err) < 0 || advance(b, err) < 0) {
		return -(int)err->code;
	}
	while (a->there && b->there) {
		if (take_others(a, false, err) < 0 || take_others(b, false, err) < 0) {
			return -(int)err->code;
		}
		if (is_file(a) && is_file(b) && step(a, b, err) < 0) {
			return -(int)err->code;
		}
	}
	return take_others(a, true, err) < 0 || take_others(b, true, err) < 0 ? -(int)err->code : 0;
}

static int finish(struct side *side, struct bd_record **out, struct bd_error *err)
{
	if (record_reader_finish(&side->reader, err) < 0) {
		return bd_error_wrap(err, "%s", side->path);
	}
	*out = side->reader.record;
	side->reader.record = NULL;
	return 0;
}

int bd_record_read_pair(const char *path_a, const char *path_b, struct bd_record **a_out, struct bd_record **b_out,
	struct bd_error *err)
{
	AUTO(side_release) struct side a = { .fd = -1 };
	AUTO(side_release) struct side b = { .fd = -1 };
	struct bd_record *first = NULL;
	if (side_open(&a, path_a, err) < 0 || side_open(&b, path_b, err) < 0 || read_both(&a, &b, err) < 0 ||
		finish(&a, &first, err) < 0) {
		return -(int)err->code;
	}
	if (finish(&b, b_out, err) < 0) {
		bd_record_free(first);
		return -(int)err->code;
	}
	*a_out = first;
	return 0;
}

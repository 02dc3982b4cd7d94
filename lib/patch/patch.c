/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/patch.h"

#include "base/auto.h"

#define CONTEXT 3U

struct line_vec {
	struct bd_str *v; /* with their ends */
	size_t len, cap;
};
struct patch {
	struct bd_buf *out;
	struct bd_str bytes;
	const struct bd_edit *edits;
	size_t count;
	const char *not_near;
	struct line_vec lines;
};

static void release_patch(struct patch *patch)
{
	free(patch->lines.v);
}

void bd_edits_apply(struct bd_str bytes, const struct bd_edit *edits, size_t count, struct bd_buf *out)
{
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		bd_buf_add(out, bytes.p + at, edits[i].at - at);
		bd_buf_add(out, edits[i].with.p, edits[i].with.n);
		at = edits[i].at + edits[i].n;
	}
	if (at < bytes.n) {
		bd_buf_add(out, bytes.p + at, bytes.n - at);
	}
}

static void cut_lines(struct patch *patch)
{
	const char *at = patch->bytes.p;
	size_t left = patch->bytes.n;
	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		const size_t n = end != NULL ? (size_t)(end - at) + 1 : left;
		*bd_vec_push(&patch->lines) = (struct bd_str){ at, n };
		at += n;
		left -= n;
	}
}

/* The line that holds the edit. */
static size_t line_of(const struct patch *patch, const struct bd_edit *edit)
{
	size_t low = 0;
	size_t high = patch->lines.len;
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		const size_t begins = (size_t)(patch->lines.v[middle].p - patch->bytes.p);
		if (begins <= edit->at) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

static void add_line(struct bd_buf *out, char mark, struct bd_str line)
{
	bd_buf_add_char(out, mark);
	bd_buf_add(out, line.p, line.n);
	if (!bd_str_ends(line, "\n")) {
		bd_buf_add_str(out, "\n\\ No newline at end of file\n");
	}
}

static void add_changed_line(const struct patch *patch, size_t number, size_t first, size_t end)
{
	AUTO(bd_buf_release) struct bd_buf line = { .n = 0 };
	struct bd_edit_vec edits = { .len = 0 };
	const struct bd_str old = patch->lines.v[number];
	const size_t begins = (size_t)(old.p - patch->bytes.p);
	for (size_t i = first; i < end; i++) {
		if (line_of(patch, &patch->edits[i]) == number) {
			struct bd_edit *edit = bd_vec_push(&edits);
			*edit = patch->edits[i];
			edit->at -= begins;
		}
	}
	bd_edits_apply(old, edits.v, edits.len, &line);
	add_line(patch->out, '+', bd_buf_view(&line));
	free(edits.v);
}

static bool is_context(const struct patch *patch, size_t line)
{
	return patch->not_near == NULL || !bd_str_find(patch->lines.v[line], patch->not_near, NULL);
}

/* Edits [first, end) are of this hunk, in lines [from, to). */
struct hunk {
	size_t first, end, from, to;
};

static struct hunk find_hunk(const struct patch *patch, size_t first)
{
	struct hunk hunk = { .first = first, .end = first + 1 };
	const size_t begins = line_of(patch, &patch->edits[first]);
	size_t last = begins;
	while (hunk.end < patch->count && line_of(patch, &patch->edits[hunk.end]) <= last + 2 * (size_t)CONTEXT) {
		last = line_of(patch, &patch->edits[hunk.end++]);
	}
	hunk.from = begins;
	hunk.to = last + 1;
	while (hunk.from > 0 && begins - hunk.from < CONTEXT && is_context(patch, hunk.from - 1)) {
		hunk.from--;
	}
	while (hunk.to < patch->lines.len && hunk.to - last - 1 < CONTEXT && is_context(patch, hunk.to)) {
		hunk.to++;
	}
	return hunk;
}

static bool is_changed(const struct patch *patch, const struct hunk *hunk, size_t line)
{
	for (size_t i = hunk->first; i < hunk->end; i++) {
		if (line_of(patch, &patch->edits[i]) == line) {
			return true;
		}
	}
	return false;
}

/*
 * git apply wants a hunk with nothing behind its changes to end where the file does (apply.c, match_end), and a changed
 * line to be what the file has.
 */
static bool can_be_applied(const struct patch *patch, const struct hunk *hunk)
{
	for (size_t line = hunk->from; line < hunk->to; line++) {
		if (!is_context(patch, line)) {
			return false;
		}
	}
	return hunk->to == patch->lines.len || !is_changed(patch, hunk, hunk->to - 1);
}

static void add_hunk(const struct patch *patch, const struct hunk *hunk)
{
	const size_t lines = hunk->to - hunk->from;
	bd_buf_printf(patch->out, "@@ -%zu,%zu +%zu,%zu @@\n", hunk->from + 1, lines, hunk->from + 1, lines);
	for (size_t line = hunk->from; line < hunk->to;) {
		size_t end = line;
		while (end < hunk->to && is_changed(patch, hunk, end)) {
			add_line(patch->out, '-', patch->lines.v[end++]);
		}
		if (end == line) {
			add_line(patch->out, ' ', patch->lines.v[line++]);
		}
		while (line < end) {
			add_changed_line(patch, line++, hunk->first, hunk->end);
		}
	}
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* git's quote.c: in double quotes when a byte needs an escape; a tab behind a name with blanks, as GNU diff has it. */
static void add_name(struct bd_buf *out, const char *mark, char side, const char *path)
{
	bool quoted = false;
	for (const char *c = path; *c != '\0'; c++) {
		quoted = quoted || !is_plain(*c);
	}
	bd_buf_printf(out, "%s %s%c/", mark, quoted ? "\"" : "", side);
	for (const char *c = path; *c != '\0'; c++) {
		if (is_plain(*c)) {
			bd_buf_add_char(out, *c);
		} else {
			bd_buf_printf(out, "\\%03o", (unsigned int)(unsigned char)*c);
		}
	}
	bd_buf_add_str(out, quoted ? "\"\n" : strchr(path, ' ') != NULL ? "\t\n" : "\n");
}

bool bd_patch_add(struct bd_buf *out, const char *path, struct bd_str bytes, const struct bd_edit *edits, size_t count,
	const char *not_near)
{
	AUTO(release_patch)
	struct patch patch = { .out = out, .bytes = bytes, .edits = edits, .count = count, .not_near = not_near };
	if (count == 0) {
		return true;
	}
	cut_lines(&patch);
	for (size_t first = 0; first < count;) {
		const struct hunk hunk = find_hunk(&patch, first);
		if (!can_be_applied(&patch, &hunk)) {
			return false;
		}
		first = hunk.end;
	}
	add_name(out, "---", 'a', path);
	add_name(out, "+++", 'b', path);
	for (size_t first = 0; first < count;) {
		const struct hunk hunk = find_hunk(&patch, first);
		add_hunk(&patch, &hunk);
		first = hunk.end;
	}
	return true;
}

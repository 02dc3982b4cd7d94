/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "patch/patch_lines.h"

struct patch {
	struct bd_buf *out;
	struct bd_str bytes;
	const struct bd_edit *edits;
	size_t count;
	const char *not_near;
	struct patch_line_vec lines;
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

static size_t line_of(const struct patch *patch, const struct bd_edit *edit)
{
	return patch_line_at(&patch->lines, patch->bytes, edit->at);
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
	patch_add_line(patch->out, '+', bd_buf_view(&line));
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
	while (hunk.end < patch->count && line_of(patch, &patch->edits[hunk.end]) <= last + 2 * (size_t)PATCH_CONTEXT) {
		last = line_of(patch, &patch->edits[hunk.end++]);
	}
	hunk.from = begins;
	hunk.to = last + 1;
	while (hunk.from > 0 && begins - hunk.from < PATCH_CONTEXT && is_context(patch, hunk.from - 1)) {
		hunk.from--;
	}
	while (hunk.to < patch->lines.len && hunk.to - last - 1 < PATCH_CONTEXT && is_context(patch, hunk.to)) {
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
			patch_add_line(patch->out, '-', patch->lines.v[end++]);
		}
		if (end == line) {
			patch_add_line(patch->out, ' ', patch->lines.v[line++]);
		}
		while (line < end) {
			add_changed_line(patch, line++, hunk->first, hunk->end);
		}
	}
}

bool bd_patch_add(struct bd_buf *out, const char *path, struct bd_str bytes, const struct bd_edit *edits, size_t count,
	const char *not_near)
{
	AUTO(release_patch)
	struct patch patch = { .out = out, .bytes = bytes, .edits = edits, .count = count, .not_near = not_near };
	if (count == 0) {
		return true;
	}
	patch_cut_lines(bytes, &patch.lines);
	for (size_t first = 0; first < count;) {
		const struct hunk hunk = find_hunk(&patch, first);
		if (!can_be_applied(&patch, &hunk)) {
			return false;
		}
		first = hunk.end;
	}
	patch_add_names(out, path);
	for (size_t first = 0; first < count;) {
		const struct hunk hunk = find_hunk(&patch, first);
		add_hunk(&patch, &hunk);
		first = hunk.end;
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The diff of edits that add and remove lines: what each run of them makes of the lines it touches. */
#include "base/auto.h"
#include "patch/patch_lines.h"

/* Lines [from, to) of the old text become these of the new. */
struct change {
	size_t from, to;
	struct bd_buf text;
	struct patch_line_vec lines;
};
struct changes {
	struct change *v;
	size_t len, cap;
	struct bd_str bytes;
	struct patch_line_vec lines;
};

static void release_changes(struct changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		bd_buf_release(&changes->v[i].text);
		free(changes->v[i].lines.v);
	}
	free(changes->v);
	free(changes->lines.v);
}

/* Where line i begins; behind the last one, where the text ends. */
static size_t begin_of(const struct changes *changes, size_t i)
{
	return i < changes->lines.len ? (size_t)(changes->lines.v[i].p - changes->bytes.p) : changes->bytes.n;
}

/* Whole lines between lines touch none. */
static bool is_between(const struct changes *changes, const struct bd_edit *edit, size_t line)
{
	const bool begins = edit->at == begin_of(changes, line);
	const bool ends = edit->at == changes->bytes.n &&
			  (changes->bytes.n == 0 || changes->bytes.p[changes->bytes.n - 1] == '\n');
	return edit->n == 0 && bd_str_ends(edit->with, "\n") && (begins || ends);
}

static void touched(const struct changes *changes, const struct bd_edit *edit, size_t *from, size_t *to)
{
	*from = patch_line_at(&changes->lines, changes->bytes, edit->at);
	if (is_between(changes, edit, *from)) {
		*from = edit->at == changes->bytes.n ? changes->lines.len : *from;
		*to = *from;
		return;
	}
	const size_t last = edit->at + (edit->n > 0 ? edit->n - 1 : 0);
	*to = changes->lines.len == 0 ? 0 : patch_line_at(&changes->lines, changes->bytes, last) + 1;
	const bool whole = edit->at == begin_of(changes, *from) && (edit->with.n == 0 || bd_str_ends(edit->with, "\n"));
	if (edit->n > 0 && edit->at + edit->n == begin_of(changes, *to) && !whole && *to < changes->lines.len) {
		(*to)++; /* the line end is gone: what follows comes up */
	}
}

static void trim(const struct changes *changes, struct change *change)
{
	size_t front = 0;
	size_t back = 0;
	const size_t old = change->to - change->from;
	while (front < old && front < change->lines.len &&
		bd_str_equal(changes->lines.v[change->from + front], change->lines.v[front])) {
		front++;
	}
	while (back < old - front && back < change->lines.len - front &&
		bd_str_equal(changes->lines.v[change->to - 1 - back], change->lines.v[change->lines.len - 1 - back])) {
		back++;
	}
	change->from += front;
	change->to -= back;
	change->lines.len -= front + back;
	for (size_t i = 0; i < change->lines.len && front > 0; i++) {
		change->lines.v[i] = change->lines.v[i + front];
	}
}

static void make_changes(struct changes *changes, const struct bd_edit *edits, size_t count)
{
	for (size_t i = 0; i < count;) {
		struct change *change = bd_vec_push(changes);
		struct bd_edit_vec own = { .len = 0 };
		*change = (struct change){ .from = 0 };
		touched(changes, &edits[i], &change->from, &change->to);
		const size_t begin = begin_of(changes, change->from);
		for (size_t first = i; i < count; i++) {
			size_t from;
			size_t to;
			touched(changes, &edits[i], &from, &to);
			if (i > first && from > change->to) {
				break;
			}
			change->to = to > change->to ? to : change->to;
			struct bd_edit *edit = bd_vec_push(&own);
			*edit = edits[i];
			edit->at -= begin;
		}
		const struct bd_str old = { changes->bytes.p + begin, begin_of(changes, change->to) - begin };
		bd_edits_apply(old, own.v, own.len, &change->text);
		patch_cut_lines(bd_buf_view(&change->text), &change->lines);
		free(own.v);
		trim(changes, change);
		if (change->from == change->to && change->lines.len == 0) {
			bd_buf_release(&change->text);
			free(change->lines.v);
			changes->len--;
		}
	}
}

static size_t add_hunk(struct bd_buf *out, const struct changes *changes, size_t first, size_t *moved)
{
	size_t end = first + 1;
	size_t added = changes->v[first].lines.len;
	size_t removed = changes->v[first].to - changes->v[first].from;
	while (end < changes->len && changes->v[end].from - changes->v[end - 1].to <= 2 * (size_t)PATCH_CONTEXT) {
		added += changes->v[end].lines.len;
		removed += changes->v[end].to - changes->v[end].from;
		end++;
	}
	const size_t begins = changes->v[first].from;
	const size_t from = begins > PATCH_CONTEXT ? begins - PATCH_CONTEXT : 0;
	const size_t left = changes->lines.len - changes->v[end - 1].to;
	const size_t to = changes->v[end - 1].to + (left < PATCH_CONTEXT ? left : PATCH_CONTEXT);
	const size_t old = to - from;
	const size_t new = old - removed + added;
	bd_buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", from + (old > 0), old, from + *moved + (new > 0), new);
	size_t line = from;
	for (size_t i = first; i < end; i++) {
		while (line < changes->v[i].from) {
			patch_add_line(out, ' ', changes->lines.v[line++]);
		}
		while (line < changes->v[i].to) {
			patch_add_line(out, '-', changes->lines.v[line++]);
		}
		for (size_t k = 0; k < changes->v[i].lines.len; k++) {
			patch_add_line(out, '+', changes->v[i].lines.v[k]);
		}
	}
	while (line < to) {
		patch_add_line(out, ' ', changes->lines.v[line++]);
	}
	*moved += added - removed;
	return end;
}

void bd_patch_add_lines(
	struct bd_buf *out, const char *path, struct bd_str bytes, const struct bd_edit *edits, size_t count)
{
	AUTO(release_changes) struct changes changes = { .bytes = bytes };
	size_t moved = 0; /* added less removed, modulo the type's size */
	if (count == 0) {
		return;
	}
	patch_cut_lines(bytes, &changes.lines);
	make_changes(&changes, edits, count);
	if (changes.len > 0) {
		patch_add_names(out, path);
	}
	for (size_t first = 0; first < changes.len;) {
		first = add_hunk(out, &changes, first, &moved);
	}
}

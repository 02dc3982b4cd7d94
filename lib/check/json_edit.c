/* SPDX-License-Identifier: Apache-2.0 */
#include "check/json_edit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "origin/arena_vec.h"

static void push(const struct json_edit *edit, size_t from, size_t to, const char *with)
{
	*arena_push(edit->arena, edit->out) = (struct bd_edit){ from, to - from, bd_str(with) };
}

void json_edit_replace(const struct json_edit *edit, struct bd_str value, const char *with)
{
	const size_t from = (size_t)(value.p - edit->bytes.p);
	push(edit, from, from + value.n, with);
}

const char *json_edit_string(struct bd_arena *arena, const char *text)
{
	json_auto_t *string = json_string(text);
	char *dumped = string != NULL ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
	const char *result = bd_arena_strdup(arena, dumped);
	free(dumped);
	return result;
}

void json_container_member(struct json_container *container, const struct json_edit *edit, struct bd_str key,
	struct bd_str value, bool gone)
{
	const char *begin = key.p != NULL ? key.p - 1 : value.p;
	*arena_push(edit->arena, container) = (struct json_span){ (size_t)(begin - edit->bytes.p),
		(size_t)(value.p + value.n - edit->bytes.p), gone };
}

/* Of members that go, the commas go along: each with the one before it, the first ones with those behind. */
static void take_out(const struct json_container *container, const struct json_edit *edit)
{
	const struct json_span *kept = NULL;
	size_t run = 0; /* of v, that go and are not cut yet */
	for (size_t i = 0; i <= container->len; i++) {
		const struct json_span *one = i < container->len ? &container->v[i] : NULL;
		if (one != NULL && one->gone) {
			continue;
		}
		if (i > run && kept != NULL) {
			push(edit, kept->to, container->v[i - 1].to, "");
		} else if (i > run && one != NULL) {
			push(edit, container->v[run].from, one->from, "");
		}
		kept = one != NULL ? one : kept;
		run = i + 1;
	}
}

/* The white space before the first member. */
static const char *separator(const struct json_container *container, const struct json_edit *edit)
{
	const size_t open = (size_t)(container->value.p - edit->bytes.p) + 1;
	const size_t n = container->len > 0 ? container->v[0].from - open : 0;
	return n > 0 ? bd_arena_text(edit->arena, edit->bytes.p + open, n) : " ";
}

static const char *added_text(const struct json_container *container, const struct json_edit *edit, bool first)
{
	struct bd_buf text = { 0 };
	for (size_t i = 0; i < container->added.len; i++) {
		if (i > 0 || !first) {
			bd_buf_printf(&text, ",%s", separator(container, edit));
		}
		bd_buf_add_str(&text, container->added.v[i]);
	}
	const char *result = bd_arena_text(edit->arena, bd_buf_str(&text), text.n);
	bd_buf_release(&text);
	return result;
}

void json_container_finish(const struct json_container *container, const struct json_edit *edit)
{
	const size_t open = (size_t)(container->value.p - edit->bytes.p) + 1;
	const size_t end = container->len > 0 ? container->v[container->len - 1].to : open;
	bool empty = true;
	for (size_t i = 0; i < container->len; i++) {
		empty = empty && container->v[i].gone;
	}
	if (empty && container->added.len == 0) {
		if (container->len > 0) {
			push(edit, open, open + container->value.n - 2, "");
		}
	} else if (empty) {
		push(edit, container->len > 0 ? container->v[0].from : open, end, added_text(container, edit, true));
	} else {
		take_out(container, edit);
		if (container->added.len > 0) {
			push(edit, end, end, added_text(container, edit, false));
		}
	}
}

static int by_place(const void *a, const void *b)
{
	const struct bd_edit *x = a;
	const struct bd_edit *y = b;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->n > y->n) - (x->n < y->n);
}

void json_edit_sort(struct bd_edit_vec *edits)
{
	if (edits->len > 0) {
		qsort(edits->v, edits->len, sizeof(*edits->v), by_place);
	}
}

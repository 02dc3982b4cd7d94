/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/json.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

/* jansson recurses once a level: the depth is bounded before it sees the text. */
static bool too_deep(struct bd_str text)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > BD_LIMIT_JSON_DEPTH) {
				return true;
			}
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

size_t json_values(struct bd_str text)
{
	size_t values = 0;
	bool in_string = false;
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else {
			in_string = c == '"';
			values += c == ',' || c == '{' || c == '[';
		}
	}
	return values;
}

int json_open(struct bd_str text, size_t limit, json_t **out, struct bd_error *err)
{
	json_error_t problem;

	if (text.n > limit) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "%zu bytes of JSON, more than the %zu that are read", text.n, limit);
	}
	if (too_deep(text)) {
		return bd_error_set(err, BD_ERR_LIMIT, "JSON nested deeper than %u levels", BD_LIMIT_JSON_DEPTH);
	}
	*out = json_loadb(text.n > 0 ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &problem);
	if (*out == NULL) {
		struct bd_buf shown = { 0 }; /* jansson quotes the input */
		bd_display_text(&shown, problem.text, strlen(problem.text));
		(void)bd_error_set(err, BD_ERR_FORMAT, "JSON line %d: %s", problem.line, bd_buf_str(&shown));
		bd_buf_release(&shown);
		return -(int)err->code;
	}
	return 0;
}

static json_t *present(json_t *value)
{
	return json_is_null(value) ? NULL : value;
}

struct at at_root(json_t *document, struct bd_arena *arena)
{
	return (struct at){ .value = document, .arena = arena };
}

struct at at_member(const struct at *up, const char *key)
{
	return (struct at){
		.up = up, .key = key, .value = present(json_object_get(up->value, key)), .arena = up->arena
	};
}

struct at at_element(const struct at *up, size_t index)
{
	return (struct at){
		.up = up, .index = index, .value = present(json_array_get(up->value, index)), .arena = up->arena
	};
}

/* Up to the document: BD_LIMIT_JSON_DEPTH levels.  NOLINTNEXTLINE(misc-no-recursion) */
static void add_path(struct bd_buf *out, const struct at *at)
{
	if (at->up == NULL) {
		return;
	}
	add_path(out, at->up);
	if (at->key == NULL) {
		bd_buf_printf(out, "[%zu]", at->index);
		return;
	}
	if (out->n > 0) {
		bd_buf_add_char(out, '.');
	}
	bd_display_text(out, at->key, strlen(at->key));
}

int at_error(const struct at *at, struct bd_error *err, const char *what)
{
	struct bd_buf path = { 0 };
	add_path(&path, at);
	(void)bd_error_set(err, BD_ERR_FORMAT, "%s: %s", path.n > 0 ? path.p : "document", what);
	bd_buf_release(&path);
	return -(int)err->code;
}

int at_object(const struct at *at, struct bd_error *err)
{
	return at->value == NULL || json_is_object(at->value) ? 0 : at_error(at, err, "not an object");
}

int at_array(const struct at *at, size_t most, struct bd_error *err)
{
	if (at->value == NULL) {
		return 0;
	}
	if (!json_is_array(at->value)) {
		return at_error(at, err, "not an array");
	}
	if (json_array_size(at->value) > most) {
		(void)at_error(at, err, "more elements than are read");
		err->code = BD_ERR_LIMIT;
		return -(int)err->code;
	}
	return 0;
}

static int text_of(const struct at *at, const char **out, struct bd_error *err)
{
	if (at->value == NULL) {
		return 0;
	}
	if (!json_is_string(at->value)) {
		return at_error(at, err, "not a string");
	}
	*out = bd_arena_text(at->arena, json_string_value(at->value), json_string_length(at->value));
	return 0;
}

int get_text(const struct at *at, const char *key, const char **out, struct bd_error *err)
{
	const struct at member = at_member(at, key);
	return text_of(&member, out, err);
}

int get_bool(const struct at *at, const char *key, bool *out, struct bd_error *err)
{
	const struct at member = at_member(at, key);
	if (member.value == NULL) {
		return 0;
	}
	if (!json_is_boolean(member.value)) {
		return at_error(&member, err, "neither true nor false");
	}
	*out = json_is_true(member.value);
	return 0;
}

int get_integer(const struct at *at, const char *key, int64_t *out, struct bd_error *err)
{
	const struct at member = at_member(at, key);
	if (member.value == NULL) {
		return 0;
	}
	if (!json_is_integer(member.value)) {
		return at_error(&member, err, "not an integer");
	}
	*out = (int64_t)json_integer_value(member.value);
	return 0;
}

void vec_of_texts(struct bd_string_vec *out, size_t n, struct bd_arena *arena)
{
	out->v = bd_arena_alloc(arena, n * sizeof(*out->v));
	out->cap = n;
	out->len = 0;
}

int get_texts(const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err)
{
	const struct at list = at_member(at, key);
	if (at_array(&list, SIZE_MAX, err) < 0) {
		return -(int)err->code;
	}
	vec_of_texts(out, json_array_size(list.value), at->arena);
	while (out->len < out->cap) {
		const struct at element = at_element(&list, out->len);
		if (element.value == NULL) {
			return at_error(&element, err, "not a string");
		}
		if (text_of(&element, &out->v[out->len], err) < 0) {
			return -(int)err->code;
		}
		out->len++;
	}
	return 0;
}

int get_pairs(const struct at *at, const char *key, struct bd_key_value_vec *out, struct bd_error *err)
{
	const struct at object = at_member(at, key);
	if (at_object(&object, err) < 0) {
		return -(int)err->code;
	}
	const size_t n = json_object_size(object.value);
	out->v = bd_arena_alloc(at->arena, n * sizeof(*out->v));
	out->cap = n;
	out->len = 0;
	int result = 0;
	for (void *i = json_object_iter(object.value); i != NULL && result == 0;
		i = json_object_iter_next(object.value, i)) {
		struct bd_key_value *pair = &out->v[out->len++];
		pair->key = bd_arena_strdup(at->arena, json_object_iter_key(i));
		pair->value = "";
		result = get_text(&object, pair->key, &pair->value, err);
	}
	return result;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int get_keys(const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err)
{
	const struct at object = at_member(at, key);
	if (at_object(&object, err) < 0) {
		return -(int)err->code;
	}
	vec_of_texts(out, json_object_size(object.value), at->arena);
	for (void *i = json_object_iter(object.value); i != NULL; i = json_object_iter_next(object.value, i)) {
		out->v[out->len++] = bd_arena_strdup(at->arena, json_object_iter_key(i));
	}
	if (out->len > 1) {
		qsort(out->v, out->len, sizeof(*out->v), compare_texts);
	}
	return 0;
}

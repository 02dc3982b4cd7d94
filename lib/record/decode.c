/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "record/codec.h"

static int decode_text(
	const struct field *field, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	const char *text = NULL;
	if (text_get(object, field->key, arena, &text, err) < 0) {
		return -(int)err->code;
	}
	if (text == NULL && field->rule == REQUIRED) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s is missing", field->key);
	}
	memcpy((char *)item + field->offset, &text, sizeof(text));
	return 0;
}

/* "0755": exactly four octal digits. */
static bool parse_mode(const char *text, size_t n, int64_t *out)
{
	if (n != 4 || strspn(text, "01234567") != 4) {
		return false;
	}
	*out = (text[0] - '0') << 9 | (text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0');
	return true;
}

static const char *wanted(const struct field *field)
{
	if (field->kind == FIELD_BOOL || field->kind == FIELD_TRI) {
		return "true or false";
	}
	if (field->kind == FIELD_MODE) {
		return "four octal digits";
	}
	return field->kind == FIELD_NAME ? "a name" : "an integer";
}

static bool number_of(const struct field *field, const json_t *value, int64_t *out)
{
	if (field->kind == FIELD_BOOL) {
		*out = json_is_true(value);
		return json_is_boolean(value);
	}
	if (field->kind == FIELD_TRI) {
		*out = json_is_true(value) ? BD_DIFFERENT : BD_SAME;
		return json_is_boolean(value);
	}
	if (field->kind == FIELD_MODE) {
		return json_is_string(value) && parse_mode(json_string_value(value), json_string_length(value), out);
	}
	if (field->kind == FIELD_NAME) {
		*out = json_is_string(value) ? name_find(field->names, json_string_value(value)) : -1;
		return json_is_string(value);
	}
	*out = json_integer_value(value);
	return json_is_integer(value);
}

static int decode_number(const struct field *field, const json_t *object, void *item, struct bd_error *err)
{
	const json_t *value = json_object_get(object, field->key);
	int64_t number = field->fallback;
	if (value == NULL) {
		if (field->rule == REQUIRED) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s is missing", field->key);
		}
		field_store(field, item, number);
		return 0;
	}
	if (!number_of(field, value, &number)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: expected %s", field->key, wanted(field));
	}
	if (!field_allows(field, number)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: %s", field->key,
			field->kind == FIELD_NAME ? "not one of the names this schema has" : "number out of range");
	}
	field_store(field, item, number);
	return 0;
}

/* The array under a row's key; *out NULL when there is none. */
static int array_at(const struct field *field, const json_t *object, const json_t **out, struct bd_error *err)
{
	const json_t *array = json_object_get(object, field->key);
	if (array != NULL && !json_is_array(array)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: expected an array", field->key);
	}
	*out = json_array_size(array) > 0 ? array : NULL;
	return 0;
}

static int decode_texts(
	const struct field *field, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	const json_t *array = NULL;
	if (array_at(field, object, &array, err) < 0) {
		return -(int)err->code;
	}
	struct bd_string_vec texts = { 0 };
	if (array != NULL) {
		texts.len = json_array_size(array);
		texts.v = bd_arena_alloc(arena, texts.len * sizeof(*texts.v));
	}
	for (size_t i = 0; i < texts.len; i++) {
		if (text_of_element(json_array_get(array, i), arena, &texts.v[i], err) < 0) {
			return bd_error_wrap(err, "%s: element %zu", field->key, i);
		}
	}
	memcpy((char *)item + field->offset, &texts, sizeof(texts));
	return 0;
}

/* Shapes hold shapes three deep at most: the tables bound this recursion, never the input. */
/* NOLINTBEGIN(misc-no-recursion) */
static int decode_list(
	const struct field *field, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	const json_t *array = NULL;
	if (array_at(field, object, &array, err) < 0) {
		return -(int)err->code;
	}
	struct any_vec list = { 0 };
	if (array != NULL) {
		list.len = json_array_size(array);
		list.v = bd_arena_alloc(arena, list.len * field->shape->size);
	}
	for (size_t i = 0; i < list.len; i++) {
		void *element = (char *)list.v + i * field->shape->size;
		if (shape_decode(field->shape, json_array_get(array, i), element, arena, err) < 0) {
			return bd_error_wrap(err, "%s: element %zu", field->key, i);
		}
	}
	memcpy((char *)item + field->offset, &list, sizeof(list));
	return 0;
}

static int decode_object(
	const struct field *field, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	const json_t *inner = json_object_get(object, field->key);
	if (inner != NULL && shape_decode(field->shape, inner, (char *)item + field->offset, arena, err) < 0) {
		return bd_error_wrap(err, "%s", field->key);
	}
	return 0;
}

static int decode_field(
	const struct field *field, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	if (field_is_number(field)) {
		return decode_number(field, object, item, err);
	}
	if (field->kind == FIELD_TEXTS) {
		return decode_texts(field, object, item, arena, err);
	}
	if (field->kind == FIELD_LIST) {
		return decode_list(field, object, item, arena, err);
	}
	if (field->kind == FIELD_OBJECT) {
		return decode_object(field, object, item, arena, err);
	}
	return decode_text(field, object, item, arena, err);
}

int shape_decode(
	const struct shape *shape, const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	if (!json_is_object(object)) {
		return bd_error_set(err, BD_ERR_FORMAT, "expected an object");
	}
	for (size_t i = 0; i < shape->len; i++) {
		if (decode_field(&shape->fields[i], object, item, arena, err) < 0) {
			return -(int)err->code;
		}
	}
	const char *problem = shape->problem != NULL ? shape->problem(item) : NULL;
	return problem != NULL ? bd_error_set(err, BD_ERR_FORMAT, "%s", problem) : 0;
}
/* NOLINTEND(misc-no-recursion) */

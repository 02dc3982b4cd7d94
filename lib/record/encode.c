/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "record/codec.h"

static void set(json_t *object, const char *key, json_t *value_take)
{
	(void)json_object_set_new_nocheck(object, key, value_take);
}

static int encode_text(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	const char *text;
	memcpy(&text, (const char *)item + field->offset, sizeof(text));
	if (text == NULL && field->rule == REQUIRED) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: not set", field->key);
	}
	text_put(object, field->key, text);
	return 0;
}

static json_t *number_value(const struct field *field, int64_t value)
{
	if (field->kind == FIELD_BOOL || field->kind == FIELD_TRI) {
		return json_boolean(field->kind == FIELD_BOOL ? value != 0 : value == BD_DIFFERENT);
	}
	if (field->kind == FIELD_NAME) {
		return json_string_nocheck(name_at(field->names, value));
	}
	if (field->kind == FIELD_MODE) {
		char mode[16];
		(void)snprintf(mode, sizeof(mode), "%04o", (unsigned int)value & 07777U);
		return json_string_nocheck(mode);
	}
	return json_integer(value);
}

static int encode_number(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	const int64_t value = field_load(field, item);
	if (field->rule == WHEN_KNOWN && value == field->fallback) {
		return 0;
	}
	if (!field_allows(field, value)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: %lld cannot be recorded", field->key, (long long)value);
	}
	set(object, field->key, number_value(field, value));
	return 0;
}

static int encode_texts(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	struct bd_string_vec texts;
	memcpy(&texts, (const char *)item + field->offset, sizeof(texts));
	if (texts.len == 0) {
		return 0;
	}
	json_auto_t *array = json_array();
	for (size_t i = 0; i < texts.len; i++) {
		if (texts.v[i] == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s: element %zu: not set", field->key, i);
		}
		(void)json_array_append_new(array, text_element(texts.v[i]));
	}
	set(object, field->key, json_incref(array));
	return 0;
}

/* Shapes hold shapes three deep at most: the tables bound this recursion, never the input. */
/* NOLINTBEGIN(misc-no-recursion) */
static int encode_list(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	struct any_vec list;
	memcpy(&list, (const char *)item + field->offset, sizeof(list));
	if (list.len == 0) {
		return 0;
	}
	json_auto_t *array = json_array();
	for (size_t i = 0; i < list.len; i++) {
		json_t *element = json_object();
		(void)json_array_append_new(array, element);
		if (shape_encode(field->shape, (const char *)list.v + i * field->shape->size, element, err) < 0) {
			return bd_error_wrap(err, "%s: element %zu", field->key, i);
		}
	}
	set(object, field->key, json_incref(array));
	return 0;
}

static int encode_object(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	json_auto_t *inner = json_object();
	if (shape_encode(field->shape, (const char *)item + field->offset, inner, err) < 0) {
		return bd_error_wrap(err, "%s", field->key);
	}
	if (json_object_size(inner) > 0) {
		set(object, field->key, json_incref(inner));
	}
	return 0;
}

static int encode_field(const struct field *field, const void *item, json_t *object, struct bd_error *err)
{
	if (field_is_number(field)) {
		return encode_number(field, item, object, err);
	}
	if (field->kind == FIELD_TEXTS) {
		return encode_texts(field, item, object, err);
	}
	if (field->kind == FIELD_LIST) {
		return encode_list(field, item, object, err);
	}
	if (field->kind == FIELD_OBJECT) {
		return encode_object(field, item, object, err);
	}
	return encode_text(field, item, object, err);
}

int shape_encode(const struct shape *shape, const void *item, json_t *object, struct bd_error *err)
{
	const char *problem = shape->problem != NULL ? shape->problem(item) : NULL;
	if (problem != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s", problem);
	}
	for (size_t i = 0; i < shape->len; i++) {
		if (encode_field(&shape->fields[i], item, object, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}
/* NOLINTEND(misc-no-recursion) */

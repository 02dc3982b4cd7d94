/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/own.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "record/codec.h"

/* A part that the purl has and the package has not (docs/record.md, "package": null). */
#define WITHOUT "without"

/* The record's lines that an SBOM carries, and which members stay out: an SBOM is often published. */
struct left_out {
	const char *member, *inner; /* inner: only this member of it, or NULL */
};
static const struct {
	const char *type;
	struct left_out left_out[4];
} lines[] = {
	{ "build", { { NULL, NULL } } },
	{ "source", { { "remote", NULL }, { "dockerfile", "text" } } },
	{ "base", { { "env", NULL }, { "labels", NULL }, { "evidence", NULL } } },
	{ "image", { { "config", NULL } } },
	{ "layer", { { NULL, NULL } } },
	{ "sbom", { { NULL, NULL } } },
	{ "diagnostic", { { NULL, NULL } } },
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static const struct line_type *line_type(const char *name)
{
	for (size_t i = 0; i < LINES; i++) {
		for (size_t k = 0; strcmp(lines[i].type, name) == 0 && k < line_type_count; k++) {
			if (strcmp(line_types[k].type, name) == 0) {
				return &line_types[k];
			}
		}
	}
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------ */

struct lines_out {
	sbom_own_fn *each;
	void *context;
};

static void give(const struct lines_out *out, const char *type, const json_t *value)
{
	char name[64];
	AUTO(free_ptr) char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	(void)snprintf(name, sizeof(name), SBOM_OWN "%s", type);
	if (text != NULL) {
		out->each(out->context, name, text);
	}
}

/* With the exact bytes of a text that is no UTF-8. */
static void leave_out(json_t *object, const struct left_out *what)
{
	char bytes[64];
	const char *member = what->inner != NULL ? what->inner : what->member;
	json_t *holder = what->inner != NULL ? json_object_get(object, what->member) : object;
	(void)snprintf(bytes, sizeof(bytes), "%s_base64", member);
	if (holder != NULL) {
		(void)json_object_del(holder, member);
		(void)json_object_del(holder, bytes);
	}
}

static int give_item(
	const struct lines_out *out, size_t line, const struct line_type *type, const void *item, struct bd_error *err)
{
	json_auto_t *object = json_object();
	if (shape_encode(type->shape, item, object, err) < 0) {
		return bd_error_wrap(err, "%s", type->type);
	}
	for (const struct left_out *what = lines[line].left_out; what->member != NULL; what++) {
		leave_out(object, what);
	}
	give(out, type->type, object);
	return 0;
}

static int give_line(const struct bd_record *record, const struct lines_out *out, size_t line, struct bd_error *err)
{
	const struct line_type *type = line_type(lines[line].type);
	bool present = true;
	struct any_vec items;

	if (type == NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "records have no lines of type %s", lines[line].type);
	}
	const char *at = (const char *)record + type->offset;
	if (!type->many) {
		if (type->has_present) {
			memcpy(&present, (const char *)record + type->present_offset, sizeof(present));
		}
		return present ? give_item(out, line, type, at, err) : 0;
	}
	memcpy(&items, at, sizeof(items));
	for (size_t i = 0; i < items.len; i++) {
		if (give_item(out, line, type, (const char *)items.v + i * type->shape->size, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int sbom_own_lines(const struct bd_record *record, sbom_own_fn *each, void *context, struct bd_error *err)
{
	const struct lines_out out = { each, context };
	json_auto_t *ecosystems = json_array();
	for (size_t i = 0; i < record->ecosystems.len; i++) {
		(void)json_array_append_new(ecosystems, text_element(record->ecosystems.v[i]));
	}
	if (record->ecosystems.len > 0) {
		give(&out, "ecosystems", ecosystems);
	}
	for (size_t i = 0; i < LINES; i++) {
		if (give_line(record, &out, i, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int sbom_own_package(const struct bd_package *package, json_t **out, struct bd_error *err)
{
	json_auto_t *line = json_object();
	if (shape_encode(&shape_package, package, line, err) < 0 || package_encode(package, line, err) < 0) {
		return bd_error_wrap(err, "package");
	}
	(void)json_object_del(line, "purl");
	*out = json_incref(line);
	return 0;
}

static void add_property(json_t *array, const char *name, const char *value)
{
	json_t *property = json_object();
	(void)json_object_set_new_nocheck(property, "name", json_sprintf(SBOM_OWN "%s", name));
	(void)json_object_set_new_nocheck(property, "value", json_string_nocheck(value));
	(void)json_array_append_new(array, property);
}

static void add_member(json_t *array, const char *name, const json_t *value)
{
	char number[32];
	if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		add_property(array, name, number);
	} else if (json_is_null(value)) {
		add_property(array, WITHOUT, name);
	} else {
		add_property(array, name, json_string_value(value));
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *sbom_own_properties(json_t *line)
{
	const size_t count = json_object_size(line);
	AUTO(free_ptr) const char **names = bd_xcalloc(count + 1, sizeof(*names));
	json_t *array = count > 0 ? json_array() : NULL;
	size_t n = 0;
	const char *name;
	json_t *value;
	json_object_foreach (line, name, value) {
		names[n++] = name;
	}
	if (n > 1) {
		qsort(names, n, sizeof(*names), by_name);
	}
	for (size_t i = 0; i < n; i++) {
		add_member(array, names[i], json_object_get(line, names[i]));
	}
	return array;
}

/* ---- reading ------------------------------------------------------------------------------------ */

bool sbom_is_own(const char *name, const char **rest)
{
	const size_t n = strlen(SBOM_OWN);
	if (name == NULL || strncmp(name, SBOM_OWN, n) != 0) {
		return false;
	}
	*rest = name + n;
	return true;
}

static void *new_item(struct bd_record *record, const struct line_type *type)
{
	char *at = (char *)record + type->offset;
	const bool present = true;
	struct any_vec items;
	void *item = at;

	if (type->many) {
		memcpy(&items, at, sizeof(items));
		items.v = bd_vec_grow(items.v, items.len, &items.cap, type->shape->size);
		item = (char *)items.v + items.len++ * type->shape->size;
		memcpy(at, &items, sizeof(items));
	}
	shape_init(type->shape, item);
	if (type->has_present) {
		memcpy((char *)record + type->present_offset, &present, sizeof(present));
	}
	return item;
}

static int take_ecosystems(struct bd_record *record, const json_t *list, struct bd_error *err)
{
	const size_t count = json_array_size(list);
	record->ecosystems = (struct bd_string_vec){
		.v = bd_arena_alloc(&record->arena, (count + 1) * sizeof(*record->ecosystems.v)),
	};
	for (size_t i = 0; i < count; i++) {
		if (text_of_element(json_array_get(list, i), &record->arena, &record->ecosystems.v[i], err) < 0) {
			return -(int)err->code;
		}
		record->ecosystems.len++;
	}
	return 0;
}

static int take_object(struct bd_record *record, const char *name, const json_t *value, struct bd_error *err)
{
	const struct line_type *type = line_type(name);
	if (strcmp(name, "ecosystems") == 0) {
		return take_ecosystems(record, value, err);
	}
	if (type == NULL) {
		return 0;
	}
	void *item = new_item(record, type);
	if (shape_decode(type->shape, value, item, &record->arena, err) < 0) {
		return -(int)err->code;
	}
	return type->decode != NULL ? type->decode(value, item, &record->arena, err) : 0;
}

int sbom_take_line(struct sbom_reading *reading, const char *name, const char *json, struct bd_error *err)
{
	json_auto_t *value = NULL;
	reading->own = true;
	if (json_open(bd_str(json), BD_LIMIT_SBOM_BYTES, &value, err) < 0 ||
		take_object(reading->record, name, value, err) < 0) {
		AUTO(bd_buf_release) struct bd_buf shown = { 0 };
		bd_display_text(&shown, name, strlen(name));
		return bd_error_wrap(err, SBOM_OWN "%.40s", bd_buf_str(&shown));
	}
	return 0;
}

static bool is_number(const char *name)
{
	for (size_t i = 0; i < shape_package.len; i++) {
		if (strcmp(shape_package.fields[i].key, name) == 0) {
			return field_is_number(&shape_package.fields[i]);
		}
	}
	return false;
}

int sbom_take_member(json_t *line, const char *name, const char *value, struct bd_error *err)
{
	uint64_t number;
	if (value == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "a property without a value");
	}
	if (strcmp(name, WITHOUT) == 0) {
		(void)json_object_set_new(line, value, json_null());
	} else if (!is_number(name)) {
		(void)json_object_set_new(line, name, json_string(value));
	} else if (bd_str_to_u64(bd_str(value), &number) && number <= INT64_MAX) {
		(void)json_object_set_new(line, name, json_integer((json_int_t)number));
	} else {
		return bd_error_set(err, BD_ERR_FORMAT, "not a number");
	}
	return 0;
}

int sbom_add_own(struct sbom_reading *reading, const char *purl, json_t *line, struct bd_error *err)
{
	struct bd_record *record = reading->record;
	struct bd_package package = { .purl = NULL };

	shape_init(&shape_package, &package);
	(void)json_object_set_new(line, "purl", json_string(purl));
	if (shape_decode(&shape_package, line, &package, &record->arena, err) < 0 ||
		package_decode(line, &package, &record->arena, err) < 0) {
		return -(int)err->code;
	}
	*bd_vec_push(&record->packages) = package;
	return 0;
}

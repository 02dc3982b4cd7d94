/* SPDX-License-Identifier: Apache-2.0 */
/* Structs to JSON values and back, driven by the rows of shapes.h.  The only jansson of the record. */
#ifndef RECORD_CODEC_H
#define RECORD_CODEC_H

#include <jansson.h>

#include "record/shapes.h"

/* base/auto.h's idiom for jansson is its own json_auto_t. */

/*
 * Text is bytes; JSON is UTF-8.  Bytes that are not carry KEY with the text for people, and
 * KEY_base64 with the bytes themselves.  NULL adds nothing.
 */
void text_put(json_t *object, const char *key, const char *text);
/* The exact bytes of object's member KEY, in the arena; NULL when it has none. */
int text_get(const json_t *object, const char *key, struct bd_arena *arena, const char **out,
	struct bd_error *err) BD_CHECKED;
/* The same for an element of an array: a string, or {"base64","text"}. */
json_t *text_element(const char *text);
int text_of_element(const json_t *element, struct bd_arena *arena, const char **out, struct bd_error *err) BD_CHECKED;

/* item's members into object.  Fails when a required one is missing or a number is out of range. */
int shape_encode(const struct shape *shape, const void *item, json_t *object, struct bd_error *err) BD_CHECKED;
/* object's members into item, texts and inner lists into the arena.  Unknown members are ignored. */
int shape_decode(const struct shape *shape, const json_t *object, void *item, struct bd_arena *arena,
	struct bd_error *err) BD_CHECKED;

/* What a package line has besides its rows: `of`, and parts that purl does not tell as they were. */
int package_encode(const void *item, json_t *object, struct bd_error *err) BD_CHECKED;
bool package_is_plain(const void *item);
int package_decode(const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err) BD_CHECKED;

/* One kind of line, in the record's order. */
struct line_type {
	const char *type;
	const struct shape *shape;
	size_t offset;         /* in struct bd_record: of the struct, or of the vector */
	bool many;             /* a vector: one line an element */
	bool has_present;      /* a struct with a `present` flag: no line when false */
	size_t present_offset; /* in struct bd_record */
	int (*encode)(const void *item, json_t *object, struct bd_error *err);
	bool (*is_plain)(const void *item); /* encode would add nothing to this one; NULL: never known */
	int (*decode)(const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err);
};
extern const struct line_type line_types[];
extern const size_t line_type_count;

/*
 * What must hold between the lines, on writing as on reading: layers count from 0, layer numbers of
 * packages and files exist, no path has two file lines.  The record is sorted.
 */
int record_check(const struct bd_record *record, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's lines as tables: one row a member.  The same row writes it and reads it, so a new
 * member of a line is one row here, one in the schema and a word in docs/record.md.
 */
#ifndef RECORD_SHAPES_H
#define RECORD_SHAPES_H

#include "record/names.h"

enum field_kind {
	FIELD_TEXT,   /* const char *: bytes */
	FIELD_TEXTS,  /* struct bd_string_vec */
	FIELD_LIST,   /* a vector of structs of another shape */
	FIELD_OBJECT, /* an object whose members are in this same struct or in one inside it */
	FIELD_INT,    /* int: from 0, or the fallback */
	FIELD_COUNT,  /* int64_t: from 0, or the fallback */
	FIELD_TIME,   /* int64_t */
	FIELD_ID,     /* uint32_t */
	FIELD_MODE,   /* uint32_t as "0755" */
	FIELD_BOOL,   /* bool */
	FIELD_TRI,    /* enum bd_tri: true is BD_DIFFERENT, absent is BD_CANNOT_TELL */
	FIELD_NAME,   /* an enum, through names */
};

enum field_rule {
	WHEN_KNOWN, /* left out when NULL, empty, or equal to the fallback */
	WRITTEN,    /* always written; when a reader misses it, the fallback holds */
	REQUIRED,   /* always written; a line without it is refused */
};

struct shape;
struct field {
	const char *key;
	enum field_kind kind;
	enum field_rule rule;
	size_t offset;
	int64_t fallback;          /* numbers and names: what absence means */
	const struct names *names; /* FIELD_NAME */
	const struct shape *shape; /* FIELD_LIST, FIELD_OBJECT */
};
struct shape {
	const struct field *fields;
	size_t len;
	size_t size; /* of the struct; 0: an object inside another one */
	/* What is wrong with a struct although each member is right, or NULL; may be NULL. */
	const char *(*problem)(const void *item);
};
extern const struct shape shape_record, shape_build, shape_source, shape_base, shape_image, shape_layer, shape_package,
	shape_file, shape_input, shape_log, shape_sbom, shape_diagnostic, shape_setting, shape_digest, shape_evidence;

/* Any of the record's vectors, seen from a row. */
struct any_vec {
	void *v;
	size_t len, cap;
};

bool field_is_number(const struct field *field);
/* Numbers, booleans and enums all travel as int64_t. */
int64_t field_load(const struct field *field, const void *item);
void field_store(const struct field *field, void *item, int64_t value);
/* May this number stand in that member? */
bool field_allows(const struct field *field, int64_t value);
/* Set the struct's numbers to what absence means. */
void shape_init(const struct shape *shape, void *item);

#endif

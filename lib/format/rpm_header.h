/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A package's header as rpm's database has it (rpm.org, "RPM V4 Package format", "Header structure"): an index of tags,
 * then their data, all big endian.  Only what is asked for is read.
 */
#ifndef FORMAT_RPM_HEADER_H
#define FORMAT_RPM_HEADER_H

#include "format/sparse.h"

enum rpm_type {
	RPM_NULL,
	RPM_CHAR,
	RPM_INT8,
	RPM_INT16,
	RPM_INT32,
	RPM_INT64,
	RPM_STRING,
	RPM_BIN,
	RPM_STRING_ARRAY,
	RPM_I18NSTRING /* the text without translation is its first string */
};

struct rpm_header {
	const struct pieces *bytes; /* borrowed */
	struct rpm_header_entry {
		uint32_t tag, type, offset, count;
	} * v;
	uint32_t len, data_bytes;
};

/* A tag's value.  A zeroed struct is an empty one; used again it keeps its memory. */
struct rpm_value {
	enum rpm_type type;
	uint32_t count;      /* of elements */
	struct bd_buf bytes; /* big endian; of strings each with its NUL */
	size_t next;         /* of strings: where the next one begins */
};

/* Fails: BD_ERR_FORMAT, BD_ERR_LIMIT. */
int rpm_header_open(const struct pieces *bytes, struct rpm_header *out, struct bd_error *err) BD_CHECKED;
void rpm_header_release(struct rpm_header *header);
/* A missing tag is a value of 0 elements; of a tag that stands twice, the last one counts, as for rpm. */
int rpm_header_value(
	const struct rpm_header *header, uint32_t tag, struct rpm_value *out, struct bd_error *err) BD_CHECKED;
/* The i-th number of an integer array; other when there are fewer, or it is none. */
uint32_t rpm_value_number(const struct rpm_value *value, uint32_t i, uint32_t other);
/* The next string; NULL after the last, or when it has none. */
const char *rpm_value_text(struct rpm_value *value);
void rpm_value_release(struct rpm_value *value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of tests/data/sbom, and records compared by their canonical lines. */
#ifndef SBOM_FILE_H
#define SBOM_FILE_H

#include <stdio.h>

#include "basedrift/sbom.h"

#include "base/auto.h"

#define SBOM_DATA TEST_DATA "/sbom/"

static inline void record_release(struct bd_record **record)
{
	bd_record_free(*record);
}

static inline bool load_file(const char *path, struct bd_buf *out)
{
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	char block[65536];
	size_t n;
	while (file != NULL && (n = fread(block, 1, sizeof(block), file)) > 0) {
		bd_buf_add(out, block, n);
	}
	return file != NULL;
}

static inline struct bd_record *parse_sbom(struct bd_str bytes)
{
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	if (bd_sbom_parse(bytes, &record, &err) != 0) {
		fail_msg("%s", err.msg);
	}
	return record;
}

static inline struct bd_record *parse_text(const char *text)
{
	return parse_sbom(bd_str(text));
}

static inline void write_sbom(
	struct bd_record *record, enum bd_sbom_format format, const char *time, struct bd_buf *out)
{
	struct bd_error err = { .msg = "" };
	if (bd_sbom_write(record, format, time, out, &err) != 0) {
		fail_msg("%s", err.msg);
	}
}

#endif

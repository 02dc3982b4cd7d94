/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rpm_header.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/integers.h"

#define HEAD_BYTES  8U
#define ENTRY_BYTES 16U

int rpm_header_open(const struct pieces *bytes, struct rpm_header *out, struct bd_error *err)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	*out = (struct rpm_header){ .bytes = bytes };
	if (pieces_read(bytes, 0, head, sizeof(head), err) < 0) {
		return -(int)err->code;
	}
	const uint32_t count = load_be32(head);
	out->data_bytes = load_be32(head + 4);
	if (count == 0 || count > BD_LIMIT_RPM_TAGS || out->data_bytes > BD_LIMIT_RPM_HEADER_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "a header with %u tags and %u bytes", count, out->data_bytes);
	}
	if (HEAD_BYTES + (uint64_t)count * ENTRY_BYTES + out->data_bytes > bytes->n) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "a header of %u tags and %u bytes is cut off", count, out->data_bytes);
	}
	AUTO(free_ptr) uint8_t *index = bd_xmalloc((size_t)count * ENTRY_BYTES);
	if (pieces_read(bytes, HEAD_BYTES, index, (size_t)count * ENTRY_BYTES, err) < 0) {
		return -(int)err->code;
	}
	out->v = bd_xcalloc(count, sizeof(*out->v));
	out->len = count;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *entry = index + (size_t)i * ENTRY_BYTES;
		out->v[i] = (struct rpm_header_entry){ load_be32(entry), load_be32(entry + 4), load_be32(entry + 8),
			load_be32(entry + 12) };
	}
	return 0;
}

void rpm_header_release(struct rpm_header *header)
{
	free(header->v);
	header->v = NULL;
	header->len = 0;
}

static const struct rpm_header_entry *find(const struct rpm_header *header, uint32_t tag)
{
	for (uint32_t i = header->len; i-- > 0;) {
		if (header->v[i].tag == tag) {
			return &header->v[i];
		}
	}
	return NULL;
}

static bool has_strings(uint32_t type)
{
	return type == RPM_STRING || type == RPM_STRING_ARRAY || type == RPM_I18NSTRING;
}

/* Bytes of an entry's data: of strings an upper bound, which is where the next entry's begin. */
static uint64_t data_bytes(const struct rpm_header *header, const struct rpm_header_entry *entry)
{
	static const uint8_t sizes[] = { 0, 1, 1, 2, 4, 8, 0, 1, 0, 0 };
	if (!has_strings(entry->type)) {
		return entry->type < sizeof(sizes) ? (uint64_t)sizes[entry->type] * entry->count : 0;
	}
	uint32_t end = header->data_bytes;
	for (uint32_t i = 0; i < header->len; i++) {
		if (header->v[i].offset > entry->offset && header->v[i].offset < end) {
			end = header->v[i].offset;
		}
	}
	return end - entry->offset;
}

static bool holds_strings(const struct rpm_value *value)
{
	const char *p = value->bytes.p;
	size_t rest = value->bytes.n;
	for (uint32_t i = 0; i < value->count; i++) {
		const char *end = rest > 0 ? memchr(p, '\0', rest) : NULL;
		if (end == NULL) {
			return false;
		}
		rest -= (size_t)(end + 1 - p);
		p = end + 1;
	}
	return true;
}

int rpm_header_value(const struct rpm_header *header, uint32_t tag, struct rpm_value *out, struct bd_error *err)
{
	const struct rpm_header_entry *entry = find(header, tag);
	bd_buf_clear(&out->bytes);
	out->count = 0;
	out->next = 0;
	if (entry == NULL) {
		return 0;
	}
	const uint64_t n = entry->offset <= header->data_bytes ? data_bytes(header, entry) : UINT64_MAX;
	if (n > header->data_bytes - entry->offset) {
		return bd_error_set(err, BD_ERR_FORMAT, "tag %u reaches over the header's end", tag);
	}
	if (out->bytes.cap <= n) {
		out->bytes.p = bd_xrealloc(out->bytes.p, (size_t)n + 1);
		out->bytes.cap = (size_t)n + 1;
	}
	const uint64_t at = HEAD_BYTES + (uint64_t)header->len * ENTRY_BYTES + entry->offset;
	if (pieces_read(header->bytes, at, out->bytes.p, (size_t)n, err) < 0) {
		return bd_error_wrap(err, "tag %u", tag);
	}
	out->bytes.n = (size_t)n;
	out->bytes.p[n] = '\0';
	out->type = (enum rpm_type)(entry->type <= RPM_I18NSTRING ? entry->type : RPM_NULL);
	out->count = entry->count;
	if (has_strings(out->type) && !holds_strings(out)) {
		return bd_error_set(err, BD_ERR_FORMAT, "tag %u has fewer than %u strings", tag, out->count);
	}
	return 0;
}

uint32_t rpm_value_number(const struct rpm_value *value, uint32_t i, uint32_t other)
{
	const char *p = value->bytes.p;
	if (i >= value->count) {
		return other;
	}
	switch (value->type) {
	case RPM_CHAR:
	case RPM_INT8:
		return (uint8_t)p[i];
	case RPM_INT16:
		return load_be16(p + (size_t)2 * i);
	case RPM_INT32:
		return load_be32(p + (size_t)4 * i);
	case RPM_NULL:
	case RPM_INT64:
	case RPM_STRING:
	case RPM_BIN:
	case RPM_STRING_ARRAY:
	case RPM_I18NSTRING:
	default:
		return other;
	}
}

const char *rpm_value_text(struct rpm_value *value)
{
	if (value->count == 0 || !has_strings(value->type) || value->next >= value->bytes.n) {
		return NULL;
	}
	const char *text = value->bytes.p + value->next;
	value->next += strlen(text) + 1;
	value->count--;
	return text;
}

void rpm_value_release(struct rpm_value *value)
{
	bd_buf_release(&value->bytes);
	*value = (struct rpm_value){ .count = 0 };
}

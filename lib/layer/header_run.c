/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/header_run.h"

#include <string.h>

enum {
	BLOCK = 512,
	SIZE_AT = 124,
	SIZE_BYTES = 12,
	TYPE_AT = 156
};

/* Octal, or GNU's base 256 (first bit set); libarchive has checked that the body is there. */
static uint64_t body_size(const char *header)
{
	const unsigned char *p = (const unsigned char *)header + SIZE_AT;
	uint64_t size = 0;
	if ((p[0] & 0x80) != 0) {
		for (size_t i = SIZE_BYTES - 8; i < SIZE_BYTES; i++) {
			size = size << 8 | p[i];
		}
		return size;
	}
	size_t i = 0;
	while (i < SIZE_BYTES && (p[i] == ' ' || p[i] == '\t')) {
		i++;
	}
	for (; i < SIZE_BYTES && p[i] >= '0' && p[i] <= '7'; i++) {
		size = size << 3 | (p[i] - '0');
	}
	return size;
}

/* "LEN KEY=VALUE\n": POSIX.1-2017, pax, "pax Extended Header"; LEN counts all of it. */
static bool cut_record(struct bd_str *rest, struct bd_str *key, struct bd_str *value)
{
	struct bd_str digits = *rest;
	const char *space = memchr(rest->p, ' ', rest->n);
	uint64_t size = 0;
	if (space == NULL) {
		return false;
	}
	digits.n = (size_t)(space - rest->p);
	if (!bd_str_to_u64(digits, &size) || size > rest->n || size < digits.n + 3 || rest->p[size - 1] != '\n') {
		return false;
	}
	const struct bd_str text = { space + 1, (size_t)size - digits.n - 2 };
	const char *equals = memchr(text.p, '=', text.n);
	if (equals == NULL || equals == text.p) {
		return false;
	}
	*key = (struct bd_str){ text.p, (size_t)(equals - text.p) };
	*value = (struct bd_str){ equals + 1, text.n - key->n - 1 };
	*rest = (struct bd_str){ rest->p + size, rest->n - (size_t)size };
	return true;
}

/* An empty value takes nothing over.  GNU.sparse.name is the real name of a file whose path is made up. */
static int read_records(struct bd_str records, struct header_run *out, struct bd_error *err)
{
	struct bd_str key = { 0 }, value = { 0 }, path = { 0 }, sparse_name = { 0 }, link = { 0 };
	while (records.n > 0) {
		if (!cut_record(&records, &key, &value)) {
			return bd_error_set(err, BD_ERR_FORMAT, "malformed PAX header");
		}
		if (bd_str_is(key, "path")) {
			path = value;
		} else if (bd_str_is(key, "GNU.sparse.name")) {
			sparse_name = value;
		} else if (bd_str_is(key, "linkpath")) {
			link = value;
		}
	}
	out->path = sparse_name.n > 0 ? sparse_name : path;
	out->link = link;
	out->has_path = out->path.n > 0;
	out->has_link = link.n > 0;
	return 0;
}

int header_run_parse(struct bd_str bytes, struct header_run *out, struct bd_error *err)
{
	bool long_name = false, long_link = false; /* GNU's, before any PAX header: libarchive lets the outer one win */
	*out = (struct header_run){ 0 };
	for (size_t at = 0; bytes.n - at >= BLOCK;) {
		const char *header = bytes.p + at;
		const char type = header[TYPE_AT];
		const uint64_t size = type == 'V' ? 0 : body_size(header);
		if (type == '\0' || strchr("xXgLKAV", type) == NULL) {
			out->type = type;
			break;
		}
		if (size > bytes.n - at - BLOCK) {
			return bd_error_set(err, BD_ERR_FORMAT, "a special header is cut off");
		}
		long_name |= type == 'L' && !out->has_path;
		long_link |= type == 'K' && !out->has_link;
		if ((type == 'x' || type == 'X') &&
			read_records((struct bd_str){ header + BLOCK, (size_t)size }, out, err) < 0) {
			return -(int)err->code;
		}
		const size_t step = BLOCK + ((size_t)size + BLOCK - 1) / BLOCK * BLOCK;
		at += step < bytes.n - at ? step : bytes.n - at;
	}
	out->has_path &= !long_name;
	out->has_link &= !long_link;
	return 0;
}

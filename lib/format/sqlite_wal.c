/* SPDX-License-Identifier: Apache-2.0 */
#include "format/sqlite_wal.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "format/integers.h"

#define HEAD_BYTES       32U
#define FRAME_HEAD_BYTES 24U
#define MAGIC            0x377f0682U /* its lowest bit: the checksums read words as big endian */
#define VERSION          3007000U

struct checksum {
	uint32_t a, b;
	bool big_endian;
};

/* "Checksum Algorithm" there: n is a multiple of 8. */
static void update(struct checksum *sum, const char *p, size_t n)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		sum->a += (sum->big_endian ? load_be32(p + i) : load_le32(p + i)) + sum->b;
		sum->b += (sum->big_endian ? load_be32(p + i + 4) : load_le32(p + i + 4)) + sum->a;
	}
}

static bool is_sum(const struct checksum *sum, const char *stored)
{
	return sum->a == load_be32(stored) && sum->b == load_be32(stored + 4);
}

static bool is_page_size(uint32_t size)
{
	return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

/* Frames from the first to the last commit whose salts and checksums are the log's. */
static uint32_t count_committed(struct bd_str bytes, uint32_t page_size)
{
	struct checksum sum = { .big_endian = (load_be32(bytes.p) & 1) != 0 };
	const size_t frame_bytes = FRAME_HEAD_BYTES + page_size;
	uint32_t committed = 0;
	update(&sum, bytes.p, HEAD_BYTES - 8);
	if (!is_sum(&sum, bytes.p + 24)) {
		return 0;
	}
	for (uint32_t frame = 0; frame < (bytes.n - HEAD_BYTES) / frame_bytes; frame++) {
		const char *head = bytes.p + HEAD_BYTES + frame * frame_bytes;
		update(&sum, head, 8);
		update(&sum, head + FRAME_HEAD_BYTES, page_size);
		if (load_be32(head) == 0 || memcmp(head + 8, bytes.p + 16, 8) != 0 || !is_sum(&sum, head + 16)) {
			break;
		}
		if (load_be32(head + 4) != 0) {
			committed = frame + 1;
		}
	}
	return committed;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;
	return (*x > *y) - (*x < *y);
}

static const char *frame_head(const struct sqlite_wal *wal, uint32_t frame)
{
	return wal->file.bytes.p + HEAD_BYTES + (size_t)frame * (FRAME_HEAD_BYTES + wal->page_size);
}

int sqlite_wal_open(struct bd_str bytes, uint32_t frames, struct sqlite_wal *out, struct bd_error *err)
{
	*out = (struct sqlite_wal){ .file = { .bytes = bytes, .size_bytes = bytes.n, .whole = true } };
	if (bytes.n < HEAD_BYTES || (load_be32(bytes.p) & ~1U) != MAGIC || load_be32(bytes.p + 4) != VERSION ||
		!is_page_size(load_be32(bytes.p + 8))) {
		return 0;
	}
	out->page_size = load_be32(bytes.p + 8);
	const size_t room = (bytes.n - HEAD_BYTES) / (FRAME_HEAD_BYTES + out->page_size);
	if (room > BD_LIMIT_WAL_FRAMES) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "its write-ahead log has more than %u pages", BD_LIMIT_WAL_FRAMES);
	}
	out->frames = frames == SQLITE_WAL_UNKNOWN ? count_committed(bytes, out->page_size) : frames;
	if (out->frames == 0 || out->frames > room) {
		out->frames = 0;
		return 0;
	}
	out->page_count = load_be32(frame_head(out, out->frames - 1) + 4);
	out->v = bd_xcalloc(out->frames, sizeof(*out->v));
	for (uint32_t i = 0; i < out->frames; i++) {
		out->v[i] = (uint64_t)load_be32(frame_head(out, i)) << 32 | i;
	}
	qsort(out->v, out->frames, sizeof(*out->v), by_value);
	return 0;
}

bool sqlite_wal_page(const struct sqlite_wal *wal, uint32_t page, uint64_t *offset_out)
{
	const uint64_t key = (uint64_t)page << 32 | UINT32_MAX;
	size_t low = 0;
	size_t high = wal->frames;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (wal->v[middle] <= key) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == 0 || wal->v[low - 1] >> 32 != page) {
		return false;
	}
	const uint32_t frame = (uint32_t)wal->v[low - 1];
	*offset_out = HEAD_BYTES + (uint64_t)frame * (FRAME_HEAD_BYTES + wal->page_size) + FRAME_HEAD_BYTES;
	return true;
}

void sqlite_wal_release(struct sqlite_wal *wal)
{
	free(wal->v);
	wal->v = NULL;
}

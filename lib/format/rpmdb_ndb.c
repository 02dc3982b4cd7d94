/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages.db (rpm, lib/backend/ndb/rpmpkg.c): little endian.  A head of 32 bytes, then slots of 16 to the end of the
 * slot pages: magic, package number (0: free), first block, number of blocks; a block has 16 bytes.  There stand the
 * magic, the package number, a generation, the length, and the header.  A header's place is its slot's.
 */
#include <string.h>

#include "format/integers.h"
#include "format/rpmdb.h"

#define PAGE_BYTES      4096U
#define HEAD_BYTES      32U
#define SLOT_BYTES      16U
#define BLOCK_BYTES     16U
#define BLOB_HEAD_BYTES 16U
#define BLOB_TAIL_BYTES 12U
#define SLOT_PAGES_MAX  2048U /* half a million packages */

static bool is_ndb(const struct sparse *file)
{
	char magic[4];
	struct bd_error err;
	return sparse_read(file, 0, magic, sizeof(magic), &err) == 0 && memcmp(magic, "RpmP", 4) == 0;
}

static int open_ndb(struct rpmdb *db, struct bd_str wal, struct bd_error *err)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	(void)wal;
	if (sparse_read(&db->file, 0, head, sizeof(head), err) < 0) {
		return -(int)err->code;
	}
	if (load_le32(head + 4) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "version %u", load_le32(head + 4));
	}
	db->ndb.slot_pages = load_le32(head + 12);
	if (db->ndb.slot_pages == 0 || db->ndb.slot_pages > SLOT_PAGES_MAX) {
		return bd_error_set(err, BD_ERR_LIMIT, "%u pages of slots", db->ndb.slot_pages);
	}
	return 0;
}

/* 1: out has the header, 0: the slot is free. */
static int read_slot(struct rpmdb *db, uint64_t offset, struct pieces *out, struct bd_error *err)
{
	uint8_t slot[SLOT_BYTES] = { 0 };
	uint8_t head[BLOB_HEAD_BYTES] = { 0 };
	if (sparse_read(&db->file, offset, slot, sizeof(slot), err) < 0) {
		return -(int)err->code;
	}
	const uint32_t number = load_le32(slot + 4);
	if (memcmp(slot, "Slot", 4) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "no slot at byte %llu", (unsigned long long)offset);
	}
	if (number == 0) {
		return 0;
	}
	const uint64_t at = (uint64_t)load_le32(slot + 8) * BLOCK_BYTES;
	const uint64_t room = (uint64_t)load_le32(slot + 12) * BLOCK_BYTES;
	if (sparse_read(&db->file, at, head, sizeof(head), err) < 0) {
		return bd_error_wrap(err, "package %u", number);
	}
	const uint32_t n = load_le32(head + 12);
	if (memcmp(head, "BlbS", 4) != 0 || load_le32(head + 4) != number || n > room ||
		room - n < BLOB_HEAD_BYTES + BLOB_TAIL_BYTES || at + BLOB_HEAD_BYTES + n > db->file.size_bytes) {
		return bd_error_set(err, BD_ERR_FORMAT, "package %u: its blocks are not its own", number);
	}
	pieces_add(out, &db->file, at + BLOB_HEAD_BYTES, n);
	return 1;
}

static int each_header(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err)
{
	struct pieces header = { .len = 0 };
	const uint64_t end = (uint64_t)db->ndb.slot_pages * PAGE_BYTES;
	uint64_t left = db->file.size_bytes;
	int r = 0;
	for (uint64_t offset = HEAD_BYTES; offset + SLOT_BYTES <= end && r >= 0; offset += SLOT_BYTES) {
		pieces_clear(&header);
		r = read_slot(db, offset, &header, err);
		if (r == 1 && header.n > left) {
			r = bd_error_set(err, BD_ERR_FORMAT, "packages share their bytes");
		} else if (r == 1) {
			left -= header.n;
			r = each(&header, offset, context, err);
		}
	}
	pieces_release(&header);
	return r < 0 ? r : 0;
}

static int find_header(struct rpmdb *db, struct pieces *out, struct bd_error *err)
{
	const int r = read_slot(db, db->place, out, err);
	return r == 0 ? bd_error_set(err, BD_ERR_FORMAT, "the slot is free") : (r < 0 ? r : 0);
}

const struct rpmdb_backend rpmdb_ndb = {
	.name = "ndb",
	.is = is_ndb,
	.open = open_ndb,
	.each = each_header,
	.find = find_header,
};

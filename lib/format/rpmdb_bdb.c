/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages (Berkeley DB 4 to 5, src/dbinc/db_page.h): a hash of a package number (of 4 bytes; 0 is a counter) to the
 * header, in the byte order of the machine that made it.  Page 0 describes the file; each bucket has a page, and pages
 * chained to it; an item stands there or, when it is large, in a chain of overflow pages.  A header's place is its
 * page and the number of its item there.
 */
#include <string.h>

#include "format/integers.h"
#include "format/rpmdb.h"

#define META_BYTES    224U /* of HMETA33, to the end of spares */
#define MAGIC         0x061561U
#define PAGE_HEAD     26U /* P_OVERHEAD */
#define HASH_UNSORTED 2U
#define OVERFLOW      7U
#define HASH_META     8U
#define HASH          13U
#define KEYDATA       1U
#define OFFPAGE       3U
#define META_CHKSUM   0x01U /* DBMETA_CHKSUM */
#define SPARES        32U
#define PLACE_BITS    16U

static uint16_t load16(const struct rpmdb *db, const uint8_t *p)
{
	return db->bdb.big_endian ? load_be16(p) : load_le16(p);
}

static uint32_t load32(const struct rpmdb *db, const uint8_t *p)
{
	return db->bdb.big_endian ? load_be32(p) : load_le32(p);
}

static bool is_hash(const struct sparse *file)
{
	uint8_t magic[4];
	struct bd_error err;
	return sparse_read(file, 12, magic, sizeof(magic), &err) == 0 &&
	       (load_le32(magic) == MAGIC || load_be32(magic) == MAGIC);
}

static int check_meta(const struct rpmdb *db, const uint8_t *meta, struct bd_error *err)
{
	const uint32_t size = db->bdb.page_size;
	if (meta[25] != HASH_META || size < 512 || size > 65536 || (size & (size - 1)) != 0) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "its first page has type %u and pages of %u bytes", meta[25], size);
	}
	if (meta[24] != 0 || (meta[26] & META_CHKSUM) != 0 || load32(db, meta + 36) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "it is encrypted, partitioned, or has checksums");
	}
	return 0;
}

static int open_hash(struct rpmdb *db, struct bd_str wal, struct bd_error *err)
{
	uint8_t meta[META_BYTES] = { 0 };
	(void)wal;
	if (sparse_read(&db->file, 0, meta, sizeof(meta), err) < 0) {
		return -(int)err->code;
	}
	db->bdb.big_endian = load_be32(meta + 12) == MAGIC;
	db->bdb.page_size = load32(db, meta + 20);
	if (check_meta(db, meta, err) < 0) {
		return -(int)err->code;
	}
	db->bdb.last_page = load32(db, meta + 32);
	db->bdb.max_bucket = load32(db, meta + 72);
	const uint64_t pages = db->file.size_bytes / db->bdb.page_size;
	if (db->bdb.last_page >= pages || db->bdb.max_bucket > db->bdb.last_page) {
		return bd_error_set(err, BD_ERR_FORMAT, "%u pages and %u buckets in a file of %llu pages",
			db->bdb.last_page, db->bdb.max_bucket, (unsigned long long)pages);
	}
	for (size_t i = 0; i < SPARES; i++) {
		db->bdb.spares[i] = load32(db, meta + 96 + 4 * i);
	}
	return 0;
}

static int read_page_head(struct rpmdb *db, uint32_t number, uint8_t *head, struct bd_error *err)
{
	if (number == 0 || number > db->bdb.last_page) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: the file has only %u", number, db->bdb.last_page);
	}
	if (sparse_read(&db->file, (uint64_t)number * db->bdb.page_size, head, PAGE_HEAD, err) < 0) {
		return bd_error_wrap(err, "page %u", number);
	}
	return 0;
}

/* A page's place in the file, to be read piece by piece: its offset. */
static uint64_t page_offset(const struct rpmdb *db, uint32_t number)
{
	return (uint64_t)number * db->bdb.page_size;
}

struct item {
	uint32_t at, n; /* in the page, from its type byte */
	uint8_t type;
};

/* Items fill a page from its end; item i ends where item i - 1 begins. */
static int read_item(struct rpmdb *db, uint32_t page, uint32_t i, struct item *out, struct bd_error *err)
{
	uint8_t index[4] = { 0 };
	const uint64_t offset = page_offset(db, page);
	const uint32_t first = i == 0 ? 0 : i - 1;
	const size_t n = i == 0 ? 2 : 4;
	if (sparse_read(&db->file, offset + PAGE_HEAD + (uint64_t)2 * first, index, n, err) < 0) {
		return bd_error_wrap(err, "page %u", page);
	}
	const uint32_t end = i == 0 ? db->bdb.page_size : load16(db, index);
	out->at = load16(db, index + (n - 2));
	if (out->at < PAGE_HEAD || out->at >= end || end > db->bdb.page_size) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: item %u is outside", page, i);
	}
	out->n = end - out->at;
	if (sparse_read(&db->file, offset + out->at, &out->type, 1, err) < 0) {
		return bd_error_wrap(err, "page %u", page);
	}
	return 0;
}

/* HOFFPAGE: type, 3 unused bytes, first page, length. */
static int add_overflow(
	struct rpmdb *db, uint32_t page, const struct item *item, struct pieces *out, struct bd_error *err)
{
	uint8_t bytes[PAGE_HEAD] = { 0 };
	if (item->n < 12) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: a reference of %u bytes", page, item->n);
	}
	if (sparse_read(&db->file, page_offset(db, page) + item->at, bytes, 12, err) < 0) {
		return -(int)err->code;
	}
	uint32_t next = load32(db, bytes + 4);
	uint32_t rest = load32(db, bytes + 8);
	if (rest > db->file.size_bytes) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: a header of %u bytes", page, rest);
	}
	while (rest > 0) { /* ends also in a circle: each page takes its part off the rest */
		if (read_page_head(db, next, bytes, err) < 0) {
			return -(int)err->code;
		}
		const uint32_t n = load16(db, bytes + 22);
		if (bytes[25] != OVERFLOW || n == 0 || n > rest || n > db->bdb.page_size - PAGE_HEAD) {
			return bd_error_set(
				err, BD_ERR_FORMAT, "page %u: no overflow page with a part of a header", next);
		}
		pieces_add(out, &db->file, page_offset(db, next) + PAGE_HEAD, n);
		rest -= n;
		next = load32(db, bytes + 16);
	}
	return 0;
}

static int add_value(struct rpmdb *db, uint32_t page, uint32_t i, struct pieces *out, struct bd_error *err)
{
	struct item item = { 0 };
	if (read_item(db, page, i, &item, err) < 0) {
		return -(int)err->code;
	}
	if (item.type == OFFPAGE) {
		return add_overflow(db, page, &item, out, err);
	}
	if (item.type != KEYDATA) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: item %u has type %u", page, i, item.type);
	}
	pieces_add(out, &db->file, page_offset(db, page) + item.at + 1, item.n - 1);
	return 0;
}

/* Is the key package number 0, under which rpm counts? */
static int is_counter(struct rpmdb *db, uint32_t page, uint32_t i, bool *out, struct bd_error *err)
{
	struct item item = { 0 };
	uint8_t number[4] = { 0 };
	if (read_item(db, page, i, &item, err) < 0) {
		return -(int)err->code;
	}
	if (item.type != KEYDATA || item.n != 1 + sizeof(number)) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: item %u is no package number", page, i);
	}
	if (sparse_read(&db->file, page_offset(db, page) + item.at + 1, number, sizeof(number), err) < 0) {
		return -(int)err->code;
	}
	*out = load_le32(number) == 0;
	return 0;
}

struct run {
	struct rpmdb *db;
	rpmdb_header_fn *each;
	void *context;
	struct pieces header;
	uint64_t bytes_left; /* headers have together no more than the file */
	uint32_t pages_left;
};

static int run_items(struct run *run, uint32_t page, uint32_t items, struct bd_error *err)
{
	for (uint32_t i = 0; i + 1 < items; i += 2) {
		bool counter = false;
		pieces_clear(&run->header);
		if (is_counter(run->db, page, i, &counter, err) < 0) {
			return -(int)err->code;
		}
		if (counter) {
			continue;
		}
		if (add_value(run->db, page, i + 1, &run->header, err) < 0) {
			return -(int)err->code;
		}
		if (run->header.n > run->bytes_left) {
			return bd_error_set(err, BD_ERR_FORMAT, "page %u: packages share their bytes", page);
		}
		run->bytes_left -= run->header.n;
		if (run->each(&run->header, (uint64_t)page << PLACE_BITS | (i + 1), run->context, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int run_bucket(struct run *run, uint32_t page, struct bd_error *err)
{
	while (page != 0) {
		uint8_t head[PAGE_HEAD] = { 0 };
		if (read_page_head(run->db, page, head, err) < 0) {
			return -(int)err->code;
		}
		if (head[25] == 0) { /* a bucket that was never filled */
			return 0;
		}
		const uint32_t items = load16(run->db, head + 20);
		if ((head[25] != HASH && head[25] != HASH_UNSORTED) || run->pages_left == 0 ||
			items > (run->db->bdb.page_size - PAGE_HEAD) / 2) {
			return bd_error_set(
				err, BD_ERR_FORMAT, "page %u: no page of a hash, or its chain is a circle", page);
		}
		run->pages_left--;
		if (run_items(run, page, items, err) < 0) {
			return -(int)err->code;
		}
		page = load32(run->db, head + 16);
	}
	return 0;
}

/* BUCKET_TO_PAGE: buckets come in groups that double; spares[g] says where group g begins. */
static uint32_t bucket_page(const struct rpmdb *db, uint32_t bucket)
{
	uint32_t group = 0;
	while (group < SPARES - 1 && bucket >= 1U << group) {
		group++;
	}
	return bucket + db->bdb.spares[group];
}

static int each_header(struct rpmdb *db, rpmdb_header_fn *each, void *context, struct bd_error *err)
{
	struct run run = { .db = db, .each = each, .context = context };
	int r = 0;
	run.bytes_left = db->file.size_bytes;
	run.pages_left = db->bdb.last_page;
	for (uint32_t bucket = 0; bucket <= db->bdb.max_bucket && r >= 0; bucket++) {
		r = run_bucket(&run, bucket_page(db, bucket), err);
	}
	pieces_release(&run.header);
	return r;
}

static int find_header(struct rpmdb *db, struct pieces *out, struct bd_error *err)
{
	const uint64_t page = db->place >> PLACE_BITS;
	if (page == 0 || page > db->bdb.last_page) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %llu: there is none", (unsigned long long)page);
	}
	return add_value(db, (uint32_t)page, (uint32_t)(db->place & ((1U << PLACE_BITS) - 1)), out, err);
}

const struct rpmdb_backend rpmdb_bdb = {
	.name = "Berkeley DB",
	.is = is_hash,
	.open = open_hash,
	.each = each_header,
	.find = find_header,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "format/sqlite.h"

#include <inttypes.h>
#include <string.h>

#include "basedrift/limits.h"

#include "format/integers.h"

#define HEAD_BYTES    100U /* of the file, before page 1's own */
#define INTERIOR      5U
#define LEAF          13U
#define DEPTH         20U /* SQLite's own limit of a tree (BTCURSOR_MAX_DEPTH) */
#define VARINT_BYTES  9U
#define CELL_HEAD_MAX (2U * VARINT_BYTES)

bool sqlite_is(const struct sparse *file)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)];
	struct bd_error err;
	return sparse_read(file, 0, head, sizeof(head), &err) == 0 && memcmp(head, magic, sizeof(magic)) == 0;
}

/* n bytes of a page from `at` on. */
static int page_read(const struct sqlite *db, uint32_t page, uint32_t at, void *out, size_t n, struct bd_error *err)
{
	uint64_t offset = 0;
	const struct sparse *file = &db->wal->file;
	if (page == 0 || page > db->page_count) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: the file has only %u", page, db->page_count);
	}
	if (at > db->usable || n > db->usable - at) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: something reaches over its end", page);
	}
	if (!sqlite_wal_page(db->wal, page, &offset)) {
		file = db->file;
		offset = (uint64_t)(page - 1) * db->page_size;
	}
	if (sparse_read(file, offset + at, out, n, err) < 0) {
		return bd_error_wrap(err, "page %u", page);
	}
	return 0;
}

static void add_piece(const struct sqlite *db, uint32_t page, uint32_t at, uint64_t n, struct pieces *out)
{
	uint64_t offset = 0;
	if (sqlite_wal_page(db->wal, page, &offset)) {
		pieces_add(out, &db->wal->file, offset + at, n);
	} else {
		pieces_add(out, db->file, (uint64_t)(page - 1) * db->page_size + at, n);
	}
}

static uint32_t page_size_of(const uint8_t *head)
{
	const uint32_t size = load_be16(head + 16);
	return size == 1 ? 65536 : size;
}

int sqlite_open(const struct sparse *file, const struct sqlite_wal *wal, struct sqlite *out, struct bd_error *err)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	*out = (struct sqlite){ .file = file, .wal = wal, .page_size = wal->page_size, .usable = HEAD_BYTES };
	out->page_count = wal->page_count;
	if (wal->frames == 0) {
		out->page_size = HEAD_BYTES;
		out->page_count = 1;
	}
	if (page_read(out, 1, 0, head, sizeof(head), err) < 0) {
		return -(int)err->code;
	}
	const uint32_t size = page_size_of(head);
	if (memcmp(head, "SQLite format 3", 16) != 0 || size < 512 || (size & (size - 1)) != 0 ||
		head[20] > size - 480) {
		return bd_error_set(err, BD_ERR_FORMAT, "not an SQLite database");
	}
	if (load_be32(head + 56) > 1) {
		return bd_error_set(err, BD_ERR_FORMAT, "its text is UTF-16");
	}
	if (wal->frames == 0) {
		const uint64_t pages = file->size_bytes / size;
		out->page_count = pages > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)pages;
	} else if (wal->page_size != size) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "its write-ahead log has pages of %u bytes, not %u", wal->page_size, size);
	}
	out->page_size = size;
	out->usable = size - head[20];
	return 0;
}

/* ---- pages of a tree --------------------------------------------------------------------------- */

struct node {
	uint32_t page, cells_at; /* of the array of cell pointers */
	uint32_t cells, right;
	bool leaf;
};

static int read_node(const struct sqlite *db, uint32_t page, struct node *out, struct bd_error *err)
{
	uint8_t head[12] = { 0 };
	const uint32_t at = page == 1 ? HEAD_BYTES : 0;
	if (page_read(db, page, at, head, sizeof(head), err) < 0) {
		return -(int)err->code;
	}
	if (head[0] != LEAF && head[0] != INTERIOR) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: no page of a table", page);
	}
	*out = (struct node){ .page = page, .cells = load_be16(head + 3), .leaf = head[0] == LEAF };
	out->cells_at = at + (out->leaf ? 8 : 12);
	out->right = out->leaf ? 0 : load_be32(head + 8);
	if (out->cells > (db->usable - out->cells_at) / 2) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: %u cells", page, out->cells);
	}
	return 0;
}

/* The number of bytes read, 0: it does not end in n. */
static size_t read_varint(const uint8_t *p, size_t n, uint64_t *out)
{
	uint64_t value = 0;
	for (size_t i = 0; i < n && i < VARINT_BYTES; i++) {
		if (i == VARINT_BYTES - 1) {
			*out = value << 8 | p[i];
			return i + 1;
		}
		value = value << 7 | (p[i] & 0x7f);
		if ((p[i] & 0x80) == 0) {
			*out = value;
			return i + 1;
		}
	}
	return 0;
}

struct cell {
	uint32_t child;   /* of an interior page */
	int64_t rowid;    /* a leaf's own; of an interior page: the largest below child */
	uint64_t payload; /* bytes */
	uint32_t payload_at;
};

static int read_cell(
	const struct sqlite *db, const struct node *node, uint32_t i, struct cell *out, struct bd_error *err)
{
	uint8_t head[4 + CELL_HEAD_MAX] = { 0 };
	uint8_t pointer[2] = { 0 };
	uint64_t rowid = 0;
	if (page_read(db, node->page, node->cells_at + 2 * i, pointer, sizeof(pointer), err) < 0) {
		return -(int)err->code;
	}
	const uint32_t at = load_be16(pointer);
	size_t n = node->leaf ? CELL_HEAD_MAX : 4 + VARINT_BYTES;
	n = at < db->usable && n > db->usable - at ? db->usable - at : n;
	if (page_read(db, node->page, at, head, n, err) < 0) {
		return -(int)err->code;
	}
	*out = (struct cell){ .child = node->leaf ? 0 : load_be32(head) };
	const size_t first = node->leaf ? read_varint(head, n, &out->payload) : 4;
	const size_t second = first > 0 && first < n ? read_varint(head + first, n - first, &rowid) : 0;
	if (second == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: cell %u is cut off", node->page, i);
	}
	out->rowid = (int64_t)rowid;
	out->payload_at = at + (uint32_t)(first + second);
	return 0;
}

/* Section 1.6: what of a payload stands in the leaf; the rest is in overflow pages. */
static uint64_t local_bytes(const struct sqlite *db, uint64_t payload)
{
	const uint32_t usable = db->usable;
	const uint32_t most = usable - 35;
	const uint32_t least = (usable - 12) * 32 / 255 - 23;
	if (payload <= most) {
		return payload;
	}
	const uint64_t wanted = least + (payload - least) % (usable - 4);
	return wanted <= most ? wanted : least;
}

static int add_payload(const struct sqlite *db, const struct node *node, const struct cell *cell, struct pieces *out,
	struct bd_error *err)
{
	uint8_t next[4] = { 0 };
	const uint64_t local = local_bytes(db, cell->payload);
	uint64_t rest = cell->payload - local;
	if (cell->payload > BD_LIMIT_SQLITE_ROW) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "page %u: a row of more than %u bytes", node->page, BD_LIMIT_SQLITE_ROW);
	}
	if (cell->payload > (uint64_t)db->page_count * db->page_size ||
		cell->payload_at + local + (rest > 0 ? sizeof(next) : 0) > db->usable) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "page %u: a row of %" PRIu64 " bytes", node->page, cell->payload);
	}
	add_piece(db, node->page, cell->payload_at, local, out);
	uint32_t page = node->page;
	uint32_t at = cell->payload_at + (uint32_t)local;
	while (rest > 0) { /* ends also in a circle of pages: each takes its part off the rest */
		const uint64_t part = rest < db->usable - 4 ? rest : db->usable - 4;
		if (page_read(db, page, at, next, sizeof(next), err) < 0) {
			return -(int)err->code;
		}
		page = load_be32(next);
		at = 0;
		if (page == 0 || page > db->page_count) {
			return bd_error_set(err, BD_ERR_FORMAT, "page %u: a row goes on at page %u", node->page, page);
		}
		add_piece(db, page, 4, part, out);
		rest -= part;
	}
	return 0;
}

/* ---- rows -------------------------------------------------------------------------------------- */

struct walk {
	const struct sqlite *db;
	sqlite_row_fn *row;
	void *context;
	struct pieces record;
	uint64_t bytes_left; /* rows have together no more than the files */
	uint64_t pages_left;
};

static int walk_leaf(struct walk *walk, const struct node *node, struct bd_error *err)
{
	for (uint32_t i = 0; i < node->cells; i++) {
		struct cell cell = { 0 };
		if (read_cell(walk->db, node, i, &cell, err) < 0) {
			return -(int)err->code;
		}
		if (cell.payload >= walk->bytes_left) {
			return bd_error_set(err, BD_ERR_FORMAT, "page %u: rows share their bytes", node->page);
		}
		walk->bytes_left -= cell.payload + 1;
		pieces_clear(&walk->record);
		if (add_payload(walk->db, node, &cell, &walk->record, err) < 0 ||
			walk->row(cell.rowid, &walk->record, walk->context, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* NOLINTNEXTLINE(misc-no-recursion): DEPTH levels at most */
static int walk_page(struct walk *walk, uint32_t page, unsigned depth, struct bd_error *err)
{
	struct node node = { 0 };
	if (depth >= DEPTH || walk->pages_left == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "page %u: the tree runs in a circle", page);
	}
	walk->pages_left--;
	if (read_node(walk->db, page, &node, err) < 0) {
		return -(int)err->code;
	}
	if (node.leaf) {
		return walk_leaf(walk, &node, err);
	}
	for (uint32_t i = 0; i < node.cells; i++) {
		struct cell cell = { 0 };
		if (read_cell(walk->db, &node, i, &cell, err) < 0 || walk_page(walk, cell.child, depth + 1, err) < 0) {
			return -(int)err->code;
		}
	}
	return walk_page(walk, node.right, depth + 1, err);
}

int sqlite_each(const struct sqlite *db, uint32_t root, sqlite_row_fn *row, void *context, struct bd_error *err)
{
	struct walk walk = { .db = db, .row = row, .context = context };
	walk.bytes_left = db->file->size_bytes + db->wal->file.size_bytes;
	walk.pages_left = walk.bytes_left / db->page_size;
	const int r = walk_page(&walk, root, 0, err);
	pieces_release(&walk.record);
	return r;
}

/* The first cell whose rowid is not less; node.cells when all are. */
static int search_node(
	const struct sqlite *db, const struct node *node, int64_t rowid, uint32_t *out, struct bd_error *err)
{
	uint32_t low = 0;
	uint32_t high = node->cells;
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		struct cell cell = { 0 };
		if (read_cell(db, node, middle, &cell, err) < 0) {
			return -(int)err->code;
		}
		if (cell.rowid < rowid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*out = low;
	return 0;
}

int sqlite_find(const struct sqlite *db, uint32_t root, int64_t rowid, struct pieces *out, struct bd_error *err)
{
	uint32_t page = root;
	for (unsigned depth = 0; depth < DEPTH; depth++) {
		struct node node = { 0 };
		struct cell cell = { 0 };
		uint32_t i = 0;
		if (read_node(db, page, &node, err) < 0 || search_node(db, &node, rowid, &i, err) < 0 ||
			(i < node.cells && read_cell(db, &node, i, &cell, err) < 0)) {
			return -(int)err->code;
		}
		if (node.leaf && i < node.cells && cell.rowid == rowid) {
			return add_payload(db, &node, &cell, out, err);
		}
		if (node.leaf) {
			break;
		}
		page = i < node.cells ? cell.child : node.right;
	}
	return bd_error_set(err, BD_ERR_FORMAT, "no row %" PRId64 " in the tree of page %u", rowid, root);
}

/* ---- records ----------------------------------------------------------------------------------- */

/* Section 2.1, "Serial Type Codes Of The Record Format". */
static uint64_t type_bytes(uint64_t type)
{
	static const uint8_t sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };
	return type < sizeof(sizes) ? sizes[type] : (type - 12) / 2;
}

static int record_varint(const struct pieces *record, uint64_t *at, uint64_t end, uint64_t *out, struct bd_error *err)
{
	uint8_t bytes[VARINT_BYTES] = { 0 };
	const size_t n = end - *at < sizeof(bytes) ? (size_t)(end - *at) : sizeof(bytes);
	if (pieces_read(record, *at, bytes, n, err) < 0) {
		return -(int)err->code;
	}
	const size_t used = read_varint(bytes, n, out);
	if (used == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "a record's header is cut off");
	}
	*at += used;
	return 0;
}

int sqlite_column(const struct pieces *record, size_t i, struct sqlite_column *out, struct bd_error *err)
{
	uint64_t header = 0;
	uint64_t at = 0;
	*out = (struct sqlite_column){ .type = 0 };
	if (record_varint(record, &at, record->n, &header, err) < 0) {
		return -(int)err->code;
	}
	if (header > record->n || header < at) {
		return bd_error_set(err, BD_ERR_FORMAT, "a record's header has %" PRIu64 " bytes", header);
	}
	uint64_t value = header;
	for (size_t column = 0; at < header; column++) {
		uint64_t type = 0;
		if (record_varint(record, &at, header, &type, err) < 0) {
			return -(int)err->code;
		}
		const uint64_t n = type_bytes(type);
		if (n > record->n - value) {
			return bd_error_set(err, BD_ERR_FORMAT, "a record ends in its column %zu", column + 1);
		}
		if (column == i) {
			*out = (struct sqlite_column){ type, value, n };
			return 0;
		}
		value += n;
	}
	return 0;
}

/* Section 2.6: type, name, tbl_name, rootpage, sql. */
struct search {
	const char *name;
	uint32_t root;
};

static int column_is(const struct pieces *record, size_t i, const char *text, bool *out, struct bd_error *err)
{
	struct sqlite_column column = { 0 };
	char bytes[64];
	const size_t n = strlen(text);
	if (sqlite_column(record, i, &column, err) < 0) {
		return -(int)err->code;
	}
	*out = column.type >= 13 && column.type % 2 == 1 && column.n == n && n <= sizeof(bytes);
	if (*out && pieces_read(record, column.at, bytes, n, err) < 0) {
		return -(int)err->code;
	}
	*out = *out && memcmp(bytes, text, n) == 0;
	return 0;
}

static int look_at_schema_row(int64_t rowid, struct pieces *record, void *context, struct bd_error *err)
{
	struct search *search = context;
	struct sqlite_column column = { 0 };
	uint8_t bytes[4] = { 0 };
	bool is_table = false;
	bool is_name = false;
	(void)rowid;
	if (column_is(record, 0, "table", &is_table, err) < 0 ||
		column_is(record, 1, search->name, &is_name, err) < 0 || sqlite_column(record, 3, &column, err) < 0) {
		return -(int)err->code;
	}
	if (!is_table || !is_name || column.type == 0 || column.type > 4) {
		return 0;
	}
	if (pieces_read(record, column.at, bytes + 4 - column.n, (size_t)column.n, err) < 0) {
		return -(int)err->code;
	}
	search->root = load_be32(bytes);
	return 0;
}

int sqlite_table(const struct sqlite *db, const char *name, uint32_t *root_out, struct bd_error *err)
{
	struct search search = { .name = name };
	if (sqlite_each(db, 1, look_at_schema_row, &search, err) < 0) {
		return bd_error_wrap(err, "its list of tables");
	}
	*root_out = search.root;
	return 0;
}

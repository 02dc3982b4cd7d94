/* SPDX-License-Identifier: Apache-2.0 */
/* Databases that SQLite writes, of every page size, with and without a write-ahead log, against what SQLite reads. */
#include "test.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "format/sqlite.h"

struct folder {
	char path[64];
	char database[80], log[80];
};

static void make_folder(struct folder *folder)
{
	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/basedrift-sqlite-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	(void)snprintf(folder->database, sizeof(folder->database), "%s/db", folder->path);
	(void)snprintf(folder->log, sizeof(folder->log), "%s/db-wal", folder->path);
}

static void remove_folder(const struct folder *folder)
{
	AUTO(bd_buf_release) struct bd_buf index = { .n = 0 };
	bd_buf_printf(&index, "%s-shm", folder->database);
	(void)unlink(folder->database);
	(void)unlink(folder->log);
	(void)unlink(bd_buf_str(&index));
	(void)rmdir(folder->path);
}

static void read_file(const char *path, struct bd_buf *out)
{
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	char chunk[65536];
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (file == NULL) {
		return;
	}
	for (size_t n = fread(chunk, 1, sizeof(chunk), file); n > 0; n = fread(chunk, 1, sizeof(chunk), file)) {
		bd_buf_add(out, chunk, n);
	}
}

static void run(sqlite3 *db, const char *statement)
{
	char *message = NULL;
	if (sqlite3_exec(db, statement, NULL, NULL, &message) != SQLITE_OK) {
		fail_msg("%s: %s", statement, message);
	}
}

/* ---- what SQLite reads, and what we read, as one text ------------------------------------------- */

static void describe_row(struct bd_buf *out, int64_t rowid, struct bd_str bytes)
{
	bd_buf_printf(
		out, "%lld %zu %llx\n", (long long)rowid, bytes.n, (unsigned long long)bd_hash_bytes(bytes.p, bytes.n));
}

static void describe_theirs(sqlite3 *db, struct bd_buf *out)
{
	sqlite3_stmt *rows = NULL;
	bd_buf_clear(out);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT n, b FROM t ORDER BY n", -1, &rows, NULL), SQLITE_OK);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		const struct bd_str bytes = { sqlite3_column_blob(rows, 1), (size_t)sqlite3_column_bytes(rows, 1) };
		describe_row(out, sqlite3_column_int64(rows, 0), bytes);
	}
	assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
}

struct description {
	struct bd_buf text;
	const struct sqlite *db;
	uint32_t root;
};

static void read_column(const struct pieces *record, struct bd_buf *out)
{
	struct sqlite_column column;
	struct bd_error err;
	assert_int_equal(sqlite_column(record, 1, &column, &err), 0);
	out->p = bd_xrealloc(out->p, (size_t)column.n + 1);
	out->n = (size_t)column.n;
	assert_int_equal(pieces_read(record, column.at, out->p, out->n, &err), 0);
}

static int describe_our_row(int64_t rowid, struct pieces *record, void *context, struct bd_error *err)
{
	struct description *description = context;
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf found = { .n = 0 };
	AUTO(pieces_release) struct pieces again = { .len = 0 };
	read_column(record, &bytes);
	describe_row(&description->text, rowid, bd_buf_view(&bytes));
	assert_int_equal(sqlite_find(description->db, description->root, rowid, &again, err), 0);
	read_column(&again, &found);
	assert_true(bd_str_equal(bd_buf_view(&bytes), bd_buf_view(&found)));
	return 0;
}

static void describe_ours(struct bd_str bytes, struct bd_str log, uint32_t frames, struct bd_buf *out)
{
	const struct sparse file = sparse_open(bytes, NULL);
	struct sqlite_wal wal;
	struct sqlite db;
	struct bd_error err = { .msg = "" };
	struct description description = { .db = &db };
	assert_int_equal(sqlite_wal_open(log, frames, &wal, &err), 0);
	assert_int_equal(sqlite_open(&file, &wal, &db, &err), 0);
	assert_int_equal(sqlite_table(&db, "t", &description.root, &err), 0);
	if (sqlite_each(&db, description.root, describe_our_row, &description, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	bd_buf_clear(out);
	bd_buf_add(out, bd_buf_str(&description.text), description.text.n);
	bd_buf_release(&description.text);
	sqlite_wal_release(&wal);
}

static void require_same(sqlite3 *db, const struct folder *folder)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf log = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf theirs = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf ours = { .n = 0 };
	read_file(folder->database, &bytes);
	read_file(folder->log, &log);
	describe_theirs(db, &theirs);
	describe_ours(bd_buf_view(&bytes), bd_buf_view(&log), SQLITE_WAL_UNKNOWN, &ours);
	assert_string_equal(bd_buf_str(&theirs), bd_buf_str(&ours));
}

/* ---- tests --------------------------------------------------------------------------------------- */

static sqlite3 *make_database(const struct folder *folder, int page_size, const char *mode)
{
	AUTO(bd_buf_release) struct bd_buf statement = { .n = 0 };
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(folder->database, &db), SQLITE_OK);
	bd_buf_printf(&statement, "PRAGMA page_size = %d; PRAGMA journal_mode = %s; PRAGMA wal_autocheckpoint = 0",
		page_size, mode);
	run(db, bd_buf_str(&statement));
	run(db, "CREATE TABLE other (x); CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB NOT NULL);"
		"CREATE INDEX i ON other (x)");
	return db;
}

/* Rows of every length around where a payload begins to overflow, and some long ones. */
static const char rows_around_the_border[] =
	"BEGIN; WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c WHERE x < 700) "
	"INSERT INTO t SELECT x * 3 + 1, randomblob(x * 7 + 1) FROM c;"
	"INSERT INTO t VALUES (9000000000, randomblob(200000)), (9000000001, zeroblob(65501)), (9000000002, x'');"
	"INSERT INTO t SELECT 20000 + n, randomblob(n % 100) FROM t WHERE n < 3000; COMMIT";

static void test_sqlite_each_page_size(void **state)
{
	(void)state;
	for (int page_size = 512; page_size <= 65536; page_size *= 2) {
		struct folder folder;
		make_folder(&folder);
		sqlite3 *db = make_database(&folder, page_size, "DELETE");
		run(db, rows_around_the_border);
		require_same(db, &folder);
		run(db, "DELETE FROM t WHERE n % 5 = 1; UPDATE t SET b = randomblob(3000) WHERE n % 7 = 1");
		require_same(db, &folder);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		remove_folder(&folder);
	}
}

static void test_sqlite_each_write_ahead_log(void **state)
{
	(void)state;
	for (int page_size = 512; page_size <= 65536; page_size *= 8) {
		struct folder folder;
		make_folder(&folder);
		sqlite3 *db = make_database(&folder, page_size, "WAL");
		require_same(db, &folder);
		run(db, "INSERT INTO t VALUES (1, randomblob(100)), (2, randomblob(5000)), (3, randomblob(100000))");
		require_same(db, &folder);
		run(db, "PRAGMA wal_checkpoint(PASSIVE)");
		require_same(db, &folder);
		run(db, "UPDATE t SET b = randomblob(5000) WHERE n = 2; DELETE FROM t WHERE n = 3");
		require_same(db, &folder);
		run(db, "PRAGMA wal_checkpoint(RESTART); INSERT INTO t VALUES (4, randomblob(50))");
		require_same(db, &folder); /* old frames stand behind the new ones */
		run(db, "PRAGMA cache_size = 2; BEGIN; UPDATE t SET b = randomblob(30000); "
			"INSERT INTO t VALUES (10, randomblob(300000))");
		sqlite3 *reader = NULL; /* sees what was committed */
		assert_int_equal(sqlite3_open(folder.database, &reader), SQLITE_OK);
		require_same(reader, &folder);
		assert_int_equal(sqlite3_close(reader), SQLITE_OK);
		run(db, "ROLLBACK");
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		remove_folder(&folder);
	}
}

static void test_sqlite_wal_open_frames_known(void **state)
{
	struct folder folder;
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf log = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf first = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf second = { .n = 0 };
	struct sqlite_wal wal;
	struct bd_error err;
	(void)state;
	make_folder(&folder);
	sqlite3 *db = make_database(&folder, 1024, "WAL");
	run(db, "INSERT INTO t VALUES (1, randomblob(100)), (2, randomblob(5000))");
	read_file(folder.database, &bytes);
	read_file(folder.log, &log);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	remove_folder(&folder);

	assert_int_equal(sqlite_wal_open(bd_buf_view(&log), SQLITE_WAL_UNKNOWN, &wal, &err), 0);
	const uint32_t frames = wal.frames;
	sqlite_wal_release(&wal);
	assert_true(frames > 5);
	describe_ours(bd_buf_view(&bytes), bd_buf_view(&log), SQLITE_WAL_UNKNOWN, &first);
	log.p[32 + 16]++; /* the first frame's checksum, which nobody computes again */
	describe_ours(bd_buf_view(&bytes), bd_buf_view(&log), frames, &second);
	assert_string_equal(bd_buf_str(&first), bd_buf_str(&second));
	assert_int_equal(sqlite_wal_open(bd_buf_view(&log), SQLITE_WAL_UNKNOWN, &wal, &err), 0);
	assert_true(wal.frames < frames);
	sqlite_wal_release(&wal);
	assert_int_equal(sqlite_wal_open(bd_buf_view(&log), frames + 1, &wal, &err), 0);
	assert_int_equal(wal.frames, 0);
	sqlite_wal_release(&wal);
}

static int count_row(int64_t rowid, struct pieces *record, void *context, struct bd_error *err)
{
	(void)rowid;
	(void)record;
	(void)err;
	++*(size_t *)context;
	return 0;
}

static int read_all(struct bd_str bytes, size_t *rows, struct bd_error *err)
{
	const struct sparse file = sparse_open(bytes, NULL);
	const struct sqlite_wal none = { .frames = 0 };
	struct sqlite db;
	uint32_t root = 0;
	*rows = 0;
	if (sqlite_open(&file, &none, &db, err) < 0 || sqlite_table(&db, "t", &root, err) < 0) {
		return -(int)err->code;
	}
	return root == 0 ? 0 : sqlite_each(&db, root, count_row, rows, err);
}

static void make_simple(struct bd_buf *out)
{
	struct folder folder;
	make_folder(&folder);
	sqlite3 *db = make_database(&folder, 512, "DELETE");
	run(db, "INSERT INTO t VALUES (1, zeroblob(10)), (2, zeroblob(5000))");
	read_file(folder.database, out);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	remove_folder(&folder);
}

static void test_sqlite_each_damaged(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct bd_error err = { .msg = "" };
	size_t rows = 0;
	(void)state;
	make_simple(&bytes);
	assert_int_equal(read_all(bd_buf_view(&bytes), &rows, &err), 0);
	assert_int_equal(rows, 2);
	for (size_t n = 0; n < bytes.n - 512; n += 100) {
		assert_int_equal(read_all((struct bd_str){ bytes.p, n }, &rows, &err), -BD_ERR_FORMAT);
	}
	bytes.p[56 + 3] = 2;
	assert_int_equal(read_all(bd_buf_view(&bytes), &rows, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "UTF-16"));
	bytes.p[0] = 's';
	assert_int_equal(read_all(bd_buf_view(&bytes), &rows, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "not an SQLite database"));
}

/* A page 3 that is an interior page of a table, whose child is itself. */
static void test_sqlite_each_circle(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct bd_error err = { .msg = "" };
	size_t rows = 0;
	(void)state;
	make_simple(&bytes);
	static const uint8_t head[] = { 5, 0, 0, 0, 1, 1, 0xf4, 0, 0, 0, 0, 3, 1, 0xf4 };
	memcpy(bytes.p + 2 * 512, head, sizeof(head));
	memcpy(bytes.p + 2 * 512 + 500, "\0\0\0\3\1", 5);
	assert_int_equal(read_all(bd_buf_view(&bytes), &rows, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "circle"));
}

/* A row that says it has more bytes than a row may have, in a file that says it is large enough. */
static void test_sqlite_each_row_limit(void **state)
{
	static const uint8_t head[] = { 13, 0, 0, 0, 1, 1, 0xf0, 0, 1, 0xf0 };
	static const uint8_t cell[] = { 0x82, 0x80, 0x80, 0x80, 0x01, 1 }; /* 2^29 + 1 bytes */
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf kept = { .n = 0 };
	AUTO(sparse_trace_release) struct sparse_trace trace = { .len = 0 };
	struct bd_error err = { .msg = "" };
	size_t rows = 0;
	(void)state;
	make_simple(&bytes);
	memcpy(bytes.p + 2 * 512, head, sizeof(head));
	memcpy(bytes.p + 2 * 512 + 496, cell, sizeof(cell));
	assert_int_equal(read_all(bd_buf_view(&bytes), &rows, &err), -BD_ERR_FORMAT);
	*bd_vec_push(&trace) = (struct sparse_range){ 0, bytes.n };
	sparse_write(bd_buf_view(&bytes), &trace, &kept);
	kept.p[16 + 3] = 0x7f; /* the size of the file: 2 GB */
	assert_int_equal(read_all(bd_buf_view(&kept), &rows, &err), -BD_ERR_LIMIT);
}

static void test_sqlite_wal_open_limit(void **state)
{
	static const uint8_t head[] = { 0x37, 0x7f, 6, 0x82, 0, 0x2d, 0xe2, 0x18, 0, 0, 2, 0 };
	const size_t n = 32 + (BD_LIMIT_WAL_FRAMES + 1) * (size_t)(24 + 512);
	AUTO(free_ptr) char *log = bd_xcalloc(n, 1);
	struct sqlite_wal wal;
	struct bd_error err = { .msg = "" };
	(void)state;
	memcpy(log, head, sizeof(head));
	assert_int_equal(sqlite_wal_open((struct bd_str){ log, n }, SQLITE_WAL_UNKNOWN, &wal, &err), -BD_ERR_LIMIT);
	sqlite_wal_release(&wal);
	assert_int_equal(sqlite_wal_open((struct bd_str){ log, n - 536 }, SQLITE_WAL_UNKNOWN, &wal, &err), 0);
	assert_int_equal(wal.frames, 0);
	sqlite_wal_release(&wal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sqlite_each_page_size),
		cmocka_unit_test(test_sqlite_each_write_ahead_log),
		cmocka_unit_test(test_sqlite_wal_open_frames_known),
		cmocka_unit_test(test_sqlite_each_damaged),
		cmocka_unit_test(test_sqlite_each_circle),
		cmocka_unit_test(test_sqlite_each_row_limit),
		cmocka_unit_test(test_sqlite_wal_open_limit),
	};
	return cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
}

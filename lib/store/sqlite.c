/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file, many processes: write-ahead log, so that readers never wait; each writer takes the write lock at the
 * beginning of its transaction, so that nobody finds out at its end that somebody else was first.
 */
#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "store/backends.h"
#include "store/url.h"

struct statement {
	const char *text; /* by its address */
	sqlite3_stmt *handle;
};

struct sqlite_db {
	struct sql_db db;
	sqlite3 *handle;
	const char *path;
	struct {
		struct statement *v;
		size_t len, cap;
	} statements;
	struct bd_arena arena;
};

static struct sqlite_db *sqlite_of(struct sql_db *db)
{
	return (struct sqlite_db *)(void *)db;
}

/* ---- what went wrong --------------------------------------------------------------------------------------------- */

/* The store's name is put before it by those who know its URL. */
static int failed(struct sqlite_db *db, int code, struct bd_error *err)
{
	const char *message = db->handle != NULL ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return bd_error_set(err, BD_ERR_IO,
			"another process holds its lock for too long; try again, or see who has it open (fuser FILE)");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return bd_error_set(err, BD_ERR_FORMAT,
			"damaged, or no store at all (%s); move the file away: 'basedrift import' of kept record files or of a "
			"copy of the store fills a new one",
			message);
	case SQLITE_FULL:
		return bd_error_set(err, BD_ERR_IO,
			"no space is left for it, and nothing of this was stored; free some space, or name another place with "
			"--store (%s)",
			message);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return bd_error_set(err, BD_ERR_IO, "may only be read; name another place with --store (%s)", message);
	case SQLITE_CANTOPEN:
		return bd_error_set(
			err, BD_ERR_IO, "cannot be opened or made here; name another place with --store (%s)", message);
	case SQLITE_IOERR:
		return bd_error_set(err, BD_ERR_IO,
			"the file system refused (%s%s%s), and nothing of this was stored; see if the disk is full or damaged, "
			"or name another place with --store",
			message, errno != 0 ? ": " : "", errno != 0 ? strerrordesc_np(errno) : "");
	default:
		return bd_error_set(err, BD_ERR_IO, "%s", message);
	}
}

/* ---- queries ------------------------------------------------------------------------------------------------------
 */

static int prepare(struct sqlite_db *db, const struct sql_query *query, sqlite3_stmt **out, struct bd_error *err)
{
	const char *text = query->text;
	for (size_t i = 0; i < db->statements.len && !query->once; i++) {
		if (db->statements.v[i].text == text) {
			*out = db->statements.v[i].handle;
			return 0;
		}
	}
	const int code =
		sqlite3_prepare_v3(db->handle, text, -1, query->once ? 0 : SQLITE_PREPARE_PERSISTENT, out, NULL);
	if (code != SQLITE_OK) {
		return failed(db, code, err);
	}
	if (!query->once) {
		*bd_vec_push(&db->statements) = (struct statement){ text, *out };
	}
	return 0;
}

static int bind_one(sqlite3_stmt *statement, int at, const struct sql_value *value)
{
	switch (value->type) {
	case SQL_INTEGER:
		return sqlite3_bind_int64(statement, at, value->number);
	case SQL_TEXT:
		return sqlite3_bind_text64(statement, at, value->bytes.p, value->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
	case SQL_BYTES:
		return value->bytes.n == 0
			       ? sqlite3_bind_zeroblob(statement, at, 0)
			       : sqlite3_bind_blob64(statement, at, value->bytes.p, value->bytes.n, SQLITE_STATIC);
	case SQL_NULL:
	default:
		return sqlite3_bind_null(statement, at);
	}
}

/* "$1" is a name to SQLite: it counts parameters in the order in which it meets them. */
static int bind_all(sqlite3_stmt *statement, const struct sql_query *query)
{
	for (size_t i = 0; i < query->param_count; i++) {
		char name[24];
		(void)snprintf(name, sizeof(name), "$%zu", i + 1);
		const int at = sqlite3_bind_parameter_index(statement, name);
		const int code = at > 0 ? bind_one(statement, at, &query->params[i]) : SQLITE_OK;
		if (code != SQLITE_OK) {
			return code;
		}
	}
	return SQLITE_OK;
}

static struct sql_value column(sqlite3_stmt *statement, int i)
{
	switch (sqlite3_column_type(statement, i)) {
	case SQLITE_INTEGER:
		return sql_integer(sqlite3_column_int64(statement, i));
	case SQLITE_NULL:
		return (struct sql_value){ .type = SQL_NULL };
	case SQLITE_TEXT: {
		const char *text = (const char *)sqlite3_column_text(statement, i);
		return (struct sql_value){ .type = SQL_TEXT,
			.bytes = { text, (size_t)sqlite3_column_bytes(statement, i) } };
	}
	default: {
		const char *bytes = sqlite3_column_blob(statement, i);
		return sql_bytes((struct bd_str){ bytes, (size_t)sqlite3_column_bytes(statement, i) });
	}
	}
}

#define COLUMNS_MAX 32

static int give_row(sqlite3_stmt *statement, const struct sql_query *query, struct bd_error *err)
{
	struct sql_value row[COLUMNS_MAX] = { 0 };
	const int count = sqlite3_column_count(statement);
	if ((size_t)count != query->columns || count > COLUMNS_MAX) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "%d columns in the answer, expected %zu", count, query->columns);
	}
	for (int i = 0; i < count; i++) {
		row[i] = column(statement, i);
	}
	return query->row(row, query->context, err);
}

static int step_all(struct sqlite_db *db, sqlite3_stmt *statement, const struct sql_query *query, struct bd_error *err)
{
	int code = bind_all(statement, query);
	if (code != SQLITE_OK) {
		return failed(db, code, err);
	}
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		if (query->row != NULL && give_row(statement, query, err) < 0) {
			return -(int)err->code;
		}
	}
	return code == SQLITE_DONE ? 0 : failed(db, code, err);
}

static int sqlite_query(struct sql_db *base, const struct sql_query *query, int64_t *changed_out, struct bd_error *err)
{
	struct sqlite_db *db = sqlite_of(base);
	sqlite3_stmt *statement = NULL;
	if (prepare(db, query, &statement, err) < 0) {
		return -(int)err->code;
	}
	const int result = step_all(db, statement, query, err);
	if (result == 0 && changed_out != NULL) {
		*changed_out = sqlite3_changes64(db->handle);
	}
	if (query->once) {
		(void)sqlite3_finalize(statement);
		return result;
	}
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}

static int run_text(struct sqlite_db *db, const char *text, struct bd_error *err)
{
	const int code = sqlite3_exec(db->handle, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : failed(db, code, err);
}

static int sqlite_begin(struct sql_db *base, bool write, struct bd_error *err)
{
	return run_text(sqlite_of(base), write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static void sqlite_rollback(struct sql_db *base)
{
	struct sqlite_db *db = sqlite_of(base);
	if (sqlite3_get_autocommit(db->handle) == 0) {
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	}
}

static int sqlite_commit(struct sql_db *base, struct bd_error *err)
{
	if (run_text(sqlite_of(base), "COMMIT", err) < 0) {
		sqlite_rollback(base);
		return -(int)err->code;
	}
	return 0;
}

static int sqlite_reconnect(struct sql_db *base, struct bd_error *err)
{
	(void)err;
	base->lost = false; /* a file is not lost */
	return 0;
}

/* ---- opening -------------------------------------------------------------------------------------------------------
 */

static void sqlite_close(struct sql_db *base)
{
	struct sqlite_db *db = sqlite_of(base);
	for (size_t i = 0; i < db->statements.len; i++) {
		(void)sqlite3_finalize(db->statements.v[i].handle);
	}
	free(db->statements.v);
	(void)sqlite3_close(db->handle);
	bd_arena_release(&db->arena);
	free(db);
}

/* The folders of the default store's path are made; others are the user's to make. */
static int make_folders(const char *path, struct bd_error *err)
{
	AUTO(free_ptr) char *copy = bd_xstrdup(path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES) {
			return bd_error_set_errno(err, "%s", copy);
		}
		*slash = '/';
	}
	return 0;
}

/* Nothing else may write to a file that this opens so: a log beside it would not be heeded. */
static int open_unchanging(struct sqlite_db *db, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf uri = { 0 };
	struct stat st;
	const char *log = bd_arena_printf(&db->arena, "%s-wal", db->path);
	if (stat(log, &st) == 0 && st.st_size > 0) {
		return bd_error_set(err, BD_ERR_IO,
			"may only be read, and %s has builds that must be brought in first: open it once where it may be written",
			log);
	}
	bd_buf_add_str(&uri, "file:");
	for (const char *p = db->path; *p != '\0'; p++) {
		if (strchr("?#%", *p) != NULL) {
			bd_buf_printf(&uri, "%%%02X", (unsigned int)(unsigned char)*p);
		} else {
			bd_buf_add_char(&uri, *p);
		}
	}
	bd_buf_add_str(&uri, "?immutable=1");
	(void)sqlite3_close(db->handle);
	db->handle = NULL;
	const int code = sqlite3_open_v2(bd_buf_str(&uri), &db->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	db->db.read_only = true;
	return code == SQLITE_OK ? 0 : failed(db, code, err);
}

static bool may_not_write(int code)
{
	const int primary = code & 0xff;
	return primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN || primary == SQLITE_PERM;
}

/* synchronous=FULL: what was acknowledged is there after the power went, too. */
static int set_up(struct sqlite_db *db, const struct bd_store_options *options, struct bd_error *err)
{
	const unsigned int wait_ms = options->wait_ms != 0 ? options->wait_ms : BD_LIMIT_STORE_WAIT_MS;
	(void)sqlite3_extended_result_codes(db->handle, 1);
	(void)sqlite3_busy_timeout(db->handle, (int)wait_ms);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	const int code = sqlite3_exec(db->handle,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA mmap_size=0", NULL,
		NULL, NULL);
	if (code == SQLITE_OK && sqlite3_db_readonly(db->handle, "main") == 0) {
		return 0;
	}
	if (code == SQLITE_OK || may_not_write(code)) {
		struct stat st;
		if (options->write || stat(db->path, &st) != 0) {
			return failed(db, code == SQLITE_OK ? SQLITE_READONLY : code, err);
		}
		return open_unchanging(db, err);
	}
	return failed(db, code, err);
}

static int open_handle(struct sqlite_db *db, const struct bd_store_options *options, struct bd_error *err)
{
	struct stat st;
	const int create = options->write ? SQLITE_OPEN_CREATE : 0;
	if (stat(db->path, &st) == 0 && S_ISDIR(st.st_mode)) {
		return bd_error_set(err, BD_ERR_USAGE, "is a folder; name the file");
	}
	if (!options->write && stat(db->path, &st) != 0) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "is not there yet; 'basedrift collect' makes it");
	}
	int code = sqlite3_open_v2(db->path, &db->handle, SQLITE_OPEN_READWRITE | create | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK && may_not_write(code) && !options->write) {
		return open_unchanging(db, err);
	}
	return code == SQLITE_OK ? set_up(db, options, err) : failed(db, code, err);
}

static void close_half(struct sqlite_db **db)
{
	if (*db != NULL) {
		sqlite_close(&(*db)->db);
	}
}

static int sqlite_open(
	const struct store_url *url, const struct bd_store_options *options, struct sql_db **out, struct bd_error *err)
{
	AUTO(close_half) struct sqlite_db *db = bd_xcalloc(1, sizeof(*db));
	const char *path = strncmp(url->path, "//", 2) == 0 ? url->path + 2 : url->path;

	db->db.ops = &bd_store_ops_sqlite;
	db->path = bd_arena_strdup(&db->arena, path);
	if ((options->make_folders && make_folders(path, err) < 0) || open_handle(db, options, err) < 0) {
		return -(int)err->code;
	}
	*out = &steal_ptr(&db)->db;
	return 0;
}

/* ---- upkeep ---------------------------------------------------------------------------------------------------------
 */

static int sqlite_size(struct sql_db *base, int64_t *bytes_out, struct bd_error *err)
{
	static const char *const endings[] = { "", "-wal" };
	*bytes_out = 0;
	for (size_t i = 0; i < 2; i++) {
		struct stat st;
		AUTO(bd_buf_release) struct bd_buf path = { 0 };
		bd_buf_printf(&path, "%s%s", sqlite_of(base)->path, endings[i]);
		if (stat(bd_buf_str(&path), &st) == 0) {
			*bytes_out += st.st_size;
		} else if (errno != ENOENT) {
			return bd_error_set_errno(err, "%s", bd_buf_str(&path));
		}
	}
	return 0;
}

struct verification {
	sql_row_fn *problem;
	void *context;
};

static int each_problem(const struct sql_value *row, void *context, struct bd_error *err)
{
	const struct verification *verification = context;
	return bd_str_is(row->bytes, "ok") ? 0 : verification->problem(row, verification->context, err);
}

static int sqlite_verify(struct sql_db *base, sql_row_fn *problem, void *context, struct bd_error *err)
{
	struct verification verification = { problem, context };
	const struct sql_query query = {
		.text = "PRAGMA integrity_check(100)", .columns = 1, .row = each_problem, .context = &verification
	};
	return sqlite_query(base, &query, NULL, err);
}

static int sqlite_tidy(struct sql_db *base, struct bd_error *err)
{
	return run_text(sqlite_of(base), "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", err);
}

static const char *sqlite_library(void)
{
	return "sqlite " SQLITE_VERSION;
}

static const char *const schemes[] = { "sqlite", NULL };

const struct bd_store_ops bd_store_ops_sqlite = {
	.name = "sqlite",
	.schemes = schemes,
	.dialect = { .bytes = "BLOB", .narrow = "WITHOUT ROWID" },
	.open = sqlite_open,
	.close = sqlite_close,
	.query = sqlite_query,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.reconnect = sqlite_reconnect,
	.size = sqlite_size,
	.verify = sqlite_verify,
	.tidy = sqlite_tidy,
	.library = sqlite_library,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL, and what speaks its protocol.  Nothing is kept in the session (no prepared statements, no settings but
 * those of the connection), so that a pooler may stand between.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "store/backends.h"
#include "store/url.h"

static const char *const schemes[] = { "postgresql", "postgres", NULL };

#ifdef BASEDRIFT_HAVE_LIBPQ

#include <libpq-fe.h>
#include <time.h>

/* pg_type.h: fixed for ever */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25
};
#define PARAMS_MAX  80
#define COLUMNS_MAX 32

struct postgres_db {
	struct sql_db db;
	PGconn *handle;
	struct store_url url;
	unsigned int wait_ms;
	struct bd_arena arena;
};

static struct postgres_db *postgres_of(struct sql_db *db)
{
	return (struct postgres_db *)(void *)db;
}

static void clear_auto(PGresult **result)
{
	PQclear(*result);
}

/* ---- what went wrong -------------------------------------------------------------------------------------------- */

static struct bd_str first_line(const char *message)
{
	struct bd_str rest = bd_str(message);
	struct bd_str line = { "", 0 };
	(void)bd_str_line(&rest, &line);
	return line;
}

static int complain(struct postgres_db *db, enum bd_error_code code, const char *message, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf shown = { 0 };
	const struct bd_str line = first_line(message);
	bd_display_text(&shown, line.p, line.n);
	(void)bd_error_set(err, code, "%s", bd_buf_str(&shown));
	store_url_redact(&db->url, err);
	return -(int)err->code;
}

/* SQLSTATE, PostgreSQL manual, appendix A. */
static bool is_of_the_moment(const char *state)
{
	static const char *const states[] = { "40001", "40P01", "40003", "57P01", "57P02", "57P03", "53300", NULL };
	for (size_t i = 0; states[i] != NULL; i++) {
		if (strcmp(states[i], state) == 0) {
			return true;
		}
	}
	return strncmp(state, "08", 2) == 0;
}

/* Two who make the same table at once: "IF NOT EXISTS" looks before it makes, and the loser meets the winner's rows. */
static bool is_race_of_makers(const char *state)
{
	return strcmp(state, "23505") == 0 || strcmp(state, "42P07") == 0 || strcmp(state, "42710") == 0 ||
	       strcmp(state, "XX000") == 0;
}

static int failed(struct postgres_db *db, const PGresult *result, struct bd_error *err)
{
	const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *state = field != NULL ? field : "";
	const char *message = PQresultErrorMessage(result);

	db->db.lost = PQstatus(db->handle) == CONNECTION_BAD;
	db->db.retry = db->db.lost || is_of_the_moment(state) || is_race_of_makers(state);
	if (strcmp(state, "53100") == 0) {
		return complain(db, BD_ERR_IO, "the server has no space left; nothing of this build was stored", err);
	}
	if (strcmp(state, "55P03") == 0) {
		return complain(db, BD_ERR_IO,
			"another transaction holds a lock for too long; see pg_stat_activity, then try again", err);
	}
	if (strcmp(state, "25006") == 0) {
		return complain(db, BD_ERR_IO, "this server or role may only read: name the primary with --store", err);
	}
	if (strcmp(state, "42501") == 0) {
		return complain(db, BD_ERR_AUTH, message, err);
	}
	return complain(db, BD_ERR_IO, *message != '\0' ? message : PQerrorMessage(db->handle), err);
}

/* ---- queries ---------------------------------------------------------------------------------------------------- */

struct bound {
	Oid types[PARAMS_MAX];
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX];
	int formats[PARAMS_MAX];
	char numbers[PARAMS_MAX][24];
	struct bd_arena texts;
};

static void bound_release(struct bound *bound)
{
	bd_arena_release(&bound->texts);
}

static void bind_one(struct bound *bound, size_t i, const struct sql_value *value)
{
	switch (value->type) {
	case SQL_INTEGER:
		bound->types[i] = OID_INT8;
		(void)snprintf(bound->numbers[i], sizeof(bound->numbers[i]), "%lld", (long long)value->number);
		bound->values[i] = bound->numbers[i];
		return;
	case SQL_TEXT:
		bound->types[i] = OID_TEXT;
		bound->values[i] = bd_arena_text(&bound->texts, value->bytes.p, value->bytes.n);
		return;
	case SQL_BYTES:
		bound->types[i] = OID_BYTEA;
		bound->values[i] = value->bytes.n > 0 ? value->bytes.p : "";
		bound->lengths[i] = (int)value->bytes.n;
		bound->formats[i] = 1;
		return;
	case SQL_NULL:
	default:
		bound->values[i] = NULL;
		return;
	}
}

/* Binary integers are big-endian, of the size of their type. */
static int64_t number_of(const char *p, int n)
{
	uint64_t value = 0;
	for (int i = 0; i < n; i++) {
		value = value << 8U | (unsigned char)p[i];
	}
	return n == 4 ? (int64_t)(int32_t)(uint32_t)value : n == 2 ? (int64_t)(int16_t)(uint16_t)value : (int64_t)value;
}

static int column(const PGresult *result, int row, int i, struct sql_value *out, struct bd_error *err)
{
	const char *p = PQgetvalue(result, row, i);
	const int n = PQgetlength(result, row, i);
	const Oid type = PQftype(result, i);

	if (PQgetisnull(result, row, i) != 0) {
		*out = (struct sql_value){ .type = SQL_NULL };
	} else if (type == OID_INT8 || type == OID_INT4 || type == OID_INT2) {
		*out = sql_integer(number_of(p, n));
	} else if (type == OID_BYTEA) {
		*out = sql_bytes((struct bd_str){ p, (size_t)n });
	} else if (type == OID_TEXT) {
		*out = (struct sql_value){ .type = SQL_TEXT, .bytes = { p, (size_t)n } };
	} else {
		return bd_error_set(err, BD_ERR_FORMAT, "column %d of the answer has type %u", i, type);
	}
	return 0;
}

static int give_rows(const PGresult *result, const struct sql_query *query, struct bd_error *err)
{
	struct sql_value row[COLUMNS_MAX] = { 0 };
	const int count = PQnfields(result);
	if ((size_t)count != query->columns || count > COLUMNS_MAX) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "%d columns in the answer, expected %zu", count, query->columns);
	}
	for (int r = 0; r < PQntuples(result); r++) {
		for (int i = 0; i < count; i++) {
			if (column(result, r, i, &row[i], err) < 0) {
				return -(int)err->code;
			}
		}
		if (query->row(row, query->context, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int64_t changed_rows(PGresult *result)
{
	uint64_t changed = 0;
	return bd_str_to_u64(bd_str(PQcmdTuples(result)), &changed) ? (int64_t)changed : 0;
}

static int postgres_query(
	struct sql_db *base, const struct sql_query *query, int64_t *changed_out, struct bd_error *err)
{
	struct postgres_db *db = postgres_of(base);
	AUTO(bound_release) struct bound bound = { .formats = { 0 } };

	if (query->param_count > PARAMS_MAX) {
		return bd_error_set(err, BD_ERR_LIMIT, "%zu parameters of one statement", query->param_count);
	}
	for (size_t i = 0; i < query->param_count; i++) {
		bind_one(&bound, i, &query->params[i]);
	}
	AUTO(clear_auto)
	PGresult *result = PQexecParams(db->handle, query->text, (int)query->param_count, bound.types, bound.values,
		bound.lengths, bound.formats, 1);
	const ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		return failed(db, result, err);
	}
	if (changed_out != NULL) {
		*changed_out = changed_rows(result);
	}
	return status == PGRES_TUPLES_OK && query->row != NULL ? give_rows(result, query, err) : 0;
}

static int run_text(struct postgres_db *db, const char *text, struct bd_error *err)
{
	AUTO(clear_auto) PGresult *result = PQexec(db->handle, text);
	const ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : failed(db, result, err);
}

static int postgres_begin(struct sql_db *base, bool write, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	(void)write;
	bd_buf_printf(&text, "BEGIN; SET LOCAL lock_timeout = %u", postgres_of(base)->wait_ms);
	return run_text(postgres_of(base), bd_buf_str(&text), err);
}

static int postgres_commit(struct sql_db *base, struct bd_error *err)
{
	struct postgres_db *db = postgres_of(base);
	AUTO(clear_auto) PGresult *result = PQexec(db->handle, "COMMIT");
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		return failed(db, result, err);
	}
	/* a transaction that failed before says ROLLBACK to a COMMIT, and that is no error to the server */
	return strcmp(PQcmdStatus(result), "COMMIT") == 0
		       ? 0
		       : complain(db, BD_ERR_IO, "the server took the transaction back", err);
}

static void postgres_rollback(struct sql_db *base)
{
	struct postgres_db *db = postgres_of(base);
	if (PQstatus(db->handle) == CONNECTION_OK) {
		AUTO(clear_auto) PGresult *result = PQexec(db->handle, "ROLLBACK");
		(void)result;
	}
}

/* ---- opening ------------------------------------------------------------------------------------------------------
 */

static void postgres_close(struct sql_db *base)
{
	struct postgres_db *db = postgres_of(base);
	PQfinish(db->handle);
	bd_arena_release(&db->arena);
	free(db);
}

static void be_quiet(void *context, const char *message)
{
	(void)context;
	(void)message; /* NOTICE: libraries never print */
}

/* Its own words quote the URL with all that is in it: they are not passed on. */
static int check_url(struct postgres_db *db, struct bd_error *err)
{
	char *message = NULL;
	PQconninfoOption *parsed = PQconninfoParse(db->url.text, &message);
	PQfreemem(message);
	if (parsed == NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			"store %s: libpq does not understand this URL: postgresql://USER:PASSWORD@HOST:PORT/DATABASE?NAME=VALUE "
			"(in a password, write \"%%40\" for \"@\", \"%%2F\" for \"/\", \"%%3A\" for \":\")",
			db->url.shown);
	}
	for (const PQconninfoOption *option = parsed; option->keyword != NULL; option++) {
		if (strcmp(option->keyword, "password") == 0 && option->val != NULL && *option->val != '\0') {
			db->url.password =
				bd_arena_strdup(&db->arena, option->val); /* decoded: as messages would have it */
		}
	}
	PQconninfoFree(parsed);
	return 0;
}

static int postgres_connect(struct postgres_db *db, struct bd_error *err)
{
	/* what stands later wins: the URL's own settings are "dbname", expanded */
	const char *const names[] = { "fallback_application_name", "connect_timeout", "dbname", NULL };
	const char *const values[] = { "basedrift", BD_LIMIT_STORE_CONNECT_SECONDS, db->url.text, NULL };

	db->handle = PQconnectdbParams(names, values, 1);
	if (PQstatus(db->handle) != CONNECTION_OK) {
		return complain(db, BD_ERR_IO, PQerrorMessage(db->handle), err);
	}
	(void)PQsetNoticeProcessor(db->handle, be_quiet, NULL);
	if (PQserverVersion(db->handle) < 90500) { /* ON CONFLICT */
		return complain(db, BD_ERR_UNSUPPORTED, "this server is older than PostgreSQL 9.5", err);
	}
	return 0;
}

static int postgres_reconnect(struct sql_db *base, struct bd_error *err)
{
	struct postgres_db *db = postgres_of(base);
	PQfinish(db->handle);
	db->handle = NULL;
	if (postgres_connect(db, err) < 0) {
		base->retry = true;
		base->lost = true;
		return -(int)err->code;
	}
	base->lost = false;
	return 0;
}

/* A connection that is cut while it is made says nothing of the next one; who is refused twice is told so. */
static int connect_patiently(struct postgres_db *db, struct bd_error *err)
{
	for (int try = 0;; try++) {
		const int result = postgres_connect(db, err);
		if (result == 0 || try == 2 || err->code != BD_ERR_IO) {
			return result;
		}
		PQfinish(db->handle);
		db->handle = NULL;
		(void)nanosleep(&(struct timespec){ .tv_nsec = 50000000L }, NULL);
	}
}

static void close_half(struct postgres_db **db)
{
	if (*db != NULL) {
		postgres_close(&(*db)->db);
	}
}

static int postgres_open(
	const struct store_url *url, const struct bd_store_options *options, struct sql_db **out, struct bd_error *err)
{
	AUTO(close_half) struct postgres_db *db = bd_xcalloc(1, sizeof(*db));
	db->db.ops = &bd_store_ops_postgres;
	db->url = *url;
	db->url.text = bd_arena_strdup(&db->arena, url->text);
	db->url.shown = bd_arena_strdup(&db->arena, url->shown);
	db->url.password = bd_arena_strdup(&db->arena, url->password);
	db->wait_ms = options->wait_ms != 0 ? options->wait_ms : BD_LIMIT_STORE_WAIT_MS;
	if (check_url(db, err) < 0 || connect_patiently(db, err) < 0) {
		return -(int)err->code;
	}
	*out = &steal_ptr(&db)->db;
	return 0;
}

/* ---- upkeep ---------------------------------------------------------------------------------------------------------
 */

static int take_number(const struct sql_value *row, void *context, struct bd_error *err)
{
	int64_t *number = context;
	(void)err;
	*number = row->number;
	return 0;
}

static int postgres_size(struct sql_db *base, int64_t *bytes_out, struct bd_error *err)
{
	static const char text[] = "SELECT CAST(COALESCE(SUM(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class"
				   " WHERE relname LIKE 'basedrift\\_%' AND relkind = 'r' AND pg_table_is_visible(oid)";
	const struct sql_query query = { .text = text, .columns = 1, .row = take_number, .context = bytes_out };
	*bytes_out = 0;
	return postgres_query(base, &query, NULL, err);
}

static int postgres_verify(struct sql_db *base, sql_row_fn *problem, void *context, struct bd_error *err)
{
	(void)base;
	(void)problem;
	(void)context;
	(void)err;
	return 0; /* a server looks after its own files: data checksums, pg_amcheck */
}

static int postgres_tidy(struct sql_db *base, struct bd_error *err)
{
	(void)base;
	(void)err;
	return 0; /* autovacuum */
}

static const char *postgres_library(void)
{
	return "postgresql (libpq " BASEDRIFT_LIBPQ_VERSION ")";
}

#else

static int postgres_open(
	const struct store_url *url, const struct bd_store_options *options, struct sql_db **out, struct bd_error *err)
{
	(void)options;
	(void)out;
	return bd_error_set(err, BD_ERR_UNSUPPORTED,
		"store %s: this basedrift was built without libpq (see 'basedrift --version')", url->shown);
}

static const char *postgres_library(void)
{
	return "no postgresql (built without libpq)";
}

#endif

const struct bd_store_ops bd_store_ops_postgres = {
	.name = "postgres",
	.schemes = schemes,
	.dialect = { .bytes = "BYTEA", .narrow = "" },
	.open = postgres_open,
#ifdef BASEDRIFT_HAVE_LIBPQ
	.close = postgres_close,
	.query = postgres_query,
	.begin = postgres_begin,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.reconnect = postgres_reconnect,
	.size = postgres_size,
	.verify = postgres_verify,
	.tidy = postgres_tidy,
#endif
	.library = postgres_library,
};

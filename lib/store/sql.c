/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"

#include <time.h>

#include "basedrift/limits.h"

#include "base/auto.h"

struct sql_value sql_integer(int64_t number)
{
	return (struct sql_value){ .type = SQL_INTEGER, .number = number };
}

struct sql_value sql_text(const char *text)
{
	return (struct sql_value){ .type = SQL_TEXT, .bytes = bd_str(text != NULL ? text : "") };
}

struct sql_value sql_bytes(struct bd_str bytes)
{
	return (struct sql_value){ .type = SQL_BYTES, .bytes = bytes };
}

/* Twice as long each time, and never the same for two who met: they would meet again. */
static void wait_a_little(unsigned int try)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	const long base_ms = 5L << (try < 8 ? try : 8);
	const long ms = base_ms + (long)((unsigned long)now.tv_nsec / 1000UL % (unsigned long)base_ms);
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	(void)nanosleep(&pause, NULL);
}

/*
 * A query that stands alone is asked again when its connection was lost: rows are given only when all have come, so
 * nobody has seen any.
 */
int sql_run(struct sql_db *db, const struct sql_query *query, int64_t *changed_out, struct bd_error *err)
{
	for (unsigned int try = 0;; try++) {
		int result = 0;
		if (db->lost && !db->in_transaction) {
			result = db->ops->reconnect(db, err);
		}
		if (result == 0) {
			result = db->ops->query(db, query, changed_out, err);
		}
		if (result >= 0 || !db->lost || db->in_transaction || try + 1 >= BD_LIMIT_STORE_TRIES) {
			return result;
		}
		wait_a_little(try);
	}
}

/* ---- transactions ------------------------------------------------------------------------------------------------ */

static int attempt(struct sql_db *db, sql_work_fn *work, void *context, struct bd_error *err)
{
	db->retry = false;
	if (db->lost && db->ops->reconnect(db, err) < 0) {
		return -(int)err->code;
	}
	if (db->ops->begin(db, true, err) < 0) {
		return -(int)err->code;
	}
	db->in_transaction = true;
	const int result = work(db, context, err);
	db->in_transaction = false;
	if (result < 0) {
		const bool retry = db->retry; /* of the work, whatever the rollback meets */
		const bool lost = db->lost;
		db->ops->rollback(db);
		db->retry = retry;
		db->lost = db->lost || lost;
		return -(int)err->code;
	}
	return db->ops->commit(db, err);
}

int sql_transaction(struct sql_db *db, sql_work_fn *work, void *context, struct bd_error *err)
{
	for (unsigned int try = 0;; try++) {
		const int result = attempt(db, work, context, err);
		if (result >= 0 || !db->retry || try + 1 >= BD_LIMIT_STORE_TRIES) {
			return result;
		}
		wait_a_little(try);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "store/builds.h"
#include "store/rows.h"

struct mark {
	const struct bd_store_build *build;
	enum bd_status status;
	uint8_t record[PART_DIGEST];
	int64_t changed;
};

/* The record stays as it was written: the status beside it is what counts from now on. */
static int write_mark(struct sql_db *db, void *context, struct bd_error *err)
{
	static const char text[] = "UPDATE basedrift_build SET status = $4, marked = $5"
				   " WHERE project = $1 AND id = $2 AND record = $3";
	struct mark *mark = context;
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(mark->build->project), sql_text(mark->build->id),
			sql_bytes((struct bd_str){ (const char *)mark->record, PART_DIGEST }),
			sql_integer(mark->status), sql_integer(store_now_us() / 1000000)) };
	return sql_run(db, &query, &mark->changed, err);
}

int bd_store_mark(
	struct bd_store *store, const struct bd_store_build *build, enum bd_status status, struct bd_error *err)
{
	struct mark mark = { .build = build, .status = status };
	if (!build_record_digest(build, mark.record)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: not the digest of a record", build->record);
	}
	if (sql_transaction(store->db, write_mark, &mark, err) < 0) {
		return store_failed(store, err);
	}
	return mark.changed > 0 ? 0
				: bd_error_set(err, BD_ERR_NOT_FOUND, "store %s: build %s is not there any more",
					  store->url.shown, build->name);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/compress.h"

#include "base/auto.h"
#include "store/rows.h"

static struct sql_value digest_value(const uint8_t *digest)
{
	return sql_bytes((struct bd_str){ (const char *)digest, PART_DIGEST });
}

static int write_variant(struct sql_db *db, const struct build_row *row, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_variant (project, variant, dockerfile, target, platform) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT DO NOTHING";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(row->project), digest_value(row->variant), sql_text(row->dockerfile),
			sql_text(row->target), sql_text(row->platform)) };
	return sql_run(db, &query, NULL, err);
}

static int write_base(struct sql_db *db, const struct base_row *base, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_base (digest, platform, index_digest, manifest_digest, config_digest, layers_digest,"
		" stated_digest, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(digest_value(base->digest), sql_text(base->platform), sql_text(base->index),
			sql_text(base->manifest), sql_text(base->config), sql_text(base->layers),
			sql_text(base->stated), sql_text(base->created)) };
	return sql_run(db, &query, NULL, err);
}

static int write_tag(struct sql_db *db, const struct base_row *base, struct bd_error *err)
{
	static const char text[] = "INSERT INTO basedrift_tag (reference, base) VALUES ($1, $2) ON CONFLICT DO NOTHING";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(base->reference), digest_value(base->digest)) };
	return base->is_state ? sql_run(db, &query, NULL, err) : 0;
}

int base_row_write(struct sql_db *db, const struct base_row *base, struct bd_error *err)
{
	return write_base(db, base, err) < 0 || write_tag(db, base, err) < 0 ? -(int)err->code : 0;
}

static int write_use(struct sql_db *db, const struct build_row *row, const struct base_row *base, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_use (reference, project, variant) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(base->reference), sql_text(row->project), digest_value(row->variant)) };
	return sql_run(db, &query, NULL, err);
}

static int write_build_base(struct sql_db *db, const struct build_row *row, size_t n, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_build_base (project, record, n, id, reference, base, role, stage, line, started)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
	const struct base_row *base = &row->bases.v[n];
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(row->project), digest_value(row->record), sql_integer((int64_t)n),
			sql_text(row->id), sql_text(base->reference), digest_value(base->digest), sql_text(base->role),
			sql_integer(base->stage), sql_integer(base->line), sql_integer(row->started)) };
	return sql_run(db, &query, NULL, err);
}

static int write_bases(struct sql_db *db, const struct build_row *row, struct bd_error *err)
{
	for (size_t i = 0; i < row->bases.len; i++) {
		const struct base_row *base = &row->bases.v[i];
		if (base_row_write(db, base, err) < 0 || write_use(db, row, base, err) < 0 ||
			write_build_base(db, row, i, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int write_build(struct sql_db *db, const struct build_row *row, const struct record_parts *parts,
	int64_t *changed, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_build (project, id, record, rerun, branch, variant, status, marked, started, finished,"
		" arrived, revision, source_tree, number, url, size_bytes, tree, head)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
		" ON CONFLICT DO NOTHING";
	AUTO(bd_buf_release) struct bd_buf head = { 0 };
	if (bd_compress(BD_ZSTD, bd_buf_view(&parts->v[0].lines), &head, err) < 0) {
		return -(int)err->code;
	}
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(row->project), sql_text(row->id), digest_value(row->record),
			sql_integer(row->rerun), sql_text(row->branch), digest_value(row->variant),
			sql_integer(row->status), sql_integer(row->marked), sql_integer(row->started),
			sql_integer(row->finished), sql_integer(row->arrived), sql_text(row->revision),
			sql_text(row->tree), sql_text(row->number), sql_text(row->url), sql_integer(row->size_bytes),
			digest_value(parts->root.digest), sql_bytes(bd_buf_view(&head))) };
	return sql_run(db, &query, changed, err);
}

/* A mark that came later than the one here holds. */
static int merge_mark(struct sql_db *db, const struct build_row *row, struct bd_error *err)
{
	static const char text[] = "UPDATE basedrift_build SET status = $4, marked = $5"
				   " WHERE project = $1 AND id = $2 AND record = $3 AND marked < $5";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(row->project), sql_text(row->id), digest_value(row->record),
			sql_integer(row->status), sql_integer(row->marked)) };
	return row->marked != 0 ? sql_run(db, &query, NULL, err) : 0;
}

int build_row_write(struct sql_db *db, const struct build_row *row, const struct record_parts *parts, bool *new_out,
	struct bd_error *err)
{
	int64_t changed = 0;
	if (write_build(db, row, parts, &changed, err) < 0) {
		return -(int)err->code;
	}
	*new_out = changed > 0;
	if (changed == 0) {
		return merge_mark(db, row, err);
	}
	return part_rows_write(db, parts, err) < 0 || write_variant(db, row, err) < 0 || write_bases(db, row, err) < 0
		       ? -(int)err->code
		       : 0;
}

/* ---- put
 * ---------------------------------------------------------------------------------------------------------------- */

struct put_work {
	struct build_row row;
	struct record_parts parts;
	bool is_new;
};

static void put_work_release(struct put_work *work)
{
	build_row_release(&work->row);
	record_parts_release(&work->parts);
}

static int run_put(struct sql_db *db, void *context, struct bd_error *err)
{
	struct put_work *work = context;
	return build_row_write(db, &work->row, &work->parts, &work->is_new, err);
}

int bd_store_put(struct bd_store *store, struct bd_str bytes, const struct bd_record *parsed,
	const struct bd_store_arrival *arrival, bool *new_out, struct bd_error *err)
{
	AUTO(put_work_release) struct put_work work = { .is_new = false };

	build_row_make(bytes, parsed, arrival, &work.row);
	if (record_parts_split(bytes, parsed, &work.parts, err) < 0 ||
		sql_transaction(store->db, run_put, &work, err) < 0) {
		return store_failed(store, err);
	}
	if (new_out != NULL) {
		*new_out = work.is_new;
	}
	return 0;
}

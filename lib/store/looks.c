/* SPDX-License-Identifier: Apache-2.0 */
#include "store/looks.h"

#include "base/auto.h"
#include "store/states.h"

/* ---- writing ------------------------------------------------------------------------------------------------------
 */

static int write_look(struct sql_db *db, const struct look_row *row, struct bd_error *err)
{
	static const char text[] =
		"INSERT INTO basedrift_look (reference, base, first_seen, last_seen, seen_by) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (reference, base) DO UPDATE SET"
		" seen_by = CASE WHEN excluded.first_seen < basedrift_look.first_seen THEN excluded.seen_by"
		" ELSE basedrift_look.seen_by END,"
		" first_seen = CASE WHEN excluded.first_seen < basedrift_look.first_seen THEN excluded.first_seen"
		" ELSE basedrift_look.first_seen END,"
		" last_seen = CASE WHEN excluded.last_seen > basedrift_look.last_seen THEN excluded.last_seen"
		" ELSE basedrift_look.last_seen END";
	const struct bd_str base = { (const char *)row->base.digest, PART_DIGEST };
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(row->base.reference), sql_bytes(base), sql_integer(row->first_seen),
			sql_integer(row->last_seen), sql_text(row->by)) };
	return sql_run(db, &query, NULL, err);
}

static int run_put(struct sql_db *db, void *context, struct bd_error *err)
{
	const struct look_row *const *row = context;
	return base_row_write(db, &(*row)->base, err) < 0 ? -(int)err->code : write_look(db, *row, err);
}

int look_row_put(struct bd_store *store, const struct look_row *row, struct bd_error *err)
{
	return sql_transaction(store->db, run_put, &row, err) < 0 ? store_failed(store, err) : 0;
}

static void take_state(const struct bd_store_state *state, const char *reference, struct base_row *out)
{
	*out = (struct base_row){ .reference = reference,
		.platform = state->platform,
		.index = state->index,
		.manifest = state->manifest,
		.config = state->config,
		.layers = state->layers,
		.stated = state->stated,
		.created = state->created };
	base_row_finish(out, true);
}

int bd_store_observe(struct bd_store *store, const struct bd_store_look *look, struct bd_error *err)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct look_row row = { .first_seen = look->when, .last_seen = look->when, .by = look->by };
	if (look->state != NULL) {
		take_state(look->state, look->base->reference, &row.base);
	} else {
		base_row_make(look->base, look->platform, &arena, &row.base);
	}
	return row.base.is_state ? look_row_put(store, &row, err) : 0;
}

/* ---- reading ------------------------------------------------------------------------------------------------------
 */

struct reading {
	struct {
		struct look_row *v;
		size_t len, cap;
	} rows;
	struct bd_arena arena;
};

static void reading_release(struct reading *reading)
{
	free(reading->rows.v);
	bd_arena_release(&reading->arena);
}

static int take_row(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct reading *reading = context;
	struct bd_arena *arena = &reading->arena;
	struct bd_store_state state = { .platform = NULL };
	const struct sql_value *look = row + STATE_BASE_COLUMN_COUNT;
	(void)err;
	state_take_base(row, arena, &state);
	struct look_row *out = bd_vec_push(&reading->rows);
	*out = (struct look_row){
		.first_seen = look[1].number, .last_seen = look[2].number, .by = store_text(arena, &look[3])
	};
	take_state(&state, store_text(arena, &look[0]), &out->base);
	return 0;
}

/* Here, as engines order texts by rules of their own. */
static int compare_rows(const void *a, const void *b)
{
	const struct look_row *x = a;
	const struct look_row *y = b;
	const int order = strcmp(x->base.reference, y->base.reference);
	if (order != 0 || x->first_seen == y->first_seen) {
		return order != 0 ? order : memcmp(x->base.digest, y->base.digest, PART_DIGEST);
	}
	return x->first_seen < y->first_seen ? -1 : 1;
}

/* All at once: as few as tags have moved. */
int looks_each(struct bd_store *store, look_each_fn *each, void *context, struct bd_error *err)
{
	static const char text[] = "SELECT " STATE_BASE_COLUMNS ", o.reference, o.first_seen, o.last_seen, o.seen_by"
				   " FROM basedrift_look o JOIN basedrift_base a ON a.digest = o.base";
	AUTO(reading_release) struct reading reading = { .rows = { .len = 0 } };
	const struct sql_query query = {
		.text = text, .columns = STATE_BASE_COLUMN_COUNT + 4, .row = take_row, .context = &reading
	};
	if (sql_run(store->db, &query, NULL, err) < 0) {
		return store_failed(store, err);
	}
	if (reading.rows.len > 0) {
		qsort(reading.rows.v, reading.rows.len, sizeof(*reading.rows.v), compare_rows);
	}
	for (size_t i = 0; i < reading.rows.len; i++) {
		if (each(&reading.rows.v[i], context, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

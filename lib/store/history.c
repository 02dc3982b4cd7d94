/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The history of a tag, as far as builds, and those who looked, have seen it.  Nobody is told when a tag moves: a state
 * was *first seen* by the one that says so, on its own clock.
 */
#include "base/auto.h"
#include "store/states.h"

void bd_store_history_release(struct bd_store_history *history)
{
	free(history->v);
	bd_arena_release(&history->arena);
	*history = (struct bd_store_history){ .len = 0 };
}

void state_take_base(const struct sql_value *row, struct bd_arena *arena, struct bd_store_state *out)
{
	out->digest = store_bytes(arena, &row[0]);
	out->platform = store_text(arena, &row[1]);
	out->index = store_text(arena, &row[2]);
	out->manifest = store_text(arena, &row[3]);
	out->config = store_text(arena, &row[4]);
	out->layers = store_text(arena, &row[5]);
	out->stated = store_text(arena, &row[6]);
	out->created = store_text(arena, &row[7]);
}

bool state_take_seen(const struct sql_value *row, struct bd_arena *arena, struct bd_store_state *out)
{
	const bool built = row[0].type != SQL_NULL;
	const bool looked = row[2].type != SQL_NULL;
	out->first_look = looked ? row[2].number : 0;
	out->last_look = looked ? row[3].number : 0;
	out->first_seen = built ? row[0].number : out->first_look;
	out->last_seen = built ? row[1].number : out->last_look;
	out->first_by = "";
	if (looked && out->first_look <= out->first_seen) {
		out->first_seen = out->first_look;
		out->first_by = store_text(arena, &row[4]);
	}
	if (looked && out->last_look > out->last_seen) {
		out->last_seen = out->last_look;
	}
	return built || looked;
}

/* ---- comparing
 * ----------------------------------------------------------------------------------------------------------- */

static enum bd_tri same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL || *a == '\0' || *b == '\0') {
		return BD_CANNOT_TELL;
	}
	return strcmp(a, b) == 0 ? BD_SAME : BD_DIFFERENT;
}

enum bd_tri bd_store_same_image(const struct bd_store_state *a, const struct bd_store_state *b)
{
	enum bd_tri same = same_text(a->manifest, b->manifest);
	if (same == BD_CANNOT_TELL) {
		same = same_text(a->layers, b->layers);
	}
	return same == BD_CANNOT_TELL ? same_text(a->config, b->config) : same;
}

enum bd_tri state_same_index(const struct bd_store_state *a, const struct bd_store_state *b)
{
	return same_text(a->index, b->index);
}

const char *bd_store_state_digest(const struct bd_store_state *state)
{
	const char *const digests[] = { state->manifest, state->stated, state->config, state->layers, state->index };
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		if (digests[i] != NULL && *digests[i] != '\0') {
			return digests[i];
		}
	}
	return "";
}

/* ---- moves
 * ---------------------------------------------------------------------------------------------------------------- */

static enum bd_tri moved(enum bd_tri same)
{
	return same; /* BD_DIFFERENT: it moved, BD_SAME: it did not */
}

static const char *newer(const char *known, const char *then)
{
	return *known != '\0' ? known : then;
}

/* Builds know different things of one image: what is known of it is what any of them knew. */
static void learn(struct bd_store_state *known, const struct bd_store_state *state)
{
	const struct bd_store_state before = *known;
	const bool same = bd_store_same_image(state, &before) == BD_SAME;
	*known = *state;
	if (same) {
		known->manifest = newer(state->manifest, before.manifest);
		known->config = newer(state->config, before.config);
		known->layers = newer(state->layers, before.layers);
	}
	known->index = newer(state->index, same ? before.index : "");
}

/* The last time that somebody saw another image before this one came. */
static int64_t last_other(const struct bd_store_history *history, size_t at)
{
	const struct bd_store_state *state = &history->v[at];
	int64_t last = 0;
	for (size_t i = at; i-- > 0 && strcmp(history->v[i].platform, state->platform) == 0;) {
		const struct bd_store_state *other = &history->v[i];
		if (bd_store_same_image(other, state) == BD_DIFFERENT) {
			const int64_t seen =
				other->last_seen <= state->first_seen ? other->last_seen : other->first_seen;
			last = seen > last ? seen : last;
		}
	}
	return last;
}

static void find_moves(struct bd_store_history *history)
{
	struct bd_store_state known = { .platform = NULL };
	for (size_t i = 0; i < history->len; i++) {
		struct bd_store_state *state = &history->v[i];
		if (known.platform == NULL || strcmp(known.platform, state->platform) != 0) {
			known = *state;
			continue;
		}
		state->image_moved = moved(bd_store_same_image(&known, state));
		state->index_moved = moved(state_same_index(&known, state));
		state->moved_after = state->image_moved == BD_DIFFERENT ? last_other(history, i) : 0;
		history->image_moves += state->image_moved == BD_DIFFERENT;
		history->index_moves += state->index_moved == BD_DIFFERENT;
		learn(&known, state);
	}
}

/* ---- reading
 * --------------------------------------------------------------------------------------------------------------- */

static int take_state(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct bd_store_history *history = context;
	struct bd_arena *arena = &history->arena;
	struct bd_store_state *state = bd_vec_push(history);
	const struct sql_value *builds = row + STATE_BASE_COLUMN_COUNT + STATE_SEEN_COLUMN_COUNT;
	(void)err;

	state_take_base(row, arena, state);
	if (!state_take_seen(row + STATE_BASE_COLUMN_COUNT, arena, state)) {
		history->len--; /* who saw it is gone */
		return 0;
	}
	const bool built = builds[0].type != SQL_NULL;
	state->first_project = store_text(arena, &builds[0]);
	state->first_build = built ? bd_arena_printf(arena, "#%s", store_text(arena, &builds[1])) : "";
	state->builds = (size_t)builds[2].number;
	if (*state->first_by == '\0') {
		state->first_by = bd_arena_printf(arena, "%s%s", state->first_project, state->first_build);
	}
	return 0;
}

static int compare_states(const void *a, const void *b)
{
	const struct bd_store_state *x = a;
	const struct bd_store_state *y = b;
	const int platform = strcmp(x->platform, y->platform);
	if (platform != 0) {
		return platform;
	}
	if (x->first_seen != y->first_seen) {
		return x->first_seen < y->first_seen ? -1 : 1;
	}
	if (x->last_seen != y->last_seen) { /* in one second: what was gone first came first */
		return x->last_seen < y->last_seen ? -1 : 1;
	}
	return bd_str_compare(x->digest, y->digest);
}

#define FIRST STATE_SEEN_BY_BUILDS " ORDER BY s.started, s.project, s.record LIMIT 1)"

int bd_store_history(struct bd_store *store, const char *reference, struct bd_store_history *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT " STATE_BASE_COLUMNS ", " STATE_SEEN_COLUMNS ", (SELECT s.project" FIRST ", (SELECT s.id" FIRST
		", (SELECT COUNT(*)" STATE_SEEN_BY_BUILDS ")" STATE_TABLES "WHERE t.reference = $1";
	*out = (struct bd_store_history){ .reference = NULL };
	out->reference = bd_arena_strdup(&out->arena, reference);
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(reference)),
		.columns = STATE_BASE_COLUMN_COUNT + STATE_SEEN_COLUMN_COUNT + 3,
		.row = take_state,
		.context = out };
	if (sql_run(store->db, &query, NULL, err) < 0) {
		bd_store_history_release(out);
		return store_failed(store, err);
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), compare_states);
	}
	find_moves(out);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Who builds on a tag, on which image, and who has not met its newest one yet. */
#include "base/auto.h"
#include "store/rows.h"
#include "store/states.h"
#include "store/uses.h"

void bd_store_affected_release(struct bd_store_affected *affected)
{
	free(affected->v);
	bd_arena_release(&affected->arena);
	*affected = (struct bd_store_affected){ .len = 0 };
}

const char *bd_outlook_name(enum bd_outlook outlook)
{
	static const char *const names[] = {
		[BD_OUTLOOK_UNKNOWN] = "unknown",
		[BD_OUTLOOK_CURRENT] = "current",
		[BD_OUTLOOK_REPUBLISHED] = "republished",
		[BD_OUTLOOK_NEXT] = "next",
		[BD_OUTLOOK_FAILING] = "failing",
	};
	return names[outlook];
}

/* ---- the tag's states
 * ------------------------------------------------------------------------------------------------------ */

struct states {
	struct bd_store_state *v;
	size_t len, cap;
	struct bd_arena *arena;
};

static void states_release(struct states *states)
{
	free(states->v);
}

static int take_state(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct states *states = context;
	struct bd_store_state *state = bd_vec_push(states);
	(void)err;
	state_take_base(row, states->arena, state);
	if (!state_take_seen(row + STATE_BASE_COLUMN_COUNT, states->arena, state)) {
		states->len--; /* who saw it is gone */
	}
	return 0;
}

static int read_states(struct bd_store *store, const char *reference, struct states *out, struct bd_error *err)
{
	static const char text[] =
		"SELECT " STATE_BASE_COLUMNS ", " STATE_SEEN_COLUMNS STATE_TABLES "WHERE t.reference = $1";
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(reference)),
		.columns = STATE_BASE_COLUMN_COUNT + STATE_SEEN_COLUMN_COUNT,
		.row = take_state,
		.context = out };
	return sql_run(store->db, &query, NULL, err) < 0 ? store_failed(store, err) : 0;
}

/* What the tag is now for a platform: the state that was first seen last.  "": any platform. */
static const struct bd_store_state *newest_state(const struct states *states, const char *platform)
{
	const struct bd_store_state *newest = NULL;
	for (size_t i = 0; states->v != NULL && i < states->len; i++) {
		const struct bd_store_state *state = &states->v[i];
		const bool fits =
			*platform == '\0' || *state->platform == '\0' || strcmp(platform, state->platform) == 0;
		if (fits && (newest == NULL || state->first_seen > newest->first_seen)) {
			newest = state;
		}
	}
	return newest;
}

static void add_times(const struct states *states, struct bd_store_state *state)
{
	for (size_t i = 0; states->v != NULL && i < states->len; i++) {
		if (bd_str_equal(states->v[i].digest, state->digest)) {
			state->first_seen = states->v[i].first_seen;
			state->last_seen = states->v[i].last_seen;
		}
	}
}

/* ---- judging
 * ---------------------------------------------------------------------------------------------------------------- */

static enum bd_outlook judge(
	const struct last_build *good, const struct last_build *newest, const struct bd_store_state *now)
{
	if (good == NULL || now == NULL) {
		return BD_OUTLOOK_UNKNOWN;
	}
	switch (bd_store_same_image(&good->base, now)) {
	case BD_SAME:
		return state_same_index(&good->base, now) == BD_DIFFERENT ? BD_OUTLOOK_REPUBLISHED : BD_OUTLOOK_CURRENT;
	case BD_DIFFERENT:
		break;
	case BD_CANNOT_TELL:
	default:
		return BD_OUTLOOK_UNKNOWN;
	}
	const bool failed = newest != good && newest->status == BD_STATUS_FAILED;
	return failed && bd_store_same_image(&newest->base, &good->base) != BD_SAME ? BD_OUTLOOK_FAILING
										    : BD_OUTLOOK_NEXT;
}

static void add_use(
	const struct last_builds *lasts, size_t at, const struct states *states, struct bd_store_affected *out)
{
	const struct last_variant *variant = &lasts->v[at];
	const struct last_build *good = last_build_of(variant, BD_STATUS_PASSED);
	const struct last_build *newest = last_build_newest(variant);
	struct bd_store_use *use = NULL;

	if (newest == NULL || !newest->uses) {
		return; /* it has gone on to another base */
	}
	good = good != NULL && good->uses ? good : NULL;
	use = bd_vec_push(out);
	use_describe(variant, good, newest, use);
	use->outlook = judge(good, newest, newest_state(states, variant->platform));
	add_times(states, &use->on);
}

static int rank(enum bd_outlook outlook)
{
	static const int ranks[] = {
		[BD_OUTLOOK_NEXT] = 0,
		[BD_OUTLOOK_FAILING] = 1,
		[BD_OUTLOOK_UNKNOWN] = 2,
		[BD_OUTLOOK_REPUBLISHED] = 3,
		[BD_OUTLOOK_CURRENT] = 4,
	};
	return ranks[outlook];
}

static int compare_uses(const void *a, const void *b)
{
	const struct bd_store_use *x = a;
	const struct bd_store_use *y = b;
	int order = rank(x->outlook) - rank(y->outlook);
	order = order != 0 ? order : strcmp(x->project, y->project);
	order = order != 0 ? order : strcmp(x->dockerfile, y->dockerfile);
	order = order != 0 ? order : strcmp(x->target, y->target);
	return order != 0 ? order : strcmp(x->platform, y->platform);
}

static int find_uses(struct bd_store *store, const char *reference, struct bd_store_affected *out, struct bd_error *err)
{
	AUTO(states_release) struct states states = { .arena = &out->arena };
	AUTO(last_builds_release) struct last_builds lasts = { .arena = &out->arena };

	if (read_states(store, reference, &states, err) < 0 || last_builds_on(store, reference, &lasts, err) < 0) {
		return -(int)err->code;
	}
	const struct bd_store_state *now = newest_state(&states, "");
	out->now = now != NULL ? *now : out->now;
	for (size_t i = 0; i < lasts.len; i++) {
		add_use(&lasts, i, &states, out);
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), compare_uses);
	}
	return 0;
}

int bd_store_affected(
	struct bd_store *store, const char *reference, struct bd_store_affected *out, struct bd_error *err)
{
	*out = (struct bd_store_affected){ .len = 0 };
	if (find_uses(store, reference, out, err) < 0) {
		bd_store_affected_release(out);
		return -(int)err->code;
	}
	return 0;
}

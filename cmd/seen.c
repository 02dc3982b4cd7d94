/* SPDX-License-Identifier: Apache-2.0 */
#include "seen.h"

#include <string.h>

#include "keep.h"

/* ---- when it was seen first ---------------------------------------------------------------------------------------
 */

static bool names_digest(const struct bd_base *base, const struct bd_store_state *state)
{
	for (size_t i = 0; i < base->digests.len; i++) {
		const char *value = base->digests.v[i].value;
		if (bd_streq(value, state->manifest) || bd_streq(value, state->config)) {
			return true;
		}
	}
	return false;
}

/* Who saw the image first may have known other digests of it than this build. */
static const struct bd_store_state *first_state(const struct bd_store_history *history, const struct bd_base *base)
{
	const struct bd_store_state *first = NULL;
	for (size_t i = 0; i < history->len; i++) {
		if (!names_digest(base, &history->v[i])) {
			continue;
		}
		for (size_t k = 0; k < history->len; k++) {
			const struct bd_store_state *state = &history->v[k];
			const bool same = k == i || (strcmp(state->platform, history->v[i].platform) == 0 &&
							    bd_store_same_image(state, &history->v[i]) == BD_SAME);
			if (same && (first == NULL || state->first_seen < first->first_seen)) {
				first = state;
			}
		}
	}
	return first;
}

const char *moved_between(struct bd_arena *arena, const struct bd_store_state *state)
{
	return state->moved_after == 0
		       ? ""
		       : bd_arena_printf(arena, "moved between %s and %s", short_time(arena, state->moved_after),
				 short_time(arena, state->first_seen));
}

const char *first_seen(struct bd_arena *arena, struct bd_store *store, const struct bd_base *base)
{
	struct bd_store_history history = { 0 };
	struct bd_error ignored;
	const char *text = NULL;
	if (bd_store_history(store, base->reference, &history, &ignored) < 0) {
		return NULL;
	}
	const struct bd_store_state *state = first_state(&history, base);
	if (state != NULL) {
		const char *moved = moved_between(arena, state);
		text = bd_arena_printf(arena, "first seen %s by %s%s%s", short_time(arena, state->first_seen),
			state->first_by, *moved != '\0' ? ", " : "", moved);
	}
	bd_store_history_release(&history);
	return text;
}

/* ---- for a timeline -----------------------------------------------------------------------------------------------
 */

const char *image_name(const struct bd_store_history *history, const char *digest)
{
	for (size_t i = 0; digest != NULL && i < history->len; i++) {
		if (strcmp(bd_store_state_digest(&history->v[i]), digest) != 0) {
			continue;
		}
		for (size_t k = 0; k < i; k++) {
			if (strcmp(history->v[k].platform, history->v[i].platform) == 0 &&
				bd_store_same_image(&history->v[k], &history->v[i]) == BD_SAME) {
				return bd_store_state_digest(&history->v[k]);
			}
		}
		return digest;
	}
	return digest;
}

void add_looks(struct bd_arena *arena, const struct bd_store_history *history, const char *platform, int64_t after,
	int64_t before, struct observations *out)
{
	for (size_t i = 0; i < history->len; i++) {
		const struct bd_store_state *state = &history->v[i];
		const int64_t times[] = { state->first_look, state->last_look };
		for (size_t k = 0; k < 2; k++) {
			char time[BD_TIME_TEXT];
			if (times[k] <= after || times[k] >= before || (k == 1 && times[1] == times[0]) ||
				strcmp(state->platform, platform) != 0) {
				continue;
			}
			bd_time_text(times[k], time);
			*bd_vec_push(out) = (struct bd_observation){
				.which = BD_OBSERVED_LOOK,
				.time = bd_arena_strdup(arena, time),
				.label = "watch",
				.image = bd_arena_strdup(arena, image_name(history, bd_store_state_digest(state))),
			};
		}
	}
}

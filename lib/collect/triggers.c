/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moby, builder/dockerfile/dispatchers.go (initializeStage), BuildKit, dockerfile2llb (dispatchOnBuildTriggers) and
 * buildah, imagebuildah (stage_executor.go): all triggers of the config, in their order, before the stage's own
 * instructions.  An image below may have had triggers as well, which its own child ran: so the last ones named count.
 */
#include "collect/triggers.h"

#include <string.h>

#include "basedrift/limits.h"

#include "collect/instruction_match.h"

struct trigger {
	size_t entry; /* that names it */
	struct bd_instruction instruction;
};
struct trigger_list {
	struct trigger v[BD_LIMIT_TRIGGERS];
	size_t len;
};

/* The last triggers named before this entry, lowest first. */
static void list_triggers(
	const struct bd_history_vec *history, size_t before, struct bd_arena *arena, struct trigger_list *out)
{
	size_t at = BD_LIMIT_TRIGGERS;
	for (size_t i = before; i-- > 0 && at > 0;) {
		struct bd_instruction instruction;
		if (instruction_of_trigger(&history->v[i], arena, &instruction)) {
			out->v[--at] = (struct trigger){ i, instruction };
		}
	}
	out->len = BD_LIMIT_TRIGGERS - at;
	memmove(out->v, out->v + at, out->len * sizeof(out->v[0]));
}

static bool is_run_of(const struct bd_history *entry, const struct bd_instruction *trigger)
{
	const unsigned int fit = instruction_match(entry, trigger);
	return strcmp(trigger->name, "RUN") == 0 ? fit == MATCH_WHOLE : fit >= MATCH_PART;
}

/* All triggers from this one on, each with its entry (of ARG only some builders make one); 0: not so. */
static size_t count_runs(const struct bd_history_vec *history, size_t first, const struct trigger_list *triggers,
	size_t from, const struct bd_instruction **assigned)
{
	size_t entry = first;
	for (size_t i = from; i < triggers->len && triggers->v[i].entry < first; i++) {
		const struct bd_instruction *trigger = &triggers->v[i].instruction;
		if (entry < history->len && is_run_of(&history->v[entry], trigger)) {
			if (assigned != NULL) {
				assigned[entry] = trigger;
			}
			entry++;
		} else if (strcmp(trigger->name, "ARG") != 0) {
			return 0;
		}
	}
	return entry - first;
}

/* The longest tail of the list that runs here; *from_out: where it begins. */
static size_t longest_run(
	const struct bd_history_vec *history, size_t first, const struct trigger_list *triggers, size_t *from_out)
{
	for (size_t from = 0; from < triggers->len; from++) {
		const size_t runs = count_runs(history, first, triggers, from, NULL);
		if (runs > 0) {
			*from_out = from;
			return runs;
		}
	}
	return 0;
}

size_t trigger_runs(const struct bd_history_vec *history, size_t first, int line, struct bd_arena *arena,
	const struct bd_instruction **assigned)
{
	struct trigger_list *triggers = bd_arena_alloc(arena, sizeof(*triggers));
	size_t from = 0;
	list_triggers(history, first, arena, triggers);
	const size_t runs = longest_run(history, first, triggers, &from);
	for (size_t i = 0; i < triggers->len; i++) {
		triggers->v[i].instruction.line = triggers->v[i].instruction.end_line = line;
	}
	if (runs > 0 && assigned != NULL) {
		(void)count_runs(history, first, triggers, from, assigned);
	}
	return runs;
}

size_t trigger_start(const struct bd_history_vec *history, size_t end)
{
	struct bd_arena scratch = { .head = NULL };
	struct trigger_list *triggers = bd_arena_alloc(&scratch, sizeof(*triggers));
	size_t start = end;
	list_triggers(history, end, &scratch, triggers);
	for (size_t i = end > triggers->len ? end - triggers->len : 0; i < end && start == end; i++) {
		for (size_t from = 0; from < triggers->len && start == end; from++) {
			start = i + count_runs(history, i, triggers, from, NULL) == end ? i : end;
		}
	}
	bd_arena_release(&scratch);
	return start;
}

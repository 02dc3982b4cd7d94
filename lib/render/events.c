/* SPDX-License-Identifier: Apache-2.0 */
#include "render/events.h"

#include <stdlib.h>

#include "render/words.h"

/* Reproducible builds write 1970-01-01 or, for zip's sake, 1980-01-01 into images: no time at all. */
#define FIRST_REAL_TIME (INT64_C(315532800) + 86400)
#define EVENTS_MAX      64U

struct side {
	const struct bd_record *record;
	const char *label;
	const char *who;
};

static void add(struct bd_arena *arena, struct render_event_vec *out, const char *time, const char *text)
{
	int64_t seconds = 0;
	if (time == NULL || out->len >= EVENTS_MAX || !bd_time_parse(time, &seconds) || seconds < FIRST_REAL_TIME) {
		return;
	}
	char utc[BD_TIME_TEXT];
	bd_time_text(seconds, utc);
	*bd_vec_push(out) =
		(struct render_event){ .seconds = seconds, .time = bd_arena_strdup(arena, utc), .text = text };
}

static void add_build(struct bd_arena *arena, struct render_event_vec *out, const struct side *side)
{
	const struct bd_build *build = &side->record->build;
	const char *label = render_shown(arena, side->label);
	const char *end = build->status == BD_STATUS_PASSED   ? "passed"
			  : build->status == BD_STATUS_FAILED ? "failed"
							      : "ended";
	add(arena, out, build->started, bd_arena_printf(arena, "%s started (%s)", label, side->who));
	if (side->record->image.present) {
		add(arena, out, side->record->image.created,
			bd_arena_printf(arena, "the image of %s was made (%s)", label, side->who));
	}
	add(arena, out, build->finished, bd_arena_printf(arena, "%s %s (%s)", label, end, side->who));
}

static void add_bases(struct bd_arena *arena, struct render_event_vec *out, const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		const struct bd_base *any = pair->b != NULL ? pair->b : pair->a;
		if (any == NULL) {
			continue;
		}
		const char *name = render_shown(arena, any->as_written != NULL ? any->as_written : any->reference);
		if (pair->a != NULL && pair->b != NULL && bd_streq(pair->a->created, pair->b->created)) {
			add(arena, out, any->created,
				bd_arena_printf(arena, "the %s image of both builds was made", name));
			continue;
		}
		if (pair->a != NULL) {
			add(arena, out, pair->a->created,
				bd_arena_printf(arena, "the %s image of the last good build was made", name));
		}
		if (pair->b != NULL) {
			add(arena, out, pair->b->created,
				bd_arena_printf(arena, "the %s image of the failing build was made", name));
		}
	}
}

static void add_look(struct bd_arena *arena, struct render_event_vec *out, const struct bd_report *report,
	const struct bd_sighting *seen)
{
	const char *reference = report->timeline_reference != NULL ? report->timeline_reference : "the base";
	const char *is = seen->image == 1   ? "was still the image of the last good build"
			 : seen->image == 2 ? "was already the image of the failing build"
					    : "was another image";
	add(arena, out, seen->time,
		bd_arena_printf(
			arena, "%s %s (%s)", render_shown(arena, reference), is, render_shown(arena, seen->label)));
}

/* Builds that were not compared, with what they say of the base, and what was seen of it without a build. */
static void add_others(struct bd_arena *arena, struct render_event_vec *out, const struct bd_report *report)
{
	for (size_t i = 0; i < report->timeline.len; i++) {
		const struct bd_sighting *seen = &report->timeline.v[i];
		if (seen->which == BD_OBSERVED_LOOK && seen->image != 0) {
			add_look(arena, out, report, seen);
		}
		if (seen->which != BD_OBSERVED_OTHER) {
			continue;
		}
		const char *label = render_shown(arena, seen->label);
		const char *on = seen->image == 1   ? " on the base image of the last good build"
				 : seen->image == 2 ? " on the base image of the failing build"
				 : seen->image > 2  ? " on another base image"
						    : "";
		const char *status = seen->status == BD_STATUS_UNKNOWN ? "ran" : bd_status_name(seen->status);
		add(arena, out, seen->time, bd_arena_printf(arena, "%s %s%s", label, status, on));
	}
}

void render_events(struct bd_arena *arena, const struct bd_report *report, struct render_event_vec *out)
{
	const struct side a = { report->a, report->side_a.label, "last good" };
	const struct side b = { report->b, report->side_b.label, "failing" };

	add_bases(arena, out, report);
	add_build(arena, out, &a);
	add_build(arena, out, &b);
	add_others(arena, out, report);
	/* insertion sort: few, and equal times keep their order */
	for (size_t i = 1; i < out->len; i++) {
		const struct render_event event = out->v[i];
		size_t k = i;
		for (; k > 0 && out->v[k - 1].seconds > event.seconds; k--) {
			out->v[k] = out->v[k - 1];
		}
		out->v[k] = event;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "render/words.h"

#include <string.h>

const enum bd_tri render_states[3] = { BD_DIFFERENT, BD_SAME, BD_CANNOT_TELL };

const char *render_mark(enum bd_change change)
{
	return change == BD_ADDED ? "+" : change == BD_REMOVED ? "-" : "~";
}

const char *render_change_word(enum bd_change change)
{
	switch (change) {
	case BD_ADDED:
		return "added";
	case BD_REMOVED:
		return "removed";
	case BD_UP:
		return "newer";
	case BD_DOWN:
		return "older";
	case BD_CONTENT:
		return "other content";
	case BD_METADATA:
		return "metadata";
	case BD_CHANGED:
		break;
	}
	return "changed";
}

const char *render_state_word(enum bd_tri state)
{
	return state == BD_DIFFERENT ? "Different" : state == BD_SAME ? "Same" : "Not compared";
}

const char *render_origin_title(enum bd_layer_origin origin)
{
	switch (origin) {
	case BD_LAYER_BASE:
		return "In the base image";
	case BD_LAYER_STEP:
		return "In your steps";
	case BD_LAYER_UNKNOWN:
		break;
	}
	return "In layers of unknown origin";
}

const char *render_shown(struct bd_arena *arena, const char *s)
{
	const char *text = bd_display(arena, s);
	const size_t n = strlen(text);
	/* a text cut once is not cut again: what is said about the rest takes less than this */
	if (n <= RENDER_SHOWN_BYTES + 64) {
		return text;
	}
	size_t cut = RENDER_SHOWN_BYTES;
	while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) {
		cut--;
	}
	return bd_arena_printf(arena, "%.*s… (%s bytes)", (int)cut, text, bd_count_text(arena, strlen(s)));
}

const char *render_name(struct bd_arena *arena, const char *s)
{
	const char *text = render_shown(arena, s);
	return text[strspn(text, " ")] == '\0' ? "(no name)" : text;
}

const char *render_package_name(struct bd_arena *arena, const struct bd_package_row *row)
{
	const char *name = render_name(arena, row->name);
	return row->members.len > 1 ? bd_arena_printf(arena, "%s (%zu)", name, row->members.len) : name;
}

const char *render_setting_name(struct bd_arena *arena, const struct bd_setting_change *change)
{
	if (change->key == NULL) {
		return render_shown(arena, change->kind);
	}
	if (bd_streq(change->kind, "env")) {
		return render_name(arena, change->key);
	}
	return bd_arena_printf(arena, "%s %s", render_shown(arena, change->kind), render_name(arena, change->key));
}

const char *render_setting_value(struct bd_arena *arena, const struct bd_setting_change *change, const char *value)
{
	const bool absent_here = (value == change->a && change->change == BD_ADDED) ||
				 (value == change->b && change->change == BD_REMOVED);
	if (change->redacted && !absent_here) {
		return "(secret)";
	}
	return value == NULL ? "not set" : *value == '\0' ? "(empty)" : render_shown(arena, value);
}

const char *render_folder_counts(struct bd_arena *arena, const struct bd_folder_row *row)
{
	const struct {
		size_t n;
		const char *word;
	} counts[] = { { row->changed, "changed" }, { row->added, "added" }, { row->removed, "removed" },
		{ row->noise, "noise" } };
	const char *text = "";
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i].n > 0) {
			text = bd_arena_printf(arena, "%s%s%s %s", text, *text == '\0' ? "" : ", ",
				bd_count_text(arena, counts[i].n), counts[i].word);
		}
	}
	return text;
}

const char *render_layer_range(struct bd_arena *arena, int first, int last)
{
	if (first < 0) {
		return "";
	}
	return last > first ? bd_arena_printf(arena, "%d–%d", first, last) : bd_arena_printf(arena, "%d", first);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
	"Dec" };

struct moment {
	int year, month, day, hour, minute;
};

static int digits(const char *text, size_t at, size_t n)
{
	int value = 0;
	for (size_t i = at; i < at + n; i++) {
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool moment_parse(const char *time, struct moment *out)
{
	int64_t seconds = 0;
	char text[BD_TIME_TEXT];
	if (!bd_time_parse(time, &seconds)) {
		return false;
	}
	bd_time_text(seconds, text);
	/* bd_time_text() writes each digit in its place */
	out->year = digits(text, 0, 4);
	out->month = digits(text, 5, 2);
	out->day = digits(text, 8, 2);
	out->hour = digits(text, 11, 2);
	out->minute = digits(text, 14, 2);
	return out->month >= 1 && out->month <= 12;
}

const char *render_time(struct bd_arena *arena, const char *time)
{
	struct moment m = { 0 };
	if (time == NULL) {
		return NULL;
	}
	if (!moment_parse(time, &m)) {
		return render_shown(arena, time);
	}
	return bd_arena_printf(arena, "%d %s %d %02d:%02d UTC", m.day, months[m.month - 1], m.year, m.hour, m.minute);
}

const char *render_short_time(struct bd_arena *arena, const char *time, const char *beside)
{
	struct moment m = { 0 };
	struct moment other = { 0 };
	if (!moment_parse(time, &m) || !moment_parse(beside, &other)) {
		return render_shown(arena, time);
	}
	return m.year == other.year
		       ? bd_arena_printf(arena, "%d %s %02d:%02d", m.day, months[m.month - 1], m.hour, m.minute)
		       : bd_arena_printf(arena, "%d %s %d", m.day, months[m.month - 1], m.year);
}

const char *render_day(struct bd_arena *arena, const char *time)
{
	struct moment m = { 0 };
	if (time == NULL) {
		return NULL;
	}
	/* a day alone is as good */
	const char *moment = strlen(time) == strlen("2019-10-19") ? bd_arena_printf(arena, "%sT00:00:00Z", time) : time;
	if (!moment_parse(moment, &m)) {
		return render_shown(arena, time);
	}
	return bd_arena_printf(arena, "%d %s %d", m.day, months[m.month - 1], m.year);
}

bool render_is_web_address(const char *url)
{
	return url != NULL && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

const char *render_json_name(struct bd_arena *arena, const struct bd_render_options *options)
{
	return options->json_name == NULL ? "the JSON report" : render_shown(arena, options->json_name);
}

const char *render_base_reference(const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		const struct bd_base *base = pair->b != NULL ? pair->b : pair->a;
		if (base != NULL && base->role == BD_ROLE_BASE) {
			return base->as_written != NULL ? base->as_written : base->reference;
		}
	}
	return NULL;
}

const struct bd_compared *render_compared(const struct bd_report *report, enum bd_topic topic)
{
	const struct bd_compared *found = NULL;
	for (size_t i = 0; i < report->compared.len; i++) {
		const struct bd_compared *row = &report->compared.v[i];
		if (row->topic != topic) {
			continue;
		}
		if (row->is_cause) {
			return row;
		}
		if (found == NULL || (row->state == BD_DIFFERENT && found->state != BD_DIFFERENT)) {
			found = row;
		}
	}
	return found;
}

bool render_said_already(const struct bd_report *report, size_t i)
{
	for (size_t k = 0; k < report->compared.len; k++) {
		if (report->compared.v[k].state == BD_CANNOT_TELL &&
			bd_streq(report->compared.v[k].label, report->not_compared.v[i].what)) {
			return true;
		}
	}
	return false;
}

size_t render_width(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++) {
		n += ((unsigned char)*s & 0xc0) != 0x80;
	}
	return n;
}

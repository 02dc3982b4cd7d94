/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that all formats for people share: marks, states, dates, shortened names.  A renderer
 * never writes a string of a record before it went through one of these.
 */
#ifndef RENDER_WORDS_H
#define RENDER_WORDS_H

#include "basedrift/render.h"

/* Names are shown up to this many bytes; what is left out is said. */
#define RENDER_SHOWN_BYTES 512

/* The order of "what was compared": what differs first. */
extern const enum bd_tri render_states[3];

const char *render_mark(enum bd_change change);               /* "+", "-" or "~" */
const char *render_change_word(enum bd_change change);        /* "added", "newer", "other content", … */
const char *render_state_word(enum bd_tri state);             /* "Different", "Same", "Not compared" */
const char *render_origin_title(enum bd_layer_origin origin); /* "In the base image", … */

/* bd_display(), cut after RENDER_SHOWN_BYTES with the number of bytes of the whole.  NULL gives "". */
const char *render_shown(struct bd_arena *arena, const char *s);
/* The same for what must not look absent: "(no name)" where there is nothing to see. */
const char *render_name(struct bd_arena *arena, const char *s);
/* What a package row is called: "openssl (3)". */
const char *render_package_name(struct bd_arena *arena, const struct bd_package_row *row);
/* The name of a setting: its key, or its kind where there is one value only. */
const char *render_setting_name(struct bd_arena *arena, const struct bd_setting_change *change);
/* A setting's value; "(secret)" and "not set" are said in words. */
const char *render_setting_value(struct bd_arena *arena, const struct bd_setting_change *change, const char *value);
/* "3 changed, 1 added, 2 removed" */
const char *render_folder_counts(struct bd_arena *arena, const struct bd_folder_row *row);
/* "3" or "3–5", as records count: the lowest is 0; "" for -1. */
const char *render_layer_range(struct bd_arena *arena, int first, int last);

/* "19 Oct 2019 11:30 UTC" and "19 Oct 2019"; what is not RFC 3339 is shown as it is, NULL gives NULL. */
const char *render_time(struct bd_arena *arena, const char *time);
/* "19 Oct 11:30", or "19 Oct 2019" in another year than that of the time beside it; both RFC 3339. */
const char *render_short_time(struct bd_arena *arena, const char *time, const char *beside);
const char *render_day(struct bd_arena *arena, const char *time);

/* Only such addresses become links. */
bool render_is_web_address(const char *url);
/* Where the rest is: the JSON's name or "the JSON report". */
const char *render_json_name(struct bd_arena *arena, const struct bd_render_options *options);
/* The image that the final stage starts from, as a person wrote it, or NULL. */
const char *render_base_reference(const struct bd_report *report);
/* What was compared under that topic, or NULL; a cause before a difference before the rest. */
const struct bd_compared *render_compared(const struct bd_report *report, enum bd_topic topic);
/* May entry i of not_compared be left out, because a row of `compared` says it already? */
bool render_said_already(const struct bd_report *report, size_t i);
/* Code points: what a column of a terminal takes, wide characters apart. */
size_t render_width(const char *s);

#endif

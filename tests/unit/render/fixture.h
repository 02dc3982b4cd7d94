/* SPDX-License-Identifier: Apache-2.0 */
/* Reports made by hand, so that the renderers are tested without what finds differences. */
#ifndef RENDER_FIXTURE_H
#define RENDER_FIXTURE_H

#include "basedrift/render.h"

struct fixture {
	struct bd_record a, b;
	struct bd_base bases[6];
	struct bd_report report;
};

enum fixture_kind {
	FIXTURE_BASE_MOVED,    /* as in the design: python:2.7 moved, one step followed */
	FIXTURE_OWN_STEP,      /* the base is the same, RUN apt-get brought others; two causes of one kind */
	FIXTURE_ONLY_METADATA, /* times and owners; exit status 0 */
	FIXTURE_NOTHING,       /* all the same */
	FIXTURE_CANNOT_TELL,   /* inventory unreadable on one side, little recorded */
	FIXTURE_STAGES,        /* a builder stage, two copied images and the frontend */
	FIXTURE_HOSTILE,       /* every text is one that wants to be markup */
	FIXTURE_HUGE,          /* 600 packages in the base, 1 in a step, 700 settings, 3000 files, 600 folders */
	FIXTURE_KINDS
};
extern const char *const fixture_names[FIXTURE_KINDS];

struct fixture *fixture_new(enum fixture_kind kind);
void fixture_free(struct fixture *fixture);

/* The texts of FIXTURE_HOSTILE; NULL-ended. */
extern const char *const hostile_texts[];

/* The report through the renderer of that name; the test fails when it fails.  The caller frees it. */
char *fixture_render(
	const struct fixture *fixture, const struct bd_renderer *renderer, const struct bd_render_options *options);

/* How often needle stands in text. */
size_t occurrences(const char *text, const char *needle);
/* Is it valid UTF-8 without control characters but line breaks (and, with color, the escape character)? */
int is_inert(const char *text, int color);

#endif

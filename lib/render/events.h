/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_EVENTS_H
#define RENDER_EVENTS_H

#include "basedrift/render.h"

/* One line of "when it happened". */
struct render_event {
	int64_t seconds;
	const char *time; /* RFC 3339, UTC */
	const char *text; /* displayable */
};
struct render_event_vec {
	struct render_event *v;
	size_t len, cap;
};
/*
 * What the two records date, oldest first: images of the Dockerfile, the built images, the builds.
 * A registry does not say when a tag moved, so nothing here does.  The caller frees out->v.
 */
void render_events(struct bd_arena *arena, const struct bd_report *report, struct render_event_vec *out);

#endif

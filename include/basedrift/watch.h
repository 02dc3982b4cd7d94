/* SPDX-License-Identifier: Apache-2.0 */
/* Has an image that builds start from moved since?  Nothing here asks a registry: the caller does, and says what it
 * heard. */
#ifndef BASEDRIFT_WATCH_H
#define BASEDRIFT_WATCH_H

#include "basedrift/cases.h"
#include "basedrift/diff.h"

enum bd_watch_state {
	BD_WATCH_UNKNOWN,     /* the registry could not be asked, or what the build used is not recorded: `problem` */
	BD_WATCH_CURRENT,     /* what the name serves is what the build used */
	BD_WATCH_REPUBLISHED, /* another index or manifest, the same image */
	BD_WATCH_MOVED,       /* another image for this platform */
	BD_WATCH_GONE,        /* the registry has no such tag or digest any more */
};
const char *bd_watch_state_name(enum bd_watch_state state); /* unknown current republished moved gone */

/* What a registry serves under a name, for a platform. */
struct bd_watch_now {
	const char *index, *manifest, *config; /* NULL: not known */
	const char *created;
	struct bd_string_vec diff_ids; /* none: not known */
};
struct bd_watched {
	const char *of;             /* "orders-api#4811": the build that used it; "Dockerfile:3": where it is named */
	const char *file;           /* that names it, for annotations, or NULL */
	const char *seen;           /* "2026-01-02 03:04": nobody built: compared with what was seen then; or NULL */
	bool of_pin;                /* the tag of an image that is pinned by digest: the next build does not get it */
	const char *platform;       /* or NULL */
	const struct bd_base *base; /* what was used; NULL reference: it could not be resolved, `problem` says why */
	enum bd_watch_state state;
	struct bd_digest head; /* what a HEAD request told; value NULL: nothing */
	struct bd_watch_now now;
	const char *problem;
	/* --explain: what the next build gets from it; all three are the caller's */
	const struct bd_diff *diff; /* the base as it was against the base as it is; or NULL */
	const char *diff_problem;   /* why there is none */
};
struct bd_watched_vec {
	struct bd_watched *v;
	size_t len, cap;
};
/*
 * By the digest alone that a HEAD request gives: CURRENT, or UNKNOWN, when the image has to be looked at.
 */
enum bd_watch_state bd_watch_glance(const struct bd_base *base, const struct bd_digest *head);
/* Held against what the build used: by layers, else config, manifest. */
enum bd_watch_state bd_watch_judge(const struct bd_base *base, const struct bd_watch_now *now);
/* "python:2.7 has moved since orders-api#4811: …" */
const char *bd_watch_sentence(const struct bd_watched *one, struct bd_arena *arena);
/* What the next build gets, a line each: "up     libssl3 3.0.11-1 -> 3.0.15-1". */
void bd_watch_lines(const struct bd_watched *one, struct bd_buf *out);
/* index: a republished index counts.  0 nothing moved, 1 something did, 2 something could not be told. */
int bd_watch_status(const struct bd_watched_vec *watched, bool index);
void bd_watch_cases(const struct bd_watched_vec *watched, bool index, struct bd_arena *arena, struct bd_cases *out);
void bd_watch_json(const struct bd_watched_vec *watched, struct bd_buf *out);

#endif

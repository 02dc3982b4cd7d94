/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixed list of JUnit cases and the result of each: one failing
 * case per root cause, what it explains is skipped, what is equal passes.  Names go by role, so that
 * a new tag makes no new test; references, digests and counts stand in the message.
 */
#ifndef RENDER_JUNIT_CASES_H
#define RENDER_JUNIT_CASES_H

#include "basedrift/render.h"

enum junit_suite {
	JUNIT_BASE_IMAGE,
	JUNIT_BUILD_INPUTS,
	JUNIT_YOUR_STEPS,
	JUNIT_SUITES
};
extern const char *const junit_suite_names[JUNIT_SUITES];

enum junit_result {
	JUNIT_PASSED,
	JUNIT_FAILED,
	JUNIT_SKIPPED,
	JUNIT_ERROR
};

struct junit_case {
	enum junit_suite suite;
	enum bd_topic topic;
	const char *name; /* displayable, at most 120 characters */
	enum junit_result result;
	const char *type;    /* failed, error: a word with a hyphen */
	const char *message; /* displayable, one line, at most 200 characters; NULL when passed */
	int cause;           /* index into report->causes, -1: none */
	int line;            /* Dockerfile line, 0: not known */
	bool in_dockerfile;  /* the Dockerfile is the file to look at */
};
struct junit_case_vec {
	struct junit_case *v;
	size_t len, cap;
};
/* All cases in the order of the suites; texts live in the arena, the caller frees out->v. */
void junit_cases(struct bd_arena *arena, const struct bd_report *report, struct junit_case_vec *out);

/* At most max characters of a displayable text, with an ellipsis where it was cut. */
const char *junit_cut(struct bd_arena *arena, const char *text, size_t max);

#endif

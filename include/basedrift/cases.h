/* SPDX-License-Identifier: Apache-2.0 */
/* What `check`, `pin` and `watch` judge, one case a thing, for the CI: JUnit, annotations, Markdown. */
#ifndef BASEDRIFT_CASES_H
#define BASEDRIFT_CASES_H

#include "basedrift/base.h"

enum bd_case_result {
	BD_CASE_PASSED,
	BD_CASE_FAILED,
	BD_CASE_SKIPPED,
	BD_CASE_ERROR /* could not be decided */
};
/* Texts are raw; group and name stay the same from run to run: they are the case's identity. */
struct bd_case {
	enum bd_case_result result;
	const char *group, *name;
	const char *type;    /* "floating-tag": of a failure or error */
	const char *message; /* one sentence; NULL: passed */
	const char *detail;  /* lines, or NULL */
	const char *file;    /* or NULL */
	int line;            /* 0: none */
};
struct bd_cases {
	const char *title; /* "basedrift pin": of the whole */
	struct bd_case *v; /* those of a group together */
	size_t len, cap;
	bool strict;      /* junit: as the public schemas have it: no file, no line */
	const char *time; /* RFC 3339, of the judgement; NULL: not known */
};
/* Flat suites, one a group (schema/junit-basedrift.xsd; strict: schema/junit-strict.xsd). */
void bd_cases_junit(const struct bd_cases *cases, struct bd_buf *out);
/* Workflow commands of GitHub Actions, for what failed. */
void bd_cases_github(const struct bd_cases *cases, struct bd_buf *out);
void bd_cases_markdown(const struct bd_cases *cases, struct bd_buf *out);
size_t bd_cases_count(const struct bd_cases *cases, enum bd_case_result result);

#endif

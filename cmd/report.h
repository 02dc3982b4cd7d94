/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "basedrift/explain.h"

#include "options.h"

/* Two builds, and how the report speaks of them. */
struct comparison {
	const struct bd_record *a, *b;
	const char *label_a, *label_b;             /* of a build without an id, or NULL */
	const char *command;                       /* to repeat it */
	const char *choice;                        /* why these two, a sentence; NULL: the user said so */
	const struct bd_observation *observations; /* other builds of the project, for the timeline */
	size_t observation_count;
};
extern const struct option_row report_options[]; /* --ignore … --md-max-bytes */
int take_junit_strict(struct arguments *a, const char *value, struct bd_error *err);
/* Are all outputs formats of reports? */
int check_report_formats(const struct arguments *arguments, struct bd_error *err) BD_CHECKED;
/* Compare, explain, write.  The exit status, or a negative error. */
int report_comparison(
	struct arguments *arguments, const struct comparison *comparison, struct bd_error *err) BD_CHECKED;

#endif

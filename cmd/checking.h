/* SPDX-License-Identifier: Apache-2.0 */
/* What `check` knows while it works. */
#ifndef CMD_CHECKING_H
#define CMD_CHECKING_H

#include "basedrift/check.h"

#include "options.h"

struct checking {
	struct arguments *arguments;
	struct bd_arena arena;
	struct bd_buf bytes; /* of the baseline */
	bool sbom;           /* it is one */
	struct bd_record *baseline_record, *last_good, *record;
	struct bd_baseline baseline;
	struct bd_report *report;
	const char *first_seen;
	struct bd_check check;
	/* --update */
	bool rewritten;
	struct bd_buf updated;    /* the new baseline; of a record: nothing */
	struct bd_edit_vec edits; /* that make it of the old one; len 0: it is written anew */
	struct bd_check left;     /* what the new one still does not hold against */
	struct bd_baseline baseline_left;
};
/* What the baseline is to be; nothing is written yet. */
int check_plan_update(struct checking *checking, struct bd_error *err) BD_CHECKED;
int check_write_update(struct checking *checking, struct bd_error *err) BD_CHECKED;
/* The diff as git apply takes it. */
void check_add_patch(void *context, struct bd_buf *out);
/* Of the text: the diff, and what is left as it is. */
void check_show_update(struct checking *checking, struct bd_buf *out);
/* The exit status after an update. */
int check_status_of_update(const struct checking *checking);

#endif

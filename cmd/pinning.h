/* SPDX-License-Identifier: Apache-2.0 */
/* What `pin` knows while it works. */
#ifndef CMD_PINNING_H
#define CMD_PINNING_H

#include "ask.h"
#include "case_output.h"
#include "pin_files.h"

struct pinning {
	struct arguments *arguments;
	struct pin_files files;
	struct question_vec questions;
	struct bd_record *record; /* NULL: --to current, or only judging */
	const char *record_name;
	bool trouble; /* something that was wanted could not be told */
};
/* Each use of each file, in order; both indexes begin at 0.  NULL at the end. */
struct bd_pin_use *pinning_each(struct pinning *pinning, size_t *file, size_t *use);
/* Ask the registries, and decide what each use is to be. */
void pinning_decide(struct pinning *pinning);
/* The outputs: patch, text, JSON, cases. */
extern const struct own_format pin_formats[];
void pin_list_cases(void *context, struct bd_cases *cases);
/* Hints: what a patch cannot say. */
void pin_tell_rest(struct pinning *pinning);

#endif

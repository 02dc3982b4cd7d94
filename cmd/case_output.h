/* SPDX-License-Identifier: Apache-2.0 */
/* The outputs of commands that judge: formats of their own, and what they judged as cases for the CI. */
#ifndef CMD_CASE_OUTPUT_H
#define CMD_CASE_OUTPUT_H

#include "basedrift/cases.h"

#include "options.h"

typedef void add_output_fn(void *context, struct bd_buf *out);
typedef void list_cases_fn(void *context, struct bd_cases *out);
struct own_format {
	const char *name;
	add_output_fn *add;
};
struct case_outputs {
	const char *title;                /* "basedrift pin" */
	const struct own_format *formats; /* ends in an empty row; junit, github and markdown are there for all */
	const char *plain;                /* the format without -o */
	list_cases_fn *list_cases;
};
extern const struct option_row case_options[]; /* --junit-strict */
/* Fails: BD_ERR_USAGE, with the formats that there are. */
int check_case_outputs(
	const struct arguments *arguments, const struct case_outputs *outputs, struct bd_error *err) BD_CHECKED;
/* All or none, to where the arguments say. */
int write_case_outputs(const struct arguments *arguments, const struct case_outputs *outputs, void *context,
	struct bd_error *err) BD_CHECKED;

#endif

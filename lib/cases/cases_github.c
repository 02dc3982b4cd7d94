/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs.github.com, "Workflow commands": a command is one line; values escape "%", CR, LF, properties also ":" and ",".
 */
#include <string.h>

#include "basedrift/cases.h"

#define ANNOTATIONS_MAX 10U /* of a kind in a step: what comes after them is dropped without a word */
#define TEXT_BYTES      4000U

static void add_value(struct bd_buf *out, const char *text, bool property)
{
	struct bd_buf shown = { 0 };
	bd_display_text(&shown, text, strnlen(text, TEXT_BYTES));
	for (const char *c = bd_buf_str(&shown); *c != '\0'; c++) {
		if (*c == '%' || (property && (*c == ':' || *c == ','))) {
			bd_buf_printf(out, "%%%02X", (unsigned int)(unsigned char)*c);
		} else {
			bd_buf_add_char(out, *c);
		}
	}
	bd_buf_release(&shown);
}

static void add_case(struct bd_buf *out, const struct bd_case *one)
{
	bd_buf_add_str(out, one->result == BD_CASE_FAILED ? "::error " : "::warning ");
	if (one->file != NULL && one->line > 0) {
		bd_buf_add_str(out, "file=");
		add_value(out, one->file, true);
		bd_buf_printf(out, ",line=%d,", one->line);
	}
	bd_buf_add_str(out, "title=");
	add_value(out, one->name, true);
	bd_buf_add_str(out, "::");
	add_value(out, one->message, false);
	bd_buf_add_char(out, '\n');
}

void bd_cases_github(const struct bd_cases *cases, struct bd_buf *out)
{
	const size_t all = bd_cases_count(cases, BD_CASE_FAILED) + bd_cases_count(cases, BD_CASE_ERROR);
	const size_t most = all > ANNOTATIONS_MAX ? ANNOTATIONS_MAX - 1 : all;
	size_t shown = 0;
	for (size_t i = 0; i < cases->len && shown < most; i++) {
		if (cases->v[i].result == BD_CASE_FAILED || cases->v[i].result == BD_CASE_ERROR) {
			add_case(out, &cases->v[i]);
			shown++;
		}
	}
	if (all > shown) {
		bd_buf_printf(out,
			"::error title=%zu more::GitHub shows ten annotations of a step; the log has the others.\n",
			all - shown);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/cases.h"

#define MARKDOWN_BYTES 60000U /* GitHub's comments and job summaries of one step take a little more */

static void add_text(struct bd_buf *out, struct bd_str text)
{
	struct bd_buf shown = { 0 };
	bd_display_text(&shown, text.p, text.n);
	for (size_t i = 0; i < shown.n; i++) {
		if (strchr("\\`*_{}[]()<>#+!|~@", shown.p[i]) != NULL) {
			bd_buf_add_char(out, '\\');
		}
		bd_buf_add_char(out, shown.p[i]);
	}
	bd_buf_release(&shown);
}

static void add_detail(struct bd_buf *out, const char *detail)
{
	struct bd_str rest = bd_str(detail);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		if (bd_str_trim(line).n > 0) {
			bd_buf_add_str(out, "  - ");
			add_text(out, bd_str_trim(line));
			bd_buf_add_char(out, '\n');
		}
	}
}

static void add_case(struct bd_buf *out, const struct bd_case *one)
{
	bd_buf_add_str(out, one->result == BD_CASE_FAILED ? "- **" : "- ");
	add_text(out, bd_str(one->name));
	bd_buf_add_str(out, one->result == BD_CASE_FAILED ? "**: " : ": ");
	add_text(out, bd_str(one->message));
	if (one->file != NULL && one->line > 0) {
		bd_buf_add_str(out, " (");
		add_text(out, bd_str(one->file));
		bd_buf_printf(out, ", line %d)", one->line);
	}
	bd_buf_add_char(out, '\n');
	add_detail(out, one->detail);
}

void bd_cases_markdown(const struct bd_cases *cases, struct bd_buf *out)
{
	size_t left = 0;
	bd_buf_add_str(out, "### ");
	add_text(out, bd_str(cases->title));
	bd_buf_printf(out, "\n\n%zu of %zu hold.\n\n", bd_cases_count(cases, BD_CASE_PASSED), cases->len);
	for (size_t i = 0; i < cases->len; i++) {
		if (cases->v[i].result == BD_CASE_PASSED) {
			continue;
		}
		const size_t before = out->n;
		add_case(out, &cases->v[i]);
		if (out->n > MARKDOWN_BYTES) {
			out->n = before;
			out->p[before] = '\0';
			left++;
		}
	}
	if (left > 0) {
		bd_buf_printf(out, "- and %zu more\n", left);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What an SBOM does not tell: said, so that nobody takes it for "same" or for "removed". */
#include "explain/parts.h"

bool from_sbom(const struct bd_report *report)
{
	return report->a->sbom.present || report->b->sbom.present;
}

const char *gap_text(struct explanation *x)
{
	const struct bd_package_gap_vec *gaps = &x->report->diff.gaps;
	struct bd_buf text = { 0 };
	for (size_t i = 0; i < gaps->len; i++) {
		if (i == 0 || !bd_streq(gaps->v[i - 1].type, gaps->v[i].type)) {
			bd_buf_printf(&text, "%s%s", text.n > 0 ? ", " : "", gaps->v[i].type);
		}
	}
	const char *copy = bd_arena_printf(
		&x->report->arena, "what both sides looked for is equal; not compared: %s", bd_buf_str(&text));
	bd_buf_release(&text);
	return copy;
}

static const char *why_gap(struct explanation *x, const struct bd_package_gap *gap)
{
	const struct bd_record *silent = gap->missing_in_a ? x->report->a : x->report->b;
	const char *here = gap->missing_in_a ? "failing" : "last good";
	const char *there = gap->missing_in_a ? "last good" : "failing";
	if (bd_streq(gap->type, "generic") && from_sbom(x->report)) {
		return bd_arena_printf(&x->report->arena,
			"%s of the %s build; which of these a program looks for has no common list",
			bd_count_text(&x->report->arena, gap->packages), here);
	}
	return bd_arena_printf(&x->report->arena, "%s of the %s build; the %s build's %s",
		bd_count_text(&x->report->arena, gap->packages), here, there,
		silent->sbom.present ? "SBOM lists none and does not say that it looked for them"
				     : "record was made without looking for them");
}

void list_package_gaps(struct explanation *x)
{
	const struct bd_package_gap_vec *gaps = &x->report->diff.gaps;
	for (size_t i = 0; i < gaps->len; i++) {
		*bd_vec_push(&x->report->not_compared) = (struct bd_not_compared){
			bd_arena_printf(&x->report->arena, "Packages of type %s", gaps->v[i].type),
			why_gap(x, &gaps->v[i]),
		};
	}
}

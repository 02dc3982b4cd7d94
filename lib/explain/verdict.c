/* SPDX-License-Identifier: Apache-2.0 */
/* Rank of the causes, and what to say when there is none. */
#include <stdlib.h>
#include <string.h>

#include "explain/parts.h"

int add_cause(struct explanation *x, enum bd_cause_kind kind)
{
	struct bd_cause *cause = bd_vec_push(&x->report->causes);
	cause->kind = kind;
	cause->stage = -1;
	return (int)x->report->causes.len - 1;
}

/* First the table's order, then what explains most, then the Dockerfile's. */
static bool ranks_before(const struct bd_cause *a, const struct bd_cause *b)
{
	if (a->kind != b->kind) { /* packages nobody can place weigh more than what stands beside them */
		const bool open_a = a->kind == BD_CANNOT_TELL_CAUSE;
		const bool open_b = b->kind == BD_CANNOT_TELL_CAUSE;
		return open_a != open_b ? open_a : a->kind < b->kind;
	}
	return a->explains != b->explains ? a->explains > b->explains : a->line < b->line;
}

static void renumber(int *index, const int *new_index)
{
	if (*index >= 0) {
		*index = new_index[*index];
	}
}

static void renumber_findings(struct explanation *x, const int *new_index)
{
	struct bd_diff *diff = &x->report->diff;
	for (size_t i = 0; i < diff->packages.len; i++) {
		renumber(&diff->packages.v[i].explained_by, new_index);
	}
	for (size_t i = 0; i < diff->settings.len; i++) {
		renumber(&diff->settings.v[i].explained_by, new_index);
	}
	for (size_t i = 0; i < diff->files.len; i++) {
		renumber(&diff->files.v[i].explained_by, new_index);
	}
	for (size_t i = 0; i < diff->inputs.len; i++) {
		renumber(&diff->inputs.v[i].explained_by, new_index);
	}
	renumber(&x->base_cause, new_index);
	renumber(&x->source_cause, new_index);
}

static void rank(struct explanation *x)
{
	struct bd_cause_vec *causes = &x->report->causes;
	const size_t count = causes->len;
	int *order = bd_xcalloc(count + 1, sizeof(*order)); /* order[new] = old */
	int *new_index = bd_xcalloc(count + 1, sizeof(*new_index));
	struct bd_cause *sorted = bd_xcalloc(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++) {
		size_t k = i;
		for (; k > 0 && ranks_before(&causes->v[i], &causes->v[order[k - 1]]); k--) {
			order[k] = order[k - 1];
		}
		order[k] = (int)i;
	}
	for (size_t i = 0; i < count; i++) {
		sorted[i] = causes->v[order[i]];
		new_index[order[i]] = (int)i;
	}
	free(causes->v);
	causes->v = sorted;
	causes->cap = count + 1;
	renumber_findings(x, new_index);
	free(order);
	free(new_index);
}

static bool layers_differ(const struct bd_diff *diff)
{
	for (size_t i = 0; i < diff->layers.len; i++) {
		if (diff->layers.v[i].state != BD_LAYER_IDENTICAL) {
			return true;
		}
	}
	return false;
}

static bool differs_beyond_content(const struct bd_diff *diff)
{
	return diff->packages_metadata > 0 || diff->files.len > 0 || diff->settings.len > 0 || layers_differ(diff);
}

/* What the image is made of was compared, all of it. */
static bool compared_everything(const struct bd_diff *diff)
{
	return diff->packages_same == BD_SAME && diff->files_same == BD_SAME && diff->settings_same == BD_SAME;
}

static void add_fallback(struct explanation *x)
{
	const struct bd_diff *diff = &x->report->diff;
	enum bd_cause_kind kind;

	if (!compared_everything(diff)) {
		kind = BD_CANNOT_TELL_CAUSE;
	} else {
		kind = differs_beyond_content(diff) ? BD_ONLY_METADATA : BD_NOTHING_DIFFERS;
	}
	const int index = add_cause(x, kind);
	x->report->causes.v[index].confidence = kind == BD_CANNOT_TELL_CAUSE ? BD_CONFIDENCE_UNKNOWN : BD_PROVEN;
}

/* That it differs is certain, also where nobody can be blamed. */
static bool something_differs(const struct bd_diff *diff)
{
	return diff->packages.len > 0 || diff->files_same == BD_DIFFERENT || diff->settings_same == BD_DIFFERENT;
}

static int exit_status(const struct bd_report *report, bool strict)
{
	bool incomplete = false;
	for (size_t i = 0; i < report->compared.len; i++) {
		incomplete |= report->compared.v[i].state == BD_CANNOT_TELL;
	}
	if (report->verdict.cause == BD_CANNOT_TELL_CAUSE) {
		return something_differs(&report->diff) ? 1 : 2;
	}
	if (report->verdict.cause == BD_NOTHING_DIFFERS) {
		return strict && incomplete ? 2 : 0;
	}
	return report->verdict.cause == BD_ONLY_METADATA && !strict ? 0 : 1;
}

static const char *flake(const struct explanation *x)
{
	const enum bd_cause_kind cause = x->report->verdict.cause;
	if (x->report->source_same != BD_SAME || cause == BD_CANNOT_TELL_CAUSE) {
		return NULL;
	}
	return cause == BD_NOTHING_DIFFERS || cause == BD_ONLY_METADATA
		       ? "Same source, same inputs: suspect a flaky test, the network, or something that is not recorded."
		       : "Same source, different inputs: this is not a flaky test.";
}

void reach_verdict(struct explanation *x)
{
	struct bd_report *report = x->report;

	if (report->causes.len == 0 || x->undecided) {
		add_fallback(x);
	}
	rank(x);
	write_cause_sentences(x);
	report->verdict.cause = report->causes.v[0].kind;
	report->verdict.confidence = report->causes.v[0].confidence;
	report->verdict.flake = flake(x);
	write_headline(x);
	quote_log(x);
	list_compared(x);
	report->exit_status = exit_status(report, x->options->strict);
}

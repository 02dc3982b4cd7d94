/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who explains each finding.  A moved base resets the build cache, so what RUN steps above it bring anew
 * is its consequence and not a second cause; what a COPY --from brings is its stage's.
 */
#include <string.h>

#include "explain/parts.h"

/* The cause of a kind that belongs to this Dockerfile line; made on first use. */
static int cause_of_line(struct explanation *x, enum bd_cause_kind kind, const struct bd_layer_line *layer)
{
	const int line = layer != NULL ? layer->line : 0;
	for (size_t i = 0; i < x->report->causes.len; i++) {
		const struct bd_cause *cause = &x->report->causes.v[i];
		if (cause->kind == kind && cause->line == line) {
			return (int)i;
		}
	}
	const int index = add_cause(x, kind);
	x->report->causes.v[index].line = line;
	x->report->causes.v[index].stage = layer != NULL ? layer->copied_from_stage : -1;
	x->report->causes.v[index].confidence = BD_PROVEN;
	return index;
}

/* A moved image of the stage (or image) that this layer was copied from. */
static int cause_of_copied(const struct explanation *x, const struct bd_layer_line *layer)
{
	for (size_t i = 0; layer != NULL && layer->copied_from != NULL && i < x->report->causes.len; i++) {
		const struct bd_cause *cause = &x->report->causes.v[i];
		if (cause->kind != BD_STAGE_IMAGE_MOVED) {
			continue;
		}
		if ((layer->copied_from_stage >= 0 && cause->stage == layer->copied_from_stage) ||
			(layer->copied_from_stage < 0 && cause->line == layer->line)) {
			return (int)i;
		}
	}
	return -1;
}

static int source_changed(struct explanation *x)
{
	if (x->source_cause < 0) {
		x->source_cause = add_cause(x, BD_SOURCE_CHANGED);
		x->report->causes.v[x->source_cause].confidence = BD_PROVEN;
	}
	return x->source_cause;
}

static bool is_copy(const struct bd_layer_line *layer)
{
	const char *text = layer != NULL && layer->instruction != NULL ? layer->instruction : "";
	text += strncmp(text, "ONBUILD ", strlen("ONBUILD ")) == 0 ? strlen("ONBUILD ") : 0;
	return strncasecmp(text, "COPY", 4) == 0;
}

/* For a finding in an own layer: what explains it, before it may be a cause itself.  -1: nothing does. */
static int explained_step(struct explanation *x, const struct bd_layer_line *layer)
{
	if (layer != NULL && layer->copied_from != NULL) {
		return cause_of_copied(x, layer);
	}
	if (x->report->source_same == BD_DIFFERENT) {
		return source_changed(x);
	}
	return is_copy(layer) ? -1 : x->base_cause; /* COPY from the context does not run on the base */
}

static int explain_package(struct explanation *x, const struct bd_package_change *change)
{
	const struct bd_layer_line *layer = layer_of_package_change(x->report, change);
	switch (origin_of_package_change(x->report, change)) {
	case BD_LAYER_BASE:
		return x->base_cause;
	case BD_LAYER_STEP: {
		const int cause = explained_step(x, layer);
		return cause >= 0 ? cause : cause_of_line(x, BD_OWN_STEP_DRIFTED, layer);
	}
	case BD_LAYER_UNKNOWN:
	default:
		if (x->base_cause >= 0) {
			return x->base_cause;
		}
		return x->report->source_same == BD_DIFFERENT ? source_changed(x) : -1;
	}
}

static void attribute_packages(struct explanation *x)
{
	struct bd_package_change_vec *packages = &x->report->diff.packages;
	for (size_t i = 0; i < packages->len; i++) {
		struct bd_package_change *change = &packages->v[i];
		change->explained_by = explain_package(x, change);
		if (change->explained_by < 0 && !x->undecided) { /* no layer tells whose it is */
			change->explained_by = cause_of_line(x,
				change->change == BD_CONTENT ? BD_SAME_VERSION_OTHER_CONTENT : BD_OWN_STEP_DRIFTED,
				NULL);
		}
	}
}

static bool in_settings(const struct bd_setting_vec *settings, const char *key)
{
	for (size_t i = 0; i < settings->len; i++) {
		if (bd_streq(settings->v[i].key, key)) {
			return true;
		}
	}
	return false;
}

/* A variable that the base sets on either side is the base's; without such a list all of them are. */
static bool is_of_base(const struct bd_base_pair *pair, const struct bd_setting_change *change)
{
	if (strcmp(change->kind, "env") != 0 || (pair->a->env.len == 0 && pair->b->env.len == 0)) {
		return true;
	}
	return in_settings(&pair->a->env, change->key) || in_settings(&pair->b->env, change->key);
}

static void attribute_settings(struct explanation *x)
{
	const struct bd_base_pair *pair = final_base_pair(x->report);
	for (size_t i = 0; i < x->report->diff.settings.len; i++) {
		struct bd_setting_change *change = &x->report->diff.settings.v[i];
		if (change->noise != NULL) {
			continue;
		}
		if (x->base_cause >= 0 && pair != NULL && is_of_base(pair, change)) {
			change->explained_by = x->base_cause;
		} else if (x->report->source_same == BD_DIFFERENT) {
			change->explained_by = source_changed(x);
		} else if (!x->undecided) {
			change->explained_by = cause_of_line(x, BD_SETTINGS_CHANGED, NULL);
		}
	}
}

/* Packages that drifted in the same own layer explain the files that came with them. */
static int drifted_layer(const struct explanation *x, const struct bd_layer_line *layer)
{
	for (size_t i = 0; layer != NULL && layer->line > 0 && i < x->report->causes.len; i++) {
		const struct bd_cause *cause = &x->report->causes.v[i];
		if (cause->kind == BD_OWN_STEP_DRIFTED && cause->line == layer->line) {
			return (int)i;
		}
	}
	return -1;
}

static int explain_file(struct explanation *x, const struct bd_file_change *change)
{
	const struct bd_layer_line *layer = layer_of_file_change(x->report, change);
	const enum bd_layer_origin origin = origin_of_file_change(x->report, change);

	if (origin != BD_LAYER_STEP && x->base_cause >= 0) {
		return x->base_cause;
	}
	int cause = drifted_layer(x, layer);
	if (cause < 0 && origin == BD_LAYER_STEP) {
		cause = explained_step(x, layer);
	}
	if (cause < 0 && x->report->source_same == BD_DIFFERENT) {
		cause = source_changed(x);
	}
	return cause;
}

static void attribute_files(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.files.len; i++) {
		struct bd_file_change *change = &x->report->diff.files.v[i];
		if (change->noise != NULL) {
			continue;
		}
		if (change->change == BD_METADATA) { /* never a cause, but shown beside the one of its layer */
			change->explained_by = x->report->source_same == BD_DIFFERENT ? -1 : explain_file(x, change);
			continue;
		}
		change->explained_by = explain_file(x, change);
		const bool open = x->undecided && origin_of_file_change(x->report, change) == BD_LAYER_UNKNOWN;
		if (change->explained_by < 0 && !open) {
			change->explained_by =
				cause_of_line(x, BD_FILES_OUTSIDE_PACKAGES, layer_of_file_change(x->report, change));
		}
	}
}

static void attribute_inputs(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.inputs.len; i++) {
		struct bd_input_change *change = &x->report->diff.inputs.v[i];
		const int cause = cause_of_line(x, BD_BUILD_INPUT_CHANGED, NULL);
		struct bd_cause *input = &x->report->causes.v[cause];
		change->explained_by = cause;
		if (change->a == NULL || change->b == NULL) {
			input->confidence = BD_STATED; /* recorded on one side only */
		}
	}
}

static void count_explained(struct explanation *x)
{
	const struct bd_diff *diff = &x->report->diff;
	struct bd_cause *causes = x->report->causes.v;
	for (size_t i = 0; i < diff->packages.len; i++) {
		if (diff->packages.v[i].explained_by >= 0) {
			causes[diff->packages.v[i].explained_by].explains++;
		}
	}
	for (size_t i = 0; i < diff->settings.len; i++) {
		if (diff->settings.v[i].explained_by >= 0) {
			causes[diff->settings.v[i].explained_by].explains++;
		}
	}
	for (size_t i = 0; i < diff->files.len; i++) {
		if (diff->files.v[i].explained_by >= 0 && file_change_counts(&diff->files.v[i])) {
			causes[diff->files.v[i].explained_by].explains++;
		}
	}
}

void attribute_findings(struct explanation *x)
{
	attribute_packages(x);
	attribute_settings(x);
	attribute_files(x);
	attribute_inputs(x);
	if (x->report->source_same == BD_DIFFERENT) {
		(void)source_changed(x);
	}
	count_explained(x);
}

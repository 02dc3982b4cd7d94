/* SPDX-License-Identifier: Apache-2.0 */
/* Where a finding sits: the base's layers or the build's own steps. */
#include "explain/parts.h"

const struct bd_layer_line *layer_of(const struct bd_record *record, int layer)
{
	return layer >= 0 && (size_t)layer < record->layers.len ? &record->layers.v[layer] : NULL;
}

static bool starts_from_an_image(const struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		if (record->bases.v[i].role == BD_ROLE_BASE) {
			return true;
		}
	}
	return false;
}

enum bd_layer_origin origin_of_layer(const struct bd_record *record, int layer)
{
	const struct bd_layer_line *line = layer_of(record, layer);
	if (line == NULL) {
		return BD_LAYER_UNKNOWN;
	}
	if (line->origin == BD_LAYER_UNKNOWN && layer == 0 && record->layers.len > 1 && starts_from_an_image(record)) {
		return BD_LAYER_BASE;
	}
	return line->origin;
}

const struct bd_package *shown_package(const struct bd_package_change *change)
{
	return change->b != NULL ? change->b : change->a;
}

bool changed_with_owner(const struct bd_report *report, const struct bd_package_change *change)
{
	return change->owner >= 0 && report->diff.packages.v[change->owner].explained_by == change->explained_by;
}

const struct bd_record *side_of_package(const struct bd_report *report, const struct bd_package_change *change)
{
	return change->b != NULL ? report->b : report->a;
}

/* The own step's layer that replaced a file of this package on one side, or NULL. */
static const struct bd_layer_line *replaced_by_step(
	const struct bd_report *report, const struct bd_package_change *change)
{
	for (size_t i = 0; i < report->diff.files.len; i++) {
		const struct bd_file_change *file = &report->diff.files.v[i];
		const bool of_b = file->b != NULL && bd_streq(file->b->modified_from, change->b->purl);
		const bool of_a = file->a != NULL && bd_streq(file->a->modified_from, change->a->purl);
		const struct bd_record *record = of_b ? report->b : report->a;
		const int layer = of_b ? file->b->layer : of_a ? file->a->layer : -1;
		if (file_change_counts(file) && origin_of_layer(record, layer) == BD_LAYER_STEP) {
			return layer_of(record, layer);
		}
	}
	return NULL;
}

const struct bd_layer_line *layer_of_package_change(
	const struct bd_report *report, const struct bd_package_change *change)
{
	const struct bd_layer_line *replaced = change->change == BD_CONTENT ? replaced_by_step(report, change) : NULL;
	return replaced != NULL ? replaced : layer_of(side_of_package(report, change), shown_package(change)->layer);
}

enum bd_layer_origin origin_of_package_change(const struct bd_report *report, const struct bd_package_change *change)
{
	if (shown_package(change)->of_base) {
		return BD_LAYER_BASE;
	}
	if (change->change == BD_CONTENT && replaced_by_step(report, change) != NULL) {
		return BD_LAYER_STEP;
	}
	return origin_of_layer(side_of_package(report, change), shown_package(change)->layer);
}

const struct bd_layer_line *layer_of_file_change(const struct bd_report *report, const struct bd_file_change *change)
{
	return change->b != NULL ? layer_of(report->b, change->b->layer) : layer_of(report->a, change->a->layer);
}

enum bd_layer_origin origin_of_file_change(const struct bd_report *report, const struct bd_file_change *change)
{
	return change->b != NULL ? origin_of_layer(report->b, change->b->layer)
				 : origin_of_layer(report->a, change->a->layer);
}

const struct bd_base_pair *final_base_pair(const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		if ((pair->b != NULL ? pair->b : pair->a)->role == BD_ROLE_BASE) {
			return pair;
		}
	}
	return NULL;
}

bool file_change_counts(const struct bd_file_change *change)
{
	return change->noise == NULL && change->change != BD_METADATA;
}

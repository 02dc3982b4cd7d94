/* SPDX-License-Identifier: Apache-2.0 */
/* Base images and settings, against rules or another record. */
#include <string.h>

#include "check/check_parts.h"

/* ---- base images ----------------------------------------------------------------------------------------------------
 */

static bool is_of(const struct bd_base *base, const struct bd_base_rule *rule)
{
	const size_t n = strlen(rule->reference);
	return base->reference != NULL && strncmp(base->reference, rule->reference, n) == 0 &&
	       (base->reference[n] == '\0' || base->reference[n] == '@');
}

const struct bd_base *checked_base(const struct bd_record *record, const struct bd_base_rule *rule)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		if (is_of(&record->bases.v[i], rule)) {
			return &record->bases.v[i];
		}
	}
	return NULL;
}

static bool has_one_of(const struct bd_digest_vec *have, const struct bd_digest_vec *wanted)
{
	for (size_t i = 0; i < have->len; i++) {
		for (size_t k = 0; k < wanted->len; k++) {
			if (bd_streq(have->v[i].value, wanted->v[k].value)) {
				return true;
			}
		}
	}
	return false;
}

void check_run_base_rules(struct check_run *run)
{
	for (size_t i = 0; i < run->check->baseline->bases.len; i++) {
		const struct bd_base_rule *rule = &run->check->baseline->bases.v[i];
		const struct bd_base *found = checked_base(run->check->record, rule);
		if (found != NULL && has_one_of(&found->digests, &rule->digests)) {
			continue;
		}
		struct bd_discrepancy *one =
			check_add(run, found != NULL && found->digests.len > 0 ? BD_BASE_MOVED : BD_BASE_UNKNOWN);
		one->base_rule = rule;
		one->what = rule->reference;
		one->wanted = rule->digests.v[0].value;
		one->found = found == NULL             ? "no such image in this build"
			     : found->digests.len == 0 ? "a digest that is not recorded"
						       : found->digests.v[0].value;
		one->line = found != NULL ? found->line : 0;
	}
}

void check_run_base_pairs(struct check_run *run)
{
	const struct bd_diff *diff = &run->options->report->diff;
	for (size_t i = 0; i < diff->bases.len; i++) {
		const struct bd_base_pair *pair = &diff->bases.v[i];
		if (pair->a == NULL || pair->b == NULL || pair->same != BD_DIFFERENT) {
			continue;
		}
		struct bd_discrepancy *one = check_add(run, BD_BASE_MOVED);
		one->what = pair->b->reference != NULL ? pair->b->reference : pair->b->as_written;
		one->wanted = pair->a->digests.len > 0 ? pair->a->digests.v[0].value : NULL;
		one->found = pair->b->digests.len > 0 ? pair->b->digests.v[0].value : NULL;
		one->line = pair->b->line;
	}
}

/* ---- settings -------------------------------------------------------------------------------------------------------
 */

const char *checked_setting(const struct bd_image_config *config, const struct bd_setting_rule *rule, bool *secret_out)
{
	*secret_out = false;
	const struct bd_setting_vec *list = strcmp(rule->kind, "env") == 0 ? &config->env : &config->labels;
	if (rule->key == NULL) {
		return strcmp(rule->kind, "user") == 0          ? config->user
		       : strcmp(rule->kind, "working_dir") == 0 ? config->working_dir
								: config->stop_signal;
	}
	for (size_t i = 0; i < list->len; i++) {
		if (bd_streq(list->v[i].key, rule->key)) {
			*secret_out = list->v[i].redacted;
			return *secret_out ? "(secret)" : list->v[i].value;
		}
	}
	return NULL;
}

void check_run_setting_rules(struct check_run *run)
{
	for (size_t i = 0; i < run->check->baseline->settings.len; i++) {
		const struct bd_setting_rule *rule = &run->check->baseline->settings.v[i];
		bool secret;
		const char *found = checked_setting(&run->check->record->image.config, rule, &secret);
		const bool holds = rule->absent          ? found == NULL
				   : rule->value == NULL ? found != NULL
							 : bd_streq(found, rule->value);
		if (!holds) {
			struct bd_discrepancy *one = check_add(run, BD_SETTING_DIFFERS);
			one->setting_rule = rule;
			one->what = bd_arena_printf(run->arena, "%s%s%s", rule->kind, rule->key != NULL ? " " : "",
				rule->key != NULL ? rule->key : "");
			one->wanted = rule->absent ? "not set" : rule->value != NULL ? rule->value : "set";
			one->found = found != NULL ? found : "not set";
		}
	}
}

void check_run_setting_changes(struct check_run *run)
{
	const struct bd_diff *diff = &run->options->report->diff;
	for (size_t i = 0; i < diff->settings.len; i++) {
		const struct bd_setting_change *change = &diff->settings.v[i];
		if (change->noise != NULL) {
			continue;
		}
		struct bd_discrepancy *one = check_add(run, BD_SETTING_DIFFERS);
		one->what = bd_arena_printf(run->arena, "%s%s%s", change->kind, change->key != NULL ? " " : "",
			change->key != NULL ? change->key : "");
		one->wanted = change->redacted ? "(secret)" : change->a != NULL ? change->a : "not set";
		one->found = change->redacted ? "(secret)" : change->b != NULL ? change->b : "not set";
	}
}

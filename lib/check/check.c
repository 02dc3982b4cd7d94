/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages: each exact version claims one package first, then what is left over is paired by name, so that one package
 * up and one down of a name are two findings and not four.
 */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "check/check_parts.h"

struct run {
	struct bd_check *check;
	const struct bd_check_options *options;
	struct bd_arena *arena;
	struct checked_packages packages;
	struct bd_error *err;
};

static void release_run(struct run *run)
{
	free(run->packages.v);
}

static struct bd_discrepancy *add(struct run *run, enum bd_discrepancy_kind kind)
{
	struct bd_discrepancy *one = arena_push(run->arena, &run->check->discrepancies);
	*one = (struct bd_discrepancy){ .kind = kind, .layer = -1 };
	return one;
}

/* ---- packages of the image ----------------------------------------------------------------------------------------
 */

static int by_name(const void *a, const void *b)
{
	const struct checked_package *x = a;
	const struct checked_package *y = b;
	int order = strcmp(x->package->type, y->package->type);
	order = order != 0 ? order : strcmp(x->name, y->name);
	return order != 0 ? order : bd_strcmp0(x->package->path, y->package->path);
}

static void list_packages(struct run *run)
{
	const struct bd_record *record = run->check->record;
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		struct bd_purl purl;
		struct bd_error ignored;
		struct checked_package one = { .package = package,
			.namespace = package->namespace,
			.name = package->name,
			.place = checked_place(package) };
		if (bd_purl_parse_lenient(bd_str(package->purl), run->arena, &purl, &ignored) == 0) {
			one.namespace = purl.namespace;
			one.name = rule_name(package->type, purl.name, run->arena);
		}
		*bd_vec_push(&run->packages) = one;
	}
	if (run->packages.len > 0) {
		qsort(run->packages.v, run->packages.len, sizeof(*run->packages.v), by_name);
	}
}

/* The packages that the rule may mean: those of its name, or of its type when the name is a pattern. */
static void range_of(const struct run *run, const struct bd_rule *rule, size_t *first, size_t *end)
{
	const bool pattern = strchr(rule->name, '*') != NULL;
	size_t low = 0;
	size_t high = run->packages.len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct checked_package *one = &run->packages.v[middle];
		int order = strcmp(one->package->type, rule->type);
		order = order == 0 && !pattern ? strcmp(one->name, rule->name) : order;
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*first = low;
	*end = low;
	while (*end < run->packages.len && strcmp(run->packages.v[*end].package->type, rule->type) == 0 &&
		(pattern || strcmp(run->packages.v[*end].name, rule->name) == 0)) {
		(*end)++;
	}
}

static bool was_looked_for(const struct run *run, const char *type)
{
	const struct bd_string_vec *ecosystems = &run->check->record->ecosystems;
	for (size_t i = 0; i < ecosystems->len; i++) {
		if (strcmp(ecosystems->v[i], type) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < run->check->unknown.len; i++) {
		if (strcmp(run->check->unknown.v[i], type) == 0) {
			return false;
		}
	}
	if (ecosystems->len > 0) {
		*arena_push(run->arena, &run->check->unknown) = type;
	}
	return ecosystems->len == 0;
}

/* ---- places ---------------------------------------------------------------------------------------------------------
 */

static bool is_listed(const struct run *run, const struct checked_package *package)
{
	const struct bd_baseline *baseline = run->check->baseline;
	for (size_t i = 0; i < baseline->rules.len; i++) {
		if (rule_matches_name(&baseline->rules.v[i], package)) {
			return true;
		}
	}
	return false;
}

/* Several trees in an image: the list is of those of which it names more than half. */
static bool place_counts(const struct run *run, struct bd_str place)
{
	size_t listed = 0;
	size_t all = 0;
	for (size_t i = 0; i < run->packages.len; i++) {
		const struct checked_package *one = &run->packages.v[i];
		if (bd_str_equal(one->place, place) && one->package->owned_by == NULL &&
			baseline_is_exact(run->check->baseline, one->package->type)) {
			listed += is_listed(run, one);
			all++;
		}
	}
	return listed * 2 > all;
}

static void set_aside(struct run *run)
{
	for (size_t i = 0; i < run->packages.len; i++) {
		struct checked_package *one = &run->packages.v[i];
		bool known = false;
		for (size_t k = i; k > 0 && !known; k--) {
			const struct checked_package *before = &run->packages.v[k - 1];
			known = bd_str_equal(before->place, one->place) &&
				strcmp(before->package->type, one->package->type) == 0;
			one->aside = before->aside;
		}
		if (!known) {
			one->aside = baseline_is_exact(run->check->baseline, one->package->type) &&
				     !place_counts(run, one->place);
		}
	}
}

/* Of a name that the list's own tree has, the other trees' do not count. */
static bool is_meant(const struct run *run, const struct bd_rule *rule, size_t first, size_t end, size_t at)
{
	if (!rule_matches_name(rule, &run->packages.v[at]) || !run->packages.v[at].aside) {
		return rule_matches_name(rule, &run->packages.v[at]);
	}
	for (size_t i = first; i < end; i++) {
		if (!run->packages.v[i].aside && rule_matches_name(rule, &run->packages.v[i])) {
			return false;
		}
	}
	return true;
}

/* ---- rules ----------------------------------------------------------------------------------------------------------
 */

static int wrong_order(const struct run *run, const struct bd_rule *rule, const struct bd_package *package)
{
	const struct bd_error why = *run->err;
	return bd_error_set(run->err, BD_ERR_FORMAT,
		"line %zu, column %zu: %s: version %.100s of %.100s cannot be decided: %.500s", rule->line,
		rule->range_column, rule->text, package->version != NULL ? package->version : "", package->name,
		why.msg);
}

static int satisfied(const struct run *run, const struct bd_rule *rule, const struct bd_package *package, bool *out)
{
	return rule_satisfied(rule, package, out, run->err) < 0 ? wrong_order(run, rule, package) : 0;
}

/* Claims what satisfies the rule.  *found_out: something does. */
static int claim(struct run *run, const struct bd_rule *rule, bool *found_out)
{
	size_t first;
	size_t end;
	range_of(run, rule, &first, &end);
	*found_out = false;
	for (size_t i = first; i < end; i++) {
		bool holds = false;
		if (!is_meant(run, rule, first, end, i)) {
			continue;
		}
		if (satisfied(run, rule, run->packages.v[i].package, &holds) < 0) {
			return -(int)run->err->code;
		}
		if (holds) {
			run->packages.v[i].claimed = true;
			*found_out = true;
		}
	}
	return 0;
}

static const char *wanted_text(struct bd_arena *arena, const struct bd_rule *rule)
{
	return rule->version != NULL ? rule->version
	       : rule->range != NULL ? bd_version_range_text(rule->range, arena)
				     : NULL;
}

static enum bd_change change_of(const struct bd_rule *rule, const struct bd_package *package)
{
	const enum bd_order order =
		rule->version != NULL ? bd_version_compare(rule->type, rule->version, package->version) : BD_UNORDERED;
	return order == BD_LESS ? BD_UP : order == BD_GREATER ? BD_DOWN : BD_CHANGED;
}

static void add_version(struct run *run, const struct bd_rule *rule, struct checked_package *found)
{
	struct bd_discrepancy *one = add(run, found != NULL ? BD_PACKAGE_VERSION : BD_PACKAGE_MISSING);
	one->rule = rule;
	one->type = rule->type;
	one->wanted = wanted_text(run->arena, rule);
	one->what = rule->name;
	if (rule->namespace != NULL && (strcmp(rule->type, "npm") == 0 || strcmp(rule->type, "golang") == 0)) {
		one->what = bd_arena_printf(run->arena, "%s/%s", rule->namespace, rule->name);
	}
	if (found != NULL) {
		found->claimed = true;
		one->package = found->package;
		one->what = found->package->name;
		one->found = found->package->version;
		one->change = change_of(rule, found->package);
	}
}

/* Something of that name is there, or nothing. */
static void blame(struct run *run, const struct bd_rule *rule)
{
	struct checked_package *found = NULL;
	size_t first;
	size_t end;
	range_of(run, rule, &first, &end);
	/* a list has another line for what is claimed; of rules, several may speak of one package */
	for (int claimed = 0; claimed < (run->check->baseline->format == BD_BASELINE_RULES ? 2 : 1); claimed++) {
		for (size_t i = first; i < end && found == NULL; i++) {
			struct checked_package *one = &run->packages.v[i];
			found = one->claimed == (claimed == 1) && is_meant(run, rule, first, end, i) ? one : NULL;
		}
	}
	add_version(run, rule, found);
}

static int check_required(struct run *run)
{
	const struct bd_baseline *baseline = run->check->baseline;
	bool *holds = bd_xcalloc(baseline->rules.len + 1, sizeof(*holds));
	int result = 0;
	for (size_t i = 0; i < baseline->rules.len && result == 0; i++) {
		const struct bd_rule *rule = &baseline->rules.v[i];
		if (rule->kind == BD_RULE_FORBID) {
			continue;
		}
		if (!was_looked_for(run, rule->type)) {
			holds[i] = true; /* cannot be told */
		} else {
			result = claim(run, rule, &holds[i]);
		}
	}
	for (size_t i = 0; i < baseline->rules.len && result == 0; i++) {
		if (!holds[i] && baseline->rules.v[i].kind == BD_RULE_REQUIRE) {
			blame(run, &baseline->rules.v[i]);
		}
	}
	free(holds);
	return result;
}

static int check_forbidden(struct run *run)
{
	const struct bd_baseline *baseline = run->check->baseline;
	for (size_t i = 0; i < baseline->rules.len; i++) {
		const struct bd_rule *rule = &baseline->rules.v[i];
		size_t first = 0;
		size_t end = 0;
		if (rule->kind == BD_RULE_FORBID && was_looked_for(run, rule->type)) {
			range_of(run, rule, &first, &end);
		}
		for (size_t k = first; k < end; k++) {
			bool holds = false;
			const struct bd_package *package = run->packages.v[k].package;
			if (!rule_matches_name(rule, &run->packages.v[k])) {
				continue;
			}
			if (satisfied(run, rule, package, &holds) < 0) {
				return -(int)run->err->code;
			}
			if (holds) {
				struct bd_discrepancy *one = add(run, BD_PACKAGE_FORBIDDEN);
				one->rule = rule;
				one->type = rule->type;
				one->package = package;
				one->what = package->name;
				one->found = package->version;
				run->packages.v[k].claimed = true;
			}
		}
	}
	return 0;
}

/* pip itself leaves these out of `pip freeze`. */
static bool is_left_out(const struct run *run, const struct checked_package *one)
{
	static const char *const names[] = { "pip", "setuptools", "wheel", "distribute" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (run->check->baseline->format == BD_BASELINE_PIP && strcmp(names[i], one->name) == 0) {
			return true;
		}
	}
	return false;
}

static void check_unexpected(struct run *run)
{
	const struct bd_baseline *baseline = run->check->baseline;
	for (size_t i = 0; i < run->packages.len; i++) {
		struct checked_package *package = &run->packages.v[i];
		if (!baseline_is_exact(baseline, package->package->type)) {
			continue;
		}
		run->check->packages++;
		if (package->claimed || package->package->owned_by != NULL || is_left_out(run, package)) {
			continue;
		}
		if (!package->aside) {
			struct bd_discrepancy *one = add(run, BD_PACKAGE_UNEXPECTED);
			one->type = package->package->type;
			one->package = package->package;
			one->what = package->package->name;
			one->found = package->package->version;
		}
	}
}

/* A record tells more than versions: with the comparison at hand, what has the same version and other content. */
static void check_content(struct run *run)
{
	const struct bd_report *report = run->options->report;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (change->change == BD_CONTENT && change->owner < 0) {
			struct bd_discrepancy *one = add(run, BD_PACKAGE_VERSION);
			one->type = change->b->type;
			one->package = change->b;
			one->what = change->b->name;
			one->change = BD_CONTENT;
			one->wanted = change->a->version;
			one->found = bd_arena_printf(run->arena, "%s with other content", change->b->version);
		}
	}
}

/* ---- base images
 * ------------------------------------------------------------------------------------------------------ */

static bool is_of(const struct bd_base *base, const struct bd_base_rule *rule)
{
	const size_t n = strlen(rule->reference);
	return base->reference != NULL && strncmp(base->reference, rule->reference, n) == 0 &&
	       (base->reference[n] == '\0' || base->reference[n] == '@');
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

static void check_base_rules(struct run *run)
{
	const struct bd_record *record = run->check->record;
	for (size_t i = 0; i < run->check->baseline->bases.len; i++) {
		const struct bd_base_rule *rule = &run->check->baseline->bases.v[i];
		const struct bd_base *found = NULL;
		for (size_t k = 0; k < record->bases.len && found == NULL; k++) {
			found = is_of(&record->bases.v[k], rule) ? &record->bases.v[k] : NULL;
		}
		if (found != NULL && has_one_of(&found->digests, &rule->digests)) {
			continue;
		}
		struct bd_discrepancy *one =
			add(run, found != NULL && found->digests.len > 0 ? BD_BASE_MOVED : BD_BASE_UNKNOWN);
		one->base_rule = rule;
		one->what = rule->reference;
		one->wanted = rule->digests.v[0].value;
		one->found = found == NULL             ? "no such image in this build"
			     : found->digests.len == 0 ? "a digest that is not recorded"
						       : found->digests.v[0].value;
		one->line = found != NULL ? found->line : 0;
	}
}

static void check_base_pairs(struct run *run)
{
	const struct bd_diff *diff = &run->options->report->diff;
	for (size_t i = 0; i < diff->bases.len; i++) {
		const struct bd_base_pair *pair = &diff->bases.v[i];
		if (pair->a == NULL || pair->b == NULL || pair->same != BD_DIFFERENT) {
			continue;
		}
		struct bd_discrepancy *one = add(run, BD_BASE_MOVED);
		one->what = pair->b->reference != NULL ? pair->b->reference : pair->b->as_written;
		one->wanted = pair->a->digests.len > 0 ? pair->a->digests.v[0].value : NULL;
		one->found = pair->b->digests.len > 0 ? pair->b->digests.v[0].value : NULL;
		one->line = pair->b->line;
	}
}

/* ---- settings
 * --------------------------------------------------------------------------------------------------------- */

static const char *setting_of(const struct bd_image_config *config, const struct bd_setting_rule *rule)
{
	const struct bd_setting_vec *list = strcmp(rule->kind, "env") == 0 ? &config->env : &config->labels;
	if (rule->key == NULL) {
		return strcmp(rule->kind, "user") == 0          ? config->user
		       : strcmp(rule->kind, "working_dir") == 0 ? config->working_dir
								: config->stop_signal;
	}
	for (size_t i = 0; i < list->len; i++) {
		if (bd_streq(list->v[i].key, rule->key)) {
			return list->v[i].redacted ? "(secret)" : list->v[i].value;
		}
	}
	return NULL;
}

static void check_setting_rules(struct run *run)
{
	for (size_t i = 0; i < run->check->baseline->settings.len; i++) {
		const struct bd_setting_rule *rule = &run->check->baseline->settings.v[i];
		const char *found = setting_of(&run->check->record->image.config, rule);
		const bool holds = rule->absent          ? found == NULL
				   : rule->value == NULL ? found != NULL
							 : bd_streq(found, rule->value);
		if (!holds) {
			struct bd_discrepancy *one = add(run, BD_SETTING_DIFFERS);
			one->setting_rule = rule;
			one->what = bd_arena_printf(run->arena, "%s%s%s", rule->kind, rule->key != NULL ? " " : "",
				rule->key != NULL ? rule->key : "");
			one->wanted = rule->absent ? "not set" : rule->value != NULL ? rule->value : "set";
			one->found = found != NULL ? found : "not set";
		}
	}
}

static void check_setting_changes(struct run *run)
{
	const struct bd_diff *diff = &run->options->report->diff;
	for (size_t i = 0; i < diff->settings.len; i++) {
		const struct bd_setting_change *change = &diff->settings.v[i];
		if (change->noise != NULL) {
			continue;
		}
		struct bd_discrepancy *one = add(run, BD_SETTING_DIFFERS);
		one->what = bd_arena_printf(run->arena, "%s%s%s", change->kind, change->key != NULL ? " " : "",
			change->key != NULL ? change->key : "");
		one->wanted = change->redacted ? "(secret)" : change->a != NULL ? change->a : "not set";
		one->found = change->redacted ? "(secret)" : change->b != NULL ? change->b : "not set";
	}
}

/* ---- all
 * -------------------------------------------------------------------------------------------------------------- */

static int status_of(const struct bd_check *check)
{
	bool unknown = check->unknown.len > 0;
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (check->discrepancies.v[i].kind != BD_BASE_UNKNOWN) {
			return 1;
		}
		unknown = true;
	}
	return unknown ? 2 : 0;
}

int bd_check_record(const struct bd_baseline *baseline, const struct bd_record *record,
	const struct bd_check_options *options, struct bd_arena *arena, struct bd_check *out, struct bd_error *err)
{
	*out = (struct bd_check){ .baseline = baseline, .record = record };
	AUTO(release_run) struct run run = { .check = out, .options = options, .arena = arena, .err = err };
	const bool compared = baseline->format == BD_BASELINE_RECORD && options->report != NULL;
	if (compared) {
		check_base_pairs(&run);
	}
	check_base_rules(&run);
	list_packages(&run);
	if (baseline->by_place) {
		set_aside(&run);
	}
	if (check_forbidden(&run) < 0 || check_required(&run) < 0) {
		return -(int)err->code;
	}
	check_unexpected(&run);
	if (compared) {
		check_content(&run);
		check_setting_changes(&run);
	}
	check_setting_rules(&run);
	for (size_t i = 0; i < out->discrepancies.len; i++) {
		explain_discrepancy(&out->discrepancies.v[i], out, options, arena);
	}
	out->status = status_of(out);
	return 0;
}

void bd_baseline_of_record(const struct bd_record *record, struct bd_arena *arena, struct bd_baseline *out)
{
	*out = (struct bd_baseline){ .format = BD_BASELINE_RECORD, .exact_settings = true };
	for (size_t i = 0; i < record->ecosystems.len; i++) {
		baseline_add_exact(out, record->ecosystems.v[i], arena);
	}
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		struct bd_purl purl;
		struct bd_error ignored;
		baseline_add_exact(out, package->type, arena);
		if (package->owned_by != NULL) {
			continue;
		}
		if (bd_purl_parse_lenient(bd_str(package->purl), arena, &purl, &ignored) < 0) {
			purl = (struct bd_purl){ .namespace = package->namespace, .name = package->name };
		}
		*arena_push(arena, &out->rules) = (struct bd_rule){ .type = package->type,
			.namespace = purl.namespace,
			.name = rule_name(package->type, purl.name, arena),
			.version = package->version,
			.arch = package->arch,
			.text = package->purl };
	}
}

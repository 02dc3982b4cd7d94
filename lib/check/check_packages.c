/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages: each exact version claims one package first, then what is left over is paired by name, so that one package
 * up and one down of a name are two findings and not four.
 */
#include <stdlib.h>
#include <string.h>

#include "check/check_parts.h"

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

static void take_npm_folder(struct checked_package *one, struct bd_arena *arena)
{
	struct bd_str name = checked_npm_folder(one->package);
	struct bd_rule named = { .type = NULL };
	if (name.n > 0 && rule_set_name(&named, "npm", name, arena)) {
		one->namespace = named.namespace;
		one->name = named.name;
	}
}

void check_run_list_packages(struct check_run *run)
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
		if (run->check->baseline->format == BD_BASELINE_NPM && strcmp(package->type, "npm") == 0) {
			take_npm_folder(&one, run->arena);
		}
		*bd_vec_push(&run->packages) = one;
	}
	if (run->packages.len > 0) {
		qsort(run->packages.v, run->packages.len, sizeof(*run->packages.v), by_name);
	}
}

/* The packages that the rule may mean: those of its name, or of its type when the name is a pattern. */
static void range_of(const struct check_run *run, const struct bd_rule *rule, size_t *first, size_t *end)
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

static bool was_looked_for(const struct check_run *run, const char *type)
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

static bool is_listed(const struct check_run *run, const struct checked_package *package)
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
static bool place_counts(const struct check_run *run, struct bd_str place)
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

void check_run_set_aside(struct check_run *run)
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
static bool is_meant(const struct check_run *run, const struct bd_rule *rule, size_t first, size_t end, size_t at)
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

static int wrong_order(const struct check_run *run, const struct bd_rule *rule, const struct bd_package *package)
{
	const struct bd_error why = *run->err;
	return bd_error_set(run->err, BD_ERR_FORMAT,
		"line %zu, column %zu: %s: version %.100s of %.100s cannot be decided: %.500s", rule->line,
		rule->range_column, rule->text, package->version != NULL ? package->version : "", package->name,
		why.msg);
}

static int satisfied(
	const struct check_run *run, const struct bd_rule *rule, const struct bd_package *package, bool *out)
{
	return rule_satisfied(rule, package, out, run->err) < 0 ? wrong_order(run, rule, package) : 0;
}

/* Claims what satisfies the rule.  *found_out: something does. */
static int claim(struct check_run *run, const struct bd_rule *rule, bool *found_out)
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

static void add_version(struct check_run *run, const struct bd_rule *rule, struct checked_package *found)
{
	struct bd_discrepancy *one = check_add(run, found != NULL ? BD_PACKAGE_VERSION : BD_PACKAGE_MISSING);
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

/* The one nearer to the project: npm's other copies are below those that need them. */
static bool is_nearer(const struct checked_package *one, const struct checked_package *than)
{
	return than == NULL ||
	       (strcmp(one->package->type, "npm") == 0 && one->package->path != NULL && than->package->path != NULL &&
		       strlen(one->package->path) < strlen(than->package->path));
}

/* dpkg keeps the list of a package's files until its configuration is purged. */
static bool was_removed(const struct check_run *run, const struct bd_rule *rule)
{
	static const char folder[] = "var/lib/dpkg/info/";
	const struct bd_record *record = run->check->record;
	const size_t n = strlen(rule->name);
	for (size_t i = 0; run->check->baseline->format == BD_BASELINE_DPKG && i < record->files.len; i++) {
		const char *path = record->files.v[i].path;
		if (strncmp(path, folder, strlen(folder)) != 0 || strncmp(path + strlen(folder), rule->name, n) != 0) {
			continue;
		}
		const char *rest = path + strlen(folder) + n;
		if (strcmp(rest, ".list") == 0 || (rest[0] == ':' && bd_str_ends(bd_str(rest), ".list"))) {
			return true;
		}
	}
	return false;
}

/* Something of that name is there, or nothing. */
static void blame(struct check_run *run, const struct bd_rule *rule)
{
	struct checked_package *found = NULL;
	size_t first;
	size_t end;
	range_of(run, rule, &first, &end);
	/* a list has another line for what is claimed; of rules, several may speak of one package */
	const int rounds = run->check->baseline->format == BD_BASELINE_RULES ? 2 : 1;
	for (int claimed = 0; claimed < rounds && found == NULL; claimed++) {
		for (size_t i = first; i < end; i++) {
			struct checked_package *one = &run->packages.v[i];
			if (one->claimed == (claimed == 1) && is_meant(run, rule, first, end, i) &&
				is_nearer(one, found)) {
				found = one;
			}
		}
	}
	if (found == NULL && was_removed(run, rule)) {
		*arena_push(run->arena, &run->check->removed) = rule->name;
		return;
	}
	add_version(run, rule, found);
}

int check_run_required(struct check_run *run)
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

int check_run_forbidden(struct check_run *run)
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
				struct bd_discrepancy *one = check_add(run, BD_PACKAGE_FORBIDDEN);
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
static bool is_left_out(const struct check_run *run, const struct checked_package *one)
{
	static const char *const names[] = { "pip", "setuptools", "wheel", "distribute" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (run->check->baseline->format == BD_BASELINE_PIP && strcmp(names[i], one->name) == 0) {
			return true;
		}
	}
	return false;
}

void check_run_unexpected(struct check_run *run)
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
			struct bd_discrepancy *one = check_add(run, BD_PACKAGE_UNEXPECTED);
			one->type = package->package->type;
			one->package = package->package;
			one->what = package->package->name;
			one->found = package->package->version;
		}
	}
}

/* A record tells more than versions: with the comparison at hand, what has the same version and other content. */
void check_run_content(struct check_run *run)
{
	const struct bd_report *report = run->options->report;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (change->change == BD_CONTENT && change->owner < 0) {
			struct bd_discrepancy *one = check_add(run, BD_PACKAGE_VERSION);
			one->type = change->b->type;
			one->package = change->b;
			one->what = change->b->name;
			one->change = BD_CONTENT;
			one->wanted = change->a->version;
			one->found = bd_arena_printf(run->arena, "%s with other content", change->b->version);
		}
	}
}

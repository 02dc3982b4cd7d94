/* SPDX-License-Identifier: Apache-2.0 */
/* What a discrepancy is, where it comes from, and since when. */
#include <string.h>

#include "check/check_parts.h"

const char *bd_discrepancy_name(enum bd_discrepancy_kind kind)
{
	static const char *const names[] = {
		[BD_PACKAGE_MISSING] = "package-missing",
		[BD_PACKAGE_UNEXPECTED] = "package-unexpected",
		[BD_PACKAGE_VERSION] = "package-version",
		[BD_PACKAGE_FORBIDDEN] = "package-forbidden",
		[BD_BASE_MOVED] = "base-moved",
		[BD_BASE_UNKNOWN] = "base-unknown",
		[BD_SETTING_DIFFERS] = "setting-differs",
	};
	return names[kind];
}

/* "python:2.7" of "docker.io/library/python:2.7". */
static const char *familiar(struct bd_arena *arena, const char *reference)
{
	struct bd_reference parsed;
	struct bd_error ignored;
	return bd_reference_parse(bd_str(reference), arena, &parsed, &ignored) == 0 ? parsed.familiar : reference;
}

static const struct bd_base *final_base(const struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		if (record->bases.v[i].role == BD_ROLE_BASE && record->bases.v[i].reference != NULL) {
			return &record->bases.v[i];
		}
	}
	return NULL;
}

static void set_where(struct bd_discrepancy *one, const struct bd_record *record, struct bd_arena *arena)
{
	const int layer = one->package != NULL ? one->package->layer : -1;
	if (layer < 0 || (size_t)layer >= record->layers.len) {
		return;
	}
	const struct bd_layer_line *line = &record->layers.v[layer];
	const struct bd_base *base = final_base(record);
	one->layer = layer;
	one->origin = line->origin;
	if (line->origin == BD_LAYER_BASE) {
		one->where = base != NULL ? bd_arena_printf(arena, "base image %s, layer %d",
						    familiar(arena, base->reference), layer)
					  : bd_arena_printf(arena, "base image, layer %d", layer);
	} else if (line->origin == BD_LAYER_STEP && line->line > 0) {
		one->line = line->line;
		one->where = bd_arena_printf(arena, "Dockerfile line %d%s%s", line->line,
			line->instruction != NULL ? ": " : "", line->instruction != NULL ? line->instruction : "");
	} else {
		one->where = bd_arena_printf(arena, "layer %d", layer);
	}
}

static bool is_of(const struct bd_discrepancy *one, const struct bd_package *package)
{
	return package != NULL && bd_streq(one->type, package->type) &&
	       (one->package != NULL ? bd_streq(one->package->name, package->name) &&
					       bd_streq(one->package->arch, package->arch)
				     : bd_streq(one->what, package->name));
}

/* The change of that package since the last good build, or NULL. */
static const struct bd_package_change *change_of(const struct bd_discrepancy *one, const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (is_of(one, change->b != NULL ? change->b : change->a) &&
			(one->package == NULL || change->b == NULL ||
				bd_streq(change->b->version, one->package->version))) {
			return change;
		}
	}
	return NULL;
}

static const char *cause_text(const struct bd_report *report, int cause, const char *first_seen, struct bd_arena *arena)
{
	if (cause < 0 || (size_t)cause >= report->causes.len) {
		return "since the last good build";
	}
	const struct bd_cause *of = &report->causes.v[cause];
	const bool moved = of->kind == BD_BASE_IMAGE_MOVED;
	return bd_arena_printf(arena, "since %s%s%s", of->title, moved && first_seen != NULL ? ", " : "",
		moved && first_seen != NULL ? first_seen : "");
}

static int cause_of_setting(const struct bd_discrepancy *one, const struct bd_report *report, bool *found)
{
	for (size_t i = 0; i < report->diff.settings.len; i++) {
		const struct bd_setting_change *change = &report->diff.settings.v[i];
		const size_t n = strlen(change->kind);
		if (strncmp(one->what, change->kind, n) == 0 &&
			(change->key == NULL ? one->what[n] == '\0'
					     : one->what[n] == ' ' && strcmp(one->what + n + 1, change->key) == 0)) {
			*found = true;
			return change->explained_by;
		}
	}
	return -1;
}

static int cause_of_base(const struct bd_discrepancy *one, const struct bd_report *report)
{
	for (size_t i = 0; i < report->causes.len; i++) {
		const struct bd_cause *cause = &report->causes.v[i];
		if ((cause->kind == BD_BASE_IMAGE_MOVED || cause->kind == BD_STAGE_IMAGE_MOVED) &&
			cause->line == one->line) {
			return (int)i;
		}
	}
	return -1;
}

static void set_since(struct bd_discrepancy *one, const struct bd_check_options *options, struct bd_arena *arena)
{
	const struct bd_report *report = options->report;
	bool found = false;
	int cause = -1;
	if (one->kind == BD_SETTING_DIFFERS) {
		cause = cause_of_setting(one, report, &found);
	} else if (one->kind == BD_BASE_MOVED || one->kind == BD_BASE_UNKNOWN) {
		cause = cause_of_base(one, report);
		found = cause >= 0;
	} else {
		const struct bd_package_change *change = change_of(one, report);
		found = change != NULL;
		cause = found ? change->explained_by : -1;
	}
	one->since = found ? cause_text(report, cause, options->first_seen, arena)
			   : "as it was in the last good build already";
}

void explain_discrepancy(struct bd_discrepancy *one, const struct bd_check *check,
	const struct bd_check_options *options, struct bd_arena *arena)
{
	set_where(one, check->record, arena);
	if (options->report != NULL) {
		set_since(one, options, arena);
	}
}

static const char *head_text(const struct bd_discrepancy *one, struct bd_arena *arena)
{
	const char *found = one->found != NULL ? one->found : "";
	switch (one->kind) {
	case BD_PACKAGE_MISSING:
		return one->wanted != NULL ? bd_arena_printf(arena, "%s %s is missing", one->what, one->wanted)
					   : bd_arena_printf(arena, "%s is missing", one->what);
	case BD_PACKAGE_UNEXPECTED:
		return bd_arena_printf(arena, "%s %s is not expected", one->what, found);
	case BD_PACKAGE_VERSION:
		return bd_arena_printf(arena, "%s is %s, expected %s", one->what, found, one->wanted);
	case BD_PACKAGE_FORBIDDEN:
		return bd_arena_printf(arena, "%s %s is forbidden", one->what, found);
	case BD_BASE_MOVED:
		return one->found != NULL && one->wanted != NULL
			       ? bd_arena_printf(arena, "%s is %s, expected %s", familiar(arena, one->what), one->found,
					 one->wanted)
			       : bd_arena_printf(arena, "%s is another image", familiar(arena, one->what));
	case BD_BASE_UNKNOWN:
		return bd_arena_printf(arena, "%s cannot be checked: %s", familiar(arena, one->what), found);
	case BD_SETTING_DIFFERS:
	default:
		return bd_arena_printf(arena, "%s is %s, expected %s", one->what, found, one->wanted);
	}
}

const char *bd_discrepancy_text(const struct bd_discrepancy *one, struct bd_arena *arena)
{
	const char *reason = one->rule != NULL ? one->rule->reason : NULL;
	return bd_arena_printf(arena, "%s%s%s%s%s%s%s%s", head_text(one, arena), one->where != NULL ? " (" : "",
		one->where != NULL ? one->where : "", one->where != NULL ? ")" : "", one->since != NULL ? ", " : "",
		one->since != NULL ? one->since : "", reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

/* ---- cases ----------------------------------------------------------------------------------------------------------
 */

struct listing {
	const struct bd_check *check;
	const char *file;
	struct bd_arena *arena;
	struct bd_cases *out;
};
typedef bool belongs_fn(const struct bd_discrepancy *one, const void *to);

/* One case of all that belongs to it. */
static void put_case(struct listing *listing, const char *group, const char *name, belongs_fn *belongs, const void *to)
{
	struct bd_case one = { .group = group, .name = name };
	struct bd_buf detail = { 0 };
	size_t count = 0;
	const struct bd_discrepancy *first = NULL;
	for (size_t i = 0; i < listing->check->discrepancies.len; i++) {
		const struct bd_discrepancy *found = &listing->check->discrepancies.v[i];
		if (belongs(found, to)) {
			bd_buf_printf(&detail, "%s\n", bd_discrepancy_text(found, listing->arena));
			first = first == NULL ? found : first;
			count++;
		}
	}
	if (count > 0) {
		one.result = first->kind == BD_BASE_UNKNOWN ? BD_CASE_ERROR : BD_CASE_FAILED;
		one.type = bd_discrepancy_name(first->kind);
		one.message = count == 1 ? bd_discrepancy_text(first, listing->arena)
					 : bd_arena_printf(listing->arena, "%s, and %zu more",
						   bd_discrepancy_text(first, listing->arena), count - 1);
		one.detail = count == 1 ? NULL : bd_arena_text(listing->arena, detail.p, detail.n);
		const size_t line = first->rule != NULL           ? first->rule->line
				    : first->base_rule != NULL    ? first->base_rule->line
				    : first->setting_rule != NULL ? first->setting_rule->line
								  : 0;
		one.file = line > 0 ? listing->file : NULL;
		one.line = (int)line;
	}
	*bd_vec_push(listing->out) = one;
	bd_buf_release(&detail);
}

static bool of_rule(const struct bd_discrepancy *one, const void *to)
{
	return one->rule == to;
}

static bool of_base(const struct bd_discrepancy *one, const void *to)
{
	return (one->kind == BD_BASE_MOVED || one->kind == BD_BASE_UNKNOWN) && (to == NULL || one->base_rule == to);
}

static bool of_setting(const struct bd_discrepancy *one, const void *to)
{
	return one->kind == BD_SETTING_DIFFERS && (to == NULL || one->setting_rule == to);
}

static bool of_type(const struct bd_discrepancy *one, const void *to)
{
	return bd_streq(one->type, to);
}

static bool unexpected(const struct bd_discrepancy *one, const void *to)
{
	(void)to;
	return one->kind == BD_PACKAGE_UNEXPECTED;
}

static void list_rules(struct listing *listing)
{
	static const char *const verbs[] = { "requires", "allows", "forbids" };
	const struct bd_baseline *baseline = listing->check->baseline;
	struct bd_arena *arena = listing->arena;
	for (size_t i = 0; i < baseline->rules.len; i++) {
		const struct bd_rule *rule = &baseline->rules.v[i];
		if (rule->kind != BD_RULE_ALLOW) {
			const char *range = rule->range != NULL ? bd_version_range_text(rule->range, arena) : NULL;
			put_case(listing, "Packages",
				bd_arena_printf(arena, "Rule %zu %s %s%s%s", i + 1, verbs[rule->kind], rule->text,
					range != NULL ? " " : "", range != NULL ? range : ""),
				of_rule, rule);
		}
	}
	if (baseline->exact_all || baseline->exact.len > 0) {
		put_case(listing, "Packages", "Nothing else is installed", unexpected, NULL);
	}
	for (size_t i = 0; i < baseline->bases.len; i++) {
		put_case(listing, "Base images",
			bd_arena_printf(arena, "Rule %zu: %s", i + 1, baseline->bases.v[i].reference), of_base,
			&baseline->bases.v[i]);
	}
	for (size_t i = 0; i < baseline->settings.len; i++) {
		const struct bd_setting_rule *rule = &baseline->settings.v[i];
		put_case(listing, "Settings",
			bd_arena_printf(arena, "Rule %zu: %s%s%s", i + 1, rule->kind, rule->key != NULL ? " " : "",
				rule->key != NULL ? rule->key : ""),
			of_setting, rule);
	}
}

/* Types that cannot be checked: nobody looked for them. */
static void list_unknown(struct listing *listing)
{
	for (size_t i = 0; i < listing->check->unknown.len; i++) {
		const char *type = listing->check->unknown.v[i];
		*bd_vec_push(listing->out) = (struct bd_case){ .result = BD_CASE_ERROR,
			.group = "Not checked",
			.name = bd_arena_printf(listing->arena, "Packages of type %s", type),
			.type = "not-looked-for",
			.message = "Nobody looked for packages of this type in the image." };
	}
}

/* A record looked for every type there is; most have no package. */
static bool is_expected(const struct bd_check *check, const char *type)
{
	for (size_t i = 0; i < check->baseline->rules.len; i++) {
		if (strcmp(check->baseline->rules.v[i].type, type) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (bd_streq(check->discrepancies.v[i].type, type)) {
			return true;
		}
	}
	return false;
}

void bd_check_cases(const struct bd_check *check, const char *file, struct bd_arena *arena, struct bd_cases *out)
{
	struct listing listing = { check, file, arena, out };
	const struct bd_baseline *baseline = check->baseline;
	if (baseline->format == BD_BASELINE_RULES) {
		list_rules(&listing);
		list_unknown(&listing);
		return;
	}
	if (baseline->format == BD_BASELINE_RECORD) {
		put_case(&listing, "Base images", "Base images are those of the baseline", of_base, NULL);
	}
	if (baseline->format == BD_BASELINE_NPM && baseline->exact.len == 0) {
		put_case(&listing, "Packages", "Packages of type npm are those of the baseline", of_type, "npm");
	}
	for (size_t i = 0; i < baseline->exact.len; i++) {
		if (!is_expected(check, baseline->exact.v[i])) {
			continue;
		}
		put_case(&listing, "Packages",
			bd_arena_printf(arena, "Packages of type %s are those of the baseline", baseline->exact.v[i]),
			of_type, baseline->exact.v[i]);
	}
	if (baseline->format == BD_BASELINE_RECORD) {
		put_case(&listing, "Settings", "Settings are those of the baseline", of_setting, NULL);
	}
	list_unknown(&listing);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Rules with what the image has, where that is one thing. */
#include <string.h>

#include "check/check_parts.h"
#include "check/json_edit.h"
#include "check/update_parts.h"
#include "format/json_view.h"

struct rules_update {
	struct json_edit edit;
	const struct bd_check *check;
	bool has_packages;
};

/* "vers:deb/1.0" */
static bool is_one_version(const struct bd_rule *rule)
{
	return rule->version != NULL || (rule->range != NULL && rule->range->constraints.len == 1 &&
						rule->range->constraints.v[0].comparator == BD_VERSION_EQUAL);
}

static const struct bd_discrepancy *of_rule(const struct bd_check *check, const struct bd_rule *rule)
{
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (check->discrepancies.v[i].rule == rule) {
			return &check->discrepancies.v[i];
		}
	}
	return NULL;
}

/* The version behind the last "@" of the purl, which has no escapes. */
static void replace_purl_version(
	const struct rules_update *update, const struct bd_rule *rule, struct bd_str value, const char *version)
{
	const struct bd_purl other = { .type = "generic", .name = "x", .version = version };
	const char *encoded = bd_purl_text(&other, update->edit.arena);
	const struct bd_str inside = { value.p + 1, value.n - 2 };
	size_t n = 0;
	while (n < inside.n && inside.p[n] != '?' && inside.p[n] != '#') {
		n++;
	}
	const char *at = n > 0 ? memrchr(inside.p, '@', n) : NULL;
	if (!bd_str_is(inside, rule->text) || at == NULL || encoded == NULL) {
		return;
	}
	const struct bd_str old = { at + 1, (size_t)(inside.p + n - at - 1) };
	json_edit_replace(&update->edit, old, strchr(encoded, '@') + 1);
}

static void replace_range(
	const struct rules_update *update, const struct bd_rule *rule, struct bd_str value, const char *version)
{
	struct bd_version_constraint constraint = rule->range->constraints.v[0];
	struct bd_version_range range = *rule->range;
	constraint.version = version;
	range.constraints.v = &constraint;
	const char *text = bd_version_range_text(&range, update->edit.arena);
	const char *json = json_edit_string(update->edit.arena, text);
	if (json != NULL) {
		json_edit_replace(&update->edit, value, json);
	}
}

static void replace_version(const struct rules_update *update, const struct bd_discrepancy *one,
	const struct bd_rule *rule, struct bd_str item)
{
	struct bd_str value;
	if (one->package == NULL || one->package->version == NULL || strchr(rule->name, '*') != NULL) {
		return;
	}
	if (rule->range != NULL && format_json_find(item, "version", &value)) {
		replace_range(update, rule, value, one->package->version);
	} else if (rule->range == NULL && format_json_find(item, "require", &value)) {
		replace_purl_version(update, rule, value, one->package->version);
	}
}

/* {"require": "pkg:…"} of each package that is there in addition, once. */
static void list_added(const struct rules_update *update, struct bd_string_vec *out)
{
	struct bd_arena *arena = update->edit.arena;
	for (size_t i = 0; i < update->check->discrepancies.len; i++) {
		const struct bd_discrepancy *one = &update->check->discrepancies.v[i];
		const char *purl = one->kind == BD_PACKAGE_UNEXPECTED ? update_purl(one->package, arena) : NULL;
		const char *json = purl != NULL ? json_edit_string(arena, purl) : NULL;
		if (json != NULL) {
			update_add_once(arena, out, bd_arena_printf(arena, "{\"require\": %s}", json));
		}
	}
}

static void take_packages(struct rules_update *update, struct bd_str array)
{
	struct json_container container = { .value = array };
	const struct bd_baseline *baseline = update->check->baseline;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str item;
	update->has_packages = true;
	if (!format_json_inside(array, '[', &inside)) {
		return;
	}
	for (size_t i = 0; i < baseline->rules.len && format_json_next(&inside, &key, &item); i++) {
		const struct bd_rule *rule = &baseline->rules.v[i];
		const struct bd_discrepancy *one = of_rule(update->check, rule);
		const bool pinned = one != NULL && rule->kind == BD_RULE_REQUIRE && is_one_version(rule);
		const bool gone = pinned && one->kind == BD_PACKAGE_MISSING && baseline_is_exact(baseline, rule->type);
		if (pinned && one->kind == BD_PACKAGE_VERSION) {
			replace_version(update, one, rule, item);
		}
		json_container_member(&container, &update->edit, key, item, gone);
	}
	list_added(update, &container.added);
	json_container_finish(&container, &update->edit);
}

/* What `FROM name@…` takes comes first. */
static const char *best_digest(const struct bd_base *base)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST,
		BD_DIGEST_CONFIG };
	const char *digest = NULL;
	for (size_t i = 0; base != NULL && digest == NULL && i < sizeof(order) / sizeof(order[0]); i++) {
		digest = bd_digest_of_kind(&base->digests, order[i]);
	}
	return digest;
}

/* One digest is replaced; which one of several is out of date only their author knows. */
static void take_bases(struct rules_update *update, struct bd_str array)
{
	const struct bd_check *check = update->check;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str item;
	struct bd_str digests;
	if (!format_json_inside(array, '[', &inside)) {
		return;
	}
	for (size_t i = 0; i < check->baseline->bases.len && format_json_next(&inside, &key, &item); i++) {
		const struct bd_base_rule *rule = &check->baseline->bases.v[i];
		bool moved = false;
		for (size_t k = 0; k < check->discrepancies.len; k++) {
			const struct bd_discrepancy *one = &check->discrepancies.v[k];
			moved = moved || (one->base_rule == rule && one->kind == BD_BASE_MOVED);
		}
		const char *digest = moved ? best_digest(checked_base(check->record, rule)) : NULL;
		struct bd_str old;
		if (digest != NULL && rule->digests.len == 1 && format_json_find(item, "digests", &digests) &&
			format_json_inside(digests, '[', &digests) && format_json_next(&digests, &key, &old)) {
			json_edit_replace(&update->edit, old, json_edit_string(update->edit.arena, digest));
		}
	}
}

static void take_settings(struct rules_update *update, struct bd_str array)
{
	const struct bd_check *check = update->check;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str item;
	struct bd_str old;
	if (!format_json_inside(array, '[', &inside)) {
		return;
	}
	for (size_t i = 0; i < check->baseline->settings.len && format_json_next(&inside, &key, &item); i++) {
		const struct bd_setting_rule *rule = &check->baseline->settings.v[i];
		bool secret;
		const char *now = checked_setting(&check->record->image.config, rule, &secret);
		const char *json = now != NULL && !secret ? json_edit_string(update->edit.arena, now) : NULL;
		if (json != NULL && rule->value != NULL && strcmp(now, rule->value) != 0 &&
			format_json_find(item, "value", &old)) {
			json_edit_replace(&update->edit, old, json);
		}
	}
}

/* Rules without a list of packages, and packages that they do not admit. */
static void add_packages(const struct rules_update *update, struct json_container *document)
{
	struct bd_string_vec added = { 0 };
	const char *text = "\"packages\": [";
	list_added(update, &added);
	for (size_t i = 0; i < added.len; i++) {
		text = bd_arena_printf(update->edit.arena, "%s%s%s", text, added.v[i], i + 1 < added.len ? ", " : "]");
	}
	if (added.len > 0) {
		*arena_push(update->edit.arena, &document->added) = text;
	}
}

void update_rules(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out)
{
	struct rules_update update = { .edit = { bytes, arena, out }, .check = check };
	struct json_container document = { .value = bd_str_trim(bytes) };
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (!format_json_inside(document.value, '{', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &value)) {
		json_container_member(&document, &update.edit, key, value, false);
		if (bd_str_is(key, "packages")) {
			take_packages(&update, value);
		} else if (bd_str_is(key, "bases")) {
			take_bases(&update, value);
		} else if (bd_str_is(key, "settings")) {
			take_settings(&update, value);
		}
	}
	if (!update.has_packages) {
		add_packages(&update, &document);
	}
	json_container_finish(&document, &update.edit);
	json_edit_sort(out);
}

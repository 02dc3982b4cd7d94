/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that people write (schema/rules.schema.json). */
#include <stdio.h>
#include <string.h>

#include "basedrift/limits.h"

#include "check/check_parts.h"
#include "check/json_place.h"
#include "format/json_view.h"

struct rules {
	struct bd_str bytes;
	struct bd_arena *arena;
	struct bd_baseline *out;
	struct bd_error *err;
};
typedef int member_fn(const struct rules *rules, void *target, struct bd_str key, struct bd_str value);

static int refuse(const struct rules *rules, struct bd_str value, const char *problem)
{
	return json_place_refuse(rules->bytes, value.p, rules->err, "%s", problem);
}

static int each_member(const struct rules *rules, struct bd_str object, const char *what, member_fn *take, void *target)
{
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (!format_json_inside(object, '{', &inside)) {
		return json_place_refuse(rules->bytes, object.p, rules->err, "%s is an object", what);
	}
	while (format_json_next(&inside, &key, &value)) {
		if (take(rules, target, key, value) < 0) {
			return -(int)rules->err->code;
		}
	}
	return 0;
}

typedef int item_fn(const struct rules *rules, struct bd_str value, void *target);
static int each_item(const struct rules *rules, struct bd_str array, const char *what, item_fn *take, void *target)
{
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	size_t count = 0;
	if (!format_json_inside(array, '[', &inside)) {
		return json_place_refuse(rules->bytes, array.p, rules->err, "%s is a list", what);
	}
	while (format_json_next(&inside, &key, &value)) {
		if (++count > BD_LIMIT_RULES) {
			return bd_error_set(rules->err, BD_ERR_LIMIT, "more than %u in %s", BD_LIMIT_RULES, what);
		}
		if (take(rules, value, target) < 0) {
			return -(int)rules->err->code;
		}
	}
	return 0;
}

static int text_of(const struct rules *rules, struct bd_str key, struct bd_str value, const char **out)
{
	*out = format_json_text_of(value, rules->arena);
	return *out != NULL ? 0
			    : json_place_refuse(rules->bytes, value.p, rules->err,
				      "\"%.*s\" is a text that is not empty", (int)(key.n < 60 ? key.n : 60), key.p);
}

static int unknown(const struct rules *rules, struct bd_str key, const char *known)
{
	return json_place_refuse(rules->bytes, key.p, rules->err, "no member is called \"%.*s\"; there are %s",
		(int)(key.n < 60 ? key.n : 60), key.p, known);
}

/* ---- packages -------------------------------------------------------------------------------------------------------
 */

/* A purl whose name and namespace may have "*". */
static int take_pattern(const struct rules *rules, struct bd_rule *rule, struct bd_str value)
{
	struct bd_purl purl;
	struct bd_error why;
	const char *text = format_json_text_of(value, rules->arena);
	if (text == NULL) {
		return refuse(rules, value, "a purl, as text");
	}
	if (bd_purl_parse_lenient(bd_str(text), rules->arena, &purl, &why) < 0) {
		return json_place_refuse(rules->bytes, value.p, rules->err, "%s: %s", text, why.msg);
	}
	if (!purl_type_is_known(purl.type)) {
		return json_place_refuse(
			rules->bytes, value.p, rules->err, "%s: no purl type is called \"%s\"", text, purl.type);
	}
	const struct json_place place = json_place_of(rules->bytes, value.p);
	rule->line = place.line;
	rule->column = place.column;
	rule->text = text;
	rule->type = purl.type;
	rule->namespace = bd_streq(purl.namespace, "*") ? NULL : purl.namespace;
	rule->name = rule_name(purl.type, purl.name, rules->arena);
	rule->version = purl.version;
	rule->arch = bd_key_value_get(&purl.qualifiers, "arch");
	return 0;
}

/* The column that the range's parser names is one of the file, as long as no escape stands before it. */
static int take_range(const struct rules *rules, struct bd_rule *rule, struct bd_str value)
{
	struct bd_error why;
	size_t column = 1;
	const char *text = format_json_text_of(value, rules->arena);
	struct bd_version_range *range = bd_arena_alloc(rules->arena, sizeof(*range));
	if (text == NULL) {
		return refuse(rules, value, "a range (\"vers:deb/>=1.2\"), as text");
	}
	if (bd_version_range_parse(bd_str(text), rules->arena, range, &why) < 0) {
		const char *rest = strncmp(why.msg, "column ", 7) == 0 ? strchr(why.msg, ':') : NULL;
		if (rest != NULL) {
			(void)sscanf(why.msg, "column %zu", &column);
		}
		const char *at = value.p + (column < value.n ? column : 0);
		return json_place_refuse(
			rules->bytes, at, rules->err, "%s:%s", text, rest != NULL ? rest + 1 : why.msg);
	}
	rule->range = range;
	rule->range_column = json_place_of(rules->bytes, value.p).column;
	return 0;
}

static int take_package_member(const struct rules *rules, void *target, struct bd_str key, struct bd_str value)
{
	static const char *const kinds[] = { "require", "allow", "forbid" };
	struct bd_rule *rule = target;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!bd_str_is(key, kinds[i])) {
			continue;
		}
		if (rule->text != NULL) {
			return refuse(rules, key, "one of require, allow and forbid, not two");
		}
		rule->kind = i == 0 ? BD_RULE_REQUIRE : i == 1 ? BD_RULE_ALLOW : BD_RULE_FORBID;
		return take_pattern(rules, rule, value);
	}
	if (bd_str_is(key, "version")) {
		return take_range(rules, rule, value);
	}
	return bd_str_is(key, "reason") ? text_of(rules, key, value, &rule->reason)
					: unknown(rules, key, "require, allow, forbid, version, reason");
}

static int take_package(const struct rules *rules, struct bd_str value, void *target)
{
	struct bd_rule *rule = arena_push(rules->arena, &rules->out->rules);
	(void)target;
	*rule = (struct bd_rule){ .kind = BD_RULE_REQUIRE };
	if (each_member(rules, value, "a rule of packages", take_package_member, rule) < 0) {
		return -(int)rules->err->code;
	}
	if (rule->text == NULL) {
		return refuse(rules, value, "one of require, allow and forbid is missing");
	}
	if (rule->version != NULL && rule->range != NULL) {
		return refuse(rules, value, "a version in the purl, or a range, not both");
	}
	if (rule->range != NULL && rule->range->scheme != NULL &&
		bd_version_scheme_for(rule->type) != rule->range->scheme) {
		return json_place_refuse(rules->bytes, value.p, rules->err, "the range is of %s, the package of %s",
			rule->range->type, rule->type);
	}
	return 0;
}

/* ---- base images
 * ------------------------------------------------------------------------------------------------------ */

static int take_digest(const struct rules *rules, struct bd_str value, void *target)
{
	struct bd_base_rule *rule = target;
	const char *text = format_json_text_of(value, rules->arena);
	if (text == NULL || !bd_digest_valid(text)) {
		return refuse(rules, value, "a digest: \"sha256:\" and 64 hexadecimal digits");
	}
	*arena_push(rules->arena, &rule->digests) = (struct bd_digest){ BD_DIGEST_UNKNOWN, text };
	return 0;
}

static int take_base_member(const struct rules *rules, void *target, struct bd_str key, struct bd_str value)
{
	struct bd_base_rule *rule = target;
	struct bd_reference reference;
	struct bd_error why;
	const char *text;
	if (bd_str_is(key, "digests")) {
		return each_item(rules, value, "\"digests\"", take_digest, rule);
	}
	if (!bd_str_is(key, "reference")) {
		return unknown(rules, key, "reference, digests");
	}
	if (text_of(rules, key, value, &text) < 0) {
		return -(int)rules->err->code;
	}
	if (bd_reference_parse(bd_str(text), rules->arena, &reference, &why) < 0) {
		return json_place_refuse(rules->bytes, value.p, rules->err, "%s: %s", text, why.msg);
	}
	if (reference.digest != NULL) {
		return json_place_refuse(
			rules->bytes, value.p, rules->err, "%s: the digest belongs into \"digests\"", text);
	}
	rule->reference = bd_reference_with_tag(&reference, rules->arena).text;
	return 0;
}

static int take_base(const struct rules *rules, struct bd_str value, void *target)
{
	struct bd_base_rule *rule = arena_push(rules->arena, &rules->out->bases);
	const struct json_place place = json_place_of(rules->bytes, value.p);
	(void)target;
	*rule = (struct bd_base_rule){ .line = place.line, .column = place.column };
	if (each_member(rules, value, "a rule of base images", take_base_member, rule) < 0) {
		return -(int)rules->err->code;
	}
	return rule->reference != NULL && rule->digests.len > 0
		       ? 0
		       : refuse(rules, value, "reference or digests are missing");
}

/* ---- settings
 * --------------------------------------------------------------------------------------------------------- */

static int take_setting_member(const struct rules *rules, void *target, struct bd_str key, struct bd_str value)
{
	struct bd_setting_rule *rule = target;
	if (bd_str_is(key, "kind")) {
		return text_of(rules, key, value, &rule->kind);
	}
	if (bd_str_is(key, "key")) {
		return text_of(rules, key, value, &rule->key);
	}
	if (bd_str_is(key, "value")) {
		rule->value = bd_str_is(value, "\"\"") ? "" : format_json_text_of(value, rules->arena);
		return rule->value != NULL ? 0 : refuse(rules, value, "\"value\" is a text, in quotes");
	}
	if (bd_str_is(key, "absent")) {
		rule->absent = bd_str_is(value, "true");
		return rule->absent || bd_str_is(value, "false") ? 0 : refuse(rules, value, "true or false");
	}
	return unknown(rules, key, "kind, key, value, absent");
}

static int take_setting(const struct rules *rules, struct bd_str value, void *target)
{
	static const char *const single[] = { "user", "working_dir", "stop_signal" };
	struct bd_setting_rule *rule = arena_push(rules->arena, &rules->out->settings);
	const struct json_place place = json_place_of(rules->bytes, value.p);
	bool known = false;
	(void)target;
	*rule = (struct bd_setting_rule){ .line = place.line, .column = place.column };
	if (each_member(rules, value, "a rule of settings", take_setting_member, rule) < 0) {
		return -(int)rules->err->code;
	}
	const bool keyed = bd_streq(rule->kind, "env") || bd_streq(rule->kind, "label");
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
		known = known || bd_streq(rule->kind, single[i]);
	}
	if (!keyed && !known) {
		return refuse(rules, value, "kind is one of env, label, user, working_dir, stop_signal");
	}
	if (keyed != (rule->key != NULL)) {
		return refuse(rules, value, keyed ? "env and label have a key" : "only env and label have a key");
	}
	return rule->absent && rule->value != NULL ? refuse(rules, value, "what is absent has no value") : 0;
}

/* ---- the document
 * ------------------------------------------------------------------------------------------------------ */

static int take_exact_type(const struct rules *rules, struct bd_str value, void *target)
{
	const char *type = format_json_text_of(value, rules->arena);
	(void)target;
	if (type == NULL || !purl_type_is_known(type)) {
		return refuse(rules, value, "a purl type: \"deb\", \"pypi\" …");
	}
	baseline_add_exact(rules->out, type, rules->arena);
	return 0;
}

static int take_member(const struct rules *rules, void *target, struct bd_str key, struct bd_str value)
{
	const char *schema;
	if (bd_str_is(key, "schema")) {
		return text_of(rules, key, value, &schema) < 0 ? -(int)rules->err->code
		       : strcmp(schema, "basedrift/rules/1") == 0
			       ? 0
			       : refuse(rules, value, "this version knows \"basedrift/rules/1\"");
	}
	if (bd_str_is(key, "exact")) {
		rules->out->exact_all = bd_str_is(value, "true");
		if (!rules->out->exact_all && !bd_str_is(value, "false") && !bd_str_starts(value, "[")) {
			return refuse(rules, value, "\"exact\" is true, false, or a list of purl types");
		}
		return rules->out->exact_all || bd_str_is(value, "false")
			       ? 0
			       : each_item(rules, value, "\"exact\"", take_exact_type, target);
	}
	if (bd_str_is(key, "packages")) {
		return each_item(rules, value, "\"packages\"", take_package, target);
	}
	if (bd_str_is(key, "bases")) {
		return each_item(rules, value, "\"bases\"", take_base, target);
	}
	return bd_str_is(key, "settings") ? each_item(rules, value, "\"settings\"", take_setting, target)
					  : unknown(rules, key, "schema, exact, packages, bases, settings");
}

int baseline_rules(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err)
{
	const struct rules rules = { bytes, arena, out, err };
	struct bd_str object;
	struct bd_str unused;
	out->format = BD_BASELINE_RULES;
	if (json_place_open(bytes, &object, err) < 0 ||
		each_member(&rules, object, "the document", take_member, NULL) < 0) {
		return -(int)err->code;
	}
	return format_json_find(object, "schema", &unused)
		       ? 0
		       : refuse(&rules, object, "\"schema\": \"basedrift/rules/1\" is missing");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * npm ls --json: a tree of {"dependencies": {NAME: {"version": …, "dependencies": …}}}.  Without --all it has only
 * what the project itself asks for: then nobody can say what is there in addition, and nobody does.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "check/check_parts.h"
#include "check/json_place.h"
#include "format/json_view.h"

struct npm {
	struct bd_str bytes;
	struct bd_arena *arena;
	struct bd_baseline *out;
	bool deep; /* a dependency has some of its own */
	struct bd_error *err;
};

static bool is_known(const struct npm *npm, const struct bd_rule *rule)
{
	for (size_t i = 0; i < npm->out->rules.len; i++) {
		const struct bd_rule *one = &npm->out->rules.v[i];
		if (bd_streq(one->name, rule->name) && bd_streq(one->namespace, rule->namespace) &&
			bd_streq(one->version, rule->version)) {
			return true;
		}
	}
	return false;
}

/* A workspace or a folder that was linked: part of the project, not installed by anybody. */
static bool is_link(struct bd_str value, struct bd_arena *arena)
{
	struct bd_str resolved;
	const char *text = format_json_find(value, "resolved", &resolved) ? format_json_text_of(resolved, arena) : NULL;
	return text != NULL && bd_str_starts(bd_str(text), "file:") && !bd_str_ends(bd_str(text), ".tgz") &&
	       !bd_str_ends(bd_str(text), ".tar.gz") && !bd_str_ends(bd_str(text), ".tar");
}

static int take_package(const struct npm *npm, struct bd_str key, struct bd_str value)
{
	struct bd_arena *arena = npm->arena;
	struct bd_str version = { NULL, 0 };
	struct bd_rule rule = { .kind = BD_RULE_REQUIRE };
	const struct json_place place = json_place_of(npm->bytes, key.p);
	rule.line = place.line;
	rule.column = place.column;
	if (!format_json_find(value, "version", &version) || is_link(value, arena)) {
		return 0; /* "missing": true, or an optional one that is not installed */
	}
	rule.version = format_json_text_of(version, arena);
	rule.text = bd_arena_printf(
		arena, "%.*s@%s", (int)(key.n < 200 ? key.n : 200), key.p, rule.version != NULL ? rule.version : "");
	if (rule.version == NULL || !rule_set_name(&rule, "npm", key, arena) || strchr(rule.name, '*') != NULL) {
		return json_place_refuse(npm->bytes, key.p, npm->err, "not a name and version of an npm package");
	}
	if (npm->out->rules.len >= BD_LIMIT_NPM_LIST) {
		return bd_error_set(
			npm->err, BD_ERR_LIMIT, "line %zu: more than %u packages", place.line, BD_LIMIT_NPM_LIST);
	}
	if (!is_known(npm, &rule)) {
		*arena_push(arena, &npm->out->rules) = rule;
	}
	return 0;
}

/* Depth is bounded by the JSON reader that has seen the document before. */
static int take_level(struct npm *npm, struct bd_str object, size_t depth)
{
	struct bd_str dependencies;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (depth > BD_LIMIT_JSON_DEPTH) {
		return bd_error_set(npm->err, BD_ERR_LIMIT, "more than %u levels", BD_LIMIT_JSON_DEPTH);
	}
	if (!format_json_find(object, "dependencies", &dependencies) ||
		!format_json_inside(dependencies, '{', &inside)) {
		return 0;
	}
	npm->deep = npm->deep || depth > 0;
	while (format_json_next(&inside, &key, &value)) {
		if (take_package(npm, key, value) < 0 || take_level(npm, value, depth + 1) < 0) {
			return -(int)npm->err->code;
		}
	}
	return 0;
}

int baseline_npm(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err)
{
	struct npm npm = { .bytes = bytes, .arena = arena, .out = out, .err = err };
	struct bd_str object;
	struct bd_str unused;
	if (json_place_open(bytes, &object, err) < 0) {
		return -(int)err->code;
	}
	if (!format_json_find(object, "dependencies", &unused)) {
		static const char *const members[] = { "schema", "exact", "packages", "bases", "settings" };
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
			if (format_json_find(object, members[i], &unused)) {
				return baseline_rules(bytes, arena, out, err); /* which say what is wrong */
			}
		}
		return bd_error_set(err, BD_ERR_FORMAT,
			"line 1, column 1: neither rules (\"schema\": \"basedrift/rules/1\") nor what npm ls --json prints");
	}
	out->format = BD_BASELINE_NPM;
	out->by_place = true;
	if (take_level(&npm, object, 0) < 0) {
		return -(int)err->code;
	}
	if (npm.deep) {
		baseline_add_exact(out, "npm", arena);
	}
	return 0;
}

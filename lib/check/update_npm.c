/* SPDX-License-Identifier: Apache-2.0 */
/*
 * npm's tree with what the image has.  A node's version changes where it stands, and what names the old one's file
 * goes; what is not there any more goes with all below it.  What is there and then nowhere in the tree stands where it
 * is installed: in node_modules of the project, or below the package in whose node_modules it is.  Who asks for it only
 * npm knows.
 */
#include <string.h>

#include "check/json_edit.h"
#include "check/update_parts.h"
#include "format/json_view.h"

struct npm_node {
	const char *text, *name;    /* "name@version" as it will be, and the key */
	struct bd_str value;        /* its object */
	struct bd_string_vec below; /* members to add to its dependencies */
};
struct npm_update {
	struct json_edit edit;
	const struct bd_check *check;
	struct {
		struct npm_node *v;
		size_t len, cap;
	} nodes; /* that stay; the first is the project itself */
	struct {
		const struct bd_package **v;
		size_t len, cap;
	} added;
};

static const struct bd_discrepancy *of_text(const struct npm_update *update, const char *text)
{
	for (size_t i = 0; i < update->check->discrepancies.len; i++) {
		const struct bd_discrepancy *one = &update->check->discrepancies.v[i];
		if (one->rule != NULL && strcmp(one->rule->text, text) == 0) {
			return one;
		}
	}
	return NULL;
}

static const char *node_text(struct bd_arena *arena, struct bd_str key, const char *version)
{
	return bd_arena_printf(arena, "%.*s@%s", (int)key.n, key.p, version);
}

/* The version of a node, and the discrepancy of its rule; NULL: it has none, and stays as it is. */
static const struct bd_discrepancy *judge(
	const struct npm_update *update, struct bd_str key, struct bd_str value, const char **text_out)
{
	struct bd_str version;
	const char *have =
		format_json_find(value, "version", &version) ? format_json_text_of(version, update->edit.arena) : NULL;
	*text_out = have != NULL ? node_text(update->edit.arena, key, have) : NULL;
	return *text_out != NULL ? of_text(update, *text_out) : NULL;
}

/* Its new version; what is said of the old one's file goes. */
static const char *set_version(
	const struct npm_update *update, struct bd_str key, struct bd_str value, const struct bd_discrepancy *one)
{
	struct json_container node = { .value = value };
	const char *json = json_edit_string(update->edit.arena, one->package->version);
	struct bd_str inside;
	struct bd_str member;
	struct bd_str content;
	if (json == NULL || !format_json_inside(value, '{', &inside)) {
		return one->rule->text;
	}
	while (format_json_next(&inside, &member, &content)) {
		const bool gone = bd_str_is(member, "resolved") || bd_str_is(member, "integrity");
		json_container_member(&node, &update->edit, member, content, gone);
		if (bd_str_is(member, "version")) {
			json_edit_replace(&update->edit, content, json);
		}
	}
	json_container_finish(&node, &update->edit);
	return node_text(update->edit.arena, key, one->package->version);
}

static void walk(struct npm_update *update, struct bd_str object);

/* Depth is bounded by the reader that has seen the tree before. */
static void take_node(struct npm_update *update, struct bd_str key, struct bd_str value)
{
	struct bd_arena *arena = update->edit.arena;
	const char *text;
	const struct bd_discrepancy *one = judge(update, key, value, &text);
	if (one != NULL && one->kind == BD_PACKAGE_MISSING) {
		return;
	}
	if (one != NULL && one->kind == BD_PACKAGE_VERSION && one->package->version != NULL) {
		text = set_version(update, key, value, one);
	}
	*arena_push(arena, &update->nodes) =
		(struct npm_node){ .text = text, .name = bd_arena_text(arena, key.p, key.n), .value = value };
	walk(update, value);
}

static void walk(struct npm_update *update, struct bd_str object)
{
	struct bd_str dependencies;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (!format_json_find(object, "dependencies", &dependencies) ||
		!format_json_inside(dependencies, '{', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &value)) {
		take_node(update, key, value);
	}
}

static bool is_in_tree(const struct npm_update *update, const char *text)
{
	for (size_t i = 0; i < update->nodes.len; i++) {
		if (bd_streq(update->nodes.v[i].text, text)) {
			return true;
		}
	}
	return false;
}

static const char *full_name(struct bd_arena *arena, const struct bd_package *package)
{
	const struct bd_str folder = checked_npm_folder(package);
	return folder.n > 0 ? bd_arena_text(arena, folder.p, folder.n)
	       : package->namespace != NULL && strchr(package->name, '/') == NULL
		       ? bd_arena_printf(arena, "%s/%s", package->namespace, package->name)
		       : package->name;
}

static void add_package(struct npm_update *update, const struct bd_package *package)
{
	struct bd_arena *arena = update->edit.arena;
	if (package->version == NULL ||
		is_in_tree(update, node_text(arena, bd_str(full_name(arena, package)), package->version))) {
		return;
	}
	for (size_t i = 0; i < update->added.len; i++) {
		if (update->added.v[i] == package) {
			return;
		}
	}
	*arena_push(arena, &update->added) = package;
}

/* What was told as unexpected, and what went along with what is gone although it is there. */
static void list_added(struct npm_update *update)
{
	const struct bd_check *check = update->check;
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (check->discrepancies.v[i].kind == BD_PACKAGE_UNEXPECTED) {
			add_package(update, check->discrepancies.v[i].package);
		}
	}
	for (size_t i = 0; i < check->baseline->rules.len; i++) {
		const struct bd_rule *rule = &check->baseline->rules.v[i];
		if (of_text(update, rule->text) != NULL || is_in_tree(update, rule->text)) {
			continue;
		}
		for (size_t k = 0; k < check->record->packages.len; k++) {
			const struct bd_package *package = &check->record->packages.v[k];
			if (strcmp(package->type, "npm") == 0 && bd_streq(package->version, rule->version) &&
				bd_str_starts(bd_str(rule->text), full_name(update->edit.arena, package)) &&
				rule->text[strlen(full_name(update->edit.arena, package))] == '@') {
				add_package(update, package);
				break;
			}
		}
	}
}

/* The package in whose node_modules it is: "a" of "srv/node_modules/a/node_modules/b/package.json"; NULL: the project.
 */
static const char *parent_of(struct bd_arena *arena, const struct bd_package *package)
{
	static const char folder[] = "node_modules/";
	const char *last = NULL;
	const char *before = NULL;
	for (const char *at = strstr(package->path != NULL ? package->path : "", folder); at != NULL;
		at = strstr(at + 1, folder)) {
		before = last;
		last = at;
	}
	if (before == NULL) {
		return NULL;
	}
	before += strlen(folder);
	return bd_arena_text(arena, before, (size_t)(last - before) - (last > before ? 1 : 0));
}

static bool has_member(const struct npm_node *node, const char *name)
{
	struct bd_str dependencies;
	struct bd_str unused;
	if (format_json_find(node->value, "dependencies", &dependencies) &&
		format_json_find(dependencies, name, &unused)) {
		return true;
	}
	for (size_t i = 0; i < node->below.len; i++) {
		if (strncmp(node->below.v[i] + 1, name, strlen(name)) == 0 &&
			node->below.v[i][strlen(name) + 1] == '"') {
			return true;
		}
	}
	return false;
}

/* A node has each name once: where that is taken, another place of the parent is looked for. */
static void place(struct npm_update *update, const struct bd_package *package)
{
	struct bd_arena *arena = update->edit.arena;
	const char *parent = parent_of(arena, package);
	const char *name = full_name(arena, package);
	const char *key = json_edit_string(arena, name);
	const char *version = json_edit_string(arena, package->version);
	for (size_t i = 0; i < update->nodes.len && key != NULL && version != NULL; i++) {
		struct npm_node *node = &update->nodes.v[i];
		if (bd_streq(node->name, parent) && !has_member(node, name)) {
			*arena_push(arena, &node->below) =
				bd_arena_printf(arena, "%s: {\"version\": %s}", key, version);
			return;
		}
	}
}

/* The members of a node's dependencies: those that are gone go, the new ones come. */
static void finish_node(const struct npm_update *update, const struct npm_node *node)
{
	struct json_container container = { 0 };
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (!format_json_find(node->value, "dependencies", &container.value) ||
		!format_json_inside(container.value, '{', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &value)) {
		const char *text;
		const struct bd_discrepancy *one = judge(update, key, value, &text);
		json_container_member(
			&container, &update->edit, key, value, one != NULL && one->kind == BD_PACKAGE_MISSING);
	}
	container.added = node->below;
	json_container_finish(&container, &update->edit);
}

/* A node without dependencies gets some. */
static void start_dependencies(const struct npm_update *update, const struct npm_node *node)
{
	struct json_container container = { .value = node->value };
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	const char *text = "\"dependencies\": {";
	if (node->below.len == 0 || !format_json_inside(node->value, '{', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &value)) {
		if (bd_str_is(key, "dependencies")) {
			return;
		}
		json_container_member(&container, &update->edit, key, value, false);
	}
	for (size_t i = 0; i < node->below.len; i++) {
		text = bd_arena_printf(
			update->edit.arena, "%s%s%s", text, node->below.v[i], i + 1 < node->below.len ? ", " : "}");
	}
	*arena_push(update->edit.arena, &container.added) = text;
	json_container_finish(&container, &update->edit);
}

void update_npm(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out)
{
	struct npm_update update = { .edit = { bytes, arena, out }, .check = check };
	const struct bd_str document = bd_str_trim(bytes);
	*arena_push(arena, &update.nodes) = (struct npm_node){ .value = document };
	walk(&update, document);
	list_added(&update);
	for (size_t i = 0; i < update.added.len; i++) {
		place(&update, update.added.v[i]);
	}
	for (size_t i = 0; i < update.nodes.len; i++) {
		finish_node(&update, &update.nodes.v[i]);
		start_dependencies(&update, &update.nodes.v[i]);
	}
	json_edit_sort(out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Layers, settings, packages and files of the report's tree. */
#include <string.h>

#include "render/file_note.h"
#include "render/tree.h"
#include "render/words.h"

#define MEMBERS_SHOWN 20U
#define LABEL_LETTERS 110U /* of an instruction: two lines; the Dockerfile has the rest */

static const char *layer_state(const struct bd_layer_row *row)
{
	if (row->is_cause) {
		return "cause";
	}
	switch (row->state) {
	case BD_LAYER_IDENTICAL:
		return "identical";
	case BD_LAYER_SAME_CONTENT:
		return "rebuilt";
	case BD_LAYER_ONLY_A:
		return "only-a";
	case BD_LAYER_ONLY_B:
		return "only-b";
	case BD_LAYER_DIFFERS:
		break;
	}
	return "differs";
}

static const char *layer_state_words(const struct bd_layer_row *row)
{
	switch (row->state) {
	case BD_LAYER_IDENTICAL:
		return "identical";
	case BD_LAYER_SAME_CONTENT:
		return "new digest, same files";
	case BD_LAYER_ONLY_A:
		return "only in the last good image";
	case BD_LAYER_ONLY_B:
		return "only in the failing image";
	case BD_LAYER_DIFFERS:
		break;
	}
	return "differs";
}

static const char *layer_part(struct tree *tree, enum bd_layer_origin origin)
{
	const char *reference = render_base_reference(tree->report);
	switch (origin) {
	case BD_LAYER_BASE:
		return reference == NULL
			       ? "Base image"
			       : bd_arena_printf(&tree->arena, "Base image %s", render_shown(&tree->arena, reference));
	case BD_LAYER_STEP:
		return "Your Dockerfile";
	case BD_LAYER_UNKNOWN:
		break;
	}
	return "Layers of unknown origin";
}

static void add_layer_side(struct tree *tree, xmlNode *node, const char *name, int first, int last, const char *digest)
{
	if (first < 0) {
		return;
	}
	xmlNode *side = tree_add(tree, node, name);
	tree_attr(tree, side, "layers", render_layer_range(&tree->arena, first, last));
	if (last > first) {
		tree_attr(tree, side, "count", bd_arena_printf(&tree->arena, "%d layers", last - first + 1));
	} else if (digest != NULL) {
		const char *colon = strchr(digest, ':');
		const char *hex = colon == NULL ? digest : colon + 1;
		tree_attr(tree, side, "digest", bd_arena_text(&tree->arena, hex, strnlen(hex, 8)));
	}
}

/* The instruction of a layer in one line: the white space that indented it says nothing here. */
static const char *layer_label(struct tree *tree, const struct bd_layer_row *row)
{
	const char *label = row->label == NULL ? "" : row->label;
	char *line = bd_arena_strdup(&tree->arena, label);
	size_t n = 0;
	for (const char *p = label; *p != '\0'; p++) {
		const bool space = *p == ' ' || *p == '\t' || *p == '\n';
		if (!space || (n > 0 && line[n - 1] != ' ')) {
			line[n++] = (char)(space ? ' ' : *p);
		}
	}
	line[n] = '\0';
	const int layers = row->b_first >= 0 ? row->b_last - row->b_first : row->a_last - row->a_first;
	const char *shown = render_shown(&tree->arena, line);
	if (render_width(shown) > LABEL_LETTERS) {
		size_t at = LABEL_LETTERS;
		while ((shown[at] & 0xc0) == 0x80) {
			at++;
		}
		shown = bd_arena_printf(&tree->arena, "%.*s…", (int)at, shown);
	}
	return layers < 1 ? shown : bd_arena_printf(&tree->arena, "%s, and %d more", shown, layers);
}

static void add_layer(struct tree *tree, xmlNode *group, const struct bd_layer_row *row)
{
	xmlNode *node = tree_add(tree, group, "layer");
	tree_attr(tree, node, "state", layer_state(row));
	tree_attr(tree, node, "label", layer_label(tree, row));
	tree_attr(tree, node, "words", layer_state_words(row));
	if (row->line > 0) {
		tree_attr(tree, node, "line", bd_arena_printf(&tree->arena, "%d", row->line));
	}
	tree_prose(tree, node, "detail", row->detail);
	add_layer_side(tree, node, "a", row->a_first, row->a_last, row->a_digest);
	add_layer_side(tree, node, "b", row->b_first, row->b_last, row->b_digest);
}

struct layer_counts {
	size_t base, step, base_differ, step_differ, new_digest;
};

static void count_layers(const struct bd_layer_row_vec *rows, struct layer_counts *counts)
{
	for (size_t i = 0; i < rows->len; i++) {
		const struct bd_layer_row *row = &rows->v[i];
		const int last = row->b_first >= 0 ? row->b_last - row->b_first : row->a_last - row->a_first;
		const size_t n = (size_t)last + 1;
		const bool differs = row->state != BD_LAYER_IDENTICAL && row->state != BD_LAYER_SAME_CONTENT;
		*(row->origin == BD_LAYER_BASE ? &counts->base : &counts->step) += n;
		*(row->origin == BD_LAYER_BASE ? &counts->base_differ : &counts->step_differ) += differs ? n : 0;
		counts->new_digest += row->state == BD_LAYER_SAME_CONTENT ? n : 0;
	}
}

static const char *of_layers(struct tree *tree, size_t differ, size_t all, const char *one, const char *many)
{
	return bd_arena_printf(
		&tree->arena, "%s of %s", bd_count_text(&tree->arena, differ), bd_plural(&tree->arena, all, one, many));
}

/* "8 of 9 base layers and 1 of 5 other layers hold other files; 2 have new digests and the same files." */
static const char *layers_sentence(struct tree *tree)
{
	struct layer_counts n = { 0 };
	count_layers(&tree->report->layer_rows, &n);
	if (n.base_differ + n.step_differ + n.new_digest == 0) {
		return "All layers are identical.";
	}
	if (n.base_differ + n.step_differ == 0) {
		return bd_arena_printf(&tree->arena, "No layer holds other files; %s for the same files.",
			bd_plural(&tree->arena, n.new_digest, "has a new digest", "have new digests"));
	}
	const char *base = of_layers(tree, n.base_differ, n.base, "base layer", "base layers");
	const char *step = n.base == 0 ? of_layers(tree, n.step_differ, n.step, "layer", "layers")
				       : of_layers(tree, n.step_differ, n.step, "other layer", "other layers");
	const char *text = n.step == 0   ? base
			   : n.base == 0 ? step
					 : bd_arena_printf(&tree->arena, "%s and %s", base, step);
	const char *rest = n.new_digest == 0   ? ""
			   : n.new_digest == 1 ? "; 1 has a new digest and the same files"
					       : bd_arena_printf(&tree->arena,
							 "; %zu have new digests and the same files", n.new_digest);
	return bd_arena_printf(&tree->arena, "%s hold%s other files%s.", text,
		(n.base == 0 || n.step == 0) && n.base_differ + n.step_differ == 1 ? "s" : "", rest);
}

/* The top layer first, as images are pictured. */
void tree_layers(struct tree *tree, xmlNode *root)
{
	const struct bd_layer_row_vec *rows = &tree->report->layer_rows;
	struct tree_table table = { .node = tree_add(tree, root, "layers") };
	xmlNode *group = NULL;
	if (rows->len > 0) {
		tree_prose(tree, table.node, "sentence", layers_sentence(tree));
	}
	for (size_t i = rows->len; i-- > 0;) {
		const struct bd_layer_row *row = &rows->v[i];
		const enum tree_next next = tree_table_next(tree, &table);
		if (next == TREE_LINE) {
			tree_table_line(tree, &table,
				bd_arena_printf(
					&tree->arena, "%s: %s", layer_label(tree, row), layer_state_words(row)));
		}
		if (next != TREE_ROW) {
			continue;
		}
		if (group == NULL || rows->v[i + 1].origin != row->origin) {
			group = tree_add(tree, table.node, "group");
			tree_attr(tree, group, "title", layer_part(tree, row->origin));
		}
		add_layer(tree, group, row);
	}
	tree_table_close(tree, &table, "more layer", "more layers");
}

static void add_setting(struct tree *tree, xmlNode *parent, const struct bd_setting_change *s)
{
	xmlNode *node = tree_add(tree, parent, "setting");
	const char *name = render_setting_name(&tree->arena, s);
	tree_attr(tree, node, "id",
		tree_id(tree, bd_arena_printf(&tree->arena, "%s-", s->kind), s->key == NULL ? "" : s->key));
	tree_attr(tree, node, "kind", s->kind);
	tree_attr(tree, node, "name", s->key == NULL ? NULL : render_name(&tree->arena, s->key));
	tree_attr(tree, node, "title", name);
	tree_attr(tree, node, "change", render_change_word(s->change));
	tree_attr(tree, node, "noise", s->noise);
	if (s->redacted || s->a == NULL || s->b == NULL || *s->a == '\0' || *s->b == '\0') {
		tree_attr(tree, node, "words-a", render_setting_value(&tree->arena, s, s->a));
		tree_attr(tree, node, "words-b", render_setting_value(&tree->arena, s, s->b));
	}
	if (!s->redacted) {
		tree_versions(tree, node, s->a, s->b);
	}
}

void tree_settings(struct tree *tree, xmlNode *root)
{
	const struct bd_setting_change_vec *settings = &tree->report->diff.settings;
	struct tree_table table = { .node = tree_add(tree, root, "settings") };
	tree_number(tree, table.node, "count", settings->len);
	for (size_t i = 0; i < settings->len; i++) {
		const struct bd_setting_change *s = &settings->v[i];
		const enum tree_next next = tree_table_next(tree, &table);
		if (next == TREE_ROW) {
			add_setting(tree, table.node, s);
		} else if (next == TREE_LINE) {
			tree_table_line(tree, &table,
				bd_arena_printf(&tree->arena, "%s  %s → %s", render_setting_name(&tree->arena, s),
					render_setting_value(&tree->arena, s, s->a),
					render_setting_value(&tree->arena, s, s->b)));
		}
	}
	tree_table_close(tree, &table, "more setting", "more settings");
}

/* The binary packages of one source, as far as they fit a cell. */
static const char *members_text(struct tree *tree, const struct bd_string_vec *members)
{
	struct bd_buf text = { 0 };
	for (size_t i = 0; i < members->len && i < MEMBERS_SHOWN; i++) {
		bd_buf_printf(&text, "%s%s", i == 0 ? "" : ", ", render_shown(&tree->arena, members->v[i]));
	}
	if (members->len > MEMBERS_SHOWN) {
		bd_buf_printf(&text, " and %s more", bd_count_text(&tree->arena, members->len - MEMBERS_SHOWN));
	}
	const char *copy = bd_arena_text(&tree->arena, text.p, text.n);
	bd_buf_release(&text);
	return copy;
}

static void add_package(struct tree *tree, xmlNode *parent, const struct bd_package_row *row)
{
	xmlNode *node = tree_add(tree, parent, "package");
	tree_attr(tree, node, "id",
		row->anchor != NULL ? tree_id(tree, "", row->anchor) : tree_id(tree, "pkg-", row->name));
	tree_attr(tree, node, "name", render_name(&tree->arena, row->name));
	tree_attr(tree, node, "ecosystem", row->ecosystem != NULL ? row->ecosystem : row->type);
	tree_attr(tree, node, "kind",
		row->change == BD_ADDED     ? "added"
		: row->change == BD_REMOVED ? "removed"
					    : "changed");
	tree_attr(tree, node, "mark", render_mark(row->change));
	tree_attr(tree, node, "word", render_change_word(row->change));
	tree_attr(tree, node, "where", row->where);
	if (row->members.len > 1) {
		(void)tree_text_whole(tree, node, "members", members_text(tree, &row->members));
	}
	if (row->folded > 0) {
		tree_attr(tree, node, "owns",
			bd_plural(
				&tree->arena, row->folded, "package of its own inside", "packages of its own inside"));
	}
	tree_versions(tree, node, row->version_a, row->version_b);
}

static const char *or_nothing(struct tree *tree, const char *version)
{
	return version == NULL ? "not installed" : render_shown(&tree->arena, version);
}

static const char *package_line(struct tree *tree, const struct bd_package_row *row)
{
	return bd_arena_printf(&tree->arena, "%s %s  %s → %s  %s", render_mark(row->change),
		render_package_name(&tree->arena, row), or_nothing(tree, row->version_a),
		or_nothing(tree, row->version_b), render_shown(&tree->arena, row->where));
}

static const char *group_count(struct tree *tree, enum bd_layer_origin origin)
{
	if (origin == BD_LAYER_UNKNOWN) {
		return NULL;
	}
	const struct bd_compared *row =
		render_compared(tree->report, origin == BD_LAYER_BASE ? BD_TOPIC_BASE_PACKAGES : BD_TOPIC_OWN_PACKAGES);
	return row == NULL || row->state != BD_DIFFERENT || row->total == 0
		       ? NULL
		       : bd_arena_printf(&tree->arena, "%s of %s packages", bd_count_text(&tree->arena, row->differing),
				 bd_count_text(
					 &tree->arena, row->total > row->differing ? row->total : row->differing));
}

static void add_package_group(struct tree *tree, xmlNode *packages, enum bd_layer_origin origin)
{
	const struct bd_package_row_vec *rows = &tree->report->package_rows;
	struct tree_table table = { 0 };
	for (size_t i = 0; i < rows->len; i++) {
		if (rows->v[i].origin != origin) {
			continue;
		}
		if (table.node == NULL) {
			table.node = tree_add(tree, packages, "group");
			tree_attr(tree, table.node, "id",
				origin == BD_LAYER_BASE   ? "pkg-base"
				: origin == BD_LAYER_STEP ? "pkg-your"
							  : "pkg-other");
			tree_attr(tree, table.node, "title", render_origin_title(origin));
			tree_attr(tree, table.node, "count", group_count(tree, origin));
		}
		const enum tree_next next = tree_table_next(tree, &table);
		if (next == TREE_ROW) {
			add_package(tree, table.node, &rows->v[i]);
		} else if (next == TREE_LINE) {
			tree_table_line(tree, &table, package_line(tree, &rows->v[i]));
		}
	}
	if (table.node != NULL) {
		tree_table_close(tree, &table, "more package", "more packages");
	}
}

/* How many rows the filter of each kind leaves; "filter" only where there is something to choose. */
static void add_filter(struct tree *tree, xmlNode *packages)
{
	const struct bd_package_row_vec *rows = &tree->report->package_rows;
	size_t added = 0;
	size_t removed = 0;
	for (size_t i = 0; i < rows->len; i++) {
		added += rows->v[i].change == BD_ADDED;
		removed += rows->v[i].change == BD_REMOVED;
	}
	const size_t changed = rows->len - added - removed;
	tree_number(tree, packages, "changed", changed);
	tree_number(tree, packages, "added", added);
	tree_number(tree, packages, "removed", removed);
	if ((changed > 0) + (added > 0) + (removed > 0) > 1) {
		tree_attr(tree, packages, "filter", "yes");
	}
}

void tree_packages(struct tree *tree, xmlNode *root)
{
	static const enum bd_layer_origin origins[] = { BD_LAYER_BASE, BD_LAYER_STEP, BD_LAYER_UNKNOWN };
	xmlNode *packages = tree_add(tree, root, "packages");
	tree_number(tree, packages, "rows", tree->report->package_rows.len);
	add_filter(tree, packages);
	/* taken, whatever a package is called */
	(void)tree_id(tree, "pkg-", "base");
	(void)tree_id(tree, "pkg-", "your");
	(void)tree_id(tree, "pkg-", "other");
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		add_package_group(tree, packages, origins[i]);
	}
}

static const char *folder_name(struct tree *tree, const struct bd_folder_row *row)
{
	const size_t n = strlen(row->folder);
	return n == 0 ? "/" : bd_arena_printf(&tree->arena, row->folder[n - 1] == '/' ? "/%s" : "/%s/", row->folder);
}

static void add_folders(struct tree *tree, xmlNode *files)
{
	const struct bd_folder_row_vec *folders = &tree->report->folders;
	struct tree_table table = { .node = tree_add(tree, files, "folders") };
	for (size_t i = 0; i < folders->len; i++) {
		const struct bd_folder_row *row = &folders->v[i];
		const enum tree_next next = tree_table_next(tree, &table);
		if (next == TREE_ROW) {
			xmlNode *node = tree_add(tree, table.node, "folder");
			tree_attr(tree, node, "path", folder_name(tree, row));
			tree_number(tree, node, "changed", row->changed);
			tree_number(tree, node, "added", row->added);
			tree_number(tree, node, "removed", row->removed);
			tree_number(tree, node, "noise", row->noise);
		} else if (next == TREE_LINE) {
			tree_table_line(tree, &table,
				bd_arena_printf(&tree->arena, "%s  %s",
					render_shown(&tree->arena, folder_name(tree, row)),
					render_folder_counts(&tree->arena, row)));
		}
	}
	tree_table_close(tree, &table, "more folder", "more folders");
}

static bool is_file_change_listed(const struct bd_file_change *change)
{
	return change->a != NULL || change->b != NULL;
}

/* Single files are always folded lines: 100,000 table rows take a browser 40 seconds. */
static void add_file_lines(struct tree *tree, xmlNode *files)
{
	const struct bd_file_change_vec *changes = &tree->report->diff.files;
	const size_t max_rows = tree->max_rows;
	struct tree_table table = { .node = tree_add(tree, files, "list") };
	tree->max_rows = 0;
	for (size_t i = 0; i < changes->len; i++) {
		const struct bd_file_change *change = &changes->v[i];
		if (is_file_change_listed(change) && tree_table_next(tree, &table) == TREE_LINE) {
			/* an arena of its own: there may be a million of them */
			struct bd_arena line = { 0 };
			const char *path = change->b != NULL ? change->b->path : change->a->path;
			tree_table_line(tree, &table,
				bd_arena_printf(&line, "%s /%s  %s", render_mark(change->change),
					render_shown(&line, path), render_file_note(&line, change)));
			bd_arena_release(&line);
		}
	}
	tree->max_rows = max_rows;
	tree_table_close(tree, &table, "file", "files");
}

/* "1,192 changed, 6 added; 4 differ in mode, owner or time only; 5 differ in every build (noise)." */
static const char *files_sentence(struct tree *tree)
{
	const struct bd_report *r = tree->report;
	const struct {
		size_t n;
		const char *join, *words;
	} parts[] = { { r->files_changed, ", ", "changed" }, { r->files_added, ", ", "added" },
		{ r->files_removed, ", ", "removed" },
		{ r->files_metadata, "; ", "differ in mode, owner or time only" },
		{ r->files_noise, "; ", "differ in every build (noise)" } };
	const char *text = "";
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n > 0) {
			text = bd_arena_printf(&tree->arena, "%s%s%s %s", text, *text == '\0' ? "" : parts[i].join,
				bd_count_text(&tree->arena, parts[i].n), parts[i].words);
		}
	}
	return bd_arena_printf(&tree->arena,
		"Files that belong to no package, or are not as their package shipped them: %s.",
		*text == '\0' ? "none differ" : text);
}

void tree_files(struct tree *tree, xmlNode *root)
{
	const struct bd_report *r = tree->report;
	xmlNode *files = tree_add(tree, root, "files");
	tree_number(tree, files, "count", r->files_changed + r->files_added + r->files_removed);
	tree_number(tree, files, "changed", r->files_changed);
	tree_number(tree, files, "added", r->files_added);
	tree_number(tree, files, "removed", r->files_removed);
	tree_number(tree, files, "metadata", r->files_metadata);
	tree_number(tree, files, "noise", r->files_noise);
	tree_prose(tree, files, "sentence", files_sentence(tree));
	add_folders(tree, files);
	add_file_lines(tree, files);
}

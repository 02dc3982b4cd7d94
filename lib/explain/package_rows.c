/* SPDX-License-Identifier: Apache-2.0 */
/* One row a source package and change: "openssl (3 packages)".  What another package owns is folded into its row. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain/parts.h"

struct item {
	const struct bd_package_change *change;
	enum bd_layer_origin origin;
	const char *source;
};

static const char *version_a(const struct bd_package_change *change)
{
	return change->a != NULL ? change->a->version : NULL;
}

static const char *version_b(const struct bd_package_change *change)
{
	return change->b != NULL ? change->b->version : NULL;
}

static const char *source_of(const struct bd_package_change *change)
{
	const struct bd_package *package = shown_package(change);
	return package->source != NULL ? package->source : package->name;
}

/* Base first, then steps, then unknown; inside: runtimes, versions, added, removed, content. */
static int section_of(enum bd_layer_origin origin)
{
	return origin == BD_LAYER_BASE ? 0 : origin == BD_LAYER_STEP ? 1 : 2;
}

static int rank_of_change(enum bd_change change)
{
	switch (change) {
	case BD_UP:
	case BD_DOWN:
	case BD_CHANGED:
		return 1;
	case BD_ADDED:
		return 2;
	case BD_REMOVED:
		return 3;
	case BD_CONTENT:
	case BD_METADATA:
	default:
		return 4;
	}
}

static int rank_of(const struct bd_package_change *change)
{
	return strcmp(shown_package(change)->type, "generic") == 0 ? 0 : rank_of_change(change->change);
}

static int compare_groups(const struct item *a, const struct item *b)
{
	const int keys[] = {
		section_of(a->origin) - section_of(b->origin),
		rank_of(a->change) - rank_of(b->change),
		strcmp(a->source, b->source),
		strcmp(shown_package(a->change)->type, shown_package(b->change)->type),
		(int)a->change->change - (int)b->change->change,
		bd_strcmp0(version_a(a->change), version_a(b->change)),
		bd_strcmp0(version_b(a->change), version_b(b->change)),
		a->change->explained_by - b->change->explained_by,
	};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i] != 0) {
			return keys[i];
		}
	}
	return 0;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	const int order = compare_groups(x, y);
	if (order != 0) {
		return order;
	}
	const int names = strcmp(shown_package(x->change)->name, shown_package(y->change)->name);
	return names != 0 ? names : bd_strcmp0(shown_package(x->change)->purl, shown_package(y->change)->purl);
}

static const char *ecosystem_of(const struct bd_package *package)
{
	static const char *const names[][2] = { { "apk", "Alpine" }, { "cargo", "Rust" }, { "composer", "PHP" },
		{ "conda", "Conda" }, { "gem", "RubyGems" }, { "generic", "built from source" }, { "golang", "Go" },
		{ "maven", "Java" }, { "npm", "npm" }, { "nuget", ".NET" }, { "pypi", "PyPI" }, { "rpm", "RPM" } };
	if (strcmp(package->type, "deb") == 0) {
		return bd_streq(package->namespace, "ubuntu") ? "Ubuntu" : "Debian";
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i][0], package->type) == 0) {
			return names[i][1];
		}
	}
	return package->type;
}

/* "base layers 2, 5", "Dockerfile line 4", "layer 3". */
static const char *where_of(struct bd_report *report, const struct item *items, size_t count)
{
	const struct bd_layer_line *layer = layer_of_package_change(report, items[0].change);
	struct bd_buf text = { 0 };
	int last = -1;
	size_t listed = 0;

	if (items[0].origin == BD_LAYER_STEP && layer != NULL && layer->line > 0) {
		return bd_arena_printf(&report->arena, "%s line %d", dockerfile_name(report), layer->line);
	}
	for (size_t i = 0; i < count; i++) {
		const int index = shown_package(items[i].change)->layer;
		if (index >= 0 && index != last && listed < 6) {
			bd_buf_printf(&text, "%s%d", text.n > 0 ? ", " : "", index);
			listed++;
			last = index;
		}
	}
	const char *where = listed == 0 ? (items[0].origin == BD_LAYER_BASE ? "base image" : NULL)
					: bd_arena_printf(&report->arena, "%slayer%s %s",
						  items[0].origin == BD_LAYER_BASE ? "base " : "",
						  listed > 1 ? "s" : "", bd_buf_str(&text));
	bd_buf_release(&text);
	return where;
}

static bool is_named_in_log(const struct bd_report *report, const struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < report->named_in_log.len; k++) {
			if (strcmp(shown_package(items[i].change)->name, report->named_in_log.v[k]) == 0) {
				return true;
			}
		}
	}
	return false;
}

static void add_row(struct bd_report *report, const struct item *items, size_t count)
{
	const struct bd_package *package = shown_package(items[0].change);
	const struct bd_layer_line *layer = layer_of_package_change(report, items[0].change);
	struct bd_package_row row = {
		.change = items[0].change->change,
		.name = count > 1 ? items[0].source : package->name,
		.type = package->type,
		.ecosystem = ecosystem_of(package),
		.version_a = version_a(items[0].change),
		.version_b = version_b(items[0].change),
		.origin = items[0].origin,
		.where = where_of(report, items, count),
		.layer = package->layer,
		.line = layer != NULL ? layer->line : 0,
		.explained_by = items[0].change->explained_by,
		.named_in_log = is_named_in_log(report, items, count),
	};
	for (size_t i = 0; count > 1 && i < count; i++) {
		add_text(&report->arena, &row.members, shown_package(items[i].change)->name);
	}
	*bd_vec_push(&report->package_rows) = row;
}

static int row_rank(const struct bd_package_row *row)
{
	return strcmp(row->type, "generic") == 0 ? 0 : rank_of_change(row->change);
}

/* Groups were made by source package; people look rows up by the name they show. */
static int compare_rows(const void *a, const void *b)
{
	const struct bd_package_row *x = a;
	const struct bd_package_row *y = b;
	const int keys[] = { section_of(x->origin) - section_of(y->origin), y->named_in_log - x->named_in_log,
		row_rank(x) - row_rank(y), strcmp(x->name, y->name), strcmp(x->type, y->type),
		bd_strcmp0(x->version_a, y->version_a), bd_strcmp0(x->version_b, y->version_b) };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i] != 0) {
			return keys[i];
		}
	}
	return 0;
}

/* Letters and digits of type and name. */
static const char *plain_anchor(struct bd_report *report, const char *type, const char *name)
{
	char *anchor = bd_arena_printf(&report->arena, "pkg-%s-%s", type, name);
	for (char *c = anchor; *c != '\0'; c++) {
		*c = isalnum((unsigned char)*c) != 0 ? (char)tolower((unsigned char)*c) : '-';
	}
	return anchor;
}

static int compare_anchors(const void *a, const void *b)
{
	const struct bd_package_row *const *x = a;
	const struct bd_package_row *const *y = b;
	const int order = strcmp((*x)->anchor, (*y)->anchor);
	return order != 0 ? order : (*x < *y ? -1 : *x > *y);
}

static bool is_anchor(struct bd_package_row *const *sorted, size_t count, const char *anchor)
{
	size_t low = 0;
	size_t high = count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(sorted[middle]->anchor, anchor);
		if (order == 0) {
			return true;
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	return false;
}

/* A number where two rows would have one id; "name-2" may also be what a package is called. */
static void set_anchors(struct bd_report *report)
{
	struct bd_package_row_vec *rows = &report->package_rows;
	struct bd_package_row **sorted = bd_xcalloc(rows->len, sizeof(*sorted));
	const char **unique = bd_xcalloc(rows->len, sizeof(*unique));
	size_t number = 1;
	for (size_t i = 0; i < rows->len; i++) {
		rows->v[i].anchor = plain_anchor(report, rows->v[i].type, rows->v[i].name);
		sorted[i] = &rows->v[i];
	}
	if (rows->len > 0) {
		qsort(sorted, rows->len, sizeof(*sorted), compare_anchors);
	}
	for (size_t i = 0; i < rows->len; i++) {
		const bool again = i > 0 && strcmp(sorted[i - 1]->anchor, sorted[i]->anchor) == 0;
		unique[i] = sorted[i]->anchor;
		for (number = again ? number + 1 : 1; again; number++) {
			unique[i] = bd_arena_printf(&report->arena, "%s-%zu", sorted[i]->anchor, number);
			if (!is_anchor(sorted, rows->len, unique[i])) {
				break;
			}
		}
	}
	for (size_t i = 0; i < rows->len; i++) {
		sorted[i]->anchor = unique[i];
	}
	free(unique);
	free(sorted);
}

static void sort_rows(struct bd_report *report)
{
	struct bd_package_row_vec *rows = &report->package_rows;
	if (rows->len > 0) {
		qsort(rows->v, rows->len, sizeof(*rows->v), compare_rows);
	}
	set_anchors(report);
}

/* Every change that has a row of its own. */
static size_t list_items(struct bd_report *report, struct item *items)
{
	size_t count = 0;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (!changed_with_owner(report, change)) {
			items[count++] =
				(struct item){ change, origin_of_package_change(report, change), source_of(change) };
		}
	}
	if (count > 0) {
		qsort(items, count, sizeof(*items), compare_items);
	}
	return count;
}

/* What changed with its owner is counted in the owner's row; rows: of each change. */
static void count_folded(struct bd_report *report, const size_t *rows)
{
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (changed_with_owner(report, change)) {
			report->package_rows.v[rows[change->owner]].folded++;
		}
	}
}

void list_package_rows(struct explanation *x)
{
	struct bd_report *report = x->report;
	struct item *items = bd_xcalloc(report->diff.packages.len, sizeof(*items));
	size_t *rows = bd_xcalloc(report->diff.packages.len, sizeof(*rows));
	const size_t count = list_items(report, items);

	for (size_t i = 0, run; i < count; i += run) {
		run = 1;
		while (i + run < count && compare_groups(&items[i], &items[i + run]) == 0) {
			run++;
		}
		for (size_t k = i; k < i + run; k++) {
			rows[items[k].change - report->diff.packages.v] = report->package_rows.len;
		}
		add_row(report, &items[i], run);
	}
	count_folded(report, rows);
	free(rows);
	free(items);
	sort_rows(report);
}

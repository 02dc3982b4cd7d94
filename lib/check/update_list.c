/* SPDX-License-Identifier: Apache-2.0 */
/* A list with what the image has: lines that hold stay byte for byte, new ones go where the list's order has them. */
#include <stdlib.h>
#include <string.h>

#include "check/update_parts.h"

struct list_update {
	struct bd_str bytes;
	const struct bd_check *check;
	struct bd_arena *arena;
	struct bd_edit_vec *out;
	struct bd_string_vec added; /* lines, sorted */
	size_t next;
};

static const char *without_epoch(const char *version)
{
	const char *colon = strchr(version, ':');
	return colon != NULL ? colon + 1 : version;
}

/* dpkg-query names the architecture where there are several. */
static bool has_sibling(const struct bd_check *check, const struct bd_package *package)
{
	for (size_t i = 0; i < check->record->packages.len; i++) {
		const struct bd_package *one = &check->record->packages.v[i];
		if (strcmp(one->type, package->type) == 0 && strcmp(one->name, package->name) == 0 &&
			!bd_streq(one->arch, package->arch)) {
			return package->arch != NULL;
		}
	}
	return false;
}

static const char *line_text(const struct list_update *update, const struct bd_package *package)
{
	struct bd_arena *arena = update->arena;
	const char *arch = package->arch != NULL ? package->arch : "";
	switch (update->check->baseline->format) {
	case BD_BASELINE_DPKG:
		return has_sibling(update->check, package)
			       ? bd_arena_printf(arena, "%s:%s\t%s", package->name, arch, package->version)
			       : bd_arena_printf(arena, "%s\t%s", package->name, package->version);
	case BD_BASELINE_PIP:
		return bd_arena_printf(arena, "%s==%s", package->name, package->version);
	case BD_BASELINE_APK:
		return bd_arena_printf(arena, "%s-%s", package->name, package->version);
	case BD_BASELINE_RPM:
		return bd_arena_printf(arena, "%s-%s%s%s", package->name, without_epoch(package->version),
			arch[0] != '\0' ? "." : "", arch);
	case BD_BASELINE_PURLS:
	case BD_BASELINE_RECORD:
	case BD_BASELINE_RULES:
	case BD_BASELINE_NPM:
	default:
		return package->purl;
	}
}

static int by_bytes(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static const struct bd_discrepancy *of_line(const struct list_update *update, size_t line)
{
	for (size_t i = 0; i < update->check->discrepancies.len; i++) {
		const struct bd_discrepancy *one = &update->check->discrepancies.v[i];
		if (one->rule != NULL && one->rule->line == line) {
			return one;
		}
	}
	return NULL;
}

static void push(const struct list_update *update, size_t at, size_t n, const char *with)
{
	*arena_push(update->arena, update->out) = (struct bd_edit){ at, n, bd_str(with) };
}

/* What the list's order has before this line; line.p NULL: all that is left. */
static void add_before(struct list_update *update, struct bd_str line, size_t at, const char *end)
{
	while (update->next < update->added.len &&
		(line.p == NULL || bd_str_compare(bd_str(update->added.v[update->next]), line) < 0)) {
		push(update, at, 0, bd_arena_printf(update->arena, "%s%s", update->added.v[update->next++], end));
	}
}

static void replace(const struct list_update *update, const struct bd_discrepancy *one)
{
	const enum bd_baseline_format format = update->check->baseline->format;
	const struct bd_package *package = one->package;
	const char *with = format == BD_BASELINE_PURLS ? package->purl
			   : format == BD_BASELINE_RPM ? without_epoch(package->version)
						       : package->version;
	push(update, one->rule->at, one->rule->n, with);
	if (one->rule->hashes > 0) {
		size_t end = one->rule->end;
		while (end > one->rule->hashes && strchr("\r\n", update->bytes.p[end - 1]) != NULL) {
			end--;
		}
		push(update, one->rule->hashes, end - one->rule->hashes, "");
	}
}

static void take_line(struct list_update *update, struct bd_str whole, size_t number, const char *end)
{
	const size_t at = (size_t)(whole.p - update->bytes.p);
	const struct bd_discrepancy *one = of_line(update, number);
	const struct bd_str text = bd_str_trim(whole);
	if (text.n > 0 && text.p[0] != '#') {
		add_before(update, text, at, end);
	}
	if (one != NULL && one->kind == BD_PACKAGE_VERSION && one->rule->n > 0) {
		replace(update, one);
	} else if (one != NULL) {
		push(update, at, one->rule->end > at ? one->rule->end - at : whole.n, "");
	}
}

static void list_added(struct list_update *update)
{
	for (size_t i = 0; i < update->check->discrepancies.len; i++) {
		const struct bd_discrepancy *one = &update->check->discrepancies.v[i];
		if (one->kind == BD_PACKAGE_UNEXPECTED && one->package->version != NULL) {
			update_add_once(update->arena, &update->added, line_text(update, one->package));
		}
	}
	if (update->added.len > 0) {
		qsort(update->added.v, update->added.len, sizeof(*update->added.v), by_bytes);
	}
}

void update_list(struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out)
{
	struct list_update update = { .bytes = bytes, .check = check, .arena = arena, .out = out };
	struct bd_str rest = bytes;
	const char *end = bd_str_find(bytes, "\r\n", NULL) ? "\r\n" : "\n";
	list_added(&update);
	for (size_t number = 1; rest.n > 0; number++) {
		const char *line_end = memchr(rest.p, '\n', rest.n);
		const struct bd_str whole = { rest.p, line_end != NULL ? (size_t)(line_end - rest.p) + 1 : rest.n };
		take_line(&update, whole, number, end);
		rest = (struct bd_str){ rest.p + whole.n, rest.n - whole.n };
	}
	if (update.next < update.added.len && bytes.n > 0 && bytes.p[bytes.n - 1] != '\n') {
		push(&update, bytes.n, 0, end);
	}
	add_before(&update, (struct bd_str){ NULL, 0 }, bytes.n, end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A list with what the image has: lines that hold stay byte for byte, new ones go where the list's order has them. */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "check/check_parts.h"

struct update {
	struct bd_str bytes;
	const struct bd_check *check;
	struct bd_buf *out;
	struct bd_arena arena;
	struct bd_string_vec added; /* lines, sorted, in the arena */
	size_t next;
};

static void release_update(struct update *update)
{
	bd_arena_release(&update->arena);
}

static const char *without_epoch(const char *version)
{
	const char *colon = strchr(version, ':');
	return colon != NULL ? colon + 1 : version;
}

static const char *line_text(struct update *update, const struct bd_package *package)
{
	struct bd_arena *arena = &update->arena;
	switch (update->check->baseline->format) {
	case BD_BASELINE_DPKG:
		return bd_arena_printf(arena, "%s\t%s", package->name, package->version);
	case BD_BASELINE_PIP:
		return bd_arena_printf(arena, "%s==%s", package->name, package->version);
	case BD_BASELINE_APK:
		return bd_arena_printf(arena, "%s-%s", package->name, package->version);
	case BD_BASELINE_RPM:
		return bd_arena_printf(arena, "%s-%s%s%s", package->name, without_epoch(package->version),
			package->arch != NULL ? "." : "", package->arch != NULL ? package->arch : "");
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

static const struct bd_discrepancy *of_line(const struct update *update, size_t line)
{
	for (size_t i = 0; i < update->check->discrepancies.len; i++) {
		const struct bd_discrepancy *one = &update->check->discrepancies.v[i];
		if (one->rule != NULL && one->rule->line == line) {
			return one;
		}
	}
	return NULL;
}

static void add_before(struct update *update, struct bd_str line, const char *end)
{
	while (update->next < update->added.len &&
		(line.p == NULL || bd_str_compare(bd_str(update->added.v[update->next]), line) < 0)) {
		bd_buf_add_str(update->out, update->added.v[update->next++]);
		bd_buf_add_str(update->out, end);
	}
}

static void replace(struct update *update, const struct bd_discrepancy *one, struct bd_str whole)
{
	const size_t begin = (size_t)(whole.p - update->bytes.p);
	const size_t end = one->rule->at + one->rule->n;
	const bool purl = update->check->baseline->format == BD_BASELINE_PURLS;
	const char *version = update->check->baseline->format == BD_BASELINE_RPM ? without_epoch(one->package->version)
										 : one->package->version;
	bd_buf_add(update->out, whole.p, one->rule->at - begin);
	bd_buf_add_str(update->out, purl ? one->package->purl : version);
	bd_buf_add(update->out, update->bytes.p + end, begin + whole.n - end);
}

static void take_line(struct update *update, struct bd_str whole, size_t number)
{
	const struct bd_discrepancy *one = of_line(update, number);
	const struct bd_str text = bd_str_trim(whole);
	const char *end = bd_str_ends(whole, "\r\n") ? "\r\n" : "\n";
	if (text.n > 0 && text.p[0] != '#') {
		add_before(update, text, end);
	}
	if (one == NULL) {
		bd_buf_add(update->out, whole.p, whole.n);
	} else if (one->kind == BD_PACKAGE_VERSION && one->rule->n > 0) {
		replace(update, one, whole);
	}
}

int bd_baseline_update(struct bd_str bytes, const struct bd_check *check, struct bd_buf *out, struct bd_error *err)
{
	AUTO(release_update) struct update update = { .bytes = bytes, .check = check, .out = out };
	struct bd_str rest = bytes;
	const enum bd_baseline_format format = check->baseline->format;
	if (format == BD_BASELINE_RULES || format == BD_BASELINE_NPM || format == BD_BASELINE_RECORD) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s: not rewritten here: %s",
			bd_baseline_format_name(format),
			format == BD_BASELINE_NPM ? "let npm ls write it again"
						  : "only who wrote it can say what is right");
	}
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (check->discrepancies.v[i].kind == BD_PACKAGE_UNEXPECTED) {
			*arena_push(&update.arena, &update.added) =
				line_text(&update, check->discrepancies.v[i].package);
		}
	}
	if (update.added.len > 0) {
		qsort(update.added.v, update.added.len, sizeof(*update.added.v), by_bytes);
	}
	for (size_t number = 1; rest.n > 0; number++) {
		const char *end = memchr(rest.p, '\n', rest.n);
		const struct bd_str whole = { rest.p, end != NULL ? (size_t)(end - rest.p) + 1 : rest.n };
		take_line(&update, whole, number);
		rest = (struct bd_str){ rest.p + whole.n, rest.n - whole.n };
	}
	if (update.next < update.added.len && out->n > 0 && out->p[out->n - 1] != '\n') {
		bd_buf_add_char(out, '\n');
	}
	add_before(&update, (struct bd_str){ NULL, 0 }, "\n");
	return 0;
}

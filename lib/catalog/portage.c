/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gentoo's installed packages: /var/db/pkg/CATEGORY/PF/, where PF is NAME-VERSION[-rREVISION] (PMS 3.1, 3.2) and
 * CONTENTS lists what was merged: obj PATH MD5 MTIME, sym PATH -> TARGET MTIME, dir PATH, fif PATH, dev PATH.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_digits(struct bd_str *text)
{
	while (text->n > 0 && is_digit(text->p[0])) {
		text->p++;
		text->n--;
	}
}

static bool skip_text(struct bd_str *text, const char *prefix)
{
	if (!bd_str_starts(*text, prefix)) {
		return false;
	}
	text->p += strlen(prefix);
	text->n -= strlen(prefix);
	return true;
}

/* 1, 1.2, 1.2b, then any of _alpha _beta _pre _rc _p with a number (PMS 3.2). */
static bool is_version(struct bd_str text)
{
	static const char *const suffixes[] = { "_alpha", "_beta", "_pre", "_rc", "_p" };
	if (text.n == 0 || !is_digit(text.p[0])) {
		return false;
	}
	skip_digits(&text);
	while (text.n > 1 && text.p[0] == '.' && is_digit(text.p[1])) {
		text = (struct bd_str){ text.p + 1, text.n - 1 };
		skip_digits(&text);
	}
	if (text.n > 0 && text.p[0] >= 'a' && text.p[0] <= 'z') {
		text = (struct bd_str){ text.p + 1, text.n - 1 };
	}
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (skip_text(&text, suffixes[i])) {
			skip_digits(&text);
			i = SIZE_MAX; /* from the first one again */
		}
	}
	return text.n == 0;
}

static bool is_revision(struct bd_str text)
{
	if (!skip_text(&text, "r") || text.n == 0) {
		return false;
	}
	skip_digits(&text);
	return text.n == 0;
}

/* PF's last dash, or the one before it when a revision follows the last. */
static bool split(struct bd_str folder, struct bd_str *name, struct bd_str *version)
{
	const char *end = folder.p + folder.n;
	const char *dash = folder.n > 0 ? memrchr(folder.p, '-', folder.n) : NULL;
	if (dash != NULL && is_revision((struct bd_str){ dash + 1, (size_t)(end - dash - 1) })) {
		const char *revision = dash;
		dash = memrchr(folder.p, '-', (size_t)(revision - folder.p));
		end = revision;
	}
	if (dash == NULL || dash == folder.p || !is_version((struct bd_str){ dash + 1, (size_t)(end - dash - 1) })) {
		return false;
	}
	*name = (struct bd_str){ folder.p, (size_t)(dash - folder.p) };
	*version = (struct bd_str){ dash + 1, (size_t)(folder.p + folder.n - dash - 1) };
	return true;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "ebuild");
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const struct bd_str category = bd_path_name(bd_path_dir(folder));
	struct bd_str name = bd_path_name(folder);
	struct bd_str version;
	if (bd_str_starts(name, "-MERGING-")) { /* an installation that never ended */
		return 0;
	}
	if (!split(name, &name, &version)) {
		return bd_error_set(err, BD_ERR_FORMAT, "its folder is no NAME-VERSION");
	}
	package.namespace = bd_arena_text(arena, category.p, category.n);
	package.name = bd_arena_printf(arena, "%s/%.*s", package.namespace, (int)name.n, name.p);
	package.version = bd_arena_text(arena, version.p, version.n);
	const struct bd_purl purl = { .type = "ebuild",
		.namespace = package.namespace,
		.name = package.name + category.n + 1,
		.version = package.version };
	package.purl = bd_purl_text(&purl, arena);
	if (package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

/* The last word of a line, which loses it. */
static struct bd_str cut_last(struct bd_str *line)
{
	const char *space = line->n > 0 ? memrchr(line->p, ' ', line->n) : NULL;
	struct bd_str word = { NULL, 0 };
	if (space != NULL) {
		word = (struct bd_str){ space + 1, (size_t)(line->p + line->n - space - 1) };
		line->n = (size_t)(space - line->p);
	}
	return word;
}

/* Below /etc lies what portage protects from being overwritten (CONFIG_PROTECT): it is expected to be edited. */
static void emit_line(struct owned_list *files, struct bd_str line)
{
	const struct bd_str none = { NULL, 0 };
	const struct bd_str kind = bd_str_cut(&line, ' ');
	size_t arrow = 0;
	if (bd_str_is(kind, "obj")) { /* names may have spaces */
		(void)cut_last(&line);
		const struct bd_str md5 = cut_last(&line);
		owned_file_at(files, line, md5, bd_str_starts(line, "/etc/"));
	} else if (bd_str_is(kind, "sym") && bd_str_find(line, " -> ", &arrow)) {
		owned_file_at(files, (struct bd_str){ line.p, arrow }, none, false);
	} else if (bd_str_is(kind, "dir") || bd_str_is(kind, "fif") || bd_str_is(kind, "dev")) {
		owned_file_at(files, line, none, false);
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	struct bd_str rest = in->bytes;
	struct bd_str line;
	(void)package;
	(void)err;
	while (bd_str_line(&rest, &line)) {
		emit_line(&files, line);
	}
	owned_folder_at(&files, bd_path_dir(bd_str(in->path)));
	return 0;
}

const struct bd_cataloger bd_cataloger_portage = {
	.name = "portage",
	.purl_type = "ebuild",
	.primary = (const char *const[]){ "**/var/db/pkg/*/*/CONTENTS", NULL },
	.parse = parse,
	.owned = owned,
};

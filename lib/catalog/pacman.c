/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pacman: var/lib/pacman/local/NAME-VERSION/ with desc, files and mtree (libalpm's local database, version 9):
 * "%FIELD%" lines, each followed by its values and an empty line.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/mtree.h"

#define LOCAL "var/lib/pacman/local"

/* The values of a field, to the empty line behind them; false: no such field. */
static bool find_field(struct bd_str bytes, const char *field, struct bd_str *values)
{
	struct bd_str rest = bytes;
	struct bd_str line;
	bool at_start = true; /* of a field: a value may look like one */
	while (bd_str_line(&rest, &line)) {
		if (at_start && bd_str_is(line, field)) {
			const char *start = rest.p;
			const char *end = start;
			while (bd_str_line(&rest, &line) && line.n > 0) {
				end = line.p + line.n;
			}
			*values = (struct bd_str){ start, (size_t)(end - start) };
			return true;
		}
		at_start = line.n == 0;
	}
	return false;
}

static const char *first_value(struct bd_str bytes, const char *field, struct bd_arena *arena)
{
	struct bd_str values;
	struct bd_str line;
	if (!find_field(bytes, field, &values) || !bd_str_line(&values, &line) || line.n == 0 ||
		memchr(line.p, '\0', line.n) != NULL) {
		return NULL;
	}
	return bd_arena_text(arena, line.p, line.n);
}

/* Arch has no releases: os-release says BUILD_ID=rolling in the place of VERSION_ID. */
static const char *distro_text(const struct bd_os_release *os, struct bd_arena *arena)
{
	if (os == NULL || os->id == NULL) {
		return NULL;
	}
	const char *release = os->version_id != NULL ? os->version_id : os->build_id;
	return release != NULL ? bd_arena_printf(arena, "%s-%s", os->id, release) : os->id;
}

/* alpm/VENDOR/NAME@VERSION?arch=&distro=&upstream=: the base package it was built from (purl-spec, alpm). */
static void set_purl(struct bd_package *package, const struct bd_os_release *os, struct bd_arena *arena)
{
	struct bd_key_value pairs[] = { { "arch", package->arch }, { "distro", distro_text(os, arena) },
		{ "upstream", package->source } };
	package->namespace = bd_arena_strdup(arena, os != NULL && os->id != NULL ? os->id : "arch");
	const struct bd_purl purl = { .type = "alpm",
		.namespace = package->namespace,
		.name = package->name,
		.version = package->version,
		.qualifiers = { pairs, 3, 3 } };
	package->purl = bd_purl_text(&purl, arena);
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "alpm");
	package.name = first_value(in->bytes, "%NAME%", arena);
	package.version = first_value(in->bytes, "%VERSION%", arena);
	if (package.name == NULL || package.version == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "no %s", package.name == NULL ? "%NAME%" : "%VERSION%");
	}
	package.arch = first_value(in->bytes, "%ARCH%", arena);
	package.source = first_value(in->bytes, "%BASE%", arena);
	set_purl(&package, in->os, arena);
	*bd_vec_push(out) = package;
	return 0;
}

/* ---- files -------------------------------------------------------------------------------------------- */

/* A file that the administrator may edit, and the MD5 that it was shipped with. */
struct backup {
	struct bd_str path, md5;
};
struct backup_vec {
	struct backup *v;
	size_t len, cap;
};

struct files {
	struct owned_list list;
	struct bd_str root; /* what stands in front of var/lib/pacman: "" nearly always */
	struct backup_vec backups;
};

static int by_path(const void *a, const void *b)
{
	return bd_str_compare(((const struct backup *)a)->path, ((const struct backup *)b)->path);
}

/* %BACKUP%: lines "PATH TAB MD5" */
static void read_backups(struct backup_vec *backups, struct bd_str lists)
{
	struct bd_str rest;
	struct bd_str line;
	if (!find_field(lists, "%BACKUP%", &rest)) {
		return;
	}
	while (bd_str_line(&rest, &line)) {
		const struct bd_str path = bd_str_cut(&line, '\t');
		*bd_vec_push(backups) = (struct backup){ path, line };
	}
	if (backups->len > 0) {
		qsort(backups->v, backups->len, sizeof(*backups->v), by_path);
	}
}

static const struct backup *find_backup(const struct backup_vec *backups, struct bd_str path)
{
	const struct backup wanted = { .path = path };
	return backups->len > 0 ? bsearch(&wanted, backups->v, backups->len, sizeof(*backups->v), by_path) : NULL;
}

static void add_path(struct files *files, struct bd_str path, struct bd_owned_file file)
{
	const struct backup *backup = find_backup(&files->backups, path);
	file.config = backup != NULL;
	if (backup != NULL && file.algorithm == BD_CHECKSUM_NONE) {
		owned_set_checksum(&file, BD_CHECKSUM_MD5, backup->md5);
	}
	owned_add(&files->list, files->root, path, file);
}

/* ".PKGINFO" and such are the package's own papers: they are not unpacked (makepkg). */
static bool is_paper(struct bd_str path)
{
	return bd_str_starts(path, ".") && memchr(path.p, '/', path.n) == NULL;
}

static bool add_mtree(struct files *files, struct bd_str packed)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_error ignored;
	if (packed.n == 0 || format_mtree_text(packed, &text, &ignored) < 0) {
		return false; /* "files" still has the names */
	}
	struct format_mtree reader = { .rest = bd_buf_view(&text) };
	bool any = false;
	while (format_mtree_next(&reader)) {
		struct bd_owned_file file = { .folder = false };
		struct bd_str path = bd_buf_view(&reader.path);
		path = bd_str_starts(path, "./") ? (struct bd_str){ path.p + 2, path.n - 2 } : path;
		owned_set_checksum(&file, BD_CHECKSUM_MD5, reader.md5);
		owned_set_checksum(&file, BD_CHECKSUM_SHA256, reader.sha256);
		if (!is_paper(path)) {
			add_path(files, path, file);
			any = true;
		}
	}
	format_mtree_release(&reader);
	return any;
}

static void add_names(struct files *files, struct bd_str names)
{
	struct bd_str line;
	while (bd_str_line(&names, &line)) {
		add_path(files, line, (struct bd_owned_file){ .folder = false });
	}
}

static struct bd_str beside(const struct bd_catalog_in *in, const char *name)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	bd_buf_printf(&path, "%.*s/%s", (int)folder.n, folder.p, name);
	return in->file(in, bd_buf_str(&path));
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct files files = { .list = { .each = each, .context = context } };
	const struct bd_str database = bd_path_dir(bd_path_dir(bd_str(in->path)));
	const struct bd_str lists = beside(in, "files");
	struct bd_str names;
	(void)package;
	(void)err;
	files.root = bd_path_dir(bd_path_dir(bd_path_dir(bd_path_dir(database)))); /* without LOCAL */
	read_backups(&files.backups, lists);
	if (!add_mtree(&files, beside(in, "mtree")) && find_field(lists, "%FILES%", &names)) {
		add_names(&files, names);
	}
	owned_release(&files.list);
	free(files.backups.v);
	return 0;
}

const struct bd_cataloger bd_cataloger_pacman = {
	.name = "pacman",
	.purl_type = "alpm",
	.primary = (const char *const[]){ "**/" LOCAL "/*/desc", NULL },
	.companions = (const char *const[]){ "**/" LOCAL "/*/files", "**/" LOCAL "/*/mtree", NULL },
	.parse = parse,
	.owned = owned,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opkg (OpenWrt, Entware, Yocto): a status file of paragraphs as dpkg's, info/NAME.list with the files.  Images whose
 * status file was removed still have info/NAME.control of every package.  Installed is what has its files in place: the
 * states installed, unpacked, half-configured and post-inst-failed.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/distro_purl.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/deb822.h"

enum stanza_field {
	PACKAGE,
	VERSION,
	STATUS,
	ARCHITECTURE,
	CONFFILES,
	FIELDS
};
static const struct format_deb822_field fields[FIELDS] = { { "Package", false }, { "Version", false },
	{ "Status", false }, { "Architecture", false }, { "Conffiles", true } };

static bool is_installed(struct bd_str status)
{
	static const char *const states[] = { "installed", "unpacked", "half-configured", "post-inst-failed" };
	const char *space = status.n > 0 ? memrchr(status.p, ' ', status.n) : NULL;
	if (space != NULL) {
		status = (struct bd_str){ space + 1, (size_t)(status.p + status.n - space - 1) };
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (bd_str_is(status, states[i])) {
			return true;
		}
	}
	return false;
}

static bool is_control(const struct bd_catalog_in *in)
{
	return bd_str_ends(bd_str(in->path), ".control");
}

static int add_package(const struct bd_catalog_in *in, const struct bd_str *stanza, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "opkg");
	if (out->len >= BD_LIMIT_PACKAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
	}
	package.name = bd_arena_text(arena, stanza[PACKAGE].p, stanza[PACKAGE].n);
	package.version = bd_arena_text(arena, stanza[VERSION].n > 0 ? stanza[VERSION].p : "", stanza[VERSION].n);
	if (stanza[ARCHITECTURE].n > 0) {
		package.arch = bd_arena_text(arena, stanza[ARCHITECTURE].p, stanza[ARCHITECTURE].n);
	}
	set_distro_purl(&package, "opkg", NULL, in->os, arena);
	*bd_vec_push(out) = package;
	return 0;
}

/* A control file counts only where there is no status file that names its package. */
static bool has_status(const struct bd_catalog_in *in)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_path_dir(bd_str(in->path)));
	bd_buf_printf(&path, "%.*s/status", (int)folder.n, folder.p);
	return in->file(in, bd_buf_str(&path)).p != NULL;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct format_deb822 reader = { .rest = in->bytes };
	struct bd_str stanza[FIELDS];
	int more = 0;
	if (is_control(in) && has_status(in)) {
		return 0;
	}
	for (size_t start = 0; (more = format_deb822_read(&reader, fields, FIELDS, stanza, err)) > 0;
		start = in->bytes.n - reader.rest.n) {
		if (!is_control(in) && !is_installed(stanza[STATUS])) {
			continue;
		}
		if (stanza[PACKAGE].n == 0) {
			return bd_error_set(err, BD_ERR_FORMAT, "line %zu: a stanza without Package", reader.first);
		}
		if (add_package(in, stanza, arena, out, err) < 0) {
			return -(int)err->code;
		}
		out->v[out->len - 1].database_offset = start;
	}
	return more;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* The Conffiles of this package's stanza. */
static struct bd_str find_conffiles(const struct bd_catalog_in *in, const struct bd_package *package)
{
	struct format_deb822 reader = { .rest = in->bytes };
	struct bd_str stanza[FIELDS];
	struct bd_error err;
	if (package->database_offset >= in->bytes.n) {
		return (struct bd_str){ NULL, 0 };
	}
	reader.rest = (struct bd_str){ in->bytes.p + package->database_offset, in->bytes.n - package->database_offset };
	const bool found = format_deb822_read(&reader, fields, FIELDS, stanza, &err) > 0;
	return found ? stanza[CONFFILES] : (struct bd_str){ NULL, 0 };
}

/* " /etc/x CHECKSUM": of the file as the package shipped it. */
static void emit_conffiles(struct owned_list *files, struct bd_str rest)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		const char *space = line.n > 0 ? memrchr(line.p, ' ', line.n) : NULL;
		const size_t n = space != NULL ? (size_t)(space - line.p) : line.n;
		const struct bd_str checksum = { line.p + n, line.n - n };
		owned_file_at(files, (struct bd_str){ line.p, n }, bd_str_trim(checksum), true);
	}
}

static void list_path(const struct bd_catalog_in *in, const struct bd_package *package, struct bd_buf *out)
{
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const char *below = is_control(in) ? "" : "/info";
	if (strchr(package->name, '/') == NULL) { /* else no package's name: it would be a path elsewhere */
		bd_buf_printf(out, "%.*s%s/%s.list", (int)folder.n, folder.p, below, package->name);
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str line;
	(void)err;
	list_path(in, package, &path);
	struct bd_str list = path.n > 0 ? in->file(in, bd_buf_str(&path)) : (struct bd_str){ NULL, 0 };
	emit_conffiles(
		&files, find_conffiles(in, package)); /* first, with what is known of them: the list names them too */
	while (bd_str_line(&list, &line)) {           /* newer ones add a tab, the mode and a link's target */
		owned_file_at(&files, bd_str_cut(&line, '\t'), (struct bd_str){ NULL, 0 }, false);
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_opkg = {
	.name = "opkg",
	.purl_type = "opkg",
	.primary = (const char *const[]){ "**/lib/opkg/status", "**/lib/opkg/info/*.control", NULL },
	.companions = (const char *const[]){ "**/lib/opkg/info/*.list", NULL },
	.parse = parse,
	.owned = owned,
};

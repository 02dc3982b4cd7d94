/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opam (OCaml): what is installed in a switch is SWITCH/.opam-switch/packages/NAME.VERSION/opam; the files are in
 * .opam-switch/install/NAME.changes, below "added:", one "PATH" {"F:CHECKSUM"} a line ("D" for folders, "L" for links).
 */
#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

/* A package's name has no dot (opam manual, "Package files"). */
static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "opam");
	struct bd_str version = bd_path_name(bd_path_dir(bd_str(in->path)));
	const struct bd_str name = bd_str_cut(&version, '.');
	(void)err;
	package.name = bd_arena_text(arena, name.p, name.n);
	package.version = bd_arena_text(arena, version.n > 0 ? version.p : "", version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

/* The next text in double quotes of the line. */
static bool cut_quoted(struct bd_str *line, struct bd_str *out)
{
	if (!bd_str_find(*line, "\"", NULL)) {
		return false;
	}
	(void)bd_str_cut(line, '"');
	*out = bd_str_cut(line, '"');
	return true;
}

static void emit_line(struct owned_list *files, struct bd_str prefix, struct bd_str line)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str file;
	struct bd_str kind;
	if (!cut_quoted(&line, &file) || !cut_quoted(&line, &kind)) {
		return;
	}
	const struct bd_str sum =
		bd_str_starts(kind, "F:") ? (struct bd_str){ kind.p + 2, kind.n - 2 } : (struct bd_str){ NULL, 0 };
	bd_buf_printf(&path, "%.*s/%.*s", (int)prefix.n, prefix.p, (int)file.n, file.p);
	owned_file_at(files, bd_buf_view(&path), sum, false);
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const struct bd_str state = bd_path_dir(bd_path_dir(folder));
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str line;
	(void)err;
	bd_buf_printf(&path, "%.*s/install/%s.changes", (int)state.n, state.p, package->name);
	struct bd_str rest = in->file(in, bd_buf_str(&path));
	while (bd_str_line(&rest, &line)) {
		emit_line(&files, bd_path_dir(state), line);
	}
	owned_file_at(&files, bd_buf_view(&path), (struct bd_str){ NULL, 0 }, false);
	owned_folder_at(&files, folder);
	return 0;
}

const struct bd_cataloger bd_cataloger_opam = {
	.name = "opam",
	.purl_type = "opam",
	.primary = (const char *const[]){ "**/.opam-switch/packages/*/opam", NULL },
	.companions = (const char *const[]){ "**/.opam-switch/install/*.changes", NULL },
	.parse = parse,
	.owned = owned,
};

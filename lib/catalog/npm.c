/* SPDX-License-Identifier: Apache-2.0 */
/*
 * npm: installed packages are the folders directly in a node_modules folder (or in its @SCOPE
 * folders), at any depth, as `npm ls` sees them; a package.json elsewhere is source, not an
 * installation.  Debian's own /usr/share/nodejs/NAME is dpkg's.
 */
#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "format/json.h"

/* node_modules/NAME/package.json or node_modules/@SCOPE/NAME/package.json, NAME not hidden. */
static bool is_installed(const char *path)
{
	const struct bd_str folder = bd_path_dir(bd_str(path));
	const struct bd_str name = bd_path_name(folder);
	struct bd_str above = bd_path_dir(folder);
	if (bd_str_starts(bd_path_name(above), "@")) {
		above = bd_path_dir(above);
	}
	return bd_str_is(bd_path_name(above), "node_modules") && !bd_str_starts(name, "@") && !bd_str_starts(name, ".");
}

/* "@scope/name": the scope is the purl's namespace; people and npm say the whole. */
static void set_identity(struct bd_package *package, struct bd_arena *arena)
{
	struct bd_str rest = bd_str(package->name);
	struct bd_purl purl = { .type = "npm", .name = package->name, .version = package->version };
	if (bd_str_starts(rest, "@") && bd_str_find(rest, "/", NULL)) {
		const struct bd_str scope = bd_str_cut(&rest, '/');
		if (rest.n > 0) {
			purl.namespace = bd_arena_text(arena, scope.p, scope.n);
			purl.name = bd_arena_text(arena, rest.p, rest.n);
		}
	}
	package->type = "npm";
	package->namespace = purl.namespace;
	package->purl = bd_purl_text(&purl, arena);
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = { .path = in->path, .layer = -1, .files = -1, .size_bytes = -1 };
	if (!is_installed(in->path)) {
		return 0;
	}
	json_auto_t *document = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (document == NULL) {
		return -(int)err->code;
	}
	if (format_json_text(document, "name", arena, &package.name, err) < 0 ||
		format_json_text(document, "version", arena, &package.version, err) < 0) {
		return -(int)err->code;
	}
	if (package.name != NULL && package.version != NULL) {
		set_identity(&package, arena);
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct bd_owned_file folder = { .path = bd_path_dir(bd_str(in->path)), .folder = true };
	(void)package;
	(void)err;
	each(&folder, context);
	return 0;
}

const struct bd_cataloger bd_cataloger_npm = {
	.name = "npm",
	.purl_type = "npm",
	.primary = (const char *const[]){ "**/node_modules/*/package.json", "**/node_modules/@*/*/package.json", NULL },
	.parse = parse,
	.owned = owned,
};

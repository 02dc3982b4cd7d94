/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PHP packages as Composer keeps them: VENDOR/composer/installed.json, an array of packages in Composer 1, an object
 * with "packages" in Composer 2 (Composer\Repository\FilesystemRepository).
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json.h"
#include "format/json_view.h"

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* A branch ("dev-main", "2.x-dev") moves; the commit says which state of it this is. */
static const char *branch_commit(const json_t *entry, const char *version, struct bd_arena *arena)
{
	const json_t *source = json_object_get(entry, "source");
	const char *kind = text(source, "type");
	const char *url = text(source, "url");
	const char *reference = text(source, "reference");
	const struct bd_str view = bd_str(version);
	if ((!bd_str_starts(view, "dev-") && !bd_str_ends(view, "-dev")) || kind == NULL || url == NULL ||
		reference == NULL) {
		return NULL;
	}
	return bd_arena_printf(arena, "%s+%s@%s", kind, bd_url_without_credentials(arena, url), reference);
}

/* "vendor/name": the vendor is the purl's namespace; people and composer say the whole. */
static void set_identity(struct bd_package *package, const char *commit, struct bd_arena *arena)
{
	struct bd_key_value pair = { "vcs_url", commit };
	struct bd_str rest = bd_str(package->name);
	struct bd_purl purl = {
		.type = "composer", .name = package->name, .version = package->version, .qualifiers = { &pair, 1, 1 }
	};
	const struct bd_str vendor = bd_str_cut(&rest, '/');
	if (vendor.n > 0 && rest.n > 0) {
		package->namespace = purl.namespace = bd_arena_text(arena, vendor.p, vendor.n);
		purl.name = bd_arena_text(arena, rest.p, rest.n);
	}
	package->purl = bd_purl_text(&purl, arena);
}

static int add_package(const struct bd_catalog_in *in, struct bd_str view, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "composer");
	json_auto_t *entry = format_json_object(view, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (entry == NULL || format_json_text(entry, "name", arena, &package.name, err) < 0 ||
		format_json_text(entry, "version", arena, &package.version, err) < 0) {
		return -(int)err->code;
	}
	if (package.name == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "without a name");
	}
	package.version = package.version != NULL ? package.version : "";
	package.database_offset = (size_t)(view.p - in->bytes.p);
	set_identity(&package, branch_commit(entry, package.version, arena), arena);
	if (package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int find_list(struct bd_str bytes, struct bd_str *inside, struct bd_error *err)
{
	struct bd_str value;
	if (format_json_view(bytes, &value, err) < 0) {
		return -(int)err->code;
	}
	(void)format_json_find(value, "packages", &value);
	return format_json_inside(value, '[', inside) ? 0 : bd_error_set(err, BD_ERR_FORMAT, "no list of packages");
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_str inside;
	struct bd_str key;
	struct bd_str entry;
	if (find_list(in->bytes, &inside, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 1; format_json_next(&inside, &key, &entry); i++) {
		if (out->len >= BD_LIMIT_PACKAGES) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
		}
		if (add_package(in, entry, arena, out, err) < 0) {
			return bd_error_wrap(err, "package %zu", i);
		}
	}
	return inside.n == 0 ? 0 : bd_error_set(err, BD_ERR_FORMAT, "the list of packages is not JSON");
}

/* ---- files -------------------------------------------------------------------------------------------- */

static void add_program(struct owned_list *list, struct bd_str vendor, const json_t *program)
{
	const struct bd_str name = bd_path_name(bd_str(json_string_value(program)));
	if (name.n > 0) {
		owned_file(list, "%.*s/bin/%.*s", (int)vendor.n, vendor.p, (int)name.n, name.p);
	}
}

/* Programs are linked, or wrapped by a script, in VENDOR/bin. */
static void add_programs(struct owned_list *list, struct bd_str vendor, const json_t *programs)
{
	size_t i;
	const json_t *program;
	add_program(list, vendor, programs); /* one alone may stand without a list */
	json_array_foreach (programs, i, program) {
		add_program(list, vendor, program);
	}
}

/* install-path is relative to installed.json; null: a metapackage, which has no files.  Composer 1 does not write it.
 */
static void add_files(struct owned_list *list, const char *path, const json_t *entry, const char *name)
{
	const struct bd_str folder = bd_path_dir(bd_str(path));
	const struct bd_owned_file below = { .folder = true };
	const json_t *place = json_object_get(entry, "install-path");
	AUTO(bd_buf_release) struct bd_buf guess = { .n = 0 };
	if (json_is_string(place)) {
		owned_add(list, folder, bd_str(json_string_value(place)), below);
	} else if (place == NULL && !bd_streq(text(entry, "type"), "metapackage")) {
		bd_buf_printf(&guess, "../%s", name);
		owned_add(list, folder, bd_buf_view(&guess), below);
	}
	add_programs(list, bd_path_dir(folder), json_object_get(entry, "bin"));
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct owned_list list = { .each = each, .context = context };
	const size_t at = package->database_offset < in->bytes.n ? package->database_offset : in->bytes.n;
	struct bd_str rest = { in->bytes.p + at, in->bytes.n - at };
	struct bd_str view = { NULL, 0 };
	(void)format_json_cut(&rest, &view);
	json_auto_t *entry = format_json_object(view, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (entry == NULL) {
		return -(int)err->code;
	}
	add_files(&list, in->path, entry, package->name);
	owned_release(&list);
	return 0;
}

const struct bd_cataloger bd_cataloger_composer = {
	.name = "composer",
	.purl_type = "composer",
	.primary = (const char *const[]){ "**/composer/installed.json", NULL },
	.parse = parse,
	.owned = owned,
};

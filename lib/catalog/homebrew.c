/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Homebrew: an installed formula is its keg PREFIX/Cellar/NAME/VERSION[_REVISION], with INSTALL_RECEIPT.json, which has
 * the tap it came from, and the formula itself in .brew/NAME.rb.  Formulae of taps are offers, not installations.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json.h"

static bool is_receipt(struct bd_str path)
{
	return bd_str_ends(path, "/INSTALL_RECEIPT.json");
}

static struct bd_str keg_of(struct bd_str path)
{
	const struct bd_str folder = bd_path_dir(path);
	return is_receipt(path) ? folder : bd_path_dir(folder);
}

/* The tap, where it is another than Homebrew's own. */
static int read_tap(const struct bd_catalog_in *in, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	json_auto_t *receipt = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	*out = NULL;
	if (receipt == NULL) {
		return -(int)err->code;
	}
	const json_t *source = json_object_get(receipt, "source");
	if (json_is_object(source) && format_json_text(source, "tap", arena, out, err) < 0) {
		return -(int)err->code;
	}
	if (bd_streq(*out, "homebrew/core")) {
		*out = NULL;
	}
	return 0;
}

static bool has_receipt(const struct bd_catalog_in *in, struct bd_str keg)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%.*s/INSTALL_RECEIPT.json", (int)keg.n, keg.p);
	return in->file(in, bd_buf_str(&path)).p != NULL;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "brew");
	const struct bd_str keg = keg_of(bd_str(in->path));
	const struct bd_str version = bd_path_name(keg);
	const struct bd_str name = bd_path_name(bd_path_dir(keg));
	int result = 0;
	if (!is_receipt(bd_str(in->path)) && has_receipt(in, keg)) {
		return 0;
	}
	if (is_receipt(bd_str(in->path))) { /* one that cannot be read still says that the keg is installed */
		result = read_tap(in, arena, &package.namespace, err);
	}
	package.name = bd_arena_text(arena, name.p, name.n);
	package.version = bd_arena_text(arena, version.p, version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return result;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	(void)package;
	(void)err;
	owned_folder_at(&files, keg_of(bd_str(in->path)));
	return 0;
}

const struct bd_cataloger bd_cataloger_homebrew = {
	.name = "homebrew",
	.purl_type = "brew",
	.primary = (const char *const[]){ "**/Cellar/*/*/INSTALL_RECEIPT.json", "**/Cellar/*/*/.brew/*.rb", NULL },
	.parse = parse,
	.owned = owned,
};

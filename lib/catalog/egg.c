/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python eggs that stayed packed: NAME-VERSION-pyX.Y.egg, a zip archive with EGG-INFO/PKG-INFO in it ("The Internal
 * Structure of Python Eggs", setuptools), as easy_install left them.  Those that are folders are python's.
 */
#include "basedrift/limits.h"

#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "catalog/python_metadata.h"
#include "format/zip.h"

static size_t wants(const char *name, void *context)
{
	(void)context;
	return strcmp(name, "EGG-INFO/PKG-INFO") == 0 ? BD_LIMIT_EGG_METADATA : 0;
}

static int take(const char *name, struct bd_str bytes, void *context, struct bd_error *err)
{
	struct bd_buf *out = context;
	(void)name;
	(void)err;
	bd_buf_clear(out);
	bd_buf_add(out, bytes.p, bytes.n);
	return 0;
}

static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	uint64_t budget = BD_LIMIT_EGG_METADATA;
	const struct zip_reader reader = { .wants = wants, .file = take, .context = out, .budget = &budget };
	(void)path;
	return zip_begins(bytes) ? zip_read(bytes, &reader, err) : 0;
}

static bool has_nul(struct bd_str text)
{
	return text.n > 0 && memchr(text.p, '\0', text.n) != NULL;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	const struct python_place place = python_place_of(in->path);
	const struct python_headers headers = python_headers_read(in->bytes, &place);
	struct bd_package package = package_at(in->path, "pypi");
	if (!python_is_installed(&place)) {
		return 0;
	}
	if (headers.name.n == 0 || has_nul(headers.name) || has_nul(headers.version)) {
		return bd_error_set(err, BD_ERR_FORMAT, "no Name header, and the file's name does not say it");
	}
	package.name = bd_arena_text(arena, headers.name.p, headers.name.n);
	package.version = bd_arena_text(arena, headers.version.n > 0 ? headers.version.p : "", headers.version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct bd_owned_file file = { .path = bd_str(in->path) };
	(void)package;
	(void)err;
	each(&file, context);
	return 0;
}

const struct bd_cataloger bd_cataloger_egg = {
	.name = "egg",
	.purl_type = "pypi",
	.primary = (const char *const[]){ "**/*.egg", NULL },
	.extract = extract,
	.parse = parse,
	.owned = owned,
};

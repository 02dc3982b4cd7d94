/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bitnami images: each component unpacked below /opt/bitnami has .spdx-NAME.spdx, an SPDX 2.3 document in JSON of
 * itself and of what was built into it; older images have only the list .bitnami_components.json.  Components are the
 * packages with a pkg:bitnami purl; the one that the document describes owns the folder, what is built in owns nothing.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL ? text : "";
}

static bool is_list(const char *path)
{
	return bd_str_ends(bd_str(path), "/.bitnami_components.json");
}

/* ---- SPDX ----------------------------------------------------------------------------------------- */

static const char *purl_of(const json_t *component)
{
	size_t i;
	const json_t *reference;
	json_array_foreach (json_object_get(component, "externalRefs"), i, reference) {
		const char *locator = text_of(reference, "referenceLocator");
		if (strcmp(text_of(reference, "referenceType"), "purl") == 0 &&
			strncmp(locator, "pkg:bitnami/", strlen("pkg:bitnami/")) == 0) {
			return locator;
		}
	}
	return NULL;
}

static const char *qualifier(const struct bd_purl *purl, const char *key)
{
	for (size_t i = 0; i < purl->qualifiers.len; i++) {
		if (bd_streq(purl->qualifiers.v[i].key, key)) {
			return purl->qualifiers.v[i].value;
		}
	}
	return NULL;
}

static int add_component(const struct bd_catalog_in *in, const json_t *component, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	const char *text = purl_of(component);
	struct bd_package package = package_at(in->path, "bitnami");
	struct bd_purl purl;
	if (text == NULL) { /* built in from another ecosystem, and no component of Bitnami's */
		return 0;
	}
	if (bd_purl_parse(bd_str(text), arena, &purl, err) < 0) {
		return bd_error_wrap(err, "%s", text_of(component, "SPDXID"));
	}
	const char *name = text_of(component, "name");
	package.name = name[0] != '\0' ? bd_arena_strdup(arena, name) : purl.name;
	package.version = purl.version != NULL ? purl.version : "";
	package.arch = qualifier(&purl, "arch");
	package.purl = bd_purl_text(&purl, arena);
	if (package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int parse_spdx(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	size_t i;
	const json_t *component;
	json_auto_t *document = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (document == NULL) {
		return -(int)err->code;
	}
	if (!json_is_array(json_object_get(document, "packages"))) {
		return bd_error_set(err, BD_ERR_FORMAT, "\"packages\" is no array");
	}
	json_array_foreach (json_object_get(document, "packages"), i, component) {
		if (add_component(in, component, arena, out, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* Is it the component that the document describes, not one of those built into it? */
static bool is_described(const json_t *document, const char *purl, struct bd_arena *arena)
{
	const char *described = json_string_value(json_array_get(json_object_get(document, "documentDescribes"), 0));
	size_t i;
	const json_t *component;
	json_array_foreach (json_object_get(document, "packages"), i, component) {
		struct bd_purl parts;
		struct bd_error ignored;
		const char *text = purl_of(component);
		const bool ours = described != NULL ? strcmp(text_of(component, "SPDXID"), described) == 0 : i == 0;
		if (ours && text != NULL && bd_purl_parse(bd_str(text), arena, &parts, &ignored) == 0) {
			return bd_streq(bd_purl_text(&parts, arena), purl);
		}
	}
	return false;
}

/* ---- .bitnami_components.json ---------------------------------------------------------------------- */

/* Does NAME/.spdx-NAME.spdx, or that of the folder of small tools, tell of it? */
static bool has_spdx(const struct bd_catalog_in *in, const char *name)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	if (strchr(name, '/') != NULL) {
		return false;
	}
	bd_buf_printf(&path, "%.*s/%s/.spdx-%s.spdx", (int)folder.n, folder.p, name, name);
	if (in->file(in, bd_buf_str(&path)).p != NULL) {
		return true;
	}
	bd_buf_clear(&path);
	bd_buf_printf(&path, "%.*s/common/.spdx-%s.spdx", (int)folder.n, folder.p, name);
	return in->file(in, bd_buf_str(&path)).p != NULL;
}

static void add_listed(const struct bd_catalog_in *in, const char *name, const json_t *entry, struct bd_arena *arena,
	struct bd_package_vec *out)
{
	struct bd_package package = package_at(in->path, "bitnami");
	struct bd_key_value pairs[2] = { { "arch", NULL }, { "distro", NULL } };
	package.name = bd_arena_strdup(arena, name);
	package.version = bd_arena_strdup(arena, text_of(entry, "version"));
	pairs[0].value = bd_arena_strdup(arena, text_of(entry, "arch"));
	pairs[1].value = bd_arena_strdup(arena, text_of(entry, "distro"));
	package.arch = pairs[0].value[0] != '\0' ? pairs[0].value : NULL;
	const struct bd_purl purl = {
		.type = "bitnami", .name = package.name, .version = package.version, .qualifiers = { pairs, 2, 2 }
	};
	package.purl = bd_purl_text(&purl, arena);
	if (package.name[0] != '\0' && package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
}

static int parse_list(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	const char *name;
	json_t *entry;
	json_auto_t *document = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (document == NULL) {
		return -(int)err->code;
	}
	json_object_foreach (document, name, entry) {
		if (!json_is_object(entry)) {
			return bd_error_set(err, BD_ERR_FORMAT, "\"%s\" is no object", name);
		}
		if (!has_spdx(in, name)) {
			add_listed(in, name, entry, arena, out);
		}
	}
	return 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	return is_list(in->path) ? parse_list(in, arena, out, err) : parse_spdx(in, arena, out, err);
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error ignored;
	(void)err;
	if (is_list(in->path)) {
		const char *path = bd_arena_printf(&arena, "%.*s/%s", (int)folder.n, folder.p, package->name);
		owned_folder_at(&files, bd_str(path));
		return 0;
	}
	json_auto_t *document = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, &ignored);
	if (document == NULL || !is_described(document, package->purl, &arena)) {
		return 0;
	}
	if (bd_str_is(bd_path_name(folder), "common")) { /* small tools share it */
		owned_file_at(&files, bd_str(in->path), (struct bd_str){ NULL, 0 }, false);
		owned_file_at(&files,
			bd_str(bd_arena_printf(&arena, "%.*s/bin/%s", (int)folder.n, folder.p, package->name)),
			(struct bd_str){ NULL, 0 }, false);
		return 0;
	}
	owned_folder_at(&files, folder);
	return 0;
}

const struct bd_cataloger bd_cataloger_bitnami = {
	.name = "bitnami",
	.purl_type = "bitnami",
	.primary = (const char *const[]){ "opt/bitnami/**/.spdx-*.spdx", "opt/bitnami/.bitnami_components.json", NULL },
	.parse = parse,
	.owned = owned,
};

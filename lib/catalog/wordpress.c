/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WordPress: a plugin's main file and a theme's style.css begin with a comment of "Plugin Name:", "Theme Name:" and
 * "Version:" lines, of which WordPress reads the first 8 KB (get_file_data); its own version is in
 * wp-includes/version.php.  Plugins and themes are named by their folder, as wp-cli lists them.
 */
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

#define HEADER_BYTES 8192U

static bool starts_with_key(struct bd_str line, const char *key)
{
	const size_t n = strlen(key);
	return line.n > n && strncasecmp(line.p, key, n) == 0 && line.p[n] == ':';
}

/* "Plugin Name: X", in a line that may begin with comment signs. */
static bool find_header(struct bd_str rest, const char *key, struct bd_str *out)
{
	const size_t n = strlen(key);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		while (line.n > 0 && strchr(" \t/*#@<?php", line.p[0]) != NULL && !starts_with_key(line, key)) {
			line = (struct bd_str){ line.p + 1, line.n - 1 };
		}
		if (starts_with_key(line, key)) {
			struct bd_str value = { line.p + n + 1, line.n - n - 1 };
			size_t end = 0;
			value.n = bd_str_find(value, "*/", &end) ? end : value.n;
			*out = bd_str_trim(value);
			return out->n > 0 && memchr(out->p, '\0', out->n) == NULL;
		}
	}
	return false;
}

/* $wp_version = '6.4.2'; */
static bool find_core_version(struct bd_str rest, struct bd_str *out)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		if (!bd_str_starts(line, "$wp_version ")) {
			continue;
		}
		struct bd_str value = line;
		(void)bd_str_cut(&value, '\'');
		*out = bd_str_cut(&value, '\'');
		return out->n > 0 && memchr(out->p, '\0', out->n) == NULL;
	}
	return false;
}

static bool is_core(const char *path)
{
	return bd_str_ends(bd_str(path), "wp-includes/version.php");
}

static bool is_theme(const char *path)
{
	return bd_str_ends(bd_str(path), "/style.css");
}

/* What is kept of a file: its version, when it is what it should be. */
static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const struct bd_str head = { bytes.p, bytes.n < HEADER_BYTES ? bytes.n : HEADER_BYTES };
	struct bd_str name;
	struct bd_str version = BD_STR("");
	(void)err;
	if (is_core(path)) {
		if (!find_core_version(head, &version)) {
			return 0;
		}
	} else if (!find_header(head, is_theme(path) ? "Theme Name" : "Plugin Name", &name)) {
		return 0;
	} else if (!find_header(head, "Version", &version)) {
		version = BD_STR("");
	}
	bd_buf_printf(out, "version %.*s\n", (int)version.n, version.p);
	return 0;
}

/* The folder below plugins or themes; a plugin of one file is named by that. */
static struct bd_str slug_of(struct bd_str path)
{
	const struct bd_str folder = bd_path_name(bd_path_dir(path));
	struct bd_str file = bd_path_name(path);
	return bd_str_is(folder, "plugins") ? bd_str_cut(&file, '.') : folder;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	const char *type = is_core(in->path) ? "generic" : is_theme(in->path) ? "wordpress-theme" : "wordpress-plugin";
	struct bd_package package = package_at(in->path, type);
	struct bd_str rest = in->bytes;
	struct bd_str line;
	(void)err;
	if (!bd_str_line(&rest, &line) || !bd_str_starts(line, "version ") || memchr(line.p, '\0', line.n) != NULL) {
		return 0;
	}
	const struct bd_str slug = is_core(in->path) ? BD_STR("wordpress") : slug_of(bd_str(in->path));
	package.name = bd_arena_text(arena, slug.p, slug.n);
	package.version = bd_arena_text(arena, line.p + 8, line.n - 8);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	static const char *const parts[] = { "wp-admin", "wp-includes" };
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const struct bd_str root = bd_path_dir(folder);
	(void)package;
	(void)err;
	if (bd_str_is(bd_path_name(folder), "plugins")) {
		owned_file_at(&files, bd_str(in->path), (struct bd_str){ NULL, 0 }, false);
		return 0;
	}
	if (!is_core(in->path)) {
		owned_folder_at(&files, folder);
		return 0;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
		bd_buf_printf(&path, "%.*s/%s", (int)root.n, root.p, parts[i]);
		owned_folder_at(&files, bd_buf_view(&path));
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_wordpress = {
	.name = "wordpress",
	.purl_type = "wordpress-plugin",
	.primary = (const char *const[]){ "**/wp-includes/version.php", "**/wp-content/plugins/*/*.php",
		"**/wp-content/plugins/*.php", "**/wp-content/themes/*/style.css", NULL },
	.extract = extract,
	.parse = parse,
	.owned = owned,
};

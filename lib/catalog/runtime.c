/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runtimes and servers that were compiled or unpacked into a prefix without any package manager, as in the official
 * images: told by the file of their installation that states the full version.  Those that dpkg or apk own are theirs:
 * the caller sees who owns the file.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/package.h"
#include "catalog/runtimes.h"

const char *bd_runtime_variable(const char *package_name)
{
	for (const struct runtime *runtime = runtimes; runtime->name != NULL; runtime++) {
		if (bd_streq(runtime->name, package_name)) {
			return runtime->variable;
		}
	}
	return NULL;
}

/* Headers alone that node-gyp fetched to compile against are no runtime. */
static bool is_only_headers(const char *path)
{
	return strstr(path, "/node-gyp/") != NULL || strstr(path, ".node-gyp/") != NULL;
}

/* Which runtime's the file is: of those whose pattern it fits, the one that finds its version.  *owing: one that should
 * have. */
static const struct runtime *recognise(
	const struct bd_catalog_in *in, struct bd_buf *version, const struct runtime **owing)
{
	*owing = NULL;
	for (const struct runtime *runtime = runtimes; runtime->name != NULL; runtime++) {
		if (!bd_path_match(runtime->pattern, in->path)) {
			continue;
		}
		bd_buf_clear(version);
		if (runtime->version(in->bytes, version)) {
			return runtime;
		}
		*owing = runtime->elsewhere ? *owing : runtime;
	}
	return NULL;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf version = { .n = 0 };
	struct bd_package package = package_at(in->path, "generic");
	const struct runtime *owing = NULL;
	if (is_only_headers(in->path)) {
		return 0;
	}
	const struct runtime *runtime = recognise(in, &version, &owing);
	if (runtime == NULL && owing != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "does not state the version of %s", owing->name);
	}
	if (runtime == NULL) {
		return 0;
	}
	package.name = runtime->name;
	package.version = bd_arena_text(arena, bd_buf_str(&version), version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* The last place where the anchor begins a component: a prefix may itself contain the word. */
static bool split_path(const struct runtime *runtime, struct bd_str path, struct bd_str *prefix, struct bd_str *folder)
{
	struct bd_str rest = path;
	size_t at = 0;
	bool found = false;
	if (runtime->anchor[0] == '\0') {
		*prefix = (struct bd_str){ path.p, path.n - bd_path_name(path).n };
		*folder = BD_STR("");
		return true;
	}
	while (bd_str_find(rest, runtime->anchor, &at)) {
		const size_t start = (size_t)(rest.p - path.p) + at;
		const size_t after = start + strlen(runtime->anchor);
		rest = (struct bd_str){ path.p + after, path.n - after };
		if (start == 0 || path.p[start - 1] == '/') {
			*prefix = (struct bd_str){ path.p, start };
			*folder = rest;
			found = true;
		}
	}
	if (found) {
		*folder = bd_str_cut(folder, '/');
	}
	return found;
}

/* "3.11" of "3.11.7" */
static struct bd_str series(const char *version)
{
	const struct bd_str whole = bd_str(version);
	struct bd_str rest = whole;
	(void)bd_str_cut(&rest, '.');
	(void)bd_str_cut(&rest, '.');
	const bool longer = rest.n > 0;
	return (struct bd_str){ whole.p, longer ? (size_t)(rest.p - whole.p) - 1 : whole.n };
}

static void expand(struct bd_buf *out, const char *text, const char *version, struct bd_str folder)
{
	for (const char *p = text; *p != '\0'; p++) {
		struct bd_str part = { p, 1 };
		if (*p == '%') {
			p++;
			part = *p == 'V' ? bd_str(version) : *p == 'S' ? series(version) : folder;
		}
		bd_buf_add(out, part.p, part.n);
	}
}

static const struct runtime *find_runtime(const char *path, const char *name)
{
	for (const struct runtime *runtime = runtimes; runtime->name != NULL; runtime++) {
		if (strcmp(runtime->name, name) == 0 && bd_path_match(runtime->pattern, path)) {
			return runtime;
		}
	}
	return NULL;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct runtime *runtime = find_runtime(in->path, package->name);
	AUTO(bd_buf_release) struct bd_buf last = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str prefix;
	struct bd_str folder;
	(void)err;
	if (runtime == NULL || !split_path(runtime, bd_str(in->path), &prefix, &folder)) {
		return 0;
	}
	for (const char *const *file = runtime->files; *file != NULL; file++) {
		AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
		bd_buf_add(&text, prefix.p, prefix.n);
		expand(&text, *file, package->version, folder);
		/* "python3.6m" in the folder's name gives files of its own, "python3.11" those just named */
		const bool again = bd_str_equal(bd_buf_view(&text), bd_buf_view(&last));
		if (!again && bd_path_clean(&path, text.p, text.n) && path.n > 0) {
			const bool all_below = bd_str_ends(bd_str(*file), "/");
			const struct bd_owned_file owned_file = { .path = bd_buf_view(&path), .folder = all_below };
			each(&owned_file, context);
		}
		bd_buf_clear(&last);
		bd_buf_add(&last, text.p, text.n);
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_runtime = {
	.name = "runtime",
	.purl_type = "generic",
	/* the patterns of the table */
	.primary = (const char *const[]){ "**/RELEASE", "**/RELEASE-NOTES", "**/VERSION.txt", "**/dart/version",
		"**/dart-sdk/version", "**/erlang/*/releases/*/OTP_VERSION", "**/erlang/releases/*/OTP_VERSION",
		"**/go/VERSION", "**/grafana/VERSION", "**/include/ap_release.h", "**/include/node/node_version.h",
		"**/include/pg_config.h", "**/include/php/main/php_version.h", "**/include/python*/patchlevel.h",
		"**/lib/perl5/[0-9]*/*/Config.pm", "**/lib/ruby/[0-9]*/*/rbconfig.rb", "**/release",
		"**/toolchains/*/lib/rustlib/multirust-channel-manifest.toml", "**/version.txt", NULL },
	.parse = parse,
	.owned = owned,
};

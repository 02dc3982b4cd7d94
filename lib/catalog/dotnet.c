/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .NET: NAME.deps.json beside an application, and the one in each shared framework
 * (shared/Microsoft.NETCore.App/8.0.1) and SDK ("runtime-configuration-file.md" of dotnet/sdk, section
 * "[appname].deps.json").  "libraries" says what there is, "targets" which files of it lie here.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json_view.h"

/* NuGet packages, packs of the runtime inside an application, and the projects it was built from. */
static bool is_package(struct bd_str library)
{
	struct bd_str type;
	return format_json_find(library, "type", &type) &&
	       (bd_str_is(type, "\"package\"") || bd_str_is(type, "\"runtimepack\"") || bd_str_is(type, "\"project\""));
}

/* targets[runtimeTarget.name]; without that name, the only target. */
static bool find_target(struct bd_str object, struct bd_str *out)
{
	AUTO(bd_buf_release) struct bd_buf name = { .n = 0 };
	struct bd_str targets;
	struct bd_str value;
	struct bd_str key;
	struct bd_str inside;
	if (!format_json_find(object, "targets", &targets)) {
		return false;
	}
	if (format_json_find(object, "runtimeTarget", &value)) {
		(void)(format_json_find(value, "name", &value) && format_json_string(value, &name));
	}
	if (name.n > 0 && format_json_find(targets, bd_buf_str(&name), out)) {
		return true;
	}
	return format_json_inside(targets, '{', &inside) && format_json_next(&inside, &key, out);
}

/* "Name/1.0": the version is behind the last slash. */
static bool set_identity(struct bd_package *package, struct bd_str key, struct bd_arena *arena)
{
	const struct bd_str name = bd_path_dir(key);
	const struct bd_str version = bd_path_name(key);
	if (name.n == 0 || version.n == 0 || memchr(key.p, '\\', key.n) != NULL || memchr(key.p, '\0', key.n) != NULL ||
		!bd_utf8_valid(key.p, key.n)) {
		return false;
	}
	package->name = bd_arena_text(arena, name.p, name.n);
	package->version = bd_arena_text(arena, version.p, version.n);
	const struct bd_purl purl = { .type = "nuget", .name = package->name, .version = package->version };
	package->purl = bd_purl_text(&purl, arena);
	return package->purl != NULL;
}

static int add_library(const struct bd_catalog_in *in, struct bd_str key, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "nuget");
	if (!set_identity(&package, key, arena)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a library is not called NAME/VERSION");
	}
	if (out->len >= BD_LIMIT_PACKAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
	}
	*bd_vec_push(out) = package;
	return 0;
}

/* A package by the key that it has in "libraries" and in the target. */
struct keyed {
	struct bd_str key;
	size_t package;
};
struct keyed_vec {
	struct keyed *v;
	size_t len, cap;
};

static int by_key(const void *a, const void *b)
{
	return bd_str_compare(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

/* Remembers where each package's entry in the target begins, for owned(). */
static void find_entries(
	const struct bd_catalog_in *in, struct bd_str target, struct keyed_vec *sorted, struct bd_package_vec *packages)
{
	struct bd_str inside;
	struct keyed wanted = { .package = 0 };
	struct bd_str entry;
	if (sorted->len == 0 || !format_json_inside(target, '{', &inside)) {
		return;
	}
	qsort(sorted->v, sorted->len, sizeof(*sorted->v), by_key);
	while (format_json_next(&inside, &wanted.key, &entry)) {
		const struct keyed *found = bsearch(&wanted, sorted->v, sorted->len, sizeof(*sorted->v), by_key);
		if (found != NULL) {
			packages->v[found->package].database_offset = (size_t)(entry.p - in->bytes.p);
		}
	}
}

/* What "libraries" has of packages; *keys as they stand there. */
static int read_libraries(const struct bd_catalog_in *in, struct bd_str inside, struct keyed_vec *keys,
	struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_str key;
	struct bd_str value;
	while (format_json_next(&inside, &key, &value)) {
		if (!is_package(value)) {
			continue;
		}
		if (add_library(in, key, arena, out, err) < 0) {
			return -(int)err->code;
		}
		*bd_vec_push(keys) = (struct keyed){ key, out->len - 1 };
	}
	return inside.n == 0 ? 0 : bd_error_set(err, BD_ERR_FORMAT, "\"libraries\" is not JSON");
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct keyed_vec keys = { .len = 0 };
	struct bd_str object;
	struct bd_str libraries;
	struct bd_str inside;
	struct bd_str target;
	if (format_json_view(in->bytes, &object, err) < 0) {
		return -(int)err->code;
	}
	if (!format_json_find(object, "libraries", &libraries) || !format_json_inside(libraries, '{', &inside)) {
		return bd_error_set(err, BD_ERR_FORMAT, "not a JSON object with \"libraries\"");
	}
	const int r = read_libraries(in, inside, &keys, arena, out, err);
	if (find_target(object, &target)) {
		find_entries(in, target, &keys, out);
	}
	free(keys.v);
	return r;
}

/* ---- files -------------------------------------------------------------------------------------------- */

struct files {
	struct owned_list list;
	struct bd_str folder; /* of the deps.json */
	struct bd_buf path, text;
};

static void add_path(struct files *files, struct bd_str path)
{
	owned_add(&files->list, files->folder, path, (struct bd_owned_file){ .folder = false });
}

/*
 * An asset "lib/net6.0/X.dll" lies beside the deps.json as X.dll, one of a language as de/X.dll; newer SDKs say
 * where ("localPath").  Those of several platforms keep their folders ("runtimes/linux-x64/native/x.so").
 */
static void add_asset(struct files *files, struct bd_str asset, struct bd_str details, bool keeps_folders)
{
	struct bd_str value;
	if (format_json_find(details, "localPath", &value) && format_json_string(value, &files->text)) {
		add_path(files, bd_buf_view(&files->text));
	} else if (keeps_folders) {
		add_path(files, asset);
	} else if (format_json_find(details, "locale", &value) && format_json_string(value, &files->text)) {
		const struct bd_str name = bd_path_name(asset);
		bd_buf_printf(&files->text, "/%.*s", (int)name.n, name.p);
		add_path(files, bd_buf_view(&files->text));
	} else {
		add_path(files, bd_path_name(asset));
	}
}

static void add_assets(struct files *files, struct bd_str entry, const char *group)
{
	struct bd_str value;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str details;
	if (!format_json_find(entry, group, &value) || !format_json_inside(value, '{', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &details)) {
		if (key.n == 0 || memchr(key.p, '\\', key.n) != NULL || bd_str_ends(key, "/_._")) {
			continue; /* "_._" stands for no file (NuGet) */
		}
		bd_buf_clear(&files->path);
		bd_buf_add(&files->path, key.p, key.n);
		add_asset(files, bd_buf_view(&files->path), details, strcmp(group, "runtimeTargets") == 0);
	}
}

/* The application itself: what the SDK writes for it beside its assemblies. */
static void add_application(struct files *files, const char *path, const char *name)
{
	static const char *const endings[] = { "", ".exe", ".deps.json", ".runtimeconfig.json", ".pdb", ".xml",
		".dll.config" };
	struct bd_str file = bd_path_name(bd_str(path));
	file.n -= strlen(".deps.json");
	if (!bd_str_is(file, name)) {
		return;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		bd_buf_clear(&files->path);
		bd_buf_printf(&files->path, "%s%s", name, endings[i]);
		add_path(files, bd_buf_view(&files->path));
	}
}

/* ".../shared/Microsoft.NETCore.App/8.0.1": the pack of the framework owns its folder. */
static void add_framework(struct files *files, const char *name)
{
	const struct bd_str framework = bd_path_name(bd_path_dir(files->folder));
	const struct bd_str shared = bd_path_name(bd_path_dir(bd_path_dir(files->folder)));
	if (bd_str_is(shared, "shared") && framework.n > 0 && bd_str_starts(bd_str(name), "Microsoft.") &&
		strncmp(name, framework.p, framework.n) == 0) {
		owned_folder(&files->list, "%.*s", (int)files->folder.n, files->folder.p);
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	static const char *const groups[] = { "runtime", "native", "resources", "runtimeTargets" };
	struct files files = { .list = { .each = each, .context = context }, .folder = bd_path_dir(bd_str(in->path)) };
	const size_t at = package->database_offset < in->bytes.n ? package->database_offset : in->bytes.n;
	struct bd_str rest = { in->bytes.p + at, in->bytes.n - at };
	struct bd_str entry;
	(void)err;
	if (at > 0 && format_json_cut(&rest, &entry)) {
		for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
			add_assets(&files, entry, groups[i]);
		}
	}
	add_application(&files, in->path, package->name);
	add_framework(&files, package->name);
	owned_release(&files.list);
	bd_buf_release(&files.path);
	bd_buf_release(&files.text);
	return 0;
}

const struct bd_cataloger bd_cataloger_dotnet = {
	.name = "dotnet",
	.purl_type = "nuget",
	.primary = (const char *const[]){ "**/*.deps.json", NULL },
	.parse = parse,
	.owned = owned,
};

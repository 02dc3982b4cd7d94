/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go programs: the main module, the modules linked into it, and the standard library of their toolchain
 * (pkg:golang/stdlib, as scanners write it).  The main module owns the file.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/executable.h"
#include "catalog/go_build.h"
#include "catalog/go_ldflags.h"
#include "catalog/owned.h"
#include "catalog/package.h"

static bool sniff(const char *path, int64_t size_bytes, struct bd_str head)
{
	(void)path;
	(void)size_bytes;
	return executable_is_linked(head) || executable_is_foreign(head);
}

static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	(void)path;
	(void)err;
	(void)go_build_info(bytes, out);
	return 0;
}

/* ---- the main module's version ---------------------------------------------------------------------- */

struct settings {
	struct bd_str ldflags, revision, time, arch;
	bool modified;
};

static struct settings read_settings(struct bd_str rest)
{
	struct settings settings = { .modified = false };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		if (!bd_str_is(bd_str_cut(&line, '\t'), "build")) {
			continue;
		}
		const struct bd_str key = bd_str_cut(&line, '=');
		if (bd_str_is(key, "-ldflags")) {
			settings.ldflags = line;
		} else if (bd_str_is(key, "vcs.revision")) {
			settings.revision = line;
		} else if (bd_str_is(key, "vcs.time")) {
			settings.time = line;
		} else if (bd_str_is(key, "vcs.modified")) {
			settings.modified = bd_str_is(line, "true");
		} else if (bd_str_is(key, "GOARCH")) {
			settings.arch = line;
		}
	}
	return settings;
}

/* "\"-X 'a.b=1'\"" as strconv.Quote wrote it; what needs no quotes has none. */
static struct bd_str unquoted(struct bd_str text)
{
	if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"') {
		return (struct bd_str){ text.p + 1, text.n - 2 };
	}
	return text;
}

/* v0.0.0-20221014195457-41bc6bb41035: as cmd/go itself stamps it since 1.24. */
static bool pseudo_version(const struct settings *settings, struct bd_buf *out)
{
	int64_t seconds;
	char digits[15];
	size_t n = 0;
	for (size_t i = 0; i < settings->time.n && n < 14; i++) {
		if (settings->time.p[i] >= '0' && settings->time.p[i] <= '9') {
			digits[n++] = settings->time.p[i];
		}
	}
	digits[n] = '\0';
	char text[BD_TIME_TEXT] = "";
	if (settings->time.n > 0 && settings->time.n < sizeof(text)) {
		memcpy(text, settings->time.p, settings->time.n);
		text[settings->time.n] = '\0';
	}
	if (n != 14 || settings->revision.n < 12 || !bd_time_parse(text, &seconds)) {
		return false;
	}
	bd_buf_printf(out, "v0.0.0-%s-%.12s%s", digits, settings->revision.p, settings->modified ? "+dirty" : "");
	return true;
}

static const char *main_version(struct bd_str module, const struct settings *settings, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf version = { .n = 0 };
	if (!go_linked_version(unquoted(settings->ldflags), module, &version)) {
		(void)pseudo_version(settings, &version);
	}
	return bd_arena_strdup(arena, bd_buf_str(&version));
}

/* ---- modules ------------------------------------------------------------------------------------------ */

struct go_parse {
	const struct bd_catalog_in *in;
	struct settings settings;
	struct bd_arena *arena;
	struct bd_package_vec *out;
	struct bd_str main; /* the main module's path */
	bool has_main;
};

struct module {
	struct bd_str path, version;
	bool main;
};

/* "example.com/a/b": all but the last part is the purl's namespace; the module's name is the whole. */
static bool set_identity(struct bd_package *package, struct bd_str path, const char *version, struct bd_arena *arena)
{
	const struct bd_str space = bd_path_dir(path);
	const struct bd_str name = bd_path_name(path);
	if (name.n == 0 || memchr(path.p, '\0', path.n) != NULL) {
		return false;
	}
	package->name = bd_arena_text(arena, path.p, path.n);
	package->namespace = space.n > 0 ? bd_arena_text(arena, space.p, space.n) : NULL;
	const struct bd_purl purl = { .type = "golang",
		.namespace = package->namespace,
		.name = bd_arena_text(arena, name.p, name.n),
		.version = version };
	package->purl = bd_purl_text(&purl, arena);
	return package->purl != NULL;
}

/* A replacement in a folder is the same module with other contents, and has no version. */
static bool is_folder(struct bd_str path)
{
	return bd_str_starts(path, ".") || bd_str_starts(path, "/") || (path.n > 2 && path.p[1] == ':');
}

/* What stands for a program that was built from files, not from a package. */
#define FILES "command-line-arguments"

/*
 * The module that the program is of.  Built from files (`go build main.go`) there is none, or one named after that;
 * the files' module is then the dependency without a version.
 */
static struct bd_str main_module(struct bd_str rest)
{
	struct bd_str main = { NULL, 0 };
	struct bd_str local = { NULL, 0 };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		const struct bd_str kind = bd_str_cut(&line, '\t');
		const struct bd_str path = bd_str_cut(&line, '\t');
		if (bd_str_is(kind, "mod") || (bd_str_is(kind, "path") && main.n == 0)) {
			main = path;
		} else if (bd_str_is(kind, "dep") && local.n == 0 && bd_str_is(bd_str_cut(&line, '\t'), "(devel)") &&
			   !bd_str_starts(rest, "=>") && !bd_str_is(path, FILES)) {
			local = path;
		}
	}
	return local.n > 0 && (main.n == 0 || bd_str_is(main, FILES)) ? local : main;
}

static const char *version_of(const struct go_parse *parse, const struct module *module)
{
	const struct bd_str version = module->version;
	if (version.n > 0 && !bd_str_is(version, "(devel)") && memchr(version.p, '\0', version.n) == NULL) {
		return bd_arena_text(parse->arena, version.p, version.n);
	}
	return module->main ? main_version(module->path, &parse->settings, parse->arena) : "";
}

static void add_module(struct go_parse *parse, struct module *module)
{
	struct bd_package package = package_at(parse->in->path, "golang");
	module->main = bd_str_equal(module->path, parse->main);
	if (module->path.n == 0 || (module->main && parse->has_main) ||
		(!module->main && bd_str_is(module->path, FILES)) || parse->out->len >= BD_LIMIT_PACKAGES) {
		return;
	}
	package.version = version_of(parse, module);
	if (module->main && parse->settings.arch.n > 0) {
		package.arch = bd_arena_text(parse->arena, parse->settings.arch.p, parse->settings.arch.n);
	}
	package.database_offset = module->main; /* owned(): this one */
	if (set_identity(&package, module->path, package.version, parse->arena)) {
		parse->has_main |= module->main;
		*bd_vec_push(parse->out) = package;
	}
}

static void add_modules(struct go_parse *parse, struct bd_str rest)
{
	struct module module = { .main = false };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		const struct bd_str kind = bd_str_cut(&line, '\t');
		const struct bd_str path = bd_str_cut(&line, '\t');
		const struct bd_str version = bd_str_cut(&line, '\t');
		if (bd_str_is(kind, "=>") && module.path.n > 0) {
			module.path = is_folder(path) ? module.path : path;
			module.version = version;
		} else if (bd_str_is(kind, "mod") || bd_str_is(kind, "dep")) {
			add_module(parse, &module);
			module = (struct module){ .path = path, .version = version };
		}
	}
	add_module(parse, &module);
	if (!parse->has_main) {
		add_module(parse, &(struct module){ .path = parse->main });
	}
}

/* "go1.22.2 X:nocoverageredesign"; a toolchain under development has no version of its own. */
static void add_library(struct go_parse *parse, struct bd_str line)
{
	const struct bd_str version = bd_str_cut(&line, ' ');
	struct bd_package package = package_at(parse->in->path, "golang");
	if (version.n < 3 || !bd_str_starts(version, "go") || memchr(version.p, '\0', version.n) != NULL) {
		return;
	}
	package.version = bd_arena_text(parse->arena, version.p, version.n);
	if (set_identity(&package, BD_STR("stdlib"), package.version + 2, parse->arena)) {
		*bd_vec_push(parse->out) = package;
	}
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct go_parse parse = { .in = in, .arena = arena, .out = out };
	struct bd_str rest = in->bytes;
	struct bd_str line = { NULL, 0 };
	(void)err;
	(void)bd_str_line(&rest, &line);
	parse.settings = read_settings(rest);
	parse.main = main_module(rest);
	add_modules(&parse, rest);
	add_library(&parse, line);
	return 0;
}

const struct bd_cataloger bd_cataloger_go = {
	.name = "go",
	.purl_type = "golang",
	.sniff = sniff,
	.extract = extract,
	.parse = parse,
	.owned = owned_main_file,
};

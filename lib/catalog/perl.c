/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Perl distributions installed from CPAN.  cpanm and cpm leave .meta/DIST-VERSION/{install,MYMETA}.json in the folder
 * of architecture dependent modules; every installer leaves auto/MODULE/.packlist there, and those that run
 * ExtUtils::MakeMaker append MODULE and VERSION to perllocal.pod.  A packlist counts where perllocal.pod has the
 * version and no .meta folder tells of the same distribution.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json.h"

/* Distributions that are not called as their main module. */
static const char *const other_names[][2] = {
	{ "Cwd", "PathTools" },
	{ "LWP", "libwww-perl" },
	{ "List::Util", "Scalar-List-Utils" },
	{ "Net", "libnet" },
	{ "Net::LDAP", "perl-ldap" },
	{ "Template", "Template-Toolkit" },
	{ "Term::ReadKey", "TermReadKey" },
	{ "Text::Tabs", "Text-Tabs+Wrap" },
};

/* The folder of .meta, auto and perllocal.pod. */
static bool find_arch_folder(struct bd_str path, struct bd_str *folder, struct bd_str *below)
{
	static const char *const anchors[] = { "/.meta/", "/auto/" };
	bool found = false;
	for (size_t i = 0; !found && i < sizeof(anchors) / sizeof(anchors[0]); i++) {
		struct bd_str rest = path;
		size_t at = 0;
		while (bd_str_find(rest, anchors[i], &at)) { /* the last one: the prefix may have such a folder too */
			const size_t n = strlen(anchors[i]);
			*folder = (struct bd_str){ path.p, (size_t)(rest.p - path.p) + at };
			*below = (struct bd_str){ rest.p + at + n, rest.n - at - n };
			rest = *below;
			found = true;
		}
	}
	return found;
}

/* ---- perllocal.pod --------------------------------------------------------------------------------- */

/* "=head2 DATE: C<Module> L<NAME|NAME>": is it this one's? */
static bool is_entry_of(struct bd_str line, const char *module)
{
	AUTO(bd_buf_release) struct bd_buf needle = { .n = 0 };
	bd_buf_printf(&needle, "L<%s|", module);
	return bd_str_find(line, bd_buf_str(&needle), NULL);
}

/* The last entry counts: the file is only ever appended to. */
static bool find_version(struct bd_str rest, const char *module, struct bd_str *version)
{
	struct bd_str line;
	bool ours = false;
	bool found = false;
	if (rest.n > BD_LIMIT_REREAD_BYTES) {
		rest = (struct bd_str){ rest.p + rest.n - BD_LIMIT_REREAD_BYTES, BD_LIMIT_REREAD_BYTES };
	}
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (bd_str_starts(line, "=head2 ")) {
			ours = is_entry_of(line, module);
		} else if (ours && bd_str_starts(line, "C<VERSION: ") && bd_str_ends(line, ">")) {
			const struct bd_str text = { line.p + 11, line.n - 12 };
			*version = bd_str_trim(text);
			found = version->n > 0;
		}
	}
	return found;
}

/* It lies beside auto, or where the core's own modules are: lib/perl5/site_perl/V/ARCH and lib/perl5/V/ARCH. */
static bool stated_version(const struct bd_catalog_in *in, struct bd_str folder, const char *module, struct bd_str *out)
{
	static const char *const parts[] = { "", "/site_perl", "/vendor_perl" };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
		size_t at = folder.n;
		if (parts[i][0] != '\0' && !bd_str_find(folder, parts[i], &at)) {
			continue;
		}
		const size_t after = parts[i][0] != '\0' ? at + strlen(parts[i]) : at;
		bd_buf_add(&path, folder.p, at);
		bd_buf_add(&path, folder.p + after, folder.n - after);
		bd_buf_add_str(&path, "/perllocal.pod");
		if (find_version(in->file(in, bd_buf_str(&path)), module, out)) {
			return true;
		}
	}
	return false;
}

/* ---- .packlist ------------------------------------------------------------------------------------- */

/* "Try::Tiny" of "Try/Tiny/.packlist" */
static const char *module_of(struct bd_str below, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf name = { .n = 0 };
	struct bd_str rest = bd_path_dir(below);
	while (rest.n > 0) {
		const struct bd_str part = bd_str_cut(&rest, '/');
		bd_buf_printf(&name, "%s%.*s", name.n > 0 ? "::" : "", (int)part.n, part.p);
	}
	return bd_arena_strdup(arena, bd_buf_str(&name));
}

/* The parts of "Try::Tiny" with something else between them. */
static void add_joined(struct bd_buf *out, const char *module, const char *between)
{
	for (const char *colons = strstr(module, "::"); colons != NULL; colons = strstr(module, "::")) {
		bd_buf_add(out, module, (size_t)(colons - module));
		bd_buf_add_str(out, between);
		module = colons + 2;
	}
	bd_buf_add_str(out, module);
}

static const char *distribution_of(const char *module, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf name = { .n = 0 };
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++) {
		if (bd_streq(other_names[i][0], module)) {
			return other_names[i][1];
		}
	}
	add_joined(&name, module, "-");
	return bd_arena_strdup(arena, bd_buf_str(&name));
}

static bool has_meta(const struct bd_catalog_in *in, struct bd_str folder, const char *name, const char *version)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	if (strchr(name, '/') != NULL || strchr(version, '/') != NULL) {
		return false;
	}
	bd_buf_printf(&path, "%.*s/.meta/%s-%s/install.json", (int)folder.n, folder.p, name, version);
	return in->file(in, bd_buf_str(&path)).p != NULL;
}

static void parse_packlist(const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out)
{
	struct bd_package package = package_at(in->path, "cpan");
	struct bd_str folder = { NULL, 0 };
	struct bd_str below = { NULL, 0 };
	struct bd_str version = { NULL, 0 };
	if (!find_arch_folder(bd_str(in->path), &folder, &below)) {
		return;
	}
	const char *module = module_of(below, arena);
	if (!stated_version(in, folder, module, &version)) {
		return;
	}
	package.name = distribution_of(module, arena);
	package.version = bd_arena_text(arena, version.p, version.n);
	if (!has_meta(in, folder, package.name, package.version) && package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
}

/* ---- .meta/DIST-VERSION/install.json --------------------------------------------------------------- */

struct install {
	const char *module, *name, *version;
};

/* "libwww-perl-6.67": the version begins at the last dash that a digit or "v" and a digit follow. */
static void split_distribution(const char *text, struct bd_arena *arena, struct install *out)
{
	size_t at = 0;
	for (const char *dash = strchr(text, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
		const char *next = dash + 1 + (dash[1] == 'v');
		if (*next >= '0' && *next <= '9') {
			at = (size_t)(dash - text);
		}
	}
	out->name = at > 0 ? bd_arena_text(arena, text, at) : text;
	out->version = at > 0 ? text + at + 1 : "";
}

/* MYMETA.json has the distribution's name and version; install.json the main module and what was fetched. */
static int read_install(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct install *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const char *distribution = NULL;
	struct bd_error ignored;
	json_auto_t *install = format_json_object(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, err);
	if (install == NULL || format_json_text(install, "name", arena, &out->module, err) < 0 ||
		format_json_text(install, "dist", arena, &distribution, err) < 0) {
		return -(int)err->code;
	}
	split_distribution(distribution != NULL ? distribution : "", arena, out);
	bd_buf_printf(&path, "%.*s/MYMETA.json", (int)folder.n, folder.p);
	const struct bd_str bytes = in->file(in, bd_buf_str(&path));
	json_auto_t *meta =
		bytes.n > 0 ? format_json_object(bytes, BD_LIMIT_PACKAGE_JSON_BYTES, &ignored) : json_object();
	const char *name = NULL;
	const char *version = NULL;
	if (format_json_text(meta, "name", arena, &name, &ignored) == 0 && name != NULL &&
		format_json_text(meta, "version", arena, &version, &ignored) == 0 && version != NULL) {
		out->name = name;
		out->version = version;
	}
	return 0;
}

/* An upgrade leaves the older .meta folder behind: perllocal.pod's last entry says which version is there. */
static bool was_replaced(const struct bd_catalog_in *in, struct bd_str folder, const struct install *install)
{
	AUTO(bd_buf_release) struct bd_buf other = { .n = 0 };
	struct bd_str version = { NULL, 0 };
	if (install->module == NULL || !stated_version(in, folder, install->module, &version) ||
		bd_str_is(version, install->version)) {
		return false;
	}
	bd_buf_add(&other, version.p, version.n);
	return has_meta(in, folder, install->name, bd_buf_str(&other));
}

static int parse_install(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "cpan");
	struct install install = { .module = NULL };
	struct bd_str folder = { NULL, 0 };
	struct bd_str below = { NULL, 0 };
	if (!find_arch_folder(bd_str(in->path), &folder, &below)) {
		return 0;
	}
	if (read_install(in, arena, &install, err) < 0) {
		return -(int)err->code;
	}
	package.name = install.name;
	package.version = install.version;
	if (!was_replaced(in, folder, &install) && package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static bool is_packlist(const struct bd_catalog_in *in)
{
	return bd_str_ends(bd_str(in->path), "/.packlist");
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	if (!is_packlist(in)) {
		return parse_install(in, arena, out, err);
	}
	parse_packlist(in, arena, out);
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* ExtUtils::Packlist: a path, perhaps with " key=value" pairs behind it. */
static void emit_packlist(struct owned_list *files, struct bd_str rest)
{
	static const char *const keys[] = { " type=", " from=" };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			size_t at = 0;
			line.n = bd_str_find(line, keys[i], &at) ? at : line.n;
		}
		owned_file_at(files, line, (struct bd_str){ NULL, 0 }, false);
	}
}

static void packlist_path(struct bd_str folder, const char *module, struct bd_buf *out)
{
	bd_buf_printf(out, "%.*s/auto/", (int)folder.n, folder.p);
	add_joined(out, module, "/");
	bd_buf_add_str(out, "/.packlist");
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct install install = { .module = NULL };
	struct bd_str folder = { NULL, 0 };
	struct bd_str below = { NULL, 0 };
	(void)package;
	if (is_packlist(in)) {
		emit_packlist(&files, in->bytes);
		owned_file_at(&files, bd_str(in->path), (struct bd_str){ NULL, 0 }, false);
		return 0;
	}
	if (!find_arch_folder(bd_str(in->path), &folder, &below) || read_install(in, &arena, &install, err) < 0) {
		return 0;
	}
	if (install.module != NULL && install.module[0] != '/' && strstr(install.module, "..") == NULL) {
		packlist_path(folder, install.module, &path);
		emit_packlist(&files, in->file(in, bd_buf_str(&path)));
		owned_file_at(&files, bd_buf_view(&path), (struct bd_str){ NULL, 0 }, false);
	}
	const char *meta = bd_arena_printf(&arena, "%.*s/", (int)bd_path_dir(bd_str(in->path)).n, in->path);
	static const char *const own[] = { "install.json", "MYMETA.json" };
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		owned_file_at(&files, bd_str(bd_arena_printf(&arena, "%s%s", meta, own[i])), (struct bd_str){ NULL, 0 },
			false);
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_perl = {
	.name = "perl",
	.purl_type = "cpan",
	.primary = (const char *const[]){ "**/.meta/*/install.json", "**/auto/**/.packlist", NULL },
	.companions = (const char *const[]){ "**/.meta/*/MYMETA.json", "**/perllocal.pod", NULL },
	.parse = parse,
	.owned = owned,
};

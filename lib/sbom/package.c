/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A package as documents name it, made one as catalogers name it: the purl decides, and where there is none the tool's
 * word for the ecosystem, the group and the name.
 */
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"
#include "sbom/own.h"
#include "sbom/reading.h"

/* What syft (pkg/type.go) and trivy (fanal/types/const.go) call ecosystems, where that is not the purl type. */
static const struct {
	const char *kind, *type;
} kinds[] = {
	{ "R-package", "cran" },
	{ "alpine", "apk" },
	{ "bundler", "gem" },
	{ "conda-pkg", "conda" },
	{ "debian", "deb" },
	{ "dotnet", "nuget" },
	{ "dotnet-core", "nuget" },
	{ "gemspec", "gem" },
	{ "go-module", "golang" },
	{ "gobinary", "golang" },
	{ "gomod", "golang" },
	{ "jar", "maven" },
	{ "java-archive", "maven" },
	{ "node-pkg", "npm" },
	{ "php-composer", "composer" },
	{ "php-pear", "pear" },
	{ "python", "pypi" },
	{ "python-pkg", "pypi" },
	{ "rust-crate", "cargo" },
	{ "rustbinary", "cargo" },
	{ "ubuntu", "deb" },
};
/* Those that are called what the purl type is. */
static const char *const same_kinds[] = { "alpm", "apk", "bitnami", "cargo", "composer", "conan", "conda", "cran",
	"deb", "gem", "golang", "hackage", "hex", "luarocks", "maven", "nix", "npm", "nuget", "pub", "pypi", "rpm",
	"swift" };

static const char *type_of_kind(const char *kind)
{
	for (size_t i = 0; kind != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, kind) == 0) {
			return kinds[i].type;
		}
	}
	for (size_t i = 0; kind != NULL && i < sizeof(same_kinds) / sizeof(same_kinds[0]); i++) {
		if (strcmp(same_kinds[i], kind) == 0) {
			return same_kinds[i];
		}
	}
	return "generic";
}

/* ---- where it stands ----------------------------------------------------------------------------- */

static bool is_list_of_dpkg(const char *path)
{
	return path != NULL && strstr(path, "var/lib/dpkg/info/") != NULL;
}

/* Evidence before what merely belongs to the package: copyright files, lists of files. */
static int rank_of_path(const char *path)
{
	if (path == NULL || *path == '\0') {
		return 3;
	}
	return is_list_of_dpkg(path)                                                                   ? 2
	       : strstr(path, "usr/share/doc/") != NULL || strstr(path, "usr/share/licenses/") != NULL ? 1
												       : 0;
}

static const struct sbom_location *best_location(const struct sbom_location_vec *locations)
{
	const struct sbom_location *best = NULL;
	for (size_t i = 0; i < locations->len; i++) {
		if (best == NULL || rank_of_path(locations->v[i].path) < rank_of_path(best->path)) {
			best = &locations->v[i];
		}
	}
	return best;
}

const char *sbom_best_path(const struct sbom_location_vec *locations)
{
	const struct sbom_location *best = best_location(locations);
	return best != NULL ? best->path : NULL;
}

/*
 * dpkg's status is rewritten by every later installation, so its layer is that of the last one; the package's own list
 * of files came with the package.
 */
const char *sbom_best_layer(const struct sbom_location_vec *locations)
{
	const struct sbom_location *best = best_location(locations);
	for (size_t i = 0; i < locations->len; i++) {
		if (is_list_of_dpkg(locations->v[i].path) && locations->v[i].layer != NULL) {
			return locations->v[i].layer;
		}
	}
	return best != NULL ? best->layer : NULL;
}

static const char *clean_path(struct bd_arena *arena, const char *path)
{
	AUTO(bd_buf_release) struct bd_buf clean = { 0 };
	return path != NULL && bd_path_clean(&clean, path, strlen(path)) && clean.n > 0
		       ? bd_arena_text(arena, clean.p, clean.n)
		       : NULL;
}

/* ---- what it is ------------------------------------------------------------------------------------ */

static const char *non_empty(const char *text)
{
	return text != NULL && *text != '\0' ? text : NULL;
}

/* Of deb and rpm the epoch is a part of the version; purl has it apart (purl-spec, "rpm"). */
static const char *whole_version(struct bd_arena *arena, const struct bd_purl *purl, const char *stated)
{
	const char *epoch = bd_key_value_get(&purl->qualifiers, "epoch");
	const bool has_epoch = strcmp(purl->type, "deb") == 0 || strcmp(purl->type, "rpm") == 0;
	if (purl->version == NULL) {
		return bd_arena_strdup(arena, stated);
	}
	if (has_epoch && epoch != NULL && strcmp(epoch, "0") != 0 && strchr(purl->version, ':') == NULL) {
		return bd_arena_printf(arena, "%s:%s", epoch, purl->version);
	}
	return bd_arena_strdup(arena, purl->version);
}

/* The ecosystem's own spelling: with the scope or vendor, and as its author wrote it. */
static const char *whole_name(struct bd_arena *arena, const struct bd_purl *purl, const char *stated)
{
	static const char *const joined[] = { "composer", "golang", "npm" };
	for (size_t i = 0; purl->namespace != NULL && i < sizeof(joined) / sizeof(joined[0]); i++) {
		if (strcmp(purl->type, joined[i]) == 0) {
			return bd_arena_printf(arena, "%s/%s", purl->namespace, purl->name);
		}
	}
	if (strcmp(purl->type, "pypi") == 0 && non_empty(stated) != NULL) {
		const struct bd_purl written = { .type = "pypi", .name = stated };
		const struct bd_purl plain = { .type = "pypi", .name = purl->name };
		if (bd_streq(bd_purl_text(&written, arena), bd_purl_text(&plain, arena))) {
			return bd_arena_strdup(arena, stated);
		}
	}
	return bd_arena_strdup(arena, purl->name);
}

/* "upstream=NAME@VERSION", as syft has it. */
static void set_source(
	struct bd_package *out, const struct sbom_package *package, const struct bd_purl *purl, struct bd_arena *arena)
{
	struct bd_str rest = bd_str(bd_key_value_get(&purl->qualifiers, "upstream"));
	out->source = bd_arena_strdup(arena, non_empty(package->source));
	out->source_version = bd_arena_strdup(arena, non_empty(package->source_version));
	if (out->source == NULL && rest.n > 0) {
		const struct bd_str name = bd_str_cut(&rest, '@');
		out->source = bd_arena_text(arena, name.p, name.n);
		out->source_version = rest.n > 0 ? bd_arena_text(arena, rest.p, rest.n) : NULL;
	}
}

static int fill(struct sbom_reading *reading, const struct at *at, const struct sbom_package *package,
	const struct bd_purl *purl, struct bd_error *err)
{
	struct bd_record *record = reading->record;
	struct bd_arena *arena = &record->arena;
	const char *layer = package->layer != NULL ? package->layer : sbom_best_layer(&package->locations);
	const char *text = bd_purl_text(purl, arena);
	if (text == NULL) {
		return at_error(at, err, "a name that no package can have");
	}
	if (strlen(text) > BD_LIMIT_PURL_BYTES) {
		return at_error(at, err, "name and version are longer than any package's");
	}
	struct bd_package *out = bd_vec_push(&record->packages);
	*out = (struct bd_package){
		.purl = text,
		.type = bd_arena_strdup(arena, purl->type),
		.namespace = bd_arena_strdup(arena, purl->namespace),
		.name = whole_name(arena, purl, package->name),
		.version = whole_version(arena, purl, non_empty(package->version)),
		.arch = bd_arena_strdup(arena, bd_key_value_get(&purl->qualifiers, "arch")),
		.path = clean_path(arena, sbom_best_path(&package->locations)),
		.layer = sbom_layer(reading, layer, package->layer_digest),
		.files = -1,
		.size_bytes = -1,
	};
	set_source(out, package, purl, arena);
	return 0;
}

/* Before 2022 syft and BuildKit wrote pkg:alpine/NAME for what the purl-spec calls pkg:apk/alpine/NAME. */
static void modernise(struct bd_purl *purl)
{
	if (strcmp(purl->type, "alpine") == 0) {
		purl->type = "apk";
		purl->namespace = purl->namespace != NULL ? purl->namespace : "alpine";
	}
}

static int add_without_purl(
	struct sbom_reading *reading, const struct at *at, const struct sbom_package *package, struct bd_error *err)
{
	struct bd_arena *arena = &reading->scratch;
	struct bd_purl purl = {
		.type = type_of_kind(package->kind),
		.namespace = non_empty(package->group),
		.name = package->name,
		.version = non_empty(package->version),
	};
	if (bd_purl_text(&purl, arena) == NULL) {
		purl.type = "generic";
	}
	reading->without_purl++;
	return fill(reading, at, package, &purl, err);
}

int sbom_add_package(
	struct sbom_reading *reading, const struct at *at, const struct sbom_package *package, struct bd_error *err)
{
	struct bd_purl purl;
	struct bd_error problem;
	const char *text = non_empty(package->purl);

	if (reading->own && text != NULL && package->own != NULL) {
		return sbom_add_own(reading, text, package->own, err) < 0 ? sbom_wrap(at, err) : 0;
	}
	if (package->name == NULL || *package->name == '\0') {
		return at_error(at, err, "a package without a name");
	}
	if (text == NULL) {
		return add_without_purl(reading, at, package, err);
	}
	if (bd_purl_parse(bd_str(text), &reading->scratch, &purl, &problem) < 0) {
		AUTO(bd_buf_release) struct bd_buf shown = { 0 };
		bd_display_text(&shown, text, strlen(text));
		bd_record_diagnose(reading->record, "package-purl-unreadable", package->name,
			"the purl %.200s of %.100s is not one (%s): it is compared by its name alone",
			bd_buf_str(&shown), bd_display(&reading->scratch, package->name), problem.msg);
		return add_without_purl(reading, at, package, err);
	}
	modernise(&purl);
	return fill(reading, at, package, &purl, err);
}

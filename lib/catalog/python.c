/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python distributions: *.dist-info ("Recording installed projects", packaging.python.org),
 * *.egg-info folders and files, eggs, and *.egg-link for a source tree that setuptools linked to.  Inside
 * site-packages and dist-packages only those directly there are installed; deeper ones are copies that a package
 * vendors.  An egg-info in a source tree is what a build or an editable installation left behind: that one has
 * its dist-info or egg-link among the installed.
 */
#include <jansson.h>

#include "basedrift/version.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/python_metadata.h"

static bool is_egg_info_file(const char *path)
{
	return bd_str_ends(bd_str(path), ".egg-info");
}

static bool is_link(const char *path)
{
	return bd_str_ends(bd_str(path), ".egg-link");
}

static bool has_nul(struct bd_str text)
{
	return text.n > 0 && memchr(text.p, '\0', text.n) != NULL;
}

/* ---- direct_url.json (PEP 610) ------------------------------------------------------------------- */

static struct bd_str info_file(const struct bd_catalog_in *in, const struct python_place *place, const char *name)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%.*s/%s", (int)place->info.n, place->info.p, name);
	return in->file(in, bd_buf_str(&path));
}

static const char *get_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void add_pair(struct bd_purl *purl, const char *key, const char *value)
{
	purl->qualifiers.v[purl->qualifiers.len++] = (struct bd_key_value){ key, value };
}

static const char *archive_checksum(const json_t *archive, struct bd_arena *arena)
{
	const char *sha256 = get_text(json_object_get(archive, "hashes"), "sha256");
	const char *hash = get_text(archive, "hash");
	if (sha256 == NULL && hash != NULL && strncmp(hash, "sha256=", 7) == 0) {
		sha256 = hash + 7;
	}
	return sha256 != NULL ? bd_arena_printf(arena, "sha256:%s", sha256) : NULL;
}

/*
 * A version installed from a repository or an archive may be another one at the same number: the
 * purl says from where.  Folders of the build machine mean nothing elsewhere and are left out.
 * purl->qualifiers has room for 3.
 */
static void add_origin(
	const struct bd_catalog_in *in, const struct python_place *place, struct bd_arena *arena, struct bd_purl *purl)
{
	const struct bd_str bytes = info_file(in, place, "direct_url.json");
	json_auto_t *document = bytes.n > 0 ? json_loadb(bytes.p, bytes.n, 0, NULL) : NULL;
	const char *url = get_text(document, "url");
	if (url == NULL) {
		return;
	}
	const json_t *vcs = json_object_get(document, "vcs_info");
	const json_t *archive = json_object_get(document, "archive_info");
	const char *kind = get_text(vcs, "vcs");
	const char *commit = get_text(vcs, "commit_id");
	url = bd_url_without_credentials(arena, url);
	if (kind != NULL && commit != NULL) {
		add_pair(purl, "vcs_url", bd_arena_printf(arena, "%s+%s@%s", kind, url, commit));
	} else if (archive != NULL && strncmp(url, "http", 4) == 0) {
		add_pair(purl, "download_url", url);
		add_pair(purl, "checksum", archive_checksum(archive, arena));
	}
	if (json_is_true(json_object_get(json_object_get(document, "dir_info"), "editable"))) {
		add_pair(purl, "editable", "true");
	}
}

/* ---- what is counted elsewhere ------------------------------------------------------------------- */

static bool is_there(const struct bd_catalog_in *in, struct bd_str folder, const char *name)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%.*s%s%s", (int)folder.n, folder.n > 0 ? folder.p : "", folder.n > 0 ? "/" : "", name);
	return in->file(in, bd_buf_str(&path)).p != NULL;
}

static bool is_project(const struct bd_catalog_in *in, struct bd_str folder)
{
	return is_there(in, folder, "setup.py") || is_there(in, folder, "pyproject.toml") ||
	       is_there(in, folder, "setup.cfg");
}

/* An egg-info folder in a project, or in its folder src or lib, that no installer wrote. */
static bool is_source_tree(const struct bd_catalog_in *in, const struct python_place *place)
{
	if (!bd_str_ends(place->info, ".egg-info") || is_egg_info_file(in->path) ||
		python_is_site(bd_path_name(place->site)) || info_file(in, place, "installed-files.txt").p != NULL) {
		return false;
	}
	return is_project(in, place->site) || (place->site.n > 0 && is_project(in, bd_path_dir(place->site)));
}

/* "-" and "." become "_" in the names of files (the wheel and the egg format). */
static void add_escaped(struct bd_buf *out, struct bd_str name, bool lower)
{
	for (size_t i = 0; i < name.n; i++) {
		const char c = name.p[i];
		bd_buf_add_char(out, c == '-' || (lower && c == '.') ? '_'
				     : lower && c >= 'A' && c <= 'Z' ? (char)(c + 32)
								     : c);
	}
}

/* The same version has a dist-info beside this egg-info: Debian packages ship both, importlib sees one. */
static bool has_dist_info(
	const struct bd_catalog_in *in, const struct python_place *place, const struct python_headers *headers)
{
	if (!bd_str_ends(place->info, ".egg-info")) {
		return false;
	}
	for (int form = 0; form < 3; form++) {
		AUTO(bd_buf_release) struct bd_buf name = { .n = 0 };
		if (form == 0) {
			bd_buf_add(&name, headers->name.p, headers->name.n);
		} else {
			add_escaped(&name, headers->name, form == 2);
		}
		bd_buf_printf(&name, "-%.*s.dist-info/METADATA", (int)headers->version.n,
			headers->version.n > 0 ? headers->version.p : "");
		if (is_there(in, place->site, bd_buf_str(&name))) {
			return true;
		}
	}
	return false;
}

/* ---- packages ------------------------------------------------------------------------------------- */

/*
 * An .egg-link has the folder with the egg-info in its first line; that is called as the link is, escaped.
 * false: nothing is there.
 */
static bool follow_link(const struct bd_catalog_in *in, struct bd_buf *path, struct bd_str *metadata)
{
	AUTO(bd_buf_release) struct bd_buf name = { .n = 0 };
	struct bd_str rest = in->bytes;
	struct bd_str line;
	struct bd_str stem = bd_path_name(bd_str(in->path));
	if (!bd_str_line(&rest, &line) || has_nul(line)) {
		return false;
	}
	stem.n -= strlen(".egg-link");
	bd_buf_add(&name, bd_str_trim(line).p, bd_str_trim(line).n);
	bd_buf_add_char(&name, '/');
	add_escaped(&name, stem, false);
	bd_buf_add_str(&name, ".egg-info/PKG-INFO");
	bd_path_resolve(path, bd_path_dir(bd_str(in->path)), bd_buf_view(&name));
	*metadata = in->file(in, bd_buf_str(path));
	return metadata->p != NULL;
}

static int add_package(const struct bd_catalog_in *in, const struct python_place *place, struct bd_str metadata,
	struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_key_value pairs[3];
	struct bd_package package = { .type = "pypi", .path = in->path, .layer = -1, .files = -1, .size_bytes = -1 };
	const struct python_headers headers = python_headers_read(metadata, place);
	if (headers.name.n == 0 || has_nul(headers.name) || has_nul(headers.version)) {
		return bd_error_set(err, BD_ERR_FORMAT, "no Name header, and the folder's name does not say it");
	}
	if (has_dist_info(in, place, &headers)) {
		return 0;
	}
	package.name = bd_arena_text(arena, headers.name.p, headers.name.n);
	package.version = bd_arena_text(arena, headers.version.n > 0 ? headers.version.p : "", headers.version.n);
	struct bd_purl purl = { "pypi", NULL, package.name, package.version, NULL, { pairs, 0, 3 } };
	if (is_link(in->path)) {
		add_pair(&purl, "editable", "true");
	} else if (!is_egg_info_file(in->path)) {
		add_origin(in, place, arena, &purl);
	}
	package.purl = bd_purl_text(&purl, arena);
	*bd_vec_push(out) = package;
	return 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct python_place place = python_place_of(in->path);
	struct bd_str metadata = in->bytes;
	if (!python_is_installed(&place)) {
		return 0;
	}
	if (!is_link(in->path)) {
		return is_source_tree(in, &place) ? 0 : add_package(in, &place, metadata, arena, out, err);
	}
	if (!follow_link(in, &path, &metadata)) {
		return 0; /* pip passes over a link to nothing */
	}
	const struct python_place linked = python_place_of(bd_buf_str(&path));
	return add_package(in, &linked, metadata, arena, out, err);
}

/* ---- files ------------------------------------------------------------------------------------- */

/* One CSV field (RFC 4180) off the line. */
static void cut_csv(struct bd_str *line, struct bd_buf *out)
{
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (line->n == 0 || line->p[0] != '"') {
		const struct bd_str plain = bd_str_cut(line, ',');
		bd_buf_add(out, plain.p, plain.n);
		return;
	}
	size_t i = 1;
	for (; i < line->n && (line->p[i] != '"' || (i + 1 < line->n && line->p[i + 1] == '"')); i++) {
		i += line->p[i] == '"';
		bd_buf_add_char(out, line->p[i]);
	}
	*line = (struct bd_str){ line->p + i, line->n - i };
	(void)bd_str_cut(line, ',');
}

static void read_hash(struct bd_str hash, struct bd_owned_file *file)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	const struct bd_str algorithm = bd_str_cut(&hash, '=');
	if (bd_str_is(algorithm, "sha256") && bd_unbase64(&bytes, hash) && bytes.n == BD_SHA256_BYTES) {
		memcpy(file->checksum, bytes.p, BD_SHA256_BYTES);
		file->algorithm = BD_CHECKSUM_SHA256;
	}
}

/* RECORD: "path,sha256=…,size" lines, paths relative to the folder that has the dist-info folder. */
static void add_record(struct owned_list *files, const struct python_place *place, struct bd_str rest)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf hash = { .n = 0 };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		struct bd_owned_file file = { .folder = false };
		cut_csv(&line, &path);
		cut_csv(&line, &hash);
		read_hash(bd_buf_view(&hash), &file);
		owned_add(files, place->site, bd_buf_view(&path), file);
	}
}

static void add_lines(struct owned_list *files, struct bd_str folder, struct bd_str rest)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		owned_add(files, folder, bd_str_trim(line), (struct bd_owned_file){ .folder = false });
	}
}

/* No list of files: the metadata itself, and the modules that top_level.txt names. */
static void add_guess(struct owned_list *files, const struct python_place *place, struct bd_str rest)
{
	AUTO(bd_buf_release) struct bd_buf module = { .n = 0 };
	struct bd_str line;
	owned_add(files, place->site, bd_path_name(place->info), (struct bd_owned_file){ .folder = true });
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (line.n == 0 || bd_str_find(line, "..", NULL)) {
			continue;
		}
		bd_buf_clear(&module);
		bd_buf_printf(&module, "%.*s.py", (int)line.n, line.p);
		owned_add(files, place->site, line, (struct bd_owned_file){ .folder = true });
		owned_add(files, place->site, bd_buf_view(&module), (struct bd_owned_file){ .folder = false });
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct python_place place = python_place_of(in->path);
	struct owned_list files = { .each = each, .context = context };
	(void)package;
	(void)err;
	const bool is_folder = !is_egg_info_file(in->path) && !is_link(in->path);
	const struct bd_str record = is_folder ? info_file(in, &place, "RECORD") : bd_str(NULL);
	const struct bd_str installed = is_folder ? info_file(in, &place, "installed-files.txt") : bd_str(NULL);
	if (place.egg.n > 0) {
		owned_add(&files, place.site, bd_path_name(place.egg), (struct bd_owned_file){ .folder = true });
	} else if (record.n > 0) {
		add_record(&files, &place, record);
	} else if (installed.n > 0) {
		add_lines(&files, place.info, installed);
	} else if (!is_folder) {
		owned_add(&files, place.site, bd_path_name(place.info), (struct bd_owned_file){ .folder = false });
	} else {
		add_guess(&files, &place, info_file(in, &place, "top_level.txt"));
	}
	owned_release(&files);
	return 0;
}

const struct bd_cataloger bd_cataloger_python = {
	.name = "python",
	.purl_type = "pypi",
	.primary = (const char *const[]){ "**/*dist-info/METADATA", "**/*egg-info/PKG-INFO", "**/*EGG-INFO/PKG-INFO",
		"**/*DIST-INFO/METADATA", "**/*.egg-info", "**/*.egg-link", NULL },
	.companions = (const char *const[]){ "**/*-info/RECORD", "**/*-info/installed-files.txt",
		"**/*-info/top_level.txt", "**/*-info/direct_url.json", "**/*-INFO/RECORD",
		"**/*-INFO/installed-files.txt", "**/*-INFO/top_level.txt", "**/*-INFO/direct_url.json", "**/setup.py",
		"**/setup.cfg", "**/pyproject.toml", NULL },
	.parse = parse,
	.owned = owned,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conda: PREFIX/conda-meta/NAME-VERSION-BUILD.json, one a package, as conda, mamba and rattler write them
 * (PrefixRecord).  What pip installed into the prefix has its own dist-info and no such file; what conda installed
 * has both, and the Python cataloger's finding is then owned by this one's.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/json_view.h"

/*
 * "https://HOST/conda-forge/linux-64", "https://HOST/pkgs/main", "conda-forge": the channel as `conda list` says it
 * is the path without the platform's folder.
 */
static const char *channel_name(const char *url, const char *subdir, struct bd_arena *arena)
{
	struct bd_str rest = bd_str(url);
	size_t at = 0;
	if (bd_str_find(rest, "://", &at)) {
		rest = (struct bd_str){ rest.p + at + 3, rest.n - at - 3 };
		(void)bd_str_cut(&rest, '/');
	}
	while (bd_str_ends(rest, "/")) {
		rest.n--;
	}
	if (subdir != NULL && bd_str_is(bd_path_name(rest), subdir)) {
		rest = bd_path_dir(rest);
	}
	if (bd_str_starts(rest, "t/")) { /* "t/TOKEN/CHANNEL": a secret (conda's private channels) */
		(void)bd_str_cut(&rest, '/');
		(void)bd_str_cut(&rest, '/');
	}
	return rest.n > 0 ? bd_arena_text(arena, rest.p, rest.n) : NULL;
}

static const char *archive_type(const char *file_name)
{
	return bd_str_ends(bd_str(file_name), ".conda")     ? "conda"
	       : bd_str_ends(bd_str(file_name), ".tar.bz2") ? "tar.bz2"
							    : NULL;
}

enum member {
	NAME,
	VERSION,
	BUILD,
	CHANNEL,
	SUBDIR,
	FILE_NAME,
	URL,
	MEMBERS
};
static const char *const members[MEMBERS] = { "name", "version", "build", "channel", "subdir", "fn", "url" };

static const char *make_purl(const struct bd_package *package, const char *const *texts, struct bd_arena *arena)
{
	struct bd_key_value pairs[] = {
		{ "build", texts[BUILD] },
		{ "channel", channel_name(texts[CHANNEL], texts[SUBDIR], arena) },
		{ "subdir", texts[SUBDIR] },
		{ "type", archive_type(texts[FILE_NAME] != NULL ? texts[FILE_NAME] : texts[URL]) },
	};
	const struct bd_purl purl = {
		.type = "conda", .name = package->name, .version = package->version, .qualifiers = { pairs, 4, 4 }
	};
	return bd_purl_text(&purl, arena);
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "conda");
	struct bd_str object;
	struct bd_str values[MEMBERS];
	const char *texts[MEMBERS];
	if (format_json_view(in->bytes, &object, err) < 0) {
		return -(int)err->code;
	}
	if (!format_json_pick(object, members, MEMBERS, values)) {
		return bd_error_set(err, BD_ERR_FORMAT, "not a JSON object");
	}
	for (size_t i = 0; i < MEMBERS; i++) {
		texts[i] = format_json_text_of(values[i], arena);
	}
	if (texts[NAME] == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "a package without a name");
	}
	package.name = texts[NAME];
	package.version = texts[VERSION] != NULL ? texts[VERSION] : "";
	package.arch = texts[SUBDIR];
	package.purl = make_purl(&package, texts, arena);
	*bd_vec_push(out) = package;
	return 0;
}

/* ---- files -------------------------------------------------------------------------------------------- */

/* "pkgs/x/bin/y" below the prefix; a leading "/" would be another place. */
static void add_path(struct owned_list *list, struct bd_str prefix, struct bd_str path, struct bd_owned_file file)
{
	while (bd_str_starts(path, "/")) {
		path = (struct bd_str){ path.p + 1, path.n - 1 };
	}
	owned_add(list, prefix, path, file);
}

/* sha256 is of the packed file; in a file with the build's prefix in it, that was replaced by this one's. */
static void set_checksum(struct bd_owned_file *file, struct bd_str entry)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_str value;
	if (format_json_find(entry, "path_type", &value) && bd_str_is(value, "\"softlink\"")) {
		return;
	}
	const bool in_prefix = format_json_find(entry, "sha256_in_prefix", &value);
	const bool is_kept = !in_prefix && format_json_find(entry, "sha256", &value);
	struct bd_str placeholder;
	if (in_prefix || (is_kept && !format_json_find(entry, "prefix_placeholder", &placeholder))) {
		(void)format_json_string(value, &text);
		owned_set_checksum(file, BD_CHECKSUM_SHA256, bd_buf_view(&text));
	}
}

static bool add_paths(struct owned_list *list, struct bd_str prefix, struct bd_str object)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_str value;
	struct bd_str inside;
	struct bd_str key;
	struct bd_str entry;
	bool any = false;
	if (!format_json_find(object, "paths_data", &value) || !format_json_find(value, "paths", &value) ||
		!format_json_inside(value, '[', &inside)) {
		return false;
	}
	while (format_json_next(&inside, &key, &entry)) {
		struct bd_owned_file file = { .folder = false };
		set_checksum(&file, entry);
		if (format_json_find(entry, "_path", &value) && format_json_string(value, &text)) {
			add_path(list, prefix, bd_buf_view(&text), file);
			any = true;
		}
	}
	return any;
}

static void add_files(struct owned_list *list, struct bd_str prefix, struct bd_str object)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_str inside;
	struct bd_str key;
	struct bd_str value;
	if (!format_json_find(object, "files", &value) || !format_json_inside(value, '[', &inside)) {
		return;
	}
	while (format_json_next(&inside, &key, &value)) {
		if (format_json_string(value, &text)) {
			add_path(list, prefix, bd_buf_view(&text), (struct bd_owned_file){ .folder = false });
		}
	}
}

/* Its own entry is not of the package's bytes: it says from where and when it was linked. */
static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct owned_list list = { .each = each, .context = context };
	const struct bd_str prefix = bd_path_dir(bd_path_dir(bd_str(in->path)));
	struct bd_str object;
	(void)package;
	if (format_json_view(in->bytes, &object, err) < 0) {
		return -(int)err->code;
	}
	if (!add_paths(&list, prefix, object)) {
		add_files(&list, prefix, object); /* the same names; alone before conda 4.3 */
	}
	owned_release(&list);
	return 0;
}

const struct bd_cataloger bd_cataloger_conda = {
	.name = "conda",
	.purl_type = "conda",
	.primary = (const char *const[]){ "**/conda-meta/*.json", NULL },
	.parse = parse,
	.owned = owned,
};

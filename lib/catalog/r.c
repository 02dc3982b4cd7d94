/* SPDX-License-Identifier: Apache-2.0 */
/*
 * R: LIBRARY/PACKAGE/DESCRIPTION.  A field "Built" is written by R CMD INSTALL alone ("Writing R Extensions", 1.1.1):
 * without it this is source.  The file MD5 beside it lists the source package, not what was installed, so that
 * nothing is held against it.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/deb822.h"

enum description_field {
	PACKAGE,
	VERSION,
	BUILT,
	REMOTE_TYPE,
	REMOTE_SHA,
	REMOTE_URL,
	REMOTE_USERNAME,
	REMOTE_REPO,
	FIELDS
};
static const struct format_deb822_field fields[FIELDS] = { { "Package", false }, { "Version", false },
	{ "Built", false }, { "RemoteType", false }, { "RemoteSha", false }, { "RemoteUrl", false },
	{ "RemoteUsername", false }, { "RemoteRepo", false } };

static const char *text(struct bd_str value, struct bd_arena *arena)
{
	if (value.n == 0 || memchr(value.p, '\0', value.n) != NULL) {
		return NULL;
	}
	return bd_arena_text(arena, value.p, value.n);
}

/* The host of a kind of remote; NULL: not a repository ("standard" is CRAN, and its RemoteSha the version). */
static const char *host_of(const char *kind)
{
	static const char *const hosts[][2] = { { "bitbucket", "bitbucket.org" }, { "github", "github.com" },
		{ "gitlab", "gitlab.com" } };
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if (bd_streq(hosts[i][0], kind)) {
			return hosts[i][1];
		}
	}
	return NULL;
}

/*
 * What remotes, pak and renv write of a package that came from a repository: the version is then often that of the
 * last release, the commit says which state this is.
 */
static const char *commit(const struct bd_str *values, struct bd_arena *arena)
{
	const char *sha = text(values[REMOTE_SHA], arena);
	const char *url = text(values[REMOTE_URL], arena);
	const char *user = text(values[REMOTE_USERNAME], arena);
	const char *repo = text(values[REMOTE_REPO], arena);
	const char *host = host_of(text(values[REMOTE_TYPE], arena));
	if (sha != NULL && url != NULL) {
		return bd_arena_printf(arena, "git+%s@%s", bd_url_without_credentials(arena, url), sha);
	}
	if (sha == NULL || host == NULL || user == NULL || repo == NULL) {
		return NULL;
	}
	return bd_arena_printf(arena, "git+https://%s/%s/%s@%s", host, user, repo, sha);
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "cran");
	struct format_deb822 reader = { .rest = in->bytes };
	struct bd_str values[FIELDS];
	struct bd_error not_ours;
	if (format_deb822_read(&reader, fields, FIELDS, values, &not_ours) <= 0 || values[BUILT].p == NULL) {
		return 0; /* other things are called DESCRIPTION too */
	}
	package.name = text(values[PACKAGE], arena);
	package.version = text(values[VERSION], arena);
	if (package.name == NULL || package.version == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "no field %s", package.name == NULL ? "Package" : "Version");
	}
	struct bd_key_value pair = { "vcs_url", commit(values, arena) };
	const struct bd_purl purl = {
		.type = "cran", .name = package.name, .version = package.version, .qualifiers = { &pair, 1, 1 }
	};
	package.purl = bd_purl_text(&purl, arena);
	*bd_vec_push(out) = package;
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct owned_list list = { .each = each, .context = context };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	(void)package;
	(void)err;
	owned_folder(&list, "%.*s", (int)folder.n, folder.p);
	owned_release(&list);
	return 0;
}

const struct bd_cataloger bd_cataloger_r = {
	.name = "r",
	.purl_type = "cran",
	.primary = (const char *const[]){ "**/*/DESCRIPTION", NULL },
	.parse = parse,
	.owned = owned,
};

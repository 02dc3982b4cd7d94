/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for every cataloger, whatever the bytes: a package has a name, a version and a purl that
 * parses back to the same purl; every owned path is clean.  Input: a byte that chooses the path, the
 * primary file up to the first 0xff, then what every other file contains.
 */
#ifndef FUZZ_CATALOG_H
#define FUZZ_CATALOG_H

#include "basedrift/catalog.h"
#include "basedrift/version.h"

#include "base/auto.h"

static inline void require(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static inline struct bd_str fuzz_file(const struct bd_catalog_in *in, const char *path)
{
	const struct bd_str *rest = in->context;
	require(bd_catalog_wants(path) || bd_cataloger_for(path) != NULL, "only files that are kept are asked for");
	return *rest;
}

static inline void fuzz_owned(const struct bd_owned_file *file, void *context)
{
	AUTO(bd_buf_release) struct bd_buf clean = { .n = 0 };
	(void)context;
	require(bd_path_clean(&clean, file->path.p, file->path.n), "an owned path stays in the image");
	require(clean.n > 0 && bd_str_equal(bd_buf_view(&clean), file->path), "an owned path is clean");
}

static inline void fuzz_package(const struct bd_package *package, struct bd_arena *arena)
{
	struct bd_error err;
	struct bd_purl purl;
	require(package->name != NULL && package->name[0] != '\0', "a package has a name");
	require(package->version != NULL, "a package has a version");
	require(package->path != NULL && package->type != NULL, "a package has a path and a type");
	require(package->purl != NULL, "a package has a purl");
	if (bd_purl_parse(bd_str(package->purl), arena, &purl, &err) < 0) {
		require(err.code == BD_ERR_LIMIT, "a package's purl parses");
		return;
	}
	require(bd_streq(purl.type, package->type), "the purl has the package's type");
	require(bd_streq(bd_purl_text(&purl, arena), package->purl), "a package's purl is canonical");
}

static inline void fuzz_parse(const struct bd_cataloger *cataloger, const struct bd_catalog_in *in)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_package_vec packages = { .len = 0 };
	struct bd_error err = { .code = BD_ERR_USAGE };
	if (cataloger->parse(in, &arena, &packages, &err) < 0) {
		require(err.code == BD_ERR_FORMAT || err.code == BD_ERR_LIMIT, "bytes make no other error");
	}
	for (size_t i = 0; i < packages.len; i++) {
		fuzz_package(&packages.v[i], &arena);
		require(cataloger->owned == NULL || cataloger->owned(in, &packages.v[i], fuzz_owned, NULL, &err) == 0 ||
				err.code == BD_ERR_FORMAT || err.code == BD_ERR_LIMIT,
			"owned files are listed, or bytes say why not");
	}
	free(packages.v);
}

static inline int fuzz_cataloger(const char *name, const char *const *paths, const uint8_t *data, size_t size)
{
	struct bd_str rest = { (const char *)data, size };
	const struct bd_os_release os = { .id = "debian", .version_id = "12" };
	size_t count = 0;
	while (paths[count] != NULL) {
		require(bd_streq(bd_cataloger_for(paths[count])->name, name), "the path is this cataloger's");
		count++;
	}
	if (size == 0) {
		return 0;
	}
	const char *path = paths[data[0] % count];
	rest = (struct bd_str){ rest.p + 1, rest.n - 1 };
	const struct bd_str bytes = bd_str_cut(&rest, (char)0xff);
	const struct bd_catalog_in in = {
		.path = path, .bytes = bytes, .os = data[0] % 2 == 0 ? &os : NULL, .file = fuzz_file, .context = &rest
	};
	fuzz_parse(bd_cataloger_for(path), &in);
	return 0;
}

/* A cataloger that extracts: all of the input is the file; then it also stands for what was extracted. */
static inline int fuzz_extract(const char *name, const char *path, const uint8_t *data, size_t size)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct bd_cataloger *cataloger = bd_cataloger_named(name);
	struct bd_str none = { NULL, 0 };
	struct bd_error err = { .code = BD_ERR_USAGE };
	const struct bd_str bytes = { size > 0 ? (const char *)data : "", size };
	if (cataloger->extract(path, bytes, &out, &err) < 0) {
		require(err.code == BD_ERR_FORMAT || err.code == BD_ERR_LIMIT, "bytes make no other error");
	}
	const struct bd_catalog_in extracted = {
		.path = path, .bytes = bd_buf_view(&out), .file = fuzz_file, .context = &none
	};
	fuzz_parse(cataloger, &extracted);
	const struct bd_catalog_in raw = { .path = path, .bytes = bytes, .file = fuzz_file, .context = &none };
	fuzz_parse(cataloger, &raw);
	return 0;
}

#endif

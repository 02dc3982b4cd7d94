/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input is a database; a copy of it is also its write-ahead log.  What was kept of a database tells the same
 * packages and files as the whole of it.
 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bd_str no_file(const struct bd_catalog_in *in, const char *path)
{
	(void)in;
	require(bd_catalog_wants(path), "only wanted files are asked for");
	return (struct bd_str){ NULL, 0 };
}

static void add_owned(const struct bd_owned_file *file, void *context)
{
	struct bd_buf *out = context;
	bd_buf_add(out, file->path.p, file->path.n);
	bd_buf_add(out, file->checksum, sizeof(file->checksum));
	bd_buf_add_char(out, file->config ? 'c' : '-');
}

static void describe(const struct bd_cataloger *cataloger, struct bd_str bytes, struct bd_buf *out)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_package_vec packages = { .len = 0 };
	struct bd_error err = { .msg = "" };
	const struct bd_catalog_in in = { .path = "var/lib/rpm/rpmdb.sqlite", .bytes = bytes, .file = no_file };
	(void)!cataloger->parse(&in, &arena, &packages, &err);
	bd_buf_add_str(out, err.msg);
	for (size_t i = 0; i < packages.len; i++) {
		bd_buf_printf(out, "%s %s\n", packages.v[i].purl, packages.v[i].version);
		(void)!cataloger->owned(&in, &packages.v[i], add_owned, out, &err);
	}
	free(packages.v);
}

static void require_same(const uint8_t *data, size_t size)
{
	AUTO(bd_buf_release) struct bd_buf kept = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf of_whole = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf of_kept = { .n = 0 };
	const struct bd_cataloger *cataloger = bd_cataloger_named("rpm");
	const struct bd_str whole = { size > 0 ? (const char *)data : "", size };
	struct bd_error err;
	if (cataloger->extract("var/lib/rpm/rpmdb.sqlite", whole, &kept, &err) < 0) {
		return;
	}
	describe(cataloger, whole, &of_whole);
	describe(cataloger, bd_buf_view(&kept), &of_kept);
	require(bd_str_equal(bd_buf_view(&of_whole), bd_buf_view(&of_kept)), "what is kept says what the whole says");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db",
		"usr/share/rpm/Packages", "var/lib/rpmmanifest/container-manifest-2", NULL };
	require_same(data, size);
	(void)fuzz_extract("rpm", paths[0], data, size);
	return fuzz_cataloger("rpm", paths, data, size);
}

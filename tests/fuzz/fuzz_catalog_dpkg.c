/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void packages_of(struct bd_str bytes, struct bd_arena *arena, struct bd_package_vec *out, int *result)
{
	struct bd_str none = { NULL, 0 };
	struct bd_error err;
	const struct bd_catalog_in in = {
		.path = "var/lib/dpkg/status", .bytes = bytes, .file = fuzz_file, .context = &none
	};
	*result = bd_cataloger_named("dpkg")->parse(&in, arena, out, &err);
}

/* The shortened file says the same as the whole one. */
static void compare_extracted(struct bd_str bytes)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_package_vec whole = { .len = 0 }, extracted = { .len = 0 };
	struct bd_error err;
	int results[2];
	require(bd_cataloger_named("dpkg")->extract("var/lib/dpkg/status", bytes, &out, &err) == 0, "any file is kept");
	packages_of(bytes, &arena, &whole, &results[0]);
	packages_of(bd_buf_view(&out), &arena, &extracted, &results[1]);
	require(results[0] == results[1] && whole.len == extracted.len, "as many packages");
	for (size_t i = 0; i < whole.len; i++) {
		require(strcmp(whole.v[i].purl, extracted.v[i].purl) == 0 &&
				bd_streq(whole.v[i].source_version, extracted.v[i].source_version),
			"the same packages");
	}
	free(whole.v);
	free(extracted.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	compare_extracted((struct bd_str){ size > 0 ? (const char *)data : "", size });
	static const char *const paths[] = { "var/lib/dpkg/status", "var/lib/dpkg/status.d/x", NULL };
	return fuzz_cataloger("dpkg", paths, data, size);
}

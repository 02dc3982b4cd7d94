/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"

#define ROW(name) &bd_cataloger_##name,
static const struct bd_cataloger *const catalogers[] = { CATALOGERS(ROW) };
#undef ROW

#define COUNT (sizeof(catalogers) / sizeof(catalogers[0]))

const struct bd_cataloger *bd_cataloger_at(size_t i)
{
	return i < COUNT ? catalogers[i] : NULL;
}

static bool is_wildcard(char c)
{
	return c == '*' || c == '?' || c == '[' || c == ']';
}

/*
 * Do both end alike, as far as the pattern has no wildcard?  Nearly every path of a layer fails here
 * at its last bytes, which is what makes asking for each of them cheap.
 */
static bool tail_fits(const char *pattern, struct bd_str path)
{
	size_t n = strlen(pattern);
	while (n > 0 && !is_wildcard(pattern[n - 1])) {
		if (path.n == 0 && n == 3 && pattern[1] == '*') {
			return true; /* a double star in front may stand for no folder at all */
		}
		if (path.n == 0 || path.p[path.n - 1] != pattern[n - 1]) {
			return false;
		}
		n--;
		path.n--;
	}
	return n > 0 || path.n == 0;
}

static bool any_matches(const char *const *patterns, struct bd_str path)
{
	for (; patterns != NULL && *patterns != NULL; patterns++) { /* a directory's "/" fits no path */
		if (tail_fits(*patterns, path) && bd_path_match(*patterns, path.p)) {
			return true;
		}
	}
	return false;
}

/* Patterns of directories end in "/". */
static bool any_directory_matches(const char *const *patterns, struct bd_str path)
{
	char pattern[256];
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		const size_t n = strlen(*patterns);
		if (n == 0 || n > sizeof(pattern) || (*patterns)[n - 1] != '/') {
			continue;
		}
		memcpy(pattern, *patterns, n - 1);
		pattern[n - 1] = '\0';
		if (bd_path_match(pattern, path.p)) {
			return true;
		}
	}
	return false;
}

const struct bd_cataloger *bd_cataloger_for(const char *path)
{
	const struct bd_str view = bd_str(path);
	for (size_t i = 0; i < COUNT; i++) {
		if (any_matches(catalogers[i]->primary, view)) {
			return catalogers[i];
		}
	}
	return NULL;
}

const struct bd_cataloger *bd_cataloger_for_directory(const char *path)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (any_directory_matches(catalogers[i]->primary, bd_str(path))) {
			return catalogers[i];
		}
	}
	return NULL;
}

const struct bd_cataloger *bd_cataloger_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(catalogers[i]->name, name) == 0) {
			return catalogers[i];
		}
	}
	return NULL;
}

bool bd_catalog_wants(const char *path)
{
	const struct bd_str view = bd_str(path);
	if (any_matches(bd_os_release_paths, view)) {
		return true;
	}
	for (size_t i = 0; i < COUNT; i++) {
		if ((catalogers[i]->extract == NULL && any_matches(catalogers[i]->primary, view)) ||
			any_matches(catalogers[i]->companions, view)) {
			return true;
		}
	}
	return false;
}

static bool examines(const struct bd_cataloger *cataloger, struct bd_str path, int64_t size_bytes, struct bd_str head)
{
	if (cataloger->extract == NULL) {
		return false;
	}
	return any_matches(cataloger->primary, path) ||
	       (head.p != NULL && cataloger->sniff != NULL && cataloger->sniff(path.p, size_bytes, head));
}

bool bd_catalog_examines(const char *path, int64_t size_bytes, struct bd_str head)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (examines(catalogers[i], bd_str(path), size_bytes, head)) {
			return true;
		}
	}
	return false;
}

const struct bd_cataloger *bd_catalog_extract(
	const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const struct bd_str head = { bytes.p, bytes.n < BD_CATALOG_HEAD_BYTES ? bytes.n : BD_CATALOG_HEAD_BYTES };
	for (size_t i = 0; i < COUNT; i++) {
		err->msg[0] = '\0';
		if (!examines(catalogers[i], bd_str(path), (int64_t)bytes.n, head)) {
			continue;
		}
		const int r = catalogers[i]->extract(path, bytes, out, err);
		if (out->n > 0 || r < 0) {
			return catalogers[i];
		}
	}
	return NULL;
}

static void add_patterns(struct bd_buf *out, const char *const *patterns)
{
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		bd_buf_printf(out, " %s", *patterns);
	}
	bd_buf_add_char(out, '\n');
}

void bd_catalog_generation(char *out)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	for (size_t i = 0; i < COUNT; i++) {
		const struct bd_cataloger *cataloger = catalogers[i];
		bd_buf_printf(&text, "%s %u%s%s\n", cataloger->name, cataloger->version,
			cataloger->sniff != NULL ? " sniff" : "", cataloger->extract != NULL ? " extract" : "");
		add_patterns(&text, cataloger->primary);
		add_patterns(&text, cataloger->companions);
	}
	add_patterns(&text, bd_os_release_paths);
	bd_sha256_text(bd_buf_str(&text), text.n, out);
}

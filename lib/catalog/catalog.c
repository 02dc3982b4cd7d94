/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

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
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		if (tail_fits(*patterns, path) && bd_path_match(*patterns, path.p)) {
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

bool bd_catalog_wants(const char *path)
{
	const struct bd_str view = bd_str(path);
	if (any_matches(bd_os_release_paths, view)) {
		return true;
	}
	for (size_t i = 0; i < COUNT; i++) {
		if (any_matches(catalogers[i]->primary, view) || any_matches(catalogers[i]->companions, view)) {
			return true;
		}
	}
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "version/schemes.h"

#define ROW(name) &bd_version_scheme_##name,
static const struct bd_version_scheme *const schemes[] = { SCHEMES(ROW) };
#undef ROW

const struct bd_version_scheme *bd_version_scheme_at(size_t i)
{
	return i < sizeof(schemes) / sizeof(schemes[0]) ? schemes[i] : NULL;
}

static bool orders(const struct bd_version_scheme *scheme, const char *purl_type)
{
	for (const char *const *type = scheme->purl_types; *type != NULL; type++) {
		if (bd_streq(*type, purl_type)) {
			return true;
		}
	}
	return false;
}

const struct bd_version_scheme *bd_version_scheme_for(const char *purl_type_or_name)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (bd_streq(schemes[i]->name, purl_type_or_name) || orders(schemes[i], purl_type_or_name)) {
			return schemes[i];
		}
	}
	return NULL;
}

enum bd_order bd_version_compare(const char *purl_type, const char *a, const char *b)
{
	if (bd_streq(a, b)) {
		return BD_EQUAL;
	}
	const struct bd_version_scheme *scheme = bd_version_scheme_for(purl_type);
	if (scheme == NULL || a == NULL || b == NULL) {
		return BD_UNORDERED;
	}
	return scheme->compare(bd_str(a), bd_str(b));
}

bool bd_version_valid(const char *purl_type, const char *version)
{
	const struct bd_version_scheme *scheme = bd_version_scheme_for(purl_type);
	return scheme == NULL || scheme->valid == NULL || scheme->valid(bd_str(version));
}

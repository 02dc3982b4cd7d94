/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check/check_parts.h"

/* "*" is any text; nothing else is special. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *mark = text;
	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			mark = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++mark;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return *pattern == '\0';
}

/* Lists do not say which distribution; of other types a name without namespace is another package. */
static bool namespace_is_optional(const char *type)
{
	static const char *const types[] = { "alpm", "apk", "deb", "opkg", "rpm" };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i], type) == 0) {
			return true;
		}
	}
	return false;
}

bool rule_matches_name(const struct bd_rule *rule, const struct checked_package *package)
{
	if (strcmp(rule->type, package->package->type) != 0 || !matches(rule->name, package->name)) {
		return false;
	}
	if (rule->arch != NULL && package->package->arch != NULL && strcmp(rule->arch, package->package->arch) != 0) {
		return false;
	}
	if (rule->namespace != NULL) {
		return package->namespace != NULL && matches(rule->namespace, package->namespace);
	}
	return package->namespace == NULL || namespace_is_optional(rule->type) || strcmp(rule->name, "*") == 0;
}

static const char *without_epoch(const char *version)
{
	const char *colon = strchr(version, ':');
	return colon != NULL ? colon + 1 : version;
}

bool rule_has_version(const struct bd_rule *rule, const struct bd_package *package)
{
	const char *have = package->version != NULL ? package->version : "";
	const char *want = rule->version;
	if (strcmp(rule->type, "rpm") == 0 && (strchr(want, ':') == NULL || strchr(have, ':') == NULL)) {
		want = without_epoch(want); /* rpm -qa and purls tell no epoch there */
		have = without_epoch(have);
	}
	return strcmp(want, have) == 0 || bd_version_compare(rule->type, want, have) == BD_EQUAL;
}

int rule_satisfied(const struct bd_rule *rule, const struct bd_package *package, bool *out, struct bd_error *err)
{
	*out = rule->version == NULL || rule_has_version(rule, package);
	if (rule->range == NULL) {
		return 0;
	}
	if (package->version == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "it has no version");
	}
	return bd_version_range_contains(rule->range, package->version, out, err);
}

static struct bd_str up_to(const char *path, const char *folder)
{
	const char *at = strstr(path, folder);
	return at != NULL ? (struct bd_str){ path, (size_t)(at - path) + strlen(folder) } : (struct bd_str){ NULL, 0 };
}

struct bd_str checked_npm_folder(const struct bd_package *package)
{
	static const char modules[] = "node_modules/";
	struct bd_str name = { NULL, 0 };
	for (const char *at = strstr(package->path != NULL ? package->path : "", modules); at != NULL;
		at = strstr(at + 1, modules)) {
		name = bd_str(at + strlen(modules));
	}
	const char *slash = name.n > 0 ? memchr(name.p, '/', name.n) : NULL;
	if (slash != NULL && name.p[0] == '@') {
		slash = strchr(slash + 1, '/');
	}
	name.n = slash != NULL ? (size_t)(slash - name.p) : 0;
	return name;
}

struct bd_str checked_place(const struct bd_package *package)
{
	struct bd_str place = { NULL, 0 };
	if (package->path == NULL) {
		return place;
	}
	if (strcmp(package->type, "npm") == 0) {
		place = up_to(package->path, "node_modules/");
	} else if (strcmp(package->type, "pypi") == 0) {
		place = up_to(package->path, "site-packages/");
		place = place.p != NULL ? place : up_to(package->path, "dist-packages/");
		place = place.p != NULL ? place : bd_path_dir(bd_path_dir(bd_str(package->path)));
	}
	return place;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "check/list_parts.h"
#include "version/purl_types.h"

const char *rule_name(const char *type, const char *name, struct bd_arena *arena)
{
	if (strcmp(type, "pypi") != 0) {
		return name;
	}
	char *text = bd_arena_strdup(arena, name);
	char *to = text;
	for (const char *from = text; *from != '\0'; from++) {
		const bool separator = strchr("-_.", *from) != NULL;
		if (!separator || to == text || to[-1] != '-') {
			*to++ = separator ? '-' : *from;
		}
	}
	*to = '\0';
	return text;
}

bool rule_set_name(struct bd_rule *rule, const char *type, struct bd_str name, struct bd_arena *arena)
{
	struct bd_purl purl = { .type = type };
	struct bd_error ignored;
	const char *slash = strcmp(type, "npm") == 0 && name.n > 0 ? memchr(name.p, '/', name.n) : NULL;
	if (slash != NULL) {
		purl.namespace = bd_arena_text(arena, name.p, (size_t)(slash - name.p));
		name = (struct bd_str){ slash + 1, name.n - (size_t)(slash + 1 - name.p) };
	}
	purl.name = bd_arena_text(arena, name.p, name.n);
	const char *text = name.n > 0 ? bd_purl_text(&purl, arena) : NULL;
	if (text == NULL || bd_purl_parse_lenient(bd_str(text), arena, &purl, &ignored) < 0) {
		return false;
	}
	rule->type = purl.type;
	rule->name = rule_name(purl.type, purl.name, arena);
	rule->namespace = purl.namespace;
	return true;
}

bool purl_type_is_known(const char *type)
{
	static const char *const others[] = { "docker", "ebuild", "generic", "maven", "nix", "npm", "opkg", "pear",
		"snap", "wordpress-plugin" };
	for (size_t i = 0; i < sizeof(purl_types) / sizeof(purl_types[0]); i++) {
		if (bd_streq(purl_types[i].type, type)) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i], type) == 0) {
			return true;
		}
	}
	return bd_version_scheme_for(type) != NULL;
}

bool list_has_blank(struct bd_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (isspace((unsigned char)text.p[i])) {
			return true;
		}
	}
	return false;
}

void list_set_version(struct bd_rule *rule, const struct list_line *line, struct bd_str version, struct bd_arena *arena)
{
	rule->version = bd_arena_text(arena, version.p, version.n);
	rule->at = (size_t)(version.p - line->bytes.p);
	rule->n = version.n;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "origin/dockerfile.h"
#include "origin/white_space.h"

bool directive_split(struct bd_str line, const char *sign, struct bd_str *key, struct bd_str *value)
{
	if (!bd_str_starts(line, sign)) {
		return false;
	}
	line.p += strlen(sign);
	line.n -= strlen(sign);
	line = trim_left(line);
	size_t n = 0;
	while (n < line.n && isalnum((unsigned char)line.p[n]) && (n > 0 || isalpha((unsigned char)line.p[n]))) {
		n++;
	}
	*key = (struct bd_str){ line.p, n };
	const struct bd_str rest = bd_str_trim((struct bd_str){ line.p + n, line.n - n });
	if (n == 0 || rest.n < 2 || rest.p[0] != '=') {
		return false;
	}
	*value = bd_str_trim((struct bd_str){ rest.p + 1, rest.n - 1 });
	return true;
}

static bool is_key(struct bd_str key, const char *name)
{
	return key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0;
}

static bool is_known(struct bd_str key)
{
	return is_key(key, "syntax") || is_key(key, "escape") || is_key(key, "check");
}

static bool find_with_sign(const char *name, struct bd_str file, const char *sign, struct directive *out)
{
	struct bd_str line;
	struct bd_str key;
	struct bd_str value;
	while (bd_str_line(&file, &line) && directive_split(line, sign, &key, &value) && is_known(key)) {
		if (is_key(key, name)) {
			out->value = bd_str_cut(&value, ' ');
			return true;
		}
		out->line++;
	}
	return false;
}

static bool find_in_json(const char *name, struct bd_str file, struct bd_arena *arena, struct directive *out)
{
	json_error_t error;
	json_t *root = json_loadb(file.p, file.n, JSON_REJECT_DUPLICATES, &error);
	const json_t *member = json_object_get(root, name);
	const bool found = json_is_string(member);
	if (found) {
		out->value.n = json_string_length(member);
		out->value.p = bd_arena_text(arena, json_string_value(member), out->value.n);
	}
	json_decref(root);
	return found;
}

bool directive_find(const char *name, struct bd_str file, struct bd_arena *arena, struct directive *out)
{
	int first = 1;
	if (bd_str_starts(file, "\xef\xbb\xbf")) {
		file.p += 3;
		file.n -= 3;
	}
	if (bd_str_starts(file, "#!")) {
		(void)bd_str_cut(&file, '\n');
		first = 2;
	}
	out->line = first;
	if (find_with_sign(name, file, "#", out)) {
		return true;
	}
	if (strcmp(name, "syntax") != 0) {
		return false;
	}
	out->line = first;
	if (find_with_sign(name, file, "//", out)) {
		return true;
	}
	out->line = first;
	return file.n > 0 && find_in_json(name, file, arena, out);
}

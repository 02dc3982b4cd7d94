/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/runtime_text.h"

#include <string.h>

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == '=' || c == '>';
}

bool runtime_find_value(struct bd_str rest, const char *key, struct bd_str *out)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (!bd_str_starts(line, key)) {
			continue;
		}
		struct bd_str value = { line.p + strlen(key), line.n - strlen(key) };
		if (value.n == 0 || !is_between(value.p[0])) {
			continue;
		}
		while (value.n > 0 && is_between(value.p[0])) {
			value.p++;
			value.n--;
		}
		if (value.n > 0 && (value.p[0] == '"' || value.p[0] == '\'')) {
			const char quote = value.p[0];
			value.p++;
			value.n--;
			value = bd_str_cut(&value, quote);
		} else {
			value = bd_str_cut(&value, ' ');
		}
		*out = value;
		return true;
	}
	return false;
}

static bool is_version_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
	       c == '-' || c == '_' || c == '~';
}

bool runtime_add_version(struct bd_buf *out, struct bd_str text)
{
	if (text.n == 0 || text.p[0] < '0' || text.p[0] > '9') {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		if (!is_version_byte(text.p[i])) {
			return false;
		}
	}
	bd_buf_add(out, text.p, text.n);
	return true;
}

bool runtime_add_value(struct bd_str bytes, const char *key, struct bd_buf *out)
{
	struct bd_str value = { NULL, 0 };
	return runtime_find_value(bytes, key, &value) && runtime_add_version(out, value);
}

bool runtime_first_line(struct bd_str bytes, const char *prefix, struct bd_buf *out)
{
	struct bd_str line;
	if (!bd_str_line(&bytes, &line) || !bd_str_starts(line, prefix)) {
		return false;
	}
	line = bd_str_trim((struct bd_str){ line.p + strlen(prefix), line.n - strlen(prefix) });
	return runtime_add_version(out, bd_str_cut(&line, ' '));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that was not built from a released module says "(devel)"; most projects link their version into a
 * variable instead: -ldflags="-X example.com/app/version.Version=1.2.3" (cmd/link).
 */
#include "catalog/go_ldflags.h"

#include <string.h>

#include "base/auto.h"

/* The next word, quotes and backslashes resolved; false: no more. */
static bool next_word(struct bd_str *rest, struct bd_buf *out)
{
	char quote = '\0';
	size_t i = 0;
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t' || rest->p[i] == '\n')) {
		i++;
	}
	if (i == rest->n) {
		return false;
	}
	for (; i < rest->n && (quote != '\0' || (rest->p[i] != ' ' && rest->p[i] != '\t')); i++) {
		const char c = rest->p[i];
		if (c == '\\' && i + 1 < rest->n) {
			continue; /* Go's own quoting of the setting: the quote that follows counts */
		}
		if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == quote) {
			quote = '\0';
		} else {
			bd_buf_add_char(out, c);
		}
	}
	*rest = (struct bd_str){ rest->p + i, rest->n - i };
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t skip_digits(struct bd_str text, size_t i)
{
	while (i < text.n && is_digit(text.p[i])) {
		i++;
	}
	return i;
}

/* "kustomize/v4.5.7", "1.2.3-rc.1": three numbers at least; *out is without the "v". */
static bool read_version(struct bd_str value, struct bd_str *out)
{
	const char *slash = value.n > 0 ? memrchr(value.p, '/', value.n) : NULL;
	if (slash != NULL) {
		value = (struct bd_str){ slash + 1, value.n - (size_t)(slash + 1 - value.p) };
	}
	if (value.n > 0 && value.p[0] == 'v') {
		value = (struct bd_str){ value.p + 1, value.n - 1 };
	}
	size_t i = 0;
	for (unsigned int number = 0; number < 3; number++) {
		const size_t end = skip_digits(value, i);
		if (end == i || (number < 2 && (end == value.n || value.p[end] != '.'))) {
			return false;
		}
		i = number < 2 ? end + 1 : end;
	}
	for (; i < value.n; i++) {
		const char c = value.p[i];
		if (!is_digit(c) && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && strchr("-.+_", c) == NULL) {
			return false;
		}
	}
	*out = value;
	return value.n < 256;
}

static void lower(struct bd_str text, char *out, size_t room)
{
	size_t i = 0;
	for (; i < text.n && i + 1 < room; i++) {
		const char c = text.p[i];
		out[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	out[i] = '\0';
}

/* How surely this variable is the main module's version; 0: it is another thing's. */
static int weight(struct bd_str name, struct bd_str main_module)
{
	static const char *const names[] = { "version", "gitversion", "buildversion", "releaseversion", "tag" };
	const char *dot = name.n > 0 ? memrchr(name.p, '.', name.n) : NULL;
	char variable[64];
	int found = 0;
	if (dot == NULL) {
		return 0;
	}
	const struct bd_str package = { name.p, (size_t)(dot - name.p) };
	lower((struct bd_str){ dot + 1, name.n - package.n - 1 }, variable, sizeof(variable));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		found |= strcmp(variable, names[i]) == 0;
	}
	found |= bd_str_ends(bd_str(variable), "releaseversion");
	if (found == 0) {
		return 0;
	}
	const bool below =
		package.n >= main_module.n && main_module.n > 0 &&
		memcmp(package.p, main_module.p, main_module.n) == 0 &&
		(package.n == main_module.n || package.p[main_module.n] == '/' || package.p[main_module.n] == '.');
	return bd_str_is(package, "main") || below ? 2 : 1;
}

/* "-X", or "all=-X": cmd/go lets a pattern of packages stand in front. */
static bool is_flag(struct bd_str *word)
{
	size_t at = 0;
	if (bd_str_is(*word, "-X") || bd_str_is(*word, "--X") || bd_str_ends(*word, "=-X")) {
		*word = (struct bd_str){ "", 0 };
		return true;
	}
	if (bd_str_starts(*word, "-X=") || bd_str_find(*word, "=-X=", &at)) {
		at = at > 0 ? at + 4 : 3;
		*word = (struct bd_str){ word->p + at, word->n - at };
		return true;
	}
	return false;
}

bool go_linked_version(struct bd_str flags, struct bd_str main_module, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf word = { .n = 0 };
	int best = 0;
	while (next_word(&flags, &word)) {
		struct bd_str setting = bd_buf_view(&word);
		struct bd_str version;
		if (!is_flag(&setting)) {
			continue;
		}
		if (setting.n == 0 && next_word(&flags, &word)) {
			setting = bd_buf_view(&word);
		}
		const int sure = weight(bd_str_cut(&setting, '='), main_module);
		if (sure > best && read_version(setting, &version)) {
			best = sure;
			bd_buf_clear(out);
			bd_buf_printf(out, "v%.*s", (int)version.n, version.p);
		}
	}
	return best > 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "basedrift/limits.h"

#include "origin/command_secrets.h"

static char byte_at(struct bd_str text, size_t i)
{
	return i < text.n ? text.p[i] : '\0';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static bool is_end(char c)
{
	return c == '\0' || strchr(" \t\r\n;|&()<>,`]}", c) != NULL;
}

static size_t limit_from(struct bd_str line, size_t at)
{
	return line.n - at < BD_LIMIT_SECRET_VALUE ? line.n : at + BD_LIMIT_SECRET_VALUE;
}

/* Behind the closing sign of "${…}", "$(…)" or "`…`"; open: where its content begins. */
static size_t skip_to(struct bd_str line, size_t open, char opener, char closer)
{
	const size_t limit = open < line.n ? limit_from(line, open) : line.n;
	size_t depth = 1;
	size_t i = open;
	while (i < limit && depth > 0) {
		depth += line.p[i] == opener && opener != closer;
		depth -= line.p[i] == closer;
		i++;
	}
	return i;
}

/* Behind a substitution that begins here, or `at`. */
static size_t skip_substitution(struct bd_str line, size_t at)
{
	if (byte_at(line, at) == '`') {
		return skip_to(line, at + 1, '`', '`');
	}
	if (byte_at(line, at) != '$') {
		return at;
	}
	const char next = byte_at(line, at + 1);
	return next == '(' ? skip_to(line, at + 2, '(', ')') : next == '{' ? skip_to(line, at + 2, '{', '}') : at;
}

/* Up to this quote; escaped: it is written \" because the whole command stands in quotes. */
static size_t find_quote(struct bd_str line, size_t at, char quote, bool escaped)
{
	const size_t limit = at < line.n ? limit_from(line, at) : line.n;
	size_t i = at;
	while (i < limit) {
		const bool backslash = line.p[i] == '\\' && quote == '"';
		if (escaped ? line.p[i] == '\\' && byte_at(line, i + 1) == quote : line.p[i] == quote) {
			return i;
		}
		const size_t next = skip_substitution(line, i);
		i = next > i ? next : i + 1 + (backslash && !escaped);
	}
	const char *end = i < line.n ? memchr(line.p + i, quote, line.n - i) : NULL;
	return end != NULL ? (size_t)(end - line.p) : line.n;
}

static size_t bare_end(struct bd_str line, size_t at)
{
	const size_t limit = at < line.n ? limit_from(line, at) : line.n;
	size_t i = at;
	while (i < limit) {
		const size_t next = skip_substitution(line, i);
		if (next > i) {
			i = next;
		} else if (is_end(line.p[i]) || (line.p[i] == '\\' && is_quote(byte_at(line, i + 1)))) {
			break;
		} else if (is_quote(line.p[i])) {
			if (is_end(byte_at(line, i + 1))) { /* the end of what the command stands in */
				break;
			}
			i = find_quote(line, i + 1, line.p[i], false) + 1;
		} else {
			i += line.p[i] == '\\' ? 2 : 1;
		}
	}
	return i < line.n ? i : line.n;
}

struct word_range command_value(struct bd_str line, size_t at, char around)
{
	const bool escaped = byte_at(line, at) == '\\' && is_quote(byte_at(line, at + 1));
	const char quote = byte_at(line, at + escaped);
	if (is_quote(quote) && quote != around) {
		const size_t start = at + escaped + 1;
		return (struct word_range){ start, find_quote(line, start, quote, escaped) };
	}
	return (struct word_range){ at, around != '\0' ? find_quote(line, at, around, false) : bare_end(line, at) };
}

/* ---- what is no secret ------------------------------------------------------------------------- */

static bool is_word(struct bd_str value, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (value.n == strlen(*words) && strncasecmp(value.p, *words, value.n) == 0) {
			return true;
		}
	}
	return false;
}

/* "${TOKEN:-hunter2}" has a value of its own. */
static bool has_default(struct bd_str braces)
{
	for (size_t i = 2; i + 2 < braces.n; i++) {
		if (isalnum((unsigned char)braces.p[i]) == 0 && braces.p[i] != '_') {
			const size_t sign = i + (braces.p[i] == ':');
			return strchr("-=+", byte_at(braces, sign)) != NULL && sign + 2 < braces.n &&
			       braces.p[sign + 1] != '$';
		}
	}
	return false;
}

/* Nothing but variables and the output of commands: "$TOKEN", "${A}$(cat b)", "`pass x`", and signs between them. */
static bool is_reference(struct bd_str value)
{
	bool any = false;
	size_t i = 0;
	while (i < value.n) {
		const size_t next = skip_substitution(value, i);
		if (next > i) {
			if (value.p[i] == '$' && value.p[i + 1] == '{' &&
				has_default((struct bd_str){ value.p + i, next - i })) {
				return false;
			}
			i = next;
			any = true;
		} else if (value.p[i] == '$' || (value.p[i] == '%' && i + 1 < value.n)) { /* "%s", "%TOKEN%" as well */
			for (i++; i < value.n && (isalnum((unsigned char)value.p[i]) != 0 || value.p[i] == '_');) {
				i++;
			}
			any = true;
		} else if (isalnum((unsigned char)value.p[i]) == 0) {
			i++;
		} else {
			return false;
		}
	}
	return any;
}

static bool is_path(struct bd_str value)
{
	static const char *const starts[] = { "./", "../", "~/", "@", "/run/", "/etc/", "/root/", "/home/", "/tmp/",
		"/var/", "/usr/", "/opt/", "/dev/", "/app/", "/proc/", "/mnt/", "/srv/",
		"file:", "env:", "fd:", "stdin" };
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (bd_str_starts(value, starts[i])) {
			return true;
		}
	}
	return false;
}

bool value_is_secret(struct bd_str value)
{
	/* what switches something; "--password requires a value" */
	static const char *const words[] = { "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1", "...",
		"-", "\\", "is", "are", "was", "has", "must", "needs", "requires", "required", "and", "or", "to", "not",
		"cannot", "option", "flag", "for", "with", "in", "from", NULL };
	return value.n > 0 && value.p[0] != '<' && !is_word(value, words) && !is_path(value) && !is_reference(value);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pip freeze prints, and what pip-compile makes of it: NAME==VERSION with hashes, NAME @ URL, editable installs.
 * Options about where packages come from name none.
 */
#include <string.h>

#include "check/list_parts.h"

bool list_likely_pip(struct bd_str line)
{
	return bd_str_find(line, "==", NULL) || bd_str_find(line, " @ ", NULL) || bd_str_starts(line, "-e ") ||
	       (bd_str_starts(line, "-") && !bd_str_starts(line, "---"));
}

static bool is_first_word(struct bd_str line, const char *word)
{
	const size_t n = strlen(word);
	return bd_str_starts(line, word) && (line.n == n || line.p[n] == ' ' || line.p[n] == '=');
}

static bool names_nothing(struct bd_str line)
{
	static const char *const options[] = { "-i", "--index-url", "--extra-index-url", "--no-index", "-f",
		"--find-links", "--trusted-host", "--pre", "--prefer-binary", "--no-binary", "--only-binary",
		"--require-hashes" };
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (is_first_word(line, options[i])) {
			return true;
		}
	}
	return false;
}

static struct bd_str behind(struct bd_str text, size_t at)
{
	return (struct bd_str){ text.p + at, text.n - at };
}

/* The first blank that one of these stands behind, and what is before it. */
static struct bd_str before_word(struct bd_str text, const char *word)
{
	for (size_t i = 1; i < text.n; i++) {
		if ((text.p[i - 1] == ' ' || text.p[i - 1] == '\t') && bd_str_starts(behind(text, i), word)) {
			return bd_str_trim((struct bd_str){ text.p, i - 1 });
		}
	}
	return text;
}

/* NAME[EXTRA]==VERSION or ===VERSION; NULL: done. */
static const char *read_pinned(
	const struct list_line *line, struct bd_str text, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	size_t at = 0;
	if (!bd_str_find(text, "==", &at)) {
		return "neither NAME==VERSION nor NAME @ URL";
	}
	struct bd_str name = { text.p, at };
	struct bd_str rest = behind(text, at + (bd_str_starts(behind(text, at), "===") ? 3 : 2));
	const struct bd_str version = bd_str_trim(bd_str_cut(&rest, ';'));
	*column = at + 3;
	if (version.n == 0 || list_has_blank(version) || version.p[0] == '=') {
		return "no version behind \"==\"";
	}
	if (memchr(version.p, ',', version.n) != NULL || memchr(version.p, '*', version.n) != NULL) {
		return "not one version: ranges stand in rules";
	}
	*column = 1;
	name = bd_str_trim(bd_str_cut(&name, '['));
	if (list_has_blank(name) || !rule_set_name(rule, "pypi", name, arena)) {
		return "not a name of a Python package";
	}
	list_set_version(rule, line, version, arena);
	return NULL;
}

/* "# Editable install with no version control (name==1.0)" and then a path: pip freeze says it no other way. */
static const char *read_noted(
	const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	size_t at;
	if (line->note.p == NULL || !bd_str_find(line->note, "(", &at)) {
		return "no #egg= that names the package";
	}
	struct bd_str rest = behind(line->note, at + 1);
	const char *problem = read_pinned(line, bd_str_cut(&rest, ')'), arena, rule, column);
	if (problem == NULL) {
		const char *end = memchr(line->text.p, '\n', line->bytes.n - line->at);
		rule->line = line->note_number;
		rule->end = end != NULL ? (size_t)(end - line->bytes.p) + 1 : line->bytes.n;
	}
	return problem;
}

/* "-e git+https://host/repo@commit#egg=name": that it is there. */
static const char *read_editable(
	const struct list_line *line, struct bd_str text, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	size_t at;
	*column = (size_t)(text.p - line->text.p) + 1;
	if (!bd_str_find(text, "egg=", &at) || at == 0 || (text.p[at - 1] != '#' && text.p[at - 1] != '&')) {
		return bd_str_find(text, " @ ", NULL) ? "-e and NAME @ URL" : read_noted(line, arena, rule, column);
	}
	struct bd_str rest = behind(text, at + strlen("egg="));
	struct bd_str name = bd_str_cut(&rest, '&');
	*column += at + strlen("egg=");
	return rule_set_name(rule, "pypi", bd_str_cut(&name, '['), arena) ? NULL : "not a name of a Python package";
}

/* Hashes are of one version's files. */
static void set_hashes(const struct list_line *line, struct bd_str text, struct bd_rule *rule)
{
	if (rule->type == NULL || rule->end > 0) {
		return;
	}
	const bool hashes = before_word(line->text, "--hash=").n < line->text.n;
	if (line->end > 0 || hashes) {
		const char *end = memchr(line->text.p, '\n', line->bytes.n - line->at);
		rule->hashes = (size_t)(text.p + text.n - line->bytes.p);
		rule->end = line->end > 0 ? line->end : end != NULL ? (size_t)(end - line->bytes.p) + 1 : line->bytes.n;
	}
}

const char *list_read_pip(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str text = line->text;
	const char *problem;
	size_t at;
	*column = 1;
	if (names_nothing(text)) {
		return NULL;
	}
	if (bd_str_starts(text, "-r") || bd_str_starts(text, "-c") || bd_str_starts(text, "--requirement") ||
		bd_str_starts(text, "--constraint")) {
		return "another file: take what pip freeze prints";
	}
	if (is_first_word(text, "-e") || is_first_word(text, "--editable")) {
		const size_t n = strlen(text.p[1] == 'e' ? "-e" : "--editable");
		return read_editable(line, bd_str_trim(behind(text, n < text.n ? n + 1 : n)), arena, rule, column);
	}
	if (bd_str_starts(text, "-")) {
		return "an option of pip that is not known here";
	}
	if (bd_str_ends(text, "\\") && line->end == 0) {
		*column = text.n;
		return "it goes on, and not with --hash=";
	}
	if (bd_str_ends(text, "\\")) {
		text = bd_str_trim((struct bd_str){ text.p, text.n - 1 });
	}
	text = before_word(before_word(text, "#"), "--hash=");
	if (!bd_str_find(text, " @ ", &at)) {
		problem = read_pinned(line, text, arena, rule, column);
	} else {
		struct bd_str name = { text.p, at };
		name = bd_str_trim(bd_str_cut(&name, '['));
		problem = !list_has_blank(name) && rule_set_name(rule, "pypi", name, arena)
				  ? NULL
				  : "not a name of a Python package";
	}
	if (problem == NULL) {
		set_hashes(line, text, rule);
	}
	return problem;
}

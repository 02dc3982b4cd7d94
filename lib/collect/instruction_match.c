/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History entries as the builders write them:
 *   classic   /bin/sh -c #(nop) COPY dir:ab… in /app     |1 A=b /bin/sh -c apt-get …
 *   buildah   /bin/sh -c #(nop) WORKDIR /app             /bin/sh -c apt-get …
 *   BuildKit  COPY . /app # buildkit                      RUN |1 A=b /bin/sh -c apt-get … # buildkit
 *   kaniko    COPY . /app                                 RUN apt-get …
 */
#include "collect/instruction_match.h"

#include <ctype.h>
#include <string.h>

static const char *const keywords[] = { "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK",
	"LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", NULL };

struct entry_text {
	const char *keyword; /* of the list above */
	struct bd_str args;
};

static const char *keyword_of(struct bd_str word)
{
	for (const char *const *keyword = keywords; *keyword != NULL; keyword++) {
		if (bd_str_is(word, *keyword)) {
			return *keyword;
		}
	}
	return NULL;
}

/* "|2 A=b C=d /bin/sh -c …": the build arguments a RUN step saw. */
static struct bd_str without_build_args(struct bd_str text)
{
	if (!bd_str_starts(text, "|")) {
		return text;
	}
	size_t at;
	return bd_str_find(text, "/bin/sh -c ", &at) ? (struct bd_str){ text.p + at, text.n - at } : text;
}

static struct bd_str without_shell(struct bd_str text)
{
	static const char *const shells[] = { "/bin/sh -c ", "/bin/bash -c ", "/bin/bash -o pipefail -c ",
		"/bin/ash -c ", NULL };
	for (const char *const *shell = shells; *shell != NULL; shell++) {
		if (bd_str_starts(text, *shell)) {
			const size_t n = strlen(*shell);
			return bd_str_trim((struct bd_str){ text.p + n, text.n - n });
		}
	}
	return text;
}

static struct entry_text parse_entry(const struct bd_history *entry)
{
	struct bd_str text = bd_str_trim(bd_str(entry->created_by));
	if (bd_str_ends(text, " # buildkit")) {
		text.n -= strlen(" # buildkit");
	}
	struct bd_str rest = without_shell(without_build_args(text));
	const bool nop = bd_str_starts(rest, "#(nop)");
	if (nop) {
		rest = bd_str_trim((struct bd_str){ rest.p + strlen("#(nop)"), rest.n - strlen("#(nop)") });
	}
	struct bd_str args = rest;
	const char *keyword = keyword_of(bd_str_cut(&args, ' '));
	if (keyword == NULL ||
		(!nop && rest.p != text.p)) { /* what follows a shell is a command, whatever its first word */
		return (struct entry_text){ "RUN", rest };
	}
	args = bd_str_trim(args);
	if (strcmp(keyword, "RUN") == 0) {
		args = without_shell(without_build_args(args));
	}
	return (struct entry_text){ keyword, args };
}

/*
 * Compare what is left when white space and the marks that builders put in or leave out (quotes,
 * commas, brackets, line joints) are passed over.  `tail`: b may begin with more.
 */
static bool passes_over(char c)
{
	return isspace((unsigned char)c) != 0 || strchr("\"',[]\\", c) != NULL;
}

static bool same_marks_apart(struct bd_str a, struct bd_str b, bool tail)
{
	size_t i = a.n;
	size_t j = b.n;
	for (;;) {
		while (i > 0 && passes_over(a.p[i - 1])) {
			i--;
		}
		while (j > 0 && passes_over(b.p[j - 1])) {
			j--;
		}
		if (i == 0 || j == 0) {
			return i == 0 && (j == 0 || tail);
		}
		if (a.p[--i] != b.p[--j]) {
			return false;
		}
	}
}

static struct bd_str last_word(struct bd_str text)
{
	text = bd_str_trim(text);
	while (text.n > 0 && (text.p[text.n - 1] == ']' || text.p[text.n - 1] == '"')) {
		text.n--;
	}
	size_t start = text.n;
	while (start > 0 && !isspace((unsigned char)text.p[start - 1]) && text.p[start - 1] != '"') {
		start--;
	}
	return (struct bd_str){ text.p + start, text.n - start };
}

/* KEY of "KEY=value" and of the old form "KEY value"; quotes off. */
static struct bd_str first_key(struct bd_str text)
{
	text = bd_str_trim(text);
	if (text.n > 0 && text.p[0] == '"') {
		text.p++;
		text.n--;
	}
	size_t n = 0;
	while (n < text.n && text.p[n] != '=' && text.p[n] != '"' && !isspace((unsigned char)text.p[n])) {
		n++;
	}
	return (struct bd_str){ text.p, n };
}

/* `/app/` and `/app`, `./x` and `x` are one place. */
static struct bd_str place(struct bd_str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/') {
		path.n--;
	}
	if (bd_str_starts(path, "./")) {
		path.p += 2;
		path.n -= 2;
	}
	return path;
}

static bool part_matches(const char *keyword, struct bd_str entry, struct bd_str instruction)
{
	if (strcmp(keyword, "COPY") == 0 || strcmp(keyword, "ADD") == 0) {
		const struct bd_str there = place(last_word(entry));
		const struct bd_str here = place(last_word(instruction));
		return here.n > 0 && bd_str_equal(there, here);
	}
	if (strcmp(keyword, "ENV") == 0 || strcmp(keyword, "LABEL") == 0 || strcmp(keyword, "ARG") == 0) {
		return bd_str_equal(first_key(entry), first_key(instruction));
	}
	return false;
}

unsigned int instruction_match(const struct bd_history *entry, const struct bd_instruction *instruction)
{
	const struct entry_text text = parse_entry(entry);
	const struct bd_str wanted = bd_str(instruction->expanded != NULL ? instruction->expanded : instruction->args);

	if (strcmp(text.keyword, instruction->name) != 0) {
		return MATCH_NONE;
	}
	/* shell forms stand with their shell before them, exec forms without brackets */
	if (same_marks_apart(wanted, text.args, true) || same_marks_apart(bd_str(instruction->args), text.args, true)) {
		return MATCH_WHOLE;
	}
	return part_matches(text.keyword, text.args, wanted) ? MATCH_PART : MATCH_KEYWORD;
}

/* "--mount=…" of RUN, "--chown=…" of COPY: no entry has them. */
static struct bd_str without_flags(struct bd_str args)
{
	while (bd_str_starts(args, "--")) {
		(void)bd_str_cut(&args, ' ');
		args = bd_str_trim(args);
	}
	return args;
}

bool instruction_of_trigger(const struct bd_history *entry, struct bd_arena *arena, struct bd_instruction *out)
{
	const struct entry_text text = parse_entry(entry);
	struct bd_str args = text.args;
	const char *name = strcmp(text.keyword, "ONBUILD") == 0 ? keyword_of(bd_str_cut(&args, ' ')) : NULL;
	if (name == NULL) {
		return false;
	}
	args = without_flags(bd_str_trim(args));
	*out = (struct bd_instruction){ .name = name,
		.flags = "",
		.args = bd_arena_text(arena, args.p, args.n),
		.raw = bd_arena_printf(arena, "ONBUILD %.*s", (int)text.args.n, text.args.p),
		.stage = -1,
		.copy_from_stage = -1 };
	return true;
}

bool instruction_leaves_history(const struct bd_instruction *instruction)
{
	return strcmp(instruction->name, "FROM") != 0 && strcmp(instruction->name, "ARG") != 0;
}

bool instruction_makes_layer(const struct bd_instruction *instruction)
{
	return strcmp(instruction->name, "RUN") == 0 || strcmp(instruction->name, "COPY") == 0 ||
	       strcmp(instruction->name, "ADD") == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/culprits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain/failing_lines.h"

#define MAX_SPLITS 8U /* places in one word where a version may begin */

/* What a name looks like when case and "_" do not matter. */
struct entry {
	const char *folded;
	size_t name;
	bool last_component; /* of a shared library */
};

struct search {
	const struct culprit_name *names;
	struct entry *entries;
	size_t len;
	int *lines;            /* by name; 0: not found */
	struct bd_str *quotes; /* by name */
	struct bd_str line;
	int number;
	struct bd_buf folded;
};

/* ---- the index --------------------------------------------------------------------------------- */

static char fold(char c)
{
	if (c == '_') {
		return '-';
	}
	return (char)tolower((unsigned char)c);
}

static const char *fold_text(struct bd_arena *arena, const char *text)
{
	char *copy = bd_arena_strdup(arena, text);
	for (char *p = copy; *p != '\0'; p++) {
		*p = fold(*p);
	}
	return copy;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	const int order = strcmp(x->folded, y->folded);
	return order != 0 ? order : (x->name > y->name) - (x->name < y->name);
}

/* A version that says nothing by itself ("1", "12") is not looked for. */
static bool is_worth(const struct culprit_name *name)
{
	if (name->text == NULL || name->text[0] == '\0') {
		return false;
	}
	return name->kind != CULPRIT_VERSION || (strlen(name->text) >= 3 && strpbrk(name->text, ".:-+~") != NULL);
}

static void build_index(struct search *search, size_t count, struct bd_arena *arena)
{
	search->entries = bd_xcalloc(2 * count + 1, sizeof(*search->entries));
	for (size_t i = 0; i < count; i++) {
		const struct culprit_name *name = &search->names[i];
		if (!is_worth(name)) {
			continue;
		}
		search->entries[search->len++] = (struct entry){ fold_text(arena, name->text), i, false };
		const char *slash = name->kind == CULPRIT_FILE ? strrchr(name->text, '/') : NULL;
		if (slash != NULL && strstr(slash, ".so") != NULL) {
			search->entries[search->len++] = (struct entry){ fold_text(arena, slash + 1), i, true };
		}
	}
	qsort(search->entries, search->len, sizeof(*search->entries), compare_entries);
}

static size_t first_entry(const struct search *search, const char *folded)
{
	size_t low = 0;
	size_t high = search->len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(search->entries[middle].folded, folded) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* ---- words ---------------------------------------------------------------------------------------- */

/* A name that people also write when they do not mean the package. */
static bool is_everyday_word(const char *folded)
{
	static const char *const words[] = { "apt", "attr", "base", "bash", "build", "cache", "cargo", "check", "chalk",
		"click", "color", "colors", "common", "config", "core", "cryptography", "dash", "debug", "diff",
		"docker", "env", "errors", "events", "express", "file", "files", "find", "future", "gcc", "git", "glob",
		"go", "grep", "gzip", "hostname", "http", "inherits", "init", "install", "json", "less", "libc", "list",
		"login", "make", "mime", "module", "mount", "ms", "node", "npm", "once", "open", "packaging", "passwd",
		"patch", "path", "perl", "pip", "process", "python", "python3", "react", "ruby", "sed", "send", "sh",
		"six", "tar", "test", "time", "toml", "url", "util", "version", "wheel", "which", "yaml" };
	if (strlen(folded) < 3) {
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(folded, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static char byte_at(struct bd_str line, size_t i)
{
	if (i < line.n) {
		return line.p[i];
	}
	return ' ';
}

/* 'NAME', "NAME", `NAME`, NAME==1, NAME@1, NAME>=1, NAME (1 … */
static bool is_meant(struct bd_str line, struct bd_str word)
{
	const size_t start = (size_t)(word.p - line.p);
	const size_t end = start + word.n;
	const char before = byte_at(line, start - 1); /* SIZE_MAX at the start */
	const char behind = byte_at(line, end);
	if (strchr("'\"`", before) != NULL && before == behind) {
		return true;
	}
	if (strchr("=@<>~!", behind) != NULL && end + 1 < line.n) {
		return true;
	}
	return behind == ' ' && end + 2 < line.n && line.p[end + 1] == '(' &&
	       isdigit((unsigned char)line.p[end + 2]) != 0;
}

enum place {
	PLACE_WORD,
	PLACE_WITH_VERSION,
	PLACE_PATH
};

static bool counts(const struct search *search, const struct entry *entry, struct bd_str word, enum place place)
{
	const struct culprit_name *name = &search->names[entry->name];
	const char *text = entry->last_component ? strrchr(name->text, '/') + 1 : name->text;
	switch (name->kind) {
	case CULPRIT_FILE:
		return bd_str_is(word, text) && (entry->last_component || place == PLACE_PATH);
	case CULPRIT_VERSION:
		return bd_str_is(word, text);
	case CULPRIT_PACKAGE:
		return place == PLACE_WITH_VERSION || !is_everyday_word(entry->folded) || is_meant(search->line, word);
	}
	return false;
}

static void look_up(struct search *search, struct bd_str word, enum place place)
{
	if (word.n < 2) {
		return;
	}
	bd_buf_clear(&search->folded);
	bd_buf_add(&search->folded, word.p, word.n);
	for (size_t i = 0; i < word.n; i++) {
		search->folded.p[i] = fold(word.p[i]);
	}
	const char *folded = search->folded.p;
	for (size_t i = first_entry(search, folded); i < search->len; i++) {
		const struct entry *entry = &search->entries[i];
		if (strcmp(entry->folded, folded) != 0) {
			break;
		}
		if (search->lines[entry->name] == 0 && counts(search, entry, word, place)) {
			search->lines[entry->name] = search->number;
			search->quotes[entry->name] = search->line;
		}
	}
}

static struct bd_str cut_archive_suffix(struct bd_str word)
{
	static const char *const suffixes[] = { ".tar.gz", ".tar.bz2", ".tar.xz", ".whl", ".zip", ".tgz", ".deb",
		".rpm", ".apk", ".gem", ".jar" };
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (bd_str_ends(word, suffixes[i])) {
			word.n -= strlen(suffixes[i]);
			break;
		}
	}
	return word;
}

/* "PyYAML-5.1-cp37-none.whl", "libssl1.1_1.1.1d-0+deb10u2_amd64.deb", "requests-2.22.0": name and version apart. */
static void look_up_parts(struct search *search, struct bd_str word)
{
	unsigned int splits = 0;
	for (size_t i = 1; i + 1 < word.n && splits < MAX_SPLITS; i++) {
		const bool split = (word.p[i] == '-' || word.p[i] == '_') && isdigit((unsigned char)word.p[i + 1]) != 0;
		struct bd_str version = { word.p + i + 1, word.n - i - 1 };
		if (!split || memchr(version.p, '.', version.n) == NULL) {
			continue;
		}
		look_up(search, (struct bd_str){ word.p, i }, PLACE_WITH_VERSION);
		version = cut_archive_suffix(version);
		look_up(search, version, PLACE_WITH_VERSION);
		look_up(search, bd_str_cut(&version, word.p[i]), PLACE_WITH_VERSION);
		splits++;
	}
}

static struct bd_str trim_joiners(struct bd_str word)
{
	while (word.n > 0 && strchr("-_.+~:", word.p[0]) != NULL) {
		word.p++;
		word.n--;
	}
	while (word.n > 0 && strchr("-_.~:", word.p[word.n - 1]) != NULL) {
		word.n--;
	}
	return word;
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) != 0 || (unsigned char)c >= 0x80 || (c != '\0' && strchr("-_.+~", c) != NULL);
}

static bool is_path_byte(char c)
{
	return is_word_byte(c) || c == '/' || c == '@' || c == ':';
}

static struct bd_str next_run(struct bd_str *rest, bool (*belongs)(char c))
{
	size_t start = 0;
	while (start < rest->n && !belongs(rest->p[start])) {
		start++;
	}
	size_t end = start;
	while (end < rest->n && belongs(rest->p[end])) {
		end++;
	}
	const struct bd_str run = { rest->p + start, end - start };
	rest->p += end;
	rest->n -= end;
	return run;
}

static void look_up_words(struct search *search)
{
	struct bd_str rest = search->line;
	for (struct bd_str run = next_run(&rest, is_word_byte); run.n > 0; run = next_run(&rest, is_word_byte)) {
		const struct bd_str word = trim_joiners(run);
		look_up(search, word, PLACE_WORD);
		look_up(search, run, PLACE_WORD); /* "libstdc++" */
		look_up_parts(search, word);
		if (word.n > 1 && word.p[0] == 'v' && isdigit((unsigned char)word.p[1]) != 0) {
			look_up(search, (struct bd_str){ word.p + 1, word.n - 1 }, PLACE_WORD);
		}
	}
}

/* "@scope/name" wherever it stands in a path or URL. */
static void look_up_scoped(struct search *search, struct bd_str run)
{
	for (size_t i = 0; i < run.n; i++) {
		if (run.p[i] != '@' || (i > 0 && run.p[i - 1] != '/')) {
			continue;
		}
		struct bd_str rest = { run.p + i + 1, run.n - i - 1 };
		const struct bd_str scope = bd_str_cut(&rest, '/');
		size_t n = 0;
		while (n < rest.n && is_word_byte(rest.p[n])) {
			n++;
		}
		if (scope.n > 0 && n > 0 && memchr(scope.p, '@', scope.n) == NULL) {
			const struct bd_str end = trim_joiners((struct bd_str){ rest.p, n });
			look_up(search, (struct bd_str){ run.p + i, (size_t)(end.p + end.n - (run.p + i)) },
				PLACE_WORD);
		}
	}
}

static void look_up_paths(struct search *search)
{
	struct bd_str rest = search->line;
	for (struct bd_str run = next_run(&rest, is_path_byte); run.n > 0; run = next_run(&rest, is_path_byte)) {
		look_up_scoped(search, run);
		look_up(search, trim_joiners(run), PLACE_WORD); /* "1:1.2.11-1", "github.com/x/y" */
		struct bd_str tail = run;
		struct bd_str path = bd_str_cut(&tail, ':');
		if (bd_str_starts(path, "/")) {
			path.p++;
			path.n--;
		}
		while (path.n > 0 && path.p[path.n - 1] == '.') {
			path.n--;
		}
		look_up(search, path, PLACE_PATH);
	}
}

void find_culprits(const char *tail, const struct culprit_name *names, size_t count, struct bd_arena *arena,
	struct culprit_vec *out)
{
	struct bd_arena scratch = { 0 };
	struct failing_lines state = { 0 };
	struct search search = {
		.names = names,
		.lines = bd_xcalloc(count + 1, sizeof(*search.lines)),
		.quotes = bd_xcalloc(count + 1, sizeof(*search.quotes)),
	};
	char *copy = bd_arena_strdup(arena, tail != NULL ? tail : "");
	struct bd_str rest = bd_str(copy);
	struct bd_str line;
	build_index(&search, count, &scratch);
	while (bd_str_line(&rest, &line)) {
		search.number++;
		if (is_failing_line(&state, line)) {
			search.line = line_of_step(line);
			look_up_words(&search);
			look_up_paths(&search);
		}
	}
	*out = (struct culprit_vec){ .v = bd_arena_alloc(arena, (count + 1) * sizeof(*out->v)) };
	for (size_t i = 0; i < count; i++) {
		if (search.lines[i] > 0) {
			const struct bd_str quote = bd_str_trim(search.quotes[i]);
			copy[quote.p + quote.n - copy] = '\0'; /* names of one line share its text */
			out->v[out->len++] = (struct culprit){ i, search.lines[i], quote.p };
		}
	}
	free(search.entries);
	free(search.lines);
	free(search.quotes);
	bd_buf_release(&search.folded);
	bd_arena_release(&scratch);
}

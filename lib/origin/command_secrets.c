/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read as a person reads a command, not as a shell does: the line may be a script's, a JSON list, what a builder
 * echoes, or stand in quotes of another command.  Where a word may begin, every rule looks whether it knows it.
 */
#include "origin/command_secrets.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "origin/arena_vec.h"

struct scan {
	struct bd_str line;
	struct bd_arena *arena;
	struct word_range_vec *out;
	bool assignments, debconf;
	struct bd_str tool;    /* the last command named that has a rule of its own */
	struct word_range fed; /* what is piped into the command that stands here */
	size_t stage;          /* where that begins */
	size_t at;             /* the word in hand */
	size_t resume;         /* behind what was found: nothing in it is looked at again */
};

static char byte_at(const struct scan *s, size_t i)
{
	return i < s->line.n ? s->line.p[i] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char quote_before(const struct scan *s, size_t at)
{
	const char c = at > 0 ? s->line.p[at - 1] : '\0';
	return c == '"' || c == '\'' ? c : '\0';
}

static struct bd_str text_of(const struct scan *s, struct word_range range)
{
	return (struct bd_str){ s->line.p + range.start, range.end - range.start };
}

static bool is_one_of(struct bd_str word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (bd_str_is(word, *words)) {
			return true;
		}
	}
	return false;
}

static bool is_word(struct bd_str word, const char *name)
{
	return word.n == strlen(name) && strncasecmp(word.p, name, word.n) == 0;
}

static void hide(struct scan *s, struct word_range value)
{
	if (value.end > value.start && value_is_secret(text_of(s, value))) {
		*arena_push(s->arena, s->out) = value;
		s->resume = value.end;
	}
}

/* Letters, digits and these. */
static size_t span(const struct scan *s, size_t at, const char *signs)
{
	while (at < s->line.n && (isalnum((unsigned char)s->line.p[at]) != 0 ||
					 (s->line.p[at] != '\0' && strchr(signs, s->line.p[at]) != NULL))) {
		at++;
	}
	return at;
}

/* "sh -c 'TOKEN=x make'", ["bash", "-lc", "TOKEN=x make"]: the quotes hold a script, not one word. */
static bool opens_script(const struct scan *s, size_t quote)
{
	size_t i = quote > 0 && s->line.p[quote - 1] == '\\' ? quote - 1 : quote;
	while (i > 0 && strchr(" \t,\"'", s->line.p[i - 1]) != NULL) {
		i--;
	}
	if (i == quote || i == 0 || s->line.p[i - 1] != 'c') {
		return false;
	}
	while (i > 0 && islower((unsigned char)s->line.p[i - 1]) != 0) {
		i--;
	}
	return i > 0 && s->line.p[i - 1] == '-';
}

/* The quote that the whole word stands in: "--password=a b". */
static char around(const struct scan *s)
{
	const char quote = quote_before(s, s->at);
	const bool escaped = s->at > 1 && s->line.p[s->at - 2] == '\\';
	return quote != '\0' && !escaped && !opens_script(s, s->at - 1) ? quote : '\0';
}

/* Where the word behind this one begins, also in a JSON list; the end of the line: there is none. */
static size_t next_word_at(const struct scan *s, size_t end)
{
	size_t i = end;
	const char quote = byte_at(s, i);
	if ((quote == '"' || quote == '\'') && quote == quote_before(s, s->at)) {
		i++;
		while (is_blank(byte_at(s, i)) || byte_at(s, i) == ',') {
			i++;
		}
		return byte_at(s, i) == quote ? i : s->line.n;
	}
	while (is_blank(byte_at(s, i))) {
		i++;
	}
	return i > end && byte_at(s, i) != '\0' && strchr("-;|&<>()#=", byte_at(s, i)) == NULL ? i : s->line.n;
}

static struct word_range next_value(const struct scan *s, size_t end)
{
	const size_t at = next_word_at(s, end);
	return at < s->line.n ? command_value(s->line, at, '\0') : (struct word_range){ at, at };
}

/* ---- options ----------------------------------------------------------------------------------- */

enum kind {
	SEPARATE = 1,    /* -p x */
	ATTACHED = 2,    /* -px */
	EITHER = 3,      /* both */
	CREDENTIALS = 4, /* user:password, both */
};

static const struct tool_option {
	const char *tool, *option;
	enum kind kind;
} tool_options[] = {
	{ "curl", "-u", CREDENTIALS },
	{ "curl", "-U", CREDENTIALS },
	{ "curl", "--user", CREDENTIALS },
	{ "curl", "--proxy-user", CREDENTIALS },
	{ "http", "-a", CREDENTIALS },
	{ "http", "--auth", CREDENTIALS },
	{ "login", "-p", EITHER },
	{ "sshpass", "-p", EITHER },
	{ "mysql", "-p", ATTACHED },
	{ "mysqladmin", "-p", ATTACHED },
	{ "mysqldump", "-p", ATTACHED },
	{ "mysqlimport", "-p", ATTACHED },
	{ "mariadb", "-p", ATTACHED },
	{ "mariadb-admin", "-p", ATTACHED },
	{ "mariadb-dump", "-p", ATTACHED },
	{ "mongo", "-p", SEPARATE },
	{ "mongosh", "-p", SEPARATE },
	{ "redis-cli", "-a", SEPARATE },
	{ "twine", "-p", SEPARATE },
	{ "ldapsearch", "-w", SEPARATE },
	{ "ldapadd", "-w", SEPARATE },
	{ "ldapmodify", "-w", SEPARATE },
	{ "sqlcmd", "-P", SEPARATE },
	{ "useradd", "-p", SEPARATE },
	{ "usermod", "-p", SEPARATE },
	{ "zip", "-P", SEPARATE },
	{ "unzip", "-P", SEPARATE },
};

/* Behind the first ':' that is in no braces; of "TOKEN:", what stands before it. */
static void hide_password(struct scan *s, struct word_range value)
{
	const struct bd_str text = text_of(s, value);
	size_t i = 0;
	size_t depth = 0;
	while (i < text.n && (text.p[i] != ':' || depth > 0)) {
		depth += text.p[i] == '{';
		depth -= text.p[i] == '}' && depth > 0;
		i++;
	}
	if (i == text.n) {
		return;
	}
	const size_t password = value.start + i + 1;
	hide(s, password < value.end ? (struct word_range){ password, value.end }
				     : (struct word_range){ value.start, password - 1 });
}

static void hide_tool_value(struct scan *s, enum kind kind, struct word_range value)
{
	if (kind == CREDENTIALS) {
		hide_password(s, value);
	} else {
		hide(s, value);
	}
}

/* "-fsSLu": letters of curl that take nothing may stand before. */
static size_t behind_cluster(const struct scan *s, char letter)
{
	size_t i = s->at + 1;
	while (byte_at(s, i) != '\0' && strchr("sSfLkvign", byte_at(s, i)) != NULL) {
		i++;
	}
	return byte_at(s, i) == letter ? i + 1 : 0;
}

static size_t behind_option(const struct scan *s, const struct tool_option *row)
{
	const struct bd_str rest = { s->line.p + s->at, s->line.n - s->at };
	if (bd_str_starts(rest, row->option)) {
		return s->at + strlen(row->option);
	}
	return strcmp(row->tool, "curl") == 0 && row->option[1] != '-' ? behind_cluster(s, row->option[1]) : 0;
}

static void tool_option(struct scan *s)
{
	for (size_t i = 0; i < sizeof(tool_options) / sizeof(tool_options[0]); i++) {
		const struct tool_option *row = &tool_options[i];
		const size_t end = bd_str_is(s->tool, row->tool) ? behind_option(s, row) : 0;
		const char next = byte_at(s, end);
		if (end == 0) {
			continue;
		}
		const bool closed = next == quote_before(s, s->at) && next != '\0';
		if (is_blank(next) || closed) {
			hide_tool_value(s, row->kind,
				row->kind != ATTACHED ? next_value(s, end) : (struct word_range){ end, end });
		} else if (next == '=' && row->option[1] == '-') {
			hide_tool_value(s, row->kind, command_value(s->line, end + 1, around(s)));
		} else if (row->option[1] != '-' && row->kind != SEPARATE && end < s->line.n) {
			hide_tool_value(s, row->kind, command_value(s->line, end, around(s)));
		}
	}
}

static void option(struct scan *s)
{
	size_t start = s->at;
	while (byte_at(s, start) == '-') {
		start++;
	}
	const size_t end = span(s, start, "-_.");
	const struct bd_str name = text_of(s, (struct word_range){ start, end });
	if ((start - s->at > 1 || name.n > 3) && option_is_secret(name)) {
		struct word_range value =
			byte_at(s, end) == '=' ? command_value(s->line, end + 1, around(s)) : next_value(s, end);
		const struct bd_str text = text_of(s, value);
		value.start += bd_str_starts(text, "pass:") ? strlen("pass:") : 0;  /* as openssl writes it */
		if (!bd_str_starts(text, "id=") && !bd_str_starts(text, "type=")) { /* docker build --secret */
			hide(s, value);
		}
	}
	if (s->resume <= s->at) {
		tool_option(s);
	}
}

/* ---- NAME=VALUE, headers ------------------------------------------------------------------------- */

/* "passwd=1:4.13", "pass=1.7.4-r0": what apt and apk are asked for. */
static bool is_package(struct bd_str name, struct bd_str value)
{
	static const char *const names[] = { "pass", "passwd", NULL };
	return is_one_of(name, names) && value.n > 0 && isdigit((unsigned char)value.p[0]) != 0 &&
	       (memchr(value.p, '.', value.n) != NULL || memchr(value.p, ':', value.n) != NULL);
}

static void assignment(struct scan *s)
{
	const size_t end = span(s, s->at, "_.");
	const struct bd_str name = text_of(s, (struct word_range){ s->at, end });
	const bool query = s->at > 0 && s->line.p[s->at - 1] == '?';
	if (byte_at(s, end) != '=' || byte_at(s, end + 1) == '=' || !(s->assignments || query) ||
		!assignment_is_secret(name)) {
		return;
	}
	const struct word_range value = command_value(s->line, end + 1, around(s));
	if (!is_package(name, text_of(s, value))) {
		hide(s, value);
	}
}

/* "Bearer", with the blank behind it: how long it is. */
static size_t scheme_length(struct bd_str value)
{
	static const char *const schemes[] = { "bearer", "basic", "token", "digest", "apikey" };
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const size_t n = strlen(schemes[i]);
		if (value.n > n && strncasecmp(value.p, schemes[i], n) == 0 && is_blank(value.p[n])) {
			return n + 1;
		}
	}
	return 0;
}

static void header(struct scan *s)
{
	const size_t end = span(s, s->at, "-");
	size_t value = end + 1;
	if (byte_at(s, end) != ':' || !header_is_secret(text_of(s, (struct word_range){ s->at, end }))) {
		return;
	}
	while (is_blank(byte_at(s, value))) {
		value++;
	}
	value += scheme_length((struct bd_str){ s->line.p + value, value < s->line.n ? s->line.n - value : 0 });
	const char quote = quote_before(s, s->at);
	const bool escaped = quote != '\0' && s->at > 1 && s->line.p[s->at - 2] == '\\';
	struct word_range range =
		value < s->line.n ? command_value(s->line, value, escaped ? '\0' : quote) : (struct word_range){ 0, 0 };
	hide(s, range);
}

/* ---- words ----------------------------------------------------------------------------------------- */

/* echo 'root:secret' | chpasswd */
static void fed_passwords(struct scan *s)
{
	struct word_range word = { s->fed.start, s->fed.start };
	for (size_t i = s->fed.start; i < s->fed.end; i++) {
		if (s->line.p[i] != ':' || i == s->fed.start) {
			continue;
		}
		word = command_value(s->line, i + 1, '\0');
		const char *escape = memchr(s->line.p + word.start, '\\', word.end - word.start);
		word.end = escape != NULL ? (size_t)(escape - s->line.p) : word.end; /* printf 'a:b\nc:d\n' */
		word.end = word.end < s->fed.end ? word.end : s->fed.end;
		hide(s, word);
		i = word.end;
	}
}

/* htpasswd -b FILE USER PASSWORD, -nb USER PASSWORD */
static void htpasswd(struct scan *s, size_t end)
{
	struct word_range value = { end, end };
	size_t options = next_word_at(s, end);
	size_t wanted = 3;
	bool batch = false;
	for (size_t i = end; i < s->line.n && is_blank(s->line.p[i]);) {
		options = i + 1;
		if (byte_at(s, options) != '-') {
			break;
		}
		for (i = options + 1; i < s->line.n && isalnum((unsigned char)s->line.p[i]) != 0; i++) {
			batch = batch || s->line.p[i] == 'b';
			wanted -= s->line.p[i] == 'n' && wanted == 3;
		}
	}
	value.end = options > 0 ? options - 1 : end;
	for (size_t i = 0; batch && i < wanted; i++) {
		value = next_value(s, value.end + (quote_before(s, value.start) != '\0'));
	}
	if (batch) {
		hide(s, value);
	}
}

static void set_tool(struct scan *s, struct bd_str word)
{
	static const char *const registries[] = { "docker", "podman", "buildah", "skopeo", "nerdctl", "helm", "oras",
		"az", "oc", "cf", "crane", "registry", "auth", NULL };
	static const char *const others[] = { "openssl", "mysqladmin", "debconf-set-selections", NULL };
	const char *slash = word.n > 0 ? memrchr(word.p, '/', word.n) : NULL;
	if (slash != NULL) {
		word = (struct bd_str){ slash + 1, (size_t)(word.p + word.n - slash - 1) };
	}
	if (is_one_of(word, registries) || is_one_of(word, others) ||
		(bd_str_is(word, "login") && is_one_of(s->tool, registries))) {
		s->tool = word;
	}
	for (size_t i = 0; i < sizeof(tool_options) / sizeof(tool_options[0]); i++) {
		if (bd_str_is(word, tool_options[i].tool) && !bd_str_is(word, "login")) {
			s->tool = word;
		}
	}
}

/* IDENTIFIED BY 'x', PASSWORD 'x' of SQL; `question password x` of debconf; `mysqladmin password x`. */
static void password_word(struct scan *s, struct bd_str word, size_t end)
{
	const struct word_range value = next_value(s, end);
	const char quote = quote_before(s, value.start);
	const size_t near = s->at < 256 ? s->at : 256;
	const struct bd_str trimmed = bd_str_trim((struct bd_str){ s->line.p + s->at - near, near });
	if (is_word(word, "by") && trimmed.n >= 10 && strncasecmp(trimmed.p + trimmed.n - 10, "identified", 10) == 0) {
		hide(s, value);
	} else if (is_word(word, "password")) {
		const char *blank = trimmed.n > 0 ? memrchr(trimmed.p, ' ', trimmed.n) : NULL;
		const bool question = blank != NULL && s->debconf &&
				      memchr(blank, '/', (size_t)(trimmed.p + trimmed.n - blank)) != NULL;
		if (quote == '\'' || question || bd_str_is(s->tool, "mysqladmin")) {
			hide(s, value);
		}
	}
}

static void command_word(struct scan *s)
{
	static const char *const npm[] = { "_authToken", "_auth", "_password", NULL };
	const size_t end = span(s, s->at, "-_./");
	const struct bd_str word = text_of(s, (struct word_range){ s->at, end });
	set_tool(s, word);
	if (bd_str_is(word, "chpasswd") || bd_str_ends(word, "/chpasswd")) {
		fed_passwords(s);
	} else if (bd_str_is(word, "htpasswd") || bd_str_ends(word, "/htpasswd")) {
		htpasswd(s, end);
	} else if (is_one_of(word, npm)) {
		hide(s, next_value(s, end));
	} else if (bd_str_is(word, "pass") && byte_at(s, end) == ':' && bd_str_is(s->tool, "openssl")) {
		hide(s, command_value(s->line, end + 1, around(s)));
	} else {
		password_word(s, word, end);
	}
}

/* ---- the line ---------------------------------------------------------------------------------------- */

static void separator(struct scan *s, char c)
{
	if (c == '|' && byte_at(s, s->at + 1) != '|' && (s->at == 0 || s->line.p[s->at - 1] != '|')) {
		s->fed = (struct word_range){ s->stage, s->at };
	} else {
		s->fed = (struct word_range){ 0, 0 };
	}
	s->stage = s->at + 1;
	s->tool = (struct bd_str){ s->line.p, 0 };
}

static bool may_begin_word(const struct scan *s)
{
	const char before = s->at > 0 ? s->line.p[s->at - 1] : ' ';
	const bool npm = before == ':' && s->line.p[s->at] == '_';
	return npm || strchr(" \t\r\n\"'`;|&(){}[,=?!@", before) != NULL;
}

static void word(struct scan *s)
{
	const char c = s->line.p[s->at];
	const char before = s->at > 0 ? s->line.p[s->at - 1] : ' ';
	if (isalnum((unsigned char)before) == 0 && before != '_') {
		const size_t n = known_token((struct bd_str){ s->line.p + s->at, s->line.n - s->at });
		hide(s, (struct word_range){ s->at, s->at + n });
	}
	if (s->resume > s->at || before == '\0' || !may_begin_word(s)) {
		return;
	}
	if (c == '-') {
		option(s);
	} else if (isalpha((unsigned char)c) != 0 || c == '_' || c == '/') {
		assignment(s);
		if (s->resume <= s->at) {
			header(s);
		}
		if (s->resume <= s->at) {
			command_word(s);
		}
	}
}

void command_secrets(struct bd_str line, bool assignments, struct bd_arena *arena, struct word_range_vec *out)
{
	struct scan s = { .line = line, .arena = arena, .out = out, .assignments = assignments, .tool = { line.p, 0 } };
	s.debconf = bd_str_find(line, "debconf", NULL);
	for (s.at = 0; s.at < line.n; s.at++) {
		if (s.at < s.resume) {
			continue;
		}
		if (line.p[s.at] != '\0' && strchr(";|&()\n", line.p[s.at]) != NULL) {
			separator(&s, line.p[s.at]);
		} else {
			word(&s);
		}
	}
}

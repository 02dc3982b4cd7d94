/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists as package managers print them.  The first line that is no comment says which: each following one must be of
 * the same kind, so that a line that nobody understands is never passed over.
 */
#include <ctype.h>
#include <string.h>

#include "basedrift/limits.h"

#include "check/list_parts.h"

/* What people call "the last hyphen but n". */
static bool split_at_hyphen(struct bd_str text, size_t hyphens, struct bd_str *name, struct bd_str *rest)
{
	size_t at = text.n;
	while (at > 0 && hyphens > 0) {
		at--;
		hyphens -= text.p[at] == '-';
	}
	*name = (struct bd_str){ text.p, at };
	*rest = (struct bd_str){ text.p + at + 1, text.n - at - 1 };
	return hyphens == 0 && at > 0 && rest->n > 0 && rest->p[0] != '-';
}

/* ---- dpkg-query -W: NAME[:ARCH]\tVERSION ---------------------------------------------------------------------------
 */

static bool likely_dpkg(struct bd_str line)
{
	return line.n > 0 && memchr(line.p, '\t', line.n) != NULL && !bd_str_find(line, "==", NULL);
}

static const char *read_dpkg(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str version = line->whole;
	struct bd_str name = bd_str_cut(&version, '\t');
	struct bd_str arch = name;
	const bool tab = name.n < line->whole.n;
	version = bd_str_trim(version);
	name = bd_str_cut(&arch, ':');
	if (tab && version.n == 0) {
		return NULL; /* known to dpkg, and not installed */
	}
	if (version.n == 0 || list_has_blank(version)) {
		*column = name.n + 1;
		return "no version behind the name and a tab";
	}
	if (arch.n > 0) {
		rule->arch = bd_arena_text(arena, arch.p, arch.n);
	}
	list_set_version(rule, line, version, arena);
	return rule_set_name(rule, "deb", name, arena) ? NULL : "not a name of a Debian package";
}

/* ---- apk info -v: NAME-VERSION-rN -----------------------------------------------------------------------------------
 */

static struct bd_str without_description(struct bd_str line)
{
	size_t at;
	if (bd_str_find(line, " - ", &at)) {
		line.n = at;
	}
	return line;
}

/* apk list -I: "musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]" */
static struct bd_str cut_listed(struct bd_str line, struct bd_str *arch)
{
	struct bd_str rest = line;
	const struct bd_str first = bd_str_cut(&rest, ' ');
	*arch = (struct bd_str){ NULL, 0 };
	if (!bd_str_ends(rest, "[installed]")) {
		return line;
	}
	*arch = bd_str_cut(&rest, ' ');
	return first;
}

static bool is_apk(struct bd_str text)
{
	struct bd_str name;
	struct bd_str rest;
	if (list_has_blank(text) || !split_at_hyphen(text, 1, &name, &rest) || rest.n < 2 || rest.p[0] != 'r') {
		return false;
	}
	for (size_t i = 1; i < rest.n; i++) {
		if (!isdigit((unsigned char)rest.p[i])) {
			return false;
		}
	}
	return split_at_hyphen(name, 1, &name, &rest);
}

static bool is_warning(struct bd_str line)
{
	return bd_str_starts(line, "WARNING: ");
}

static bool likely_apk(struct bd_str line)
{
	struct bd_str arch;
	return is_apk(without_description(cut_listed(line, &arch)));
}

static const char *read_apk(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str name;
	struct bd_str version;
	struct bd_str arch;
	const struct bd_str text = without_description(cut_listed(line->text, &arch));
	*column = 1;
	if (is_warning(line->text)) {
		return NULL; /* of its indexes: apk mixes it into what it prints */
	}
	if (!is_apk(text) || !split_at_hyphen(text, 2, &name, &version)) {
		return "not NAME-VERSION-rN";
	}
	rule->arch = arch.n > 0 ? bd_arena_text(arena, arch.p, arch.n) : NULL;
	list_set_version(rule, line, version, arena);
	return rule_set_name(rule, "apk", name, arena) ? NULL : "not a name of an Alpine package";
}

/* ---- rpm -qa: NAME-VERSION-RELEASE.ARCH
 * ------------------------------------------------------------------------------ */

static struct bd_str cut_arch(struct bd_str text, struct bd_str *arch)
{
	const char *dot = text.n > 0 ? memrchr(text.p, '.', text.n) : NULL;
	*arch = (struct bd_str){ NULL, 0 };
	if (dot == NULL || (bd_str_starts(text, "gpg-pubkey-") && !bd_str_ends(text, ".(none)"))) {
		return text;
	}
	*arch = (struct bd_str){ dot + 1, text.n - (size_t)(dot + 1 - text.p) };
	return (struct bd_str){ text.p, (size_t)(dot - text.p) };
}

static bool likely_rpm(struct bd_str line)
{
	struct bd_str arch;
	struct bd_str name;
	struct bd_str rest;
	const struct bd_str text = cut_arch(line, &arch);
	return !list_has_blank(line) && (arch.n > 0 || bd_str_starts(line, "gpg-pubkey-")) &&
	       !bd_str_starts(line, "pkg:") && split_at_hyphen(text, 2, &name, &rest);
}

static const char *read_rpm(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str arch;
	struct bd_str name;
	struct bd_str version;
	const struct bd_str text = cut_arch(line->text, &arch);
	*column = 1;
	if (!likely_rpm(line->text) || !split_at_hyphen(text, 2, &name, &version)) {
		return "not NAME-VERSION-RELEASE.ARCH";
	}
	if (arch.n > 0 && !bd_str_is(arch, "(none)")) {
		rule->arch = bd_arena_text(arena, arch.p, arch.n);
	}
	list_set_version(rule, line, version, arena);
	return rule_set_name(rule, "rpm", name, arena) ? NULL : "not a name of an RPM package";
}

/* ---- purls ----------------------------------------------------------------------------------------------------------
 */

static bool likely_purl(struct bd_str line)
{
	return bd_str_starts(line, "pkg:");
}

static const char *read_purl(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_purl purl;
	struct bd_error err;
	*column = 1;
	if (list_has_blank(line->text)) {
		*column = strcspn(rule->text, " \t") + 1;
		return "a blank, which purls write as %20";
	}
	if (bd_purl_parse(line->text, arena, &purl, &err) < 0) {
		return bd_arena_strdup(arena, err.msg);
	}
	if (!purl_type_is_known(purl.type)) {
		*column = strlen("pkg:") + 1;
		return bd_arena_printf(arena, "no purl type is called \"%s\"", purl.type);
	}
	rule->type = purl.type;
	rule->name = rule_name(purl.type, purl.name, arena);
	rule->namespace = purl.namespace;
	rule->version = purl.version;
	rule->arch = bd_key_value_get(&purl.qualifiers, "arch");
	rule->at = line->at;
	rule->n = purl.version != NULL ? line->text.n : 0;
	return NULL;
}

/* ---- the list -------------------------------------------------------------------------------------------------------
 */

static const struct list_format formats[] = {
	{ BD_BASELINE_PURLS, "package URLs", NULL, likely_purl, read_purl },
	{ BD_BASELINE_DPKG, "dpkg-query -W", "deb", likely_dpkg, read_dpkg },
	{ BD_BASELINE_PIP, "pip freeze", "pypi", list_likely_pip, list_read_pip },
	{ BD_BASELINE_APK, "apk info -v", "apk", likely_apk, read_apk },
	{ BD_BASELINE_RPM, "rpm -qa", "rpm", likely_rpm, read_rpm },
};

const char *bd_baseline_format_name(enum bd_baseline_format format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].format == format) {
			return formats[i].name;
		}
	}
	return format == BD_BASELINE_NPM ? "npm ls --json" : format == BD_BASELINE_RULES ? "rules" : "record";
}

static const struct list_format *format_of(struct bd_str line)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].likely(line)) {
			return &formats[i];
		}
	}
	return NULL;
}

void baseline_add_exact(struct bd_baseline *baseline, const char *type, struct bd_arena *arena)
{
	if (!baseline_is_exact(baseline, type)) {
		*arena_push(arena, &baseline->exact) = type;
	}
}

bool baseline_is_exact(const struct bd_baseline *baseline, const char *type)
{
	for (size_t i = 0; i < baseline->exact.len; i++) {
		if (strcmp(baseline->exact.v[i], type) == 0) {
			return true;
		}
	}
	return baseline->exact_all;
}

static int read_line(const struct list_line *line, const struct list_format *format, struct bd_arena *arena,
	struct bd_baseline *out, struct bd_error *err)
{
	size_t column = 1;
	struct bd_rule rule = {
		.line = line->number, .column = 1, .text = bd_arena_text(arena, line->text.p, line->text.n)
	};
	const char *problem = memchr(line->text.p, '\0', line->text.n) != NULL
				      ? "a NUL byte"
				      : format->read(line, arena, &rule, &column);
	if (problem == NULL && rule.type != NULL && strchr(rule.name, '*') != NULL) {
		problem = "a pattern: those stand in rules";
	}
	if (problem != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu, column %zu: %s (read as %s)", line->number,
			column + line->indent, problem, format->name);
	}
	if (rule.type == NULL) {
		return 0; /* it names nothing that is installed */
	}
	if (out->rules.len >= BD_LIMIT_BASELINE_RULES) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "line %zu: more than %u packages", line->number, BD_LIMIT_BASELINE_RULES);
	}
	*arena_push(arena, &out->rules) = rule;
	baseline_add_exact(out, rule.type, arena);
	return 0;
}

/* The next line that is no comment, with the hashes that it goes on in; false: none is left. */
static bool next_line(struct bd_str bytes, struct bd_str *rest, size_t *number, struct list_line *line)
{
	struct bd_str physical;
	*line = (struct list_line){ .bytes = bytes };
	while (bd_str_line(rest, &physical)) {
		const struct bd_str text = bd_str_trim(physical);
		++*number;
		if (text.n > 0 && text.p[0] != '#') {
			line->number = *number;
			line->whole = physical;
			line->text = text;
			line->indent = (size_t)(text.p - physical.p);
			line->at = (size_t)(text.p - bytes.p);
			break;
		}
		if (bd_str_starts(text, "# Editable ")) {
			line->note = text;
			line->note_number = *number;
		}
	}
	struct bd_str last = line->text;
	for (struct bd_str after = *rest; bd_str_ends(last, "\\") && bd_str_line(&after, &physical);) {
		last = bd_str_trim(physical);
		if (!bd_str_starts(last, "--hash=")) {
			break;
		}
		++*number;
		*rest = after;
		line->end = (size_t)(rest->p - bytes.p);
	}
	return line->number > 0;
}

/* Other output of the same tools, that people take for it. */
static const char *hint_for(struct bd_str line)
{
	static const struct {
		const char *has, *hint;
	} hints[] = {
		{ "Desired=", ": this is dpkg -l, take dpkg-query -W" },
		{ "||/", ": this is dpkg -l, take dpkg-query -W" },
		{ "ii  ", ": this is dpkg -l, take dpkg-query -W" },
		{ "Listing...", ": this is apt list, take dpkg-query -W" },
		{ "Package ", ": this is pip list, take pip freeze" },
		{ ">=", ": a range; take pip freeze, or write rules" },
		{ "~=", ": a range; take pip freeze, or write rules" },
	};
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (bd_str_find(line, hints[i].has, NULL)) {
			return hints[i].hint;
		}
	}
	return list_has_blank(line) ? "" : ": a name without a version (apk info prints them with -v)";
}

static int read_list(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err)
{
	const struct list_format *format = NULL;
	struct bd_str rest = bytes;
	struct list_line line;
	size_t number = 0;
	while (next_line(bytes, &rest, &number, &line)) {
		if (format == NULL && is_warning(line.text)) {
			continue;
		}
		format = format != NULL ? format : format_of(line.whole);
		if (format == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"line %zu, column 1: neither a line of pip freeze, dpkg-query -W, apk info -v, rpm -qa nor a purl%s",
				line.number, hint_for(line.text));
		}
		if (read_line(&line, format, arena, out, err) < 0) {
			return -(int)err->code;
		}
	}
	if (format == NULL || out->rules.len == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line 1, column 1: no package in it");
	}
	out->format = format->format;
	out->by_place = format->format == BD_BASELINE_PIP;
	return 0;
}

int bd_baseline_parse(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err)
{
	*out = (struct bd_baseline){ 0 };
	if (bytes.n > BD_LIMIT_BASELINE_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than the %u bytes that are read of a baseline",
			BD_LIMIT_BASELINE_BYTES);
	}
	if (bd_str_starts(bytes, "\xff\xfe") || bd_str_starts(bytes, "\xfe\xff")) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "line 1, column 1: UTF-16, as PowerShell's > writes it: write it as UTF-8");
	}
	if (bd_str_starts(bytes, BASELINE_MARK)) {
		bytes = (struct bd_str){ bytes.p + strlen(BASELINE_MARK), bytes.n - strlen(BASELINE_MARK) };
	}
	const struct bd_str text = bd_str_trim(bytes);
	if (text.n > 0 && text.p[0] == '[') {
		return bd_error_set(err, BD_ERR_FORMAT,
			"line 1, column 1: a JSON array: of JSON, rules (\"schema\": \"basedrift/rules/1\") and what npm ls --json prints are read");
	}
	if (text.n == 0 || text.p[0] != '{') {
		return read_list(bytes, arena, out, err);
	}
	return bd_str_find(bytes, "\"basedrift/rules/", NULL) ? baseline_rules(bytes, arena, out, err)
							      : baseline_npm(bytes, arena, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists as package managers print them.  The first line that is no comment says which: each following one must be of
 * the same kind, so that a line that nobody understands is never passed over.
 */
#include <ctype.h>
#include <string.h>

#include "basedrift/limits.h"

#include "check/check_parts.h"

struct list_line {
	struct bd_str text; /* without its end */
	size_t at;          /* of its first byte */
	size_t number;
};
struct list_format {
	enum bd_baseline_format format;
	const char *name, *type; /* type NULL: each line says its own */
	bool (*likely)(struct bd_str line);
	/* *column_out: of what is wrong. */
	const char *(*read)(
		const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column_out);
};

/* ---- names and versions -------------------------------------------------------------------------------------------
 */

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

static void set_version(
	struct bd_rule *rule, const struct list_line *line, struct bd_str version, struct bd_arena *arena)
{
	rule->version = bd_arena_text(arena, version.p, version.n);
	rule->at = line->at + (size_t)(version.p - line->text.p);
	rule->n = version.n;
}

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

static bool has_blank(struct bd_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (isspace((unsigned char)text.p[i])) {
			return true;
		}
	}
	return false;
}

/* ---- dpkg-query -W: NAME[:ARCH]\tVERSION ---------------------------------------------------------------------------
 */

static bool likely_dpkg(struct bd_str line)
{
	return line.n > 0 && memchr(line.p, '\t', line.n) != NULL;
}

static const char *read_dpkg(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str version = line->text;
	struct bd_str name = bd_str_cut(&version, '\t');
	struct bd_str arch = name;
	name = bd_str_cut(&arch, ':');
	if (version.n == 0 || has_blank(version)) {
		*column = name.n + 1;
		return "no version behind the name and a tab";
	}
	if (arch.n > 0) {
		rule->arch = bd_arena_text(arena, arch.p, arch.n);
	}
	set_version(rule, line, version, arena);
	return rule_set_name(rule, "deb", name, arena) ? NULL : "not a name of a Debian package";
}

/* ---- pip freeze -----------------------------------------------------------------------------------------------------
 */

static bool likely_pip(struct bd_str line)
{
	return bd_str_find(line, "==", NULL) || bd_str_find(line, " @ ", NULL) || bd_str_starts(line, "-e ");
}

/* "-e git+https://host/repo@commit#egg=name": that it is there. */
static const char *read_editable(
	const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	size_t at;
	*column = 4;
	if (!bd_str_find(line->text, "#egg=", &at)) {
		return "no #egg= that names the package";
	}
	struct bd_str rest = { line->text.p + at + 5, line->text.n - at - 5 };
	*column = at + 6;
	return rule_set_name(rule, "pypi", bd_str_cut(&rest, '&'), arena) ? NULL : "not a name of a Python package";
}

static const char *read_pip(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	size_t at;
	if (bd_str_starts(line->text, "-e ")) {
		return read_editable(line, arena, rule, column);
	}
	struct bd_str name = line->text;
	if (bd_str_find(line->text, "==", &at)) {
		struct bd_str rest = { line->text.p + at + 2, line->text.n - at - 2 };
		const struct bd_str version = bd_str_trim(bd_str_cut(&rest, ';'));
		name.n = at;
		*column = at + 3;
		if (version.n == 0 || has_blank(version) || (version.p[0] == '=')) {
			return "no version behind \"==\"";
		}
		set_version(rule, line, version, arena);
	} else if (bd_str_find(line->text, " @ ", &at)) {
		name.n = at;
	} else {
		*column = 1;
		return "neither NAME==VERSION nor NAME @ URL";
	}
	name = bd_str_trim(bd_str_cut(&name, '['));
	*column = 1;
	return !has_blank(name) && rule_set_name(rule, "pypi", name, arena) ? NULL : "not a name of a Python package";
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

static bool likely_apk(struct bd_str line)
{
	struct bd_str name;
	struct bd_str rest;
	line = without_description(line);
	if (has_blank(line) || !split_at_hyphen(line, 1, &name, &rest) || rest.n < 2 || rest.p[0] != 'r') {
		return false;
	}
	for (size_t i = 1; i < rest.n; i++) {
		if (!isdigit((unsigned char)rest.p[i])) {
			return false;
		}
	}
	return split_at_hyphen(name, 1, &name, &rest);
}

static const char *read_apk(const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column)
{
	struct bd_str name;
	struct bd_str version;
	const struct bd_str text = without_description(line->text);
	*column = 1;
	if (!likely_apk(text) || !split_at_hyphen(text, 2, &name, &version)) {
		return "not NAME-VERSION-rN";
	}
	set_version(rule, line, version, arena);
	return rule_set_name(rule, "apk", name, arena) ? NULL : "not a name of an Alpine package";
}

/* ---- rpm -qa: NAME-VERSION-RELEASE.ARCH
 * ------------------------------------------------------------------------------ */

static struct bd_str cut_arch(struct bd_str text, struct bd_str *arch)
{
	const char *dot = text.n > 0 ? memrchr(text.p, '.', text.n) : NULL;
	*arch = (struct bd_str){ NULL, 0 };
	if (dot == NULL || bd_str_starts(text, "gpg-pubkey-")) {
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
	return !has_blank(line) && (arch.n > 0 || bd_str_starts(line, "gpg-pubkey-")) && !bd_str_starts(line, "pkg:") &&
	       split_at_hyphen(text, 2, &name, &rest);
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
	set_version(rule, line, version, arena);
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
	if (bd_purl_parse(line->text, arena, &purl, &err) < 0) {
		return bd_arena_strdup(arena, err.msg);
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
	{ BD_BASELINE_PIP, "pip freeze", "pypi", likely_pip, read_pip },
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

static bool is_comment(struct bd_str line)
{
	return line.n == 0 || line.p[0] == '#';
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
	if (problem != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu, column %zu: %s (read as %s)", line->number, column,
			problem, format->name);
	}
	if (out->rules.len >= BD_LIMIT_BASELINE_RULES) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "line %zu: more than %u packages", line->number, BD_LIMIT_BASELINE_RULES);
	}
	*arena_push(arena, &out->rules) = rule;
	baseline_add_exact(out, rule.type, arena);
	return 0;
}

static int read_list(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err)
{
	const struct list_format *format = NULL;
	struct bd_str rest = bytes;
	struct list_line line = { .number = 0 };
	while (bd_str_line(&rest, &line.text)) {
		line.number++;
		line.text = bd_str_trim(line.text);
		line.at = (size_t)(line.text.p - bytes.p);
		if (is_comment(line.text)) {
			continue;
		}
		format = format != NULL ? format : format_of(line.text);
		if (format == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"line %zu, column 1: neither a line of pip freeze, dpkg-query -W, apk info -v, rpm -qa nor a purl",
				line.number);
		}
		if (read_line(&line, format, arena, out, err) < 0) {
			return -(int)err->code;
		}
	}
	if (format == NULL) {
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
	if (bd_str_starts(bytes, "\xef\xbb\xbf")) {
		return bd_error_set(err, BD_ERR_FORMAT, "line 1, column 1: a byte order mark: write it without");
	}
	const struct bd_str text = bd_str_trim(bytes);
	if (text.n == 0 || text.p[0] != '{') {
		return read_list(bytes, arena, out, err);
	}
	return bd_str_find(bytes, "\"basedrift/rules/", NULL) ? baseline_rules(bytes, arena, out, err)
							      : baseline_npm(bytes, arena, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* os-release(5); and what distributions older than it have instead. */
#include "basedrift/catalog.h"

#include "base/auto.h"

const char *const bd_os_release_paths[] = { "etc/os-release", "usr/lib/os-release", "etc/system-release-cpe",
	"etc/redhat-release", NULL };
const char *const bd_debian_version_paths[] = { "etc/debian_version", NULL };

/* ---- os-release -------------------------------------------------------------------------------- */

/* A value as a shell reads it: '…' as it stands, "…" with \ before $ " \ ` and the line's end. */
static void unquote(struct bd_str value, struct bd_buf *out)
{
	char quote = '\0';
	bd_buf_clear(out);
	for (size_t i = 0; i < value.n; i++) {
		const char c = value.p[i];
		if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else if (quote != '\0' && c == quote) {
			quote = '\0';
		} else if (c == '\\' && quote != '\'' && i + 1 < value.n &&
			   (quote == '\0' || strchr("$\"\\`", value.p[i + 1]) != NULL)) {
			bd_buf_add_char(out, value.p[++i]);
		} else {
			bd_buf_add_char(out, c);
		}
	}
}

static void assign(struct bd_os_release *out, struct bd_str key, const char *value)
{
	const struct {
		const char *key;
		const char **member;
	} members[] = { { "ID", &out->id }, { "ID_LIKE", &out->id_like }, { "VERSION_ID", &out->version_id },
		{ "NAME", &out->name }, { "PRETTY_NAME", &out->pretty_name },
		{ "VERSION_CODENAME", &out->version_codename }, { "BUILD_ID", &out->build_id },
		{ "VARIANT_ID", &out->variant_id } };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (bd_str_is(key, members[i].key)) {
			*members[i].member = value;
		}
	}
}

static void parse_assignments(struct bd_str rest, struct bd_arena *arena, struct bd_os_release *out)
{
	AUTO(bd_buf_release) struct bd_buf value = { .n = 0 };
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || memchr(line.p, '=', line.n) == NULL) {
			continue;
		}
		const struct bd_str key = bd_str_cut(&line, '=');
		unquote(line, &value);
		/* a NUL cannot be part of any of these */
		const size_t n = strlen(bd_buf_str(&value));
		assign(out, bd_str_trim(key), n > 0 ? bd_arena_text(arena, value.p, n) : NULL);
	}
}

/* ---- system-release-cpe: cpe:/o:VENDOR:PRODUCT:VERSION:UPDATE --------------------------------------- */

static void parse_cpe(struct bd_str line, struct bd_arena *arena, struct bd_os_release *out)
{
	(void)bd_str_cut(&line, ':');
	const struct bd_str part = bd_str_cut(&line, ':');
	const struct bd_str vendor = bd_str_cut(&line, ':');
	(void)bd_str_cut(&line, ':');
	const struct bd_str version = bd_str_cut(&line, ':');
	if (!bd_str_is(part, "/o") || vendor.n == 0 || version.n == 0 || version.p[0] < '0' || version.p[0] > '9') {
		return;
	}
	out->id = bd_arena_text(arena, vendor.p, vendor.n);
	out->name = out->id;
	out->pretty_name = out->id;
	out->version_id = bd_arena_text(arena, version.p, version.n);
}

/* ---- redhat-release: "NAME release VERSION (CODENAME)" ---------------------------------------------- */

static const char *redhat_id(struct bd_str name, struct bd_arena *arena)
{
	static const char *const ids[][2] = { { "Red Hat", "rhel" }, { "CentOS", "centos" }, { "Rocky", "rocky" },
		{ "Scientific", "scientific" }, { "Oracle", "ol" }, { "Fedora", "fedora" }, { "Amazon", "amzn" } };
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (bd_str_starts(name, ids[i][0])) {
			return ids[i][1];
		}
	}
	const struct bd_str word = bd_str_cut(&name, ' ');
	char *id = bd_arena_text(arena, word.p, word.n);
	for (char *p = id; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z') {
			*p = (char)(*p - 'A' + 'a');
		}
	}
	return id;
}

static void parse_redhat(struct bd_str line, struct bd_arena *arena, struct bd_os_release *out)
{
	static const char between[] = " release ";
	size_t at = 0;
	if (!bd_str_find(line, between, &at) || at == 0) {
		return;
	}
	const struct bd_str name = { line.p, at };
	struct bd_str version = { line.p + at + sizeof(between) - 1, line.n - at - (sizeof(between) - 1) };
	version = bd_str_cut(&version, ' ');
	if (version.n == 0 || version.p[0] < '0' || version.p[0] > '9') {
		return;
	}
	out->id = redhat_id(name, arena);
	out->id_like = strcmp(out->id, "rhel") != 0 && strcmp(out->id, "fedora") != 0 ? "rhel" : NULL;
	out->name = bd_arena_text(arena, name.p, name.n);
	out->version_id = bd_arena_text(arena, version.p, version.n);
	out->pretty_name = bd_arena_text(arena, line.p, line.n);
}

void bd_os_release_parse(struct bd_str bytes, struct bd_arena *arena, struct bd_os_release *out)
{
	struct bd_str rest = bytes;
	struct bd_str first = { NULL, 0 };
	*out = (struct bd_os_release){ .id = NULL };
	(void)bd_str_line(&rest, &first);
	first = bd_str_trim(first);
	if (first.n > 0 && memchr(first.p, '\0', first.n) != NULL) {
		return;
	}
	if (bd_str_starts(first, "cpe:")) {
		parse_cpe(first, arena, out);
	} else if (first.n > 0 && memchr(first.p, '=', first.n) == NULL && bd_str_find(first, " release ", NULL)) {
		parse_redhat(first, arena, out);
	} else {
		parse_assignments(bytes, arena, out);
	}
}

/* ---- debian_version: "12.5", or "trixie/sid" before the release ---------------------------------------- */

/* "12.5" or "6.0.10": digits, and points between them */
static bool is_point_release(struct bd_str version)
{
	bool digit = false;
	for (size_t i = 0; i < version.n; i++) {
		const bool was_digit = digit;
		digit = version.p[i] >= '0' && version.p[i] <= '9';
		if (!digit && (version.p[i] != '.' || !was_digit)) {
			return false;
		}
	}
	return digit;
}

/* Is it "12.5" of "12", or the same? */
static bool is_of_release(struct bd_str version, const char *release)
{
	const size_t n = strlen(release);
	return bd_str_starts(version, release) && (version.n == n || version.p[n] == '.');
}

const char *bd_debian_point_release(struct bd_str bytes, struct bd_arena *arena, struct bd_os_release *os)
{
	struct bd_str line = { NULL, 0 };
	(void)bd_str_line(&bytes, &line);
	line = bd_str_trim(line);
	if (!is_point_release(line) || (os->id != NULL && strcmp(os->id, "debian") != 0) ||
		(os->version_id != NULL && !is_of_release(line, os->version_id))) {
		return NULL;
	}
	const char *version = bd_arena_text(arena, line.p, line.n);
	os->id = "debian";
	os->version_id = os->version_id != NULL ? os->version_id : version;
	return version;
}

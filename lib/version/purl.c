/* SPDX-License-Identifier: Apache-2.0 */
/* PURL-SPECIFICATION.rst, "How to build" and "How to parse"; the types' own rules are in purl_types.h. */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "version/digits.h"
#include "version/purl_types.h"

static bool is_type_byte(char c)
{
	return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
}

static bool all_bytes(const char *text, bool (*belongs)(char))
{
	for (const char *p = text; *p != '\0'; p++) {
		if (!belongs(*p)) {
			return false;
		}
	}
	return true;
}

static bool type_valid(const char *type)
{
	return type != NULL && is_letter(type[0]) && all_bytes(type, is_type_byte);
}

static bool key_valid(const char *key)
{
	return key[0] != '\0' && !is_digit(key[0]) && all_bytes(key, is_key_byte);
}

/* ---- normalisation ----------------------------------------------------------------------------- */

static const char *mapped(const char *text, struct bd_arena *arena, char (*map)(char))
{
	if (text == NULL) {
		return NULL;
	}
	char *copy = bd_arena_strdup(arena, text);
	for (char *p = copy; *p != '\0'; p++) {
		*p = map(*p);
	}
	return copy;
}

static char to_upper(char c)
{
	if (c >= 'a' && c <= 'z') {
		return (char)(c - 'a' + 'A');
	}
	return c;
}

static char dash(char c)
{
	if (c == '_') {
		return '-';
	}
	return c;
}

static char underscore(char c)
{
	if ((c >= 'a' && c <= 'z') || is_digit(c)) {
		return c;
	}
	return '_';
}

static const char *qualifier(const struct bd_purl *purl, const char *key)
{
	for (size_t i = 0; i < purl->qualifiers.len; i++) {
		if (bd_streq(purl->qualifiers.v[i].key, key)) {
			return purl->qualifiers.v[i].value;
		}
	}
	return NULL;
}

/* The parts that are not empty, joined by "/"; subpaths also lose "." and "..".  NULL when none is left. */
static const char *segments(const char *text, bool subpath, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_str rest = bd_str(text);
	while (rest.n > 0) {
		const struct bd_str part = bd_str_cut(&rest, '/');
		if (part.n == 0 || (subpath && (bd_str_is(part, ".") || bd_str_is(part, "..")))) {
			continue;
		}
		if (out.n > 0) {
			bd_buf_add_char(&out, '/');
		}
		bd_buf_add(&out, part.p, part.n);
	}
	return out.n > 0 ? bd_arena_text(arena, out.p, out.n) : NULL;
}

static bool is_databricks(const struct bd_purl *purl)
{
	const char *server = qualifier(purl, "repository_url");
	return server != NULL && strstr(server, "databricks") != NULL;
}

static const char *normal_name(const struct bd_purl *purl, unsigned int rules, struct bd_arena *arena)
{
	const char *name = purl->name;
	if ((rules & LOWER_NAME) != 0 || ((rules & LOWER_NAME_OF_DATABRICKS) != 0 && is_databricks(purl))) {
		name = mapped(name, arena, to_lower);
	}
	if ((rules & DASHES_IN_NAME) != 0) {
		name = mapped(name, arena, dash);
	}
	if ((rules & UNDERSCORES_IN_NAME) != 0) {
		name = mapped(name, arena, underscore);
	}
	return name;
}

static void normalise(struct bd_purl *purl, struct bd_arena *arena)
{
	purl->type = mapped(purl->type, arena, to_lower);
	const unsigned int rules = purl_type_find(purl->type).rules;
	purl->namespace = segments(purl->namespace, false, arena);
	purl->subpath = segments(purl->subpath, true, arena);
	if ((rules & (LOWER_NAMESPACE | UPPER_NAMESPACE)) != 0) {
		const bool lower = (rules & LOWER_NAMESPACE) != 0;
		purl->namespace = mapped(purl->namespace, arena, lower ? to_lower : to_upper);
	}
	if ((rules & LOWER_VERSION) != 0) {
		purl->version = mapped(purl->version, arena, to_lower);
	}
	purl->name = normal_name(purl, rules, arena);
	if ((rules & LOWER_SUBPATH) != 0) {
		purl->subpath = mapped(purl->subpath, arena, to_lower);
	}
	if (purl->version != NULL && purl->version[0] == '\0') {
		purl->version = NULL;
	}
}

/* Chrome's ids are 32 of the letters a to p. */
static bool is_chrome_id(struct bd_str name)
{
	size_t n = 0;
	while (n < name.n && name.p[n] >= 'a' && name.p[n] <= 'p') {
		n++;
	}
	return n == 32 && name.n == n;
}

/* What is wrong with a normalised purl, or NULL. */
static const char *complaint(const struct bd_purl *purl)
{
	const struct purl_type type = purl_type_find(purl->type);
	if ((type.rules & NEEDS_NAMESPACE) != 0 && purl->namespace == NULL) {
		return "this type needs a namespace";
	}
	if ((type.rules & NO_NAMESPACE) != 0 && purl->namespace != NULL) {
		return "this type has no namespace";
	}
	if (type.needs_qualifier != NULL && qualifier(purl, type.needs_qualifier) == NULL) {
		return "a qualifier that this type needs is missing";
	}
	if ((type.rules & NO_DOUBLE_COLON) != 0 && strstr(purl->name, "::") != NULL) {
		return "the name is a module's (\"::\"), not a distribution's";
	}
	if ((type.rules & CHROME_ID) != 0 && !is_chrome_id(bd_str(purl->name))) {
		return "the name is not 32 letters from a to p";
	}
	return NULL;
}

/* ---- building ---------------------------------------------------------------------------------- */

static void encode(struct bd_buf *out, struct bd_str text)
{
	size_t plain = 0; /* where what needs no escape began */
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (!is_letter(c) && !is_digit(c) && strchr("-._~:", c) == NULL) {
			bd_buf_add(out, text.p + plain, i - plain);
			bd_buf_printf(out, "%%%02X", (unsigned int)(unsigned char)c);
			plain = i + 1;
		}
	}
	bd_buf_add(out, text.p + plain, text.n - plain);
}

static void encode_segments(struct bd_buf *out, const char *text)
{
	struct bd_str rest = bd_str(text);
	for (bool first = true; rest.n > 0; first = false) {
		if (!first) {
			bd_buf_add_char(out, '/');
		}
		encode(out, bd_str_cut(&rest, '/'));
	}
}

static int by_key(const void *a, const void *b)
{
	const struct bd_key_value *x = a;
	const struct bd_key_value *y = b;
	return strcmp(x->key, y->key);
}

/* Sorted, keys in lower case, without empty values; false when a key is not one or stands twice. */
static bool clean_qualifiers(struct bd_key_value_vec *pairs, struct bd_arena *arena)
{
	struct bd_key_value_vec kept = { .len = 0 };
	if (pairs->len > 0) {
		kept.v = bd_arena_alloc(arena, pairs->len * sizeof(*kept.v));
	}
	for (size_t i = 0; i < pairs->len; i++) {
		const struct bd_key_value pair = pairs->v[i];
		if (pair.value == NULL || pair.value[0] == '\0') {
			continue;
		}
		kept.v[kept.len] = (struct bd_key_value){ mapped(pair.key, arena, to_lower), pair.value };
		if (pair.key == NULL || !key_valid(kept.v[kept.len].key)) {
			return false;
		}
		kept.len++;
	}
	if (kept.len > 0) {
		qsort(kept.v, kept.len, sizeof(*kept.v), by_key);
	}
	for (size_t i = 1; i < kept.len; i++) {
		if (strcmp(kept.v[i - 1].key, kept.v[i].key) == 0) {
			return false;
		}
	}
	kept.cap = kept.len;
	*pairs = kept;
	return true;
}

const char *bd_purl_text(const struct bd_purl *purl, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_purl normal = *purl;
	if (!type_valid(normal.type) || normal.name == NULL || normal.name[0] == '\0' ||
		!clean_qualifiers(&normal.qualifiers, arena)) {
		return NULL;
	}
	normalise(&normal, arena);
	if (complaint(&normal) != NULL) {
		return NULL;
	}
	bd_buf_add_str(&out, "pkg:");
	bd_buf_add_str(&out, normal.type);
	bd_buf_add_char(&out, '/');
	if (normal.namespace != NULL) {
		encode_segments(&out, normal.namespace);
		bd_buf_add_char(&out, '/');
	}
	encode(&out, bd_str(normal.name));
	if (normal.version != NULL) {
		bd_buf_add_char(&out, '@');
		encode(&out, bd_str(normal.version));
	}
	for (size_t i = 0; i < normal.qualifiers.len; i++) {
		bd_buf_add_char(&out, i == 0 ? '?' : '&');
		bd_buf_add_str(&out, normal.qualifiers.v[i].key);
		bd_buf_add_char(&out, '=');
		encode(&out, bd_str(normal.qualifiers.v[i].value));
	}
	if (normal.subpath != NULL) {
		bd_buf_add_char(&out, '#');
		encode_segments(&out, normal.subpath);
	}
	return bd_arena_text(arena, out.p, out.n);
}

/* ---- parsing ----------------------------------------------------------------------------------- */

/* Percent-decode; NULL when an escape is broken or makes a NUL. */
static const char *decode(struct bd_str text, struct bd_arena *arena)
{
	char *out = bd_arena_text(arena, text.n > 0 ? text.p : "", text.n);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t byte = (uint8_t)text.p[i];
		if (text.p[i] == '%') {
			if (text.n - i < 3 || !bd_unhex((struct bd_str){ text.p + i + 1, 2 }, &byte)) {
				return NULL;
			}
			i += 2;
		}
		if (byte == '\0') {
			return NULL;
		}
		out[n++] = (char)byte;
	}
	out[n] = '\0';
	return out;
}

/* Cut what follows the last sep off text; false when there is no sep. */
static bool cut_tail(struct bd_str *text, char sep, struct bd_str *tail)
{
	const char *at = text->n > 0 ? memrchr(text->p, sep, text->n) : NULL;
	if (at == NULL) {
		return false;
	}
	const size_t n = (size_t)(at - text->p);
	*tail = (struct bd_str){ at + 1, text->n - n - 1 };
	text->n = n;
	return true;
}

static int parse_qualifiers(
	struct bd_str text, bool lenient, struct bd_arena *arena, struct bd_key_value_vec *out, struct bd_error *err)
{
	size_t count = 1;
	for (size_t i = 0; i < text.n; i++) {
		count += text.p[i] == '&';
	}
	*out = (struct bd_key_value_vec){ .v = bd_arena_alloc(arena, count * sizeof(*out->v)), .cap = count };
	while (text.n > 0) {
		struct bd_str value = bd_str_cut(&text, '&');
		const struct bd_str key = bd_str_cut(&value, '=');
		if (key.n == 0 && value.n == 0) {
			continue;
		}
		struct bd_key_value *pair = &out->v[out->len++];
		pair->key = bd_arena_text(arena, key.p, key.n);
		pair->key = lenient ? mapped(pair->key, arena, to_lower) : pair->key;
		pair->value = decode(value, arena);
		if (pair->value == NULL || !key_valid(pair->key)) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"a qualifier's key is not in lower-case letters, or its value is badly encoded");
		}
	}
	if (!clean_qualifiers(out, arena)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a qualifier stands twice");
	}
	return 0;
}

/* An npm scope whose "@" somebody left unencoded: it begins a segment that is not the last one. */
static bool is_scope(struct bd_str before, struct bd_str after)
{
	return (before.n == 0 || before.p[before.n - 1] == '/') && after.n > 0 && memchr(after.p, '/', after.n) != NULL;
}

/* "TYPE/NAMESPACE…/NAME@VERSION" */
static int parse_path(struct bd_str rest, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err)
{
	struct bd_str name;
	struct bd_str version;
	while (rest.n > 0 && rest.p[0] == '/') {
		skip_bytes(&rest, 1);
	}
	const struct bd_str type = bd_str_cut(&rest, '/');
	out->type = bd_arena_text(arena, type.n > 0 ? type.p : "", type.n);
	if (memchr(out->type, '\0', type.n) != NULL || !type_valid(out->type)) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "no package type, or one with other bytes than A-Z a-z 0-9 . -");
	}
	struct bd_str whole = rest;
	if (cut_tail(&whole, '@', &version) && !is_scope(whole, version)) {
		rest = whole;
		out->version = decode(version, arena);
		if (out->version == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT, "the version is badly encoded");
		}
	}
	while (rest.n > 0 && rest.p[rest.n - 1] == '/') {
		rest.n--;
	}
	if (cut_tail(&rest, '/', &name)) {
		out->namespace = decode(rest, arena);
	} else {
		name = rest;
		out->namespace = "";
	}
	out->name = decode(name, arena);
	if (out->name == NULL || out->namespace == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "the name or the namespace is badly encoded");
	}
	if (out->name[0] == '\0') {
		return bd_error_set(err, BD_ERR_FORMAT, "no package name");
	}
	return 0;
}

static int parse(struct bd_str text, bool lenient, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err)
{
	struct bd_str rest = bd_str_trim(text);
	struct bd_str tail;
	*out = (struct bd_purl){ .type = NULL };
	if (rest.n > BD_LIMIT_PURL_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "longer than %u bytes", BD_LIMIT_PURL_BYTES);
	}
	if (cut_tail(&rest, '#', &tail)) {
		out->subpath = decode(tail, arena);
		if (out->subpath == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT, "the subpath is badly encoded");
		}
	}
	if (cut_tail(&rest, '?', &tail) && parse_qualifiers(tail, lenient, arena, &out->qualifiers, err) < 0) {
		return -(int)err->code;
	}
	const struct bd_str scheme = rest.n >= 4 ? (struct bd_str){ rest.p, 4 } : rest;
	if (scheme.n != 4 || strncasecmp(scheme.p, "pkg:", 4) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "does not begin with \"pkg:\"");
	}
	skip_bytes(&rest, 4);
	if (parse_path(rest, arena, out, err) < 0) {
		return -(int)err->code;
	}
	normalise(out, arena);
	const char *problem = complaint(out);
	if (problem != NULL && !lenient) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: %s", out->type, problem);
	}
	return 0;
}

int bd_purl_parse(struct bd_str text, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err)
{
	return parse(text, false, arena, out, err);
}

int bd_purl_parse_lenient(struct bd_str text, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err)
{
	return parse(text, true, arena, out, err);
}

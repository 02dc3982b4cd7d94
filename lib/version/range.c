/* SPDX-License-Identifier: Apache-2.0 */
/* vers-spec, VERSION-RANGE-SPEC.md: "Parsing and validating", "Normalized, canonical representation and validation",
 * "Checking if a version is contained within a range". */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "version/digits.h"

/* Longer ones before those that they begin with. */
static const struct {
	const char *text;
	enum bd_version_comparator comparator;
} comparators[] = { { ">=", BD_VERSION_GREATER_OR_EQUAL }, { "<=", BD_VERSION_LESS_OR_EQUAL },
	{ "!=", BD_VERSION_NOT_EQUAL }, { "<", BD_VERSION_LESS }, { ">", BD_VERSION_GREATER },
	{ "", BD_VERSION_EQUAL } };
enum {
	COMPARATOR_COUNT = sizeof(comparators) / sizeof(comparators[0])
};

static const char *comparator_text(enum bd_version_comparator comparator)
{
	for (size_t i = 0; i < COMPARATOR_COUNT; i++) {
		if (comparators[i].comparator == comparator) {
			return comparators[i].text;
		}
	}
	return "";
}

static bool is_lower_bound(enum bd_version_comparator comparator)
{
	return comparator == BD_VERSION_GREATER || comparator == BD_VERSION_GREATER_OR_EQUAL;
}

static bool is_upper_bound(enum bd_version_comparator comparator)
{
	return comparator == BD_VERSION_LESS || comparator == BD_VERSION_LESS_OR_EQUAL;
}

static bool includes_equal(enum bd_version_comparator comparator)
{
	return comparator == BD_VERSION_EQUAL || comparator == BD_VERSION_LESS_OR_EQUAL ||
	       comparator == BD_VERSION_GREATER_OR_EQUAL;
}

/* ---- parsing ----------------------------------------------------------------------------------- */

struct reader {
	struct bd_str whole, rest;
	struct bd_arena *arena;
};

static size_t column_of(const struct reader *reader, const char *at)
{
	return (size_t)(at - reader->whole.p) + 1;
}

/* The view as text of its own without spaces and tabs, which count for nothing. */
static char *without_spaces(const struct reader *reader, struct bd_str text)
{
	char *out = bd_arena_text(reader->arena, text.n > 0 ? text.p : "", text.n);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != ' ' && text.p[i] != '\t') {
			out[n++] = text.p[i];
		}
	}
	out[n] = '\0';
	return out;
}

static int check_bytes(const struct reader *reader, struct bd_error *err)
{
	const struct bd_str text = reader->whole;
	if (text.n > BD_LIMIT_RANGE_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "longer than %u bytes", BD_LIMIT_RANGE_BYTES);
	}
	for (size_t i = 0; i < text.n; i++) {
		if ((text.p[i] < ' ' || text.p[i] > '~') && text.p[i] != '\t') {
			return bd_error_set(err, BD_ERR_FORMAT, "column %zu: not a printable ASCII character", i + 1);
		}
	}
	return 0;
}

static bool is_type_byte(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || is_one_of(c, ".-+");
}

static bool has_order_of_its_own(const char *type)
{
	return strcmp(type, "all") != 0 && strcmp(type, "none") != 0;
}

/* "vers:TYPE/" */
static int parse_type(struct reader *reader, struct bd_version_range *out, struct bd_error *err)
{
	struct bd_str *rest = &reader->rest;
	size_t at = 0;
	if (!bd_str_find(*rest, ":", &at) ||
		strcmp(without_spaces(reader, (struct bd_str){ rest->p, at }), "vers") != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "column 1: does not begin with \"vers:\"");
	}
	skip_bytes(rest, at + 1);
	const size_t column = column_of(reader, rest->p);
	if (!bd_str_find(*rest, "/", &at)) {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: no \"/\" behind the type", column);
	}
	out->type = without_spaces(reader, (struct bd_str){ rest->p, at });
	skip_bytes(rest, at + 1);
	struct bd_str type = bd_str(out->type);
	if (cut_while(&type, is_type_byte).n == 0 || type.n > 0) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "column %zu: a type has lower-case letters, digits and .-+", column);
	}
	out->scheme = has_order_of_its_own(out->type) ? bd_version_scheme_for(out->type) : NULL;
	if (out->scheme == NULL && has_order_of_its_own(out->type)) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "column %zu: no order of versions is known for \"%s\"", column, out->type);
	}
	return 0;
}

/* Percent-decode in place; false when an escape is broken or makes a NUL. */
static bool decode(char *text)
{
	char *out = text;
	for (const char *p = text; *p != '\0'; p++) {
		uint8_t byte = (uint8_t)*p;
		if (*p == '%') {
			if (p[1] == '\0' || p[2] == '\0' || !bd_unhex((struct bd_str){ p + 1, 2 }, &byte) ||
				byte == 0) {
				return false;
			}
			p += 2;
		}
		*out++ = (char)byte;
	}
	*out = '\0';
	return true;
}

static int parse_constraint(struct reader *reader, struct bd_str text, const struct bd_version_scheme *scheme,
	struct bd_version_constraint *out, struct bd_error *err)
{
	out->column = column_of(reader, text.p);
	char *version = without_spaces(reader, text);
	size_t i = 0;
	while (!bd_str_starts(bd_str(version), comparators[i].text)) {
		i++;
	}
	out->comparator = comparators[i].comparator;
	version += strlen(comparators[i].text);
	out->version = version;
	if (version[0] == '\0') {
		return bd_error_set(
			err, BD_ERR_FORMAT, "column %zu: no version behind \"%s\"", out->column, comparators[i].text);
	}
	const size_t plain = strcspn(version, "<>=!*");
	if (version[plain] != '\0') {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: \"%c\" in a version is written %%%02X",
			out->column, version[plain], (unsigned int)version[plain]);
	}
	if (!decode(version)) {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: the version is badly encoded", out->column);
	}
	if (scheme->compare(bd_str(version), bd_str(version)) != BD_EQUAL) {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: not a version of %s", out->column, scheme->name);
	}
	return 0;
}

/* Put the last constraint where it belongs among those before it, which are in order. */
static int sort_in(struct bd_version_range *range, struct bd_error *err)
{
	struct bd_version_constraint *v = range->constraints.v;
	const struct bd_version_constraint last = v[range->constraints.len - 1];
	size_t i = range->constraints.len - 1;
	for (; i > 0; i--) {
		const enum bd_order order = range->scheme->compare(bd_str(v[i - 1].version), bd_str(last.version));
		if (order == BD_LESS) {
			break;
		}
		if (order == BD_EQUAL) {
			return bd_error_set(err, BD_ERR_FORMAT, "column %zu: this version already stands in column %zu",
				last.column, v[i - 1].column);
		}
		if (order == BD_UNORDERED) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"column %zu: %s has no order between this and column %zu", last.column,
				range->scheme->name, v[i - 1].column);
		}
		v[i] = v[i - 1];
	}
	v[i] = last;
	return 0;
}

/* The rules about contiguous constraints, without those that only exclude a version. */
static int check_sequence(const struct bd_version_range *range, struct bd_error *err)
{
	const struct bd_version_constraint *before = NULL;
	for (size_t i = 0; i < range->constraints.len; i++) {
		const struct bd_version_constraint *constraint = &range->constraints.v[i];
		if (constraint->comparator == BD_VERSION_NOT_EQUAL) {
			continue;
		}
		if (before != NULL && is_lower_bound(before->comparator) && !is_upper_bound(constraint->comparator)) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"column %zu: says nothing, column %zu already allows everything that is newer",
				constraint->column, before->column);
		}
		if (before != NULL && !is_lower_bound(before->comparator) && is_upper_bound(constraint->comparator)) {
			return bd_error_set(err, BD_ERR_FORMAT,
				"column %zu: says nothing, column %zu already allows everything that is older",
				before->column, constraint->column);
		}
		before = constraint;
	}
	return 0;
}

static int parse_constraints(struct reader *reader, struct bd_version_range *out, struct bd_error *err)
{
	size_t count = 1;
	for (size_t i = 0; i < reader->rest.n; i++) {
		count += reader->rest.p[i] == '|';
	}
	if (count > BD_LIMIT_RANGE_CONSTRAINTS) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u constraints", BD_LIMIT_RANGE_CONSTRAINTS);
	}
	out->constraints.v = bd_arena_alloc(reader->arena, count * sizeof(*out->constraints.v));
	out->constraints.cap = count;
	while (reader->rest.n > 0) {
		const struct bd_str text = bd_str_trim(bd_str_cut(&reader->rest, '|'));
		if (text.n == 0) {
			continue;
		}
		struct bd_version_constraint *constraint = &out->constraints.v[out->constraints.len++];
		if (parse_constraint(reader, text, out->scheme, constraint, err) < 0 || sort_in(out, err) < 0) {
			return -(int)err->code;
		}
	}
	if (out->constraints.len == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: no version", reader->whole.n + 1);
	}
	return check_sequence(out, err);
}

int bd_version_range_parse(
	struct bd_str text, struct bd_arena *arena, struct bd_version_range *out, struct bd_error *err)
{
	struct reader reader = { .whole = text, .rest = text, .arena = arena };
	*out = (struct bd_version_range){ .type = NULL };
	if (check_bytes(&reader, err) < 0 || parse_type(&reader, out, err) < 0) {
		return -(int)err->code;
	}
	if (strcmp(without_spaces(&reader, reader.rest), "*") == 0) {
		out->everything = strcmp(out->type, "none") != 0;
		return 0;
	}
	if (out->scheme == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "column %zu: behind \"vers:%s/\" only \"*\" can stand",
			column_of(&reader, text.p) + (text.n - reader.rest.n), out->type);
	}
	return parse_constraints(&reader, out, err);
}

/* ---- asking ------------------------------------------------------------------------------------ */

/* The orders of the version against each constraint, all of which must be known. */
static int compare_all(
	const struct bd_version_range *range, const char *version, enum bd_order *orders, struct bd_error *err)
{
	for (size_t i = 0; i < range->constraints.len; i++) {
		const char *other = range->constraints.v[i].version;
		orders[i] = range->scheme->compare(bd_str(version), bd_str(other));
		if (orders[i] == BD_UNORDERED) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s has no order between \"%s\" and \"%s\"",
				range->scheme->name, version, other);
		}
	}
	return 0;
}

static bool decide(const struct bd_version_range *range, const enum bd_order *orders)
{
	bool only_excludes = true;
	bool inside = false; /* of an interval that is open at its upper end so far */
	for (size_t i = 0; i < range->constraints.len; i++) {
		if (orders[i] == BD_EQUAL && range->constraints.v[i].comparator == BD_VERSION_NOT_EQUAL) {
			return false;
		}
	}
	for (size_t i = 0; i < range->constraints.len; i++) {
		const enum bd_version_comparator comparator = range->constraints.v[i].comparator;
		if (orders[i] == BD_EQUAL && includes_equal(comparator)) {
			return true;
		}
		only_excludes &= comparator == BD_VERSION_NOT_EQUAL;
	}
	bool bounded = false;
	for (size_t i = 0; i < range->constraints.len; i++) {
		const enum bd_version_comparator comparator = range->constraints.v[i].comparator;
		if (is_upper_bound(comparator)) {
			if (orders[i] == BD_LESS && (inside || !bounded)) {
				return true;
			}
			inside = false;
		} else if (is_lower_bound(comparator)) {
			inside = orders[i] == BD_GREATER;
		}
		bounded |= is_upper_bound(comparator) || is_lower_bound(comparator);
	}
	return inside || only_excludes;
}

int bd_version_range_contains(
	const struct bd_version_range *range, const char *version, bool *out, struct bd_error *err)
{
	*out = range->everything;
	if (range->constraints.len == 0) {
		return 0;
	}
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	enum bd_order *orders = bd_arena_alloc(&arena, range->constraints.len * sizeof(*orders));
	if (compare_all(range, version, orders, err) < 0) {
		return -(int)err->code;
	}
	*out = decide(range, orders);
	return 0;
}

/* ---- writing ----------------------------------------------------------------------------------- */

const char *bd_version_range_text(const struct bd_version_range *range, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	bd_buf_printf(&out, "vers:%s/", range->type);
	if (range->constraints.len == 0) {
		bd_buf_add_char(&out, '*');
	}
	for (size_t i = 0; i < range->constraints.len; i++) {
		const struct bd_version_constraint *constraint = &range->constraints.v[i];
		bd_buf_printf(&out, "%s%s", i > 0 ? "|" : "", comparator_text(constraint->comparator));
		for (const char *p = constraint->version; *p != '\0'; p++) {
			if (*p <= ' ' || *p > '~' || is_one_of(*p, "<>=!*|%")) {
				bd_buf_printf(&out, "%%%02X", (unsigned int)(unsigned char)*p);
			} else {
				bd_buf_add_char(&out, *p);
			}
		}
	}
	return bd_arena_text(arena, out.p, out.n);
}

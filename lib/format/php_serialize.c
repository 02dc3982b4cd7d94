/* SPDX-License-Identifier: Apache-2.0 */
#include "format/php_serialize.h"

static bool cut_number(struct bd_str *rest, char end, uint64_t *out)
{
	const struct bd_str before = *rest;
	const struct bd_str digits = bd_str_cut(rest, end);
	return digits.n < before.n && bd_str_to_u64(digits, out);
}

/* LEN:"BYTES" off the front; what follows it is the caller's. */
static bool cut_quoted(struct bd_str *rest, struct bd_str *out)
{
	uint64_t length = 0;
	if (!cut_number(rest, ':', &length) || rest->n < 2 || length > rest->n - 2 || rest->p[0] != '"' ||
		rest->p[length + 1] != '"') {
		return false;
	}
	*out = (struct bd_str){ rest->p + 1, (size_t)length };
	*rest = (struct bd_str){ rest->p + length + 2, rest->n - length - 2 };
	return true;
}

static bool cut_byte(struct bd_str *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c) {
		return false;
	}
	*rest = (struct bd_str){ rest->p + 1, rest->n - 1 };
	return true;
}

/* COUNT:{ of an array, LEN:"CLASS":COUNT:{ of an object */
static bool cut_opening(struct bd_str *rest, struct format_php *out)
{
	uint64_t count = 0;
	if (out->kind == 'O' && !(cut_quoted(rest, &out->text) && cut_byte(rest, ':'))) {
		return false;
	}
	return cut_number(rest, ':', &count) && cut_byte(rest, '{');
}

static bool is_nested(char kind)
{
	return kind == 'a' || kind == 'O';
}

/* One value, or only the opening of an array or object. */
static bool cut_token(struct bd_str *rest, struct format_php *out)
{
	*out = (struct format_php){ .kind = rest->n > 0 ? rest->p[0] : '\0' };
	if (out->kind == 'N') {
		return cut_byte(rest, 'N') && cut_byte(rest, ';');
	}
	if (rest->n < 2 || rest->p[1] != ':') {
		return false;
	}
	*rest = (struct bd_str){ rest->p + 2, rest->n - 2 };
	switch (out->kind) {
	case 'a':
	case 'O':
		return cut_opening(rest, out);
	case 's':
		return cut_quoted(rest, &out->text) && cut_byte(rest, ';');
	case 'b':
	case 'i':
	case 'd':
	case 'r':
	case 'R': {
		const size_t before = rest->n;
		out->text = bd_str_cut(rest, ';');
		return out->text.n < before;
	}
	default:
		return false;
	}
}

bool format_php_next(struct bd_str *rest, struct format_php *out)
{
	struct format_php inner;
	size_t depth = 1;
	if (!cut_token(rest, out)) {
		return false;
	}
	if (!is_nested(out->kind)) {
		return true;
	}
	const char *start = rest->p;
	while (depth > 0) {
		if (cut_byte(rest, '}')) {
			depth--;
		} else if (!cut_token(rest, &inner)) {
			return false;
		} else {
			depth += is_nested(inner.kind);
		}
	}
	out->members = (struct bd_str){ start, (size_t)(rest->p - start) - 1 };
	return true;
}

bool format_php_member(struct bd_str members, const char *key, struct format_php *out)
{
	struct format_php name;
	while (members.n > 0) {
		if (!format_php_next(&members, &name) || !format_php_next(&members, out)) {
			return false;
		}
		if (bd_str_is(name.text, key)) {
			return true;
		}
	}
	return false;
}

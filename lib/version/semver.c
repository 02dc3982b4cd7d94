/* SPDX-License-Identifier: Apache-2.0 */
#include "version/semver.h"

#include "version/digits.h"
#include "version/schemes.h"

static bool is_identifier(char c)
{
	return is_digit(c) || is_letter(c) || c == '-' || c == '.';
}

static bool is_loose_prefix(char c)
{
	return c == 'v' || c == '=' || c == ' ' || c == '\t';
}

/* No identifier is empty ("1.0.0-a..b"). */
static bool identifiers_valid(struct bd_str text)
{
	if (text.n == 0 || text.p[text.n - 1] == '.') {
		return false;
	}
	while (text.n > 0) {
		if (bd_str_cut(&text, '.').n == 0) {
			return false;
		}
	}
	return true;
}

static bool parse_numbers(struct bd_str *rest, struct semver *out)
{
	for (size_t i = 0; i < 3; i++) {
		if (i > 0) {
			if (rest->n == 0 || rest->p[0] != '.') {
				return true;
			}
			skip_bytes(rest, 1);
		}
		out->numbers[i] = cut_while(rest, is_digit);
		if (out->numbers[i].n == 0) {
			return false;
		}
	}
	return true;
}

bool semver_parse(struct bd_str text, bool loose, struct semver *out)
{
	struct bd_str rest = bd_str_trim(text);
	*out = (struct semver){ .is_prerelease = false };
	if (loose) {
		(void)cut_while(&rest, is_loose_prefix);
	} else if (rest.n > 0 && rest.p[0] == 'v') {
		skip_bytes(&rest, 1);
	}
	if (!parse_numbers(&rest, out)) {
		return false;
	}
	const bool dash = rest.n > 0 && rest.p[0] == '-';
	if (dash || (loose && rest.n > 0 && is_letter(rest.p[0]))) {
		skip_bytes(&rest, dash);
		out->is_prerelease = true;
		out->prerelease = cut_while(&rest, is_identifier);
		if (!identifiers_valid(out->prerelease)) {
			return false;
		}
	}
	if (rest.n > 0 && rest.p[0] == '+') {
		skip_bytes(&rest, 1);
		out->build = cut_while(&rest, is_identifier);
		return identifiers_valid(out->build) && rest.n == 0;
	}
	return rest.n == 0;
}

int semver_compare_identifiers(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 && b.n > 0) {
		const struct bd_str x = bd_str_cut(&a, '.');
		const struct bd_str y = bd_str_cut(&b, '.');
		const bool number = all_digits(x);
		int difference = all_digits(y) - number; /* numbers are lower than words */
		if (difference == 0) {
			difference = number ? digits_compare(x, y) : bd_str_compare(x, y);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return (a.n > 0) - (b.n > 0);
}

int semver_compare_parsed(const struct semver *a, const struct semver *b)
{
	for (size_t i = 0; i < 3; i++) {
		const int difference = digits_compare(a->numbers[i], b->numbers[i]);
		if (difference != 0) {
			return difference;
		}
	}
	if (a->is_prerelease != b->is_prerelease) {
		return a->is_prerelease ? -1 : 1;
	}
	return semver_compare_identifiers(a->prerelease, b->prerelease);
}

enum bd_order semver_compare(struct bd_str a, struct bd_str b, bool loose)
{
	struct semver x;
	struct semver y;
	if (!semver_parse(a, loose, &x) || !semver_parse(b, loose, &y)) {
		return BD_UNORDERED;
	}
	return order_of(semver_compare_parsed(&x, &y));
}

/* "-PRERELEASE" and "+BUILD", each of which may be missing. */
static bool tail_valid(struct bd_str text)
{
	if (text.n > 0 && text.p[0] == '-') {
		skip_bytes(&text, 1);
		struct bd_str identifiers = cut_while(&text, is_identifier);
		if (!identifiers_valid(identifiers)) {
			return false;
		}
		while (identifiers.n > 0) {
			const struct bd_str identifier = bd_str_cut(&identifiers, '.');
			if (all_digits(identifier) && has_leading_zero(identifier)) {
				return false;
			}
		}
	}
	if (text.n > 0 && text.p[0] == '+') {
		skip_bytes(&text, 1);
		return identifiers_valid(cut_while(&text, is_identifier)) && text.n == 0;
	}
	return text.n == 0;
}

bool semver_valid(struct bd_str text)
{
	for (size_t i = 0; i < 3; i++) {
		if (i > 0) {
			if (text.n == 0 || text.p[0] != '.') {
				return false;
			}
			skip_bytes(&text, 1);
		}
		const struct bd_str number = cut_while(&text, is_digit);
		if (number.n == 0 || has_leading_zero(number)) {
			return false;
		}
	}
	return tail_valid(text);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	return semver_compare(a, b, false);
}

const struct bd_version_scheme bd_version_scheme_semver = {
	.name = "semver",
	.purl_types = (const char *const[]){ "cargo", "hex", "julia", "swift", NULL },
	.compare = compare,
	.valid = semver_valid,
};

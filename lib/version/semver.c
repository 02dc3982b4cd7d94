/* SPDX-License-Identifier: Apache-2.0 */
#include "version/semver.h"

#include "version/digits.h"
#include "version/schemes.h"

struct semver {
	struct bd_str numbers[3];
	bool is_prerelease;
	struct bd_str prerelease;
};

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

static bool parse(struct bd_str text, bool loose, struct semver *out)
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
		return identifiers_valid(cut_while(&rest, is_identifier)) && rest.n == 0;
	}
	return rest.n == 0;
}

static bool all_digits(struct bd_str text)
{
	return cut_while(&text, is_digit).n > 0 && text.n == 0;
}

static int compare_identifiers(struct bd_str a, struct bd_str b)
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

enum bd_order semver_compare(struct bd_str a, struct bd_str b, bool loose)
{
	struct semver x;
	struct semver y;
	if (!parse(a, loose, &x) || !parse(b, loose, &y)) {
		return BD_UNORDERED;
	}
	for (size_t i = 0; i < 3; i++) {
		const int difference = digits_compare(x.numbers[i], y.numbers[i]);
		if (difference != 0) {
			return order_of(difference);
		}
	}
	if (x.is_prerelease != y.is_prerelease) {
		return x.is_prerelease ? BD_LESS : BD_GREATER;
	}
	return order_of(compare_identifiers(x.prerelease, y.prerelease));
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	return semver_compare(a, b, false);
}

const struct bd_version_scheme bd_version_scheme_semver = {
	.name = "semver",
	.purl_types = (const char *const[]){ "cargo", "hex", "swift", NULL },
	.compare = compare,
};

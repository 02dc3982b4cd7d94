/* SPDX-License-Identifier: Apache-2.0 */
/* NuGetVersion: up to four numbers, then a semantic version's prerelease, whose case does not count. */
#include "version/digits.h"
#include "version/schemes.h"

struct nuget {
	struct bd_str numbers, prerelease;
};

static bool is_number_byte(char c)
{
	return is_digit(c) || c == '.';
}

static bool numbers_valid(struct bd_str text)
{
	size_t count = 0;
	if (text.n == 0 || text.p[text.n - 1] == '.') {
		return false;
	}
	while (text.n > 0) {
		count++;
		if (!all_digits(bd_str_cut(&text, '.'))) {
			return false;
		}
	}
	return count <= 4;
}

static bool is_identifier_byte(char c)
{
	return is_letter_or_digit(c) || c == '-';
}

static bool identifiers_valid(struct bd_str text)
{
	while (cut_while(&text, is_identifier_byte).n > 0) {
		if (text.n == 0) {
			return true;
		}
		if (text.p[0] != '.') {
			return false;
		}
		skip_bytes(&text, 1);
	}
	return false;
}

static bool parse(struct bd_str text, struct nuget *out)
{
	struct bd_str rest = bd_str_trim(text);
	out->numbers = cut_while(&rest, is_number_byte);
	const bool has_build = rest.n > 0 && memchr(rest.p, '+', rest.n) != NULL;
	out->prerelease = bd_str_cut(&rest, '+');
	if (!numbers_valid(out->numbers) || (has_build && !identifiers_valid(rest))) {
		return false;
	}
	if (out->prerelease.n == 0) {
		return true;
	}
	const bool dash = out->prerelease.p[0] == '-';
	skip_bytes(&out->prerelease, dash);
	return dash && identifiers_valid(out->prerelease);
}

static int compare_prerelease(struct bd_str a, struct bd_str b)
{
	if (a.n == 0 || b.n == 0) {
		return (a.n == 0) - (b.n == 0);
	}
	while (a.n > 0 && b.n > 0) {
		const struct bd_str x = bd_str_cut(&a, '.');
		const struct bd_str y = bd_str_cut(&b, '.');
		const bool number = all_digits(x);
		int difference = all_digits(y) - number;
		if (difference == 0) {
			difference = number ? digits_compare(x, y) : words_compare(x, y);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return (a.n > 0) - (b.n > 0);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct nuget x;
	struct nuget y;
	if (!parse(a, &x) || !parse(b, &y)) {
		return BD_UNORDERED;
	}
	const int difference = digits_compare_dotted(x.numbers, y.numbers);
	return order_of(difference != 0 ? difference : compare_prerelease(x.prerelease, y.prerelease));
}

static bool valid(struct bd_str text)
{
	struct nuget version;
	return parse(text, &version);
}

const struct bd_version_scheme bd_version_scheme_nuget = {
	.name = "nuget",
	.purl_types = (const char *const[]){ "nuget", NULL },
	.compare = compare,
	.valid = valid,
};

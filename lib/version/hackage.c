/* SPDX-License-Identifier: Apache-2.0 */
/* Haskell's package versioning policy: numbers between dots, compared as lists; a longer one is newer. */
#include "version/digits.h"
#include "version/schemes.h"

static bool parse(struct bd_str *text)
{
	*text = bd_str_trim(*text);
	struct bd_str rest = *text;
	const bool ends_well = rest.n > 0 && rest.p[rest.n - 1] != '.';
	while (ends_well && rest.n > 0) {
		if (!all_digits(bd_str_cut(&rest, '.'))) {
			return false;
		}
	}
	return ends_well;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	if (!parse(&a) || !parse(&b)) {
		return BD_UNORDERED;
	}
	while (a.n > 0 && b.n > 0) {
		const int difference = digits_compare(bd_str_cut(&a, '.'), bd_str_cut(&b, '.'));
		if (difference != 0) {
			return order_of(difference);
		}
	}
	return order_of((a.n > 0) - (b.n > 0));
}

/* Cabal takes no leading zeros and at most nine digits. */
static bool valid(struct bd_str text)
{
	struct bd_str rest = text;
	if (!parse(&text) || rest.n != text.n) {
		return false;
	}
	while (rest.n > 0) {
		const struct bd_str number = bd_str_cut(&rest, '.');
		if (has_leading_zero(number) || number.n > 9) {
			return false;
		}
	}
	return true;
}

const struct bd_version_scheme bd_version_scheme_hackage = {
	.name = "hackage",
	.purl_types = (const char *const[]){ "hackage", NULL },
	.compare = compare,
	.valid = valid,
};

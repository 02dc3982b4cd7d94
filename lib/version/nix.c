/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nix, builtins.compareVersions: runs of digits and of others, between "." and "-"; "pre" is older than the
 * end, other words are newer than it, and numbers newest.
 */
#include "version/digits.h"
#include "version/schemes.h"

enum rank {
	PRE,
	WORD, /* the end is the empty one */
	NUMBER
};

static bool is_separator(char c)
{
	return c == '.' || c == '-';
}

static bool is_word_byte(char c)
{
	return !is_digit(c) && !is_separator(c);
}

static struct bd_str next(struct bd_str *rest)
{
	(void)cut_while(rest, is_separator);
	return cut_while(rest, rest->n > 0 && is_digit(rest->p[0]) ? is_digit : is_word_byte);
}

/* Nix reads numbers into an int; one that does not fit stays text. */
static enum rank rank_of(struct bd_str component)
{
	if (bd_str_is(component, "pre")) {
		return PRE;
	}
	return all_digits(component) && digits_compare(component, BD_STR("2147483647")) <= 0 ? NUMBER : WORD;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		const struct bd_str x = next(&a);
		const struct bd_str y = next(&b);
		int difference = (int)rank_of(x) - (int)rank_of(y);
		if (difference == 0) {
			difference = rank_of(x) == NUMBER ? digits_compare(x, y) : bd_str_compare(x, y);
		}
		if (difference != 0) {
			return order_of(difference);
		}
	}
	return BD_EQUAL;
}

const struct bd_version_scheme bd_version_scheme_nix = {
	.name = "nix",
	.purl_types = (const char *const[]){ "nix", NULL },
	.compare = compare,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LuaRocks (core/vers.lua): numbers and words in places; a word takes the weight of its name and a number
 * behind it a hundred-thousandth more; "-N" at the end is the rockspec's revision.
 */
#include <math.h>

#include "version/digits.h"
#include "version/schemes.h"

struct luarocks {
	struct bd_str main, revision;
	bool has_revision;
};

static struct luarocks split(struct bd_str text)
{
	struct luarocks version = { .main = bd_str_trim(text) };
	const char *dash = version.main.n > 0 ? memrchr(version.main.p, '-', version.main.n) : NULL;
	if (dash == NULL) {
		return version;
	}
	const size_t n = (size_t)(dash - version.main.p);
	version.revision = (struct bd_str){ dash + 1, version.main.n - n - 1 };
	version.has_revision = all_digits(version.revision);
	version.main.n = version.has_revision ? n : version.main.n;
	return version;
}

static double weight_of(struct bd_str word)
{
	static const struct {
		const char *word;
		double weight;
	} weights[] = { { "dev", 120000000 }, { "scm", 110000000 }, { "cvs", 100000000 }, { "rc", -1000 },
		{ "pre", -10000 }, { "beta", -100000 }, { "alpha", -1000000 } };
	for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++) {
		if (bd_str_is(word, weights[i].word)) {
			return weights[i].weight;
		}
	}
	return (double)(unsigned char)word.p[0] / 1000;
}

static double number_of(struct bd_str digits)
{
	double number = 0;
	for (size_t i = 0; i < digits.n; i++) {
		number = number * 10 + (digits.p[i] - '0');
	}
	return number;
}

static bool is_joiner(char c)
{
	return is_one_of(c, ".-_");
}

/* The value of the next place; of several words in a row the last one counts, as in LuaRocks. */
static double next(struct bd_str *rest)
{
	double value = 0;
	while (rest->n > 0 && is_letter(rest->p[0])) {
		value = weight_of(cut_while(rest, is_letter));
		(void)cut_while(rest, is_joiner);
	}
	if (rest->n > 0 && is_digit(rest->p[0])) {
		const double number = number_of(cut_while(rest, is_digit));
		(void)cut_while(rest, is_joiner);
		return value == 0 ? number : value + number / 100000;
	}
	return value;
}

/* LuaRocks warns of other bytes. */
static bool can_order(struct bd_str text)
{
	(void)cut_while(&text, is_letter_or_digit);
	while (text.n > 0 && is_joiner(text.p[0])) {
		(void)cut_while(&text, is_joiner);
		(void)cut_while(&text, is_letter_or_digit);
	}
	return text.n == 0;
}

static int compare_main(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		const double x = next(&a);
		const double y = next(&b);
		if (isless(x, y) || isgreater(x, y)) {
			return isless(x, y) ? -1 : 1;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct luarocks x = split(a);
	const struct luarocks y = split(b);
	if (x.main.n == 0 || y.main.n == 0 || is_joiner(x.main.p[0]) || is_joiner(y.main.p[0]) || !can_order(x.main) ||
		!can_order(y.main)) {
		return BD_UNORDERED;
	}
	int difference = compare_main(x.main, y.main);
	if (difference == 0 && x.has_revision && y.has_revision) {
		difference = digits_compare(x.revision, y.revision);
	}
	return order_of(difference);
}

/* The file name NAME-VERSION-REVISION.rockspec has to be told apart: one dash. */
static bool valid(struct bd_str text)
{
	const struct luarocks version = split(text);
	return version.has_revision && version.main.n > 0 && is_letter_or_digit(version.main.p[0]) &&
	       memchr(version.main.p, '-', version.main.n) == NULL && can_order(version.main);
}

const struct bd_version_scheme bd_version_scheme_luarocks = {
	.name = "luarocks",
	.purl_types = (const char *const[]){ "luarocks", NULL },
	.compare = compare,
	.valid = valid,
	.release_optional = true,
};

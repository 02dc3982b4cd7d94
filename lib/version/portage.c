/* SPDX-License-Identifier: Apache-2.0 */
/* Gentoo's Package Manager Specification, 3.2 and 3.3: numbers{.numbers}[letter]{_suffix[number]}[-rN]. */
#include "version/digits.h"
#include "version/schemes.h"

struct ebuild {
	struct bd_str numbers, letter, suffixes, revision;
};

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_suffix_byte(char c)
{
	return is_lower(c) || is_digit(c) || c == '_';
}

/* Rank of the first suffix and its number are cut off; 0: there is none, 2: it is not one. */
static int cut_suffix(struct bd_str *rest, struct bd_str *number)
{
	static const struct {
		const char *word;
		int rank;
	} ranks[] = { { "alpha", -4 }, { "beta", -3 }, { "pre", -2 }, { "rc", -1 }, { "p", 1 } };
	*number = (struct bd_str){ NULL, 0 };
	if (!at_byte(*rest, '_')) {
		return rest->n == 0 ? 0 : 2;
	}
	skip_bytes(rest, 1);
	const struct bd_str word = cut_while(rest, is_lower);
	*number = cut_while(rest, is_digit);
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (bd_str_is(word, ranks[i].word)) {
			return ranks[i].rank;
		}
	}
	return 2;
}

static bool parse_numbers(struct bd_str *rest, struct bd_str *out)
{
	*out = cut_while(rest, is_digit);
	if (out->n == 0) {
		return false;
	}
	while (at_byte(*rest, '.')) {
		skip_bytes(rest, 1);
		const struct bd_str digits = cut_while(rest, is_digit);
		if (digits.n == 0) {
			return false;
		}
		out->n += 1 + digits.n;
	}
	return true;
}

static bool parse(struct bd_str text, struct ebuild *out)
{
	struct bd_str number;
	*out = (struct ebuild){ .letter = { NULL, 0 } };
	if (!parse_numbers(&text, &out->numbers)) {
		return false;
	}
	if (text.n > 0 && is_lower(text.p[0])) {
		out->letter = (struct bd_str){ text.p, 1 };
		skip_bytes(&text, 1);
	}
	out->suffixes = cut_while(&text, is_suffix_byte);
	for (struct bd_str rest = out->suffixes; rest.n > 0;) {
		if (cut_suffix(&rest, &number) == 2) {
			return false;
		}
	}
	if (bd_str_starts(text, "-r")) {
		skip_bytes(&text, 2);
		out->revision = cut_while(&text, is_digit);
		return out->revision.n > 0 && text.n == 0;
	}
	return text.n == 0;
}

static struct bd_str without_end_zeros(struct bd_str digits)
{
	while (digits.n > 0 && digits.p[digits.n - 1] == '0') {
		digits.n--;
	}
	return digits;
}

/* PMS, algorithm 3.3: with a leading zero in either, both are fractions. */
static int compare_number(struct bd_str a, struct bd_str b)
{
	if (a.p[0] == '0' || b.p[0] == '0') {
		return bd_str_compare(without_end_zeros(a), without_end_zeros(b));
	}
	return digits_compare(a, b);
}

/* Algorithm 3.2: the first number is a whole one, and more numbers are newer. */
static int compare_numbers(struct bd_str a, struct bd_str b)
{
	int difference = digits_compare(bd_str_cut(&a, '.'), bd_str_cut(&b, '.'));
	while (difference == 0 && a.n > 0 && b.n > 0) {
		difference = compare_number(bd_str_cut(&a, '.'), bd_str_cut(&b, '.'));
	}
	return difference != 0 ? difference : (a.n > 0) - (b.n > 0);
}

/* Algorithms 3.5 and 3.6: no more suffixes is newer than a prerelease and older than a patch. */
static int compare_suffixes(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		struct bd_str x;
		struct bd_str y;
		int difference = cut_suffix(&a, &x) - cut_suffix(&b, &y);
		if (difference == 0) {
			difference = digits_compare(x, y);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct ebuild x;
	struct ebuild y;
	if (!parse(bd_str_trim(a), &x) || !parse(bd_str_trim(b), &y)) {
		return BD_UNORDERED;
	}
	int difference = compare_numbers(x.numbers, y.numbers);
	if (difference == 0) {
		difference = bd_str_compare(x.letter, y.letter);
	}
	if (difference == 0) {
		difference = compare_suffixes(x.suffixes, y.suffixes);
	}
	return order_of(difference != 0 ? difference : digits_compare(x.revision, y.revision));
}

static bool valid(struct bd_str text)
{
	struct ebuild version;
	return parse(text, &version);
}

const struct bd_version_scheme bd_version_scheme_portage = {
	.name = "portage",
	.purl_types = (const char *const[]){ "ebuild", "gentoo", NULL },
	.compare = compare,
	.valid = valid,
};

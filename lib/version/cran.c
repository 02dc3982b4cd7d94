/* SPDX-License-Identifier: Apache-2.0 */
/* R's package_version: numbers between "." and "-"; more of them are newer. */
#include "version/digits.h"
#include "version/schemes.h"

/* The number of numbers; 0 when the text is not a version. */
static size_t count_numbers(struct bd_str text)
{
	size_t count = 0;
	while (text.n > 0) {
		if (cut_while(&text, is_digit).n == 0 || (text.n > 0 && !is_one_of(text.p[0], ".-")) || text.n == 1) {
			return 0;
		}
		skip_bytes(&text, text.n > 0);
		count++;
	}
	return count;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	a = bd_str_trim(a);
	b = bd_str_trim(b);
	if (count_numbers(a) == 0 || count_numbers(b) == 0) {
		return BD_UNORDERED;
	}
	while (a.n > 0 && b.n > 0) {
		const int difference = digits_compare(cut_while(&a, is_digit), cut_while(&b, is_digit));
		if (difference != 0) {
			return order_of(difference);
		}
		skip_bytes(&a, a.n > 0);
		skip_bytes(&b, b.n > 0);
	}
	return order_of((a.n > 0) - (b.n > 0));
}

/* Writing R Extensions, "The DESCRIPTION file": at least two. */
static bool valid(struct bd_str text)
{
	return count_numbers(text) > 1;
}

const struct bd_version_scheme bd_version_scheme_cran = {
	.name = "cran",
	.purl_types = (const char *const[]){ "cran", NULL },
	.compare = compare,
	.valid = valid,
};

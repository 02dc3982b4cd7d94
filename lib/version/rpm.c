/* SPDX-License-Identifier: Apache-2.0 */
/* rpm-version(7): [epoch:]version[-release], each part compared segment by segment. */
#include "version/evr.h"
#include "version/schemes.h"

static bool is_separator(char c)
{
	return !is_digit(c) && !is_letter(c) && c != '~' && c != '^';
}

/* "~" sorts before the end, "^" after it but before any other continuation; 0: neither is there. */
static int compare_marks(struct bd_str *a, struct bd_str *b, bool *both)
{
	*both = false;
	if (at_byte(*a, '~') || at_byte(*b, '~')) {
		*both = at_byte(*a, '~') && at_byte(*b, '~');
		return at_byte(*b, '~') - at_byte(*a, '~');
	}
	if (at_byte(*a, '^') || at_byte(*b, '^')) {
		*both = at_byte(*a, '^') && at_byte(*b, '^');
		if (*both) {
			return 0;
		}
		if (a->n == 0 || b->n == 0) {
			return a->n == 0 ? -1 : 1;
		}
		return at_byte(*b, '^') - at_byte(*a, '^');
	}
	return 0;
}

static int compare_part(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		bool both = false;
		(void)cut_while(&a, is_separator);
		(void)cut_while(&b, is_separator);
		int difference = compare_marks(&a, &b, &both);
		if (both) {
			skip_bytes(&a, 1);
			skip_bytes(&b, 1);
			continue;
		}
		if (difference == 0 && (a.n == 0 || b.n == 0)) {
			return (a.n > 0) - (b.n > 0);
		}
		if (difference == 0) {
			difference = evr_compare_segment(&a, &b);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct evr x = evr_split(a);
	const struct evr y = evr_split(b);
	int difference = digits_compare(x.epoch, y.epoch);
	if (difference == 0) {
		difference = compare_part(x.version, y.version);
	}
	if (difference == 0) {
		difference = x.has_release - y.has_release;
	}
	return order_of(difference != 0 ? difference : compare_part(x.release, y.release));
}

static bool is_part_byte(char c)
{
	return is_letter_or_digit(c) || is_one_of(c, "._+~^");
}

/* rpmbuild's ALLOWED_CHARS_VERREL, and rpm's rule that ".." is nowhere. */
static bool valid(struct bd_str text)
{
	size_t at = 0;
	struct evr evr = evr_split(text);
	if (evr.version.n == 0 || (evr.has_release && evr.release.n == 0) || bd_str_find(text, "..", &at)) {
		return false;
	}
	(void)cut_while(&evr.version, is_part_byte);
	(void)cut_while(&evr.release, is_part_byte);
	return evr.version.n == 0 && evr.release.n == 0;
}

const struct bd_version_scheme bd_version_scheme_rpm = {
	.name = "rpm",
	.purl_types = (const char *const[]){ "rpm", NULL },
	.compare = compare,
	.valid = valid,
};

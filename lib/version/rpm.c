/* SPDX-License-Identifier: Apache-2.0 */
/* rpm-version(7): [epoch:]version[-release], each part compared segment by segment. */
#include "version/digits.h"
#include "version/schemes.h"

struct evr {
	struct bd_str epoch, version, release;
	bool has_release;
};

static struct evr split(struct bd_str text)
{
	struct evr evr = { .version = bd_str_trim(text) };
	struct bd_str rest = evr.version;
	const struct bd_str digits = cut_while(&rest, is_digit);
	if (rest.n > 0 && rest.p[0] == ':') {
		evr.epoch = digits;
		skip_bytes(&rest, 1);
		evr.version = rest;
	}
	const char *dash = evr.version.n > 0 ? memrchr(evr.version.p, '-', evr.version.n) : NULL;
	if (dash != NULL) {
		const size_t n = (size_t)(dash - evr.version.p);
		evr.has_release = true;
		evr.release = (struct bd_str){ dash + 1, evr.version.n - n - 1 };
		evr.version.n = n;
	}
	return evr;
}

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

static int compare_segment(struct bd_str *a, struct bd_str *b)
{
	const bool number = is_digit(a->p[0]);
	if (number != is_digit(b->p[0])) {
		return number ? 1 : -1; /* numbers are newer than letters */
	}
	if (number) {
		return digits_compare(cut_while(a, is_digit), cut_while(b, is_digit));
	}
	return bd_str_compare(cut_while(a, is_letter), cut_while(b, is_letter));
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
			difference = compare_segment(&a, &b);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct evr x = split(a);
	const struct evr y = split(b);
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
	struct evr evr = split(text);
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

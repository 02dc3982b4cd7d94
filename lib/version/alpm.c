/* SPDX-License-Identifier: Apache-2.0 */
/* vercmp(8) of pacman: [epoch:]pkgver[-pkgrel]; letters right behind a number make a prerelease (1.0rc < 1.0). */
#include "version/evr.h"
#include "version/schemes.h"

static bool is_separator(char c)
{
	return !is_letter_or_digit(c);
}

/* One of the two has ended: letters that follow are older than the end, everything else is newer. */
static int compare_rest(struct bd_str a, struct bd_str b)
{
	if (a.n == 0 && b.n == 0) {
		return 0;
	}
	if (a.n > 0) {
		return is_letter(a.p[0]) ? -1 : 1;
	}
	return is_letter(b.p[0]) ? 1 : -1;
}

static int compare_part(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 && b.n > 0) {
		const size_t gap_a = cut_while(&a, is_separator).n;
		const size_t gap_b = cut_while(&b, is_separator).n;
		if (gap_a != gap_b) {
			return gap_a < gap_b ? -1 : 1;
		}
		const int difference = evr_compare_segment(&a, &b);
		if (difference != 0) {
			return difference;
		}
	}
	return compare_rest(a, b);
}

/* With a separator at the end of a part vercmp goes round in circles: a1 < a.x < a. < a1. */
static bool can_order(const struct evr *evr)
{
	return (evr->version.n == 0 || !is_separator(evr->version.p[evr->version.n - 1])) &&
	       (evr->release.n == 0 || !is_separator(evr->release.p[evr->release.n - 1]));
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct evr x = evr_split(a);
	const struct evr y = evr_split(b);
	if (!can_order(&x) || !can_order(&y)) {
		return BD_UNORDERED;
	}
	int difference = digits_compare(x.epoch, y.epoch);
	if (difference == 0) {
		difference = compare_part(x.version, y.version);
	}
	if (difference == 0 && x.has_release && y.has_release) {
		difference = compare_part(x.release, y.release);
	}
	return order_of(difference);
}

static bool is_version_byte(char c)
{
	return c > ' ' && c < 0x7f && !is_one_of(c, ":/-");
}

static bool is_release_byte(char c)
{
	return is_digit(c) || c == '.';
}

/* PKGBUILD(5): pkgver, pkgrel, epoch. */
static bool valid(struct bd_str text)
{
	struct evr evr = evr_split(text);
	const bool complete = evr.version.n > 0 && (!evr.has_release || evr.release.n > 0) && can_order(&evr);
	(void)cut_while(&evr.version, is_version_byte);
	(void)cut_while(&evr.release, is_release_byte);
	return complete && evr.version.n == 0 && evr.release.n == 0;
}

const struct bd_version_scheme bd_version_scheme_alpm = {
	.name = "alpm",
	.purl_types = (const char *const[]){ "alpm", NULL },
	.compare = compare,
	.valid = valid,
	.release_optional = true,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Debian policy, section 5.6.12, and deb-version(7): [epoch:]upstream-version[-revision]. */
#include <string.h>

#include "version/digits.h"
#include "version/schemes.h"

struct deb_version {
	struct bd_str epoch, upstream, revision;
};

static struct deb_version split(struct bd_str text)
{
	struct deb_version version = { .upstream = bd_str_trim(text) };
	struct bd_str rest = version.upstream;
	const struct bd_str digits = cut_while(&rest, is_digit);
	if (digits.n > 0 && rest.n > 0 && rest.p[0] == ':') {
		version.epoch = digits;
		skip_bytes(&rest, 1);
		version.upstream = rest;
	}
	const char *dash = version.upstream.n > 0 ? memrchr(version.upstream.p, '-', version.upstream.n) : NULL;
	if (dash != NULL) {
		const size_t n = (size_t)(dash - version.upstream.p);
		version.revision = (struct bd_str){ dash + 1, version.upstream.n - n - 1 };
		version.upstream.n = n;
	}
	return version;
}

/* Tilde before the end, the end before letters, letters before everything else. */
static int weight(struct bd_str rest)
{
	if (rest.n == 0 || is_digit(rest.p[0])) {
		return 0;
	}
	if (rest.p[0] == '~') {
		return -1;
	}
	return (unsigned char)rest.p[0] + (is_letter(rest.p[0]) ? 0 : 256);
}

static bool at_non_digit(struct bd_str rest)
{
	return rest.n > 0 && !is_digit(rest.p[0]);
}

static int compare_part(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		while (at_non_digit(a) || at_non_digit(b)) {
			const int difference = weight(a) - weight(b);
			if (difference != 0) {
				return difference;
			}
			skip_bytes(&a, 1);
			skip_bytes(&b, 1);
		}
		const int difference = digits_compare(cut_while(&a, is_digit), cut_while(&b, is_digit));
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct deb_version x = split(a);
	const struct deb_version y = split(b);
	int difference = digits_compare(x.epoch, y.epoch);
	if (difference == 0) {
		difference = compare_part(x.upstream, y.upstream);
	}
	return order_of(difference != 0 ? difference : compare_part(x.revision, y.revision));
}

static bool is_upstream_byte(char c)
{
	return is_letter_or_digit(c) || is_one_of(c, ".-+~:");
}

static bool is_revision_byte(char c)
{
	return is_letter_or_digit(c) || is_one_of(c, ".+~");
}

/* What dpkg takes without an error or a warning: lib/dpkg/parsehelp.c. */
static bool valid(struct bd_str text)
{
	text = bd_str_trim(text);
	const bool ends_in_dash = bd_str_ends(text, "-");
	const bool has_colon = text.n > 0 && memchr(text.p, ':', text.n) != NULL;
	struct deb_version version = split(text);
	if (ends_in_dash || (has_colon && version.epoch.n == 0) ||
		digits_compare(version.epoch, BD_STR("2147483647")) > 0) {
		return false;
	}
	if (version.upstream.n == 0 || !is_digit(version.upstream.p[0])) {
		return false;
	}
	(void)cut_while(&version.upstream, is_upstream_byte);
	(void)cut_while(&version.revision, is_revision_byte);
	return version.upstream.n == 0 && version.revision.n == 0;
}

/* opkg and opam took dpkg's order over. */
const struct bd_version_scheme bd_version_scheme_deb = {
	.name = "deb",
	.purl_types = (const char *const[]){ "deb", "opam", "opkg", NULL },
	.compare = compare,
	.valid = valid,
};

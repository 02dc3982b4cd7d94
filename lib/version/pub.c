/* SPDX-License-Identifier: Apache-2.0 */
/* Dart's pub_semver: semantic versions, of which one with build metadata is newer than one without. */
#include "version/digits.h"
#include "version/schemes.h"
#include "version/semver.h"

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct semver x;
	struct semver y;
	if (!semver_parse(a, false, &x) || !semver_parse(b, false, &y)) {
		return BD_UNORDERED;
	}
	const int difference = semver_compare_parsed(&x, &y);
	return order_of(difference != 0 ? difference : semver_compare_identifiers(x.build, y.build));
}

static bool is_identifier_byte(char c)
{
	return is_letter_or_digit(c) || c == '-';
}

static bool identifiers_valid(struct bd_str *rest)
{
	do {
		skip_bytes(rest, 1); /* "-", "+", "." */
		if (cut_while(rest, is_identifier_byte).n == 0) {
			return false;
		}
	} while (at_byte(*rest, '.'));
	return true;
}

/* pub_semver's completeVersion: leading zeros are let through. */
static bool valid(struct bd_str text)
{
	for (size_t i = 0; i < 3; i++) {
		if (i > 0 && !at_byte(text, '.')) {
			return false;
		}
		skip_bytes(&text, i > 0);
		if (cut_while(&text, is_digit).n == 0) {
			return false;
		}
	}
	if (at_byte(text, '-') && !identifiers_valid(&text)) {
		return false;
	}
	if (at_byte(text, '+') && !identifiers_valid(&text)) {
		return false;
	}
	return text.n == 0;
}

const struct bd_version_scheme bd_version_scheme_pub = {
	.name = "pub",
	.purl_types = (const char *const[]){ "pub", NULL },
	.compare = compare,
	.valid = valid,
};

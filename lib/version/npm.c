/* SPDX-License-Identifier: Apache-2.0 */
/* What npm itself uses: semantic versions in node-semver's loose reading. */
#include "version/digits.h"
#include "version/schemes.h"
#include "version/semver.h"

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	return semver_compare(a, b, true);
}

/* node-semver counts with doubles: 2^53 - 1 is the largest number, 256 bytes the longest version. */
static bool numbers_safe(struct bd_str text)
{
	for (size_t i = 0; i < 3; i++) {
		if (digits_compare(cut_while(&text, is_digit), BD_STR("9007199254740991")) > 0) {
			return false;
		}
		skip_bytes(&text, text.n > 0);
	}
	return true;
}

static bool valid(struct bd_str text)
{
	text = bd_str_trim(text);
	if (text.n > 256) {
		return false;
	}
	skip_bytes(&text, text.n > 0 && text.p[0] == 'v');
	return semver_valid(text) && numbers_safe(text);
}

const struct bd_version_scheme bd_version_scheme_npm = {
	.name = "npm",
	.purl_types = (const char *const[]){ "npm", NULL },
	.compare = compare,
	.valid = valid,
};

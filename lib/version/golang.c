/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules (golang.org/x/mod/semver): semantic versions behind a "v"; pseudo-versions are prereleases and
 * "+incompatible" does not count.  Toolchains (go/version): go1.21 < go1.21rc1 < go1.21.0.
 */
#include "version/digits.h"
#include "version/schemes.h"
#include "version/semver.h"

/* "1.21rc1"; without a patch number a version from 1.21 on is that of the language, before that a release. */
struct toolchain {
	struct bd_str major, minor, patch, kind, pre;
	bool has_patch;
};

static bool cut_dotted(struct bd_str *rest, struct bd_str *out)
{
	if (rest->n < 2 || rest->p[0] != '.' || !is_digit(rest->p[1])) {
		return false;
	}
	skip_bytes(rest, 1);
	*out = cut_while(rest, is_digit);
	return true;
}

static bool parse_toolchain(struct bd_str text, struct toolchain *out)
{
	*out = (struct toolchain){ .major = cut_while(&text, is_digit) };
	const bool has_minor = cut_dotted(&text, &out->minor);
	out->has_patch = cut_dotted(&text, &out->patch);
	out->kind = cut_while(&text, is_letter);
	out->pre = cut_while(&text, is_digit);
	if (out->major.n == 0 || text.n > 0 || (out->kind.n == 0) != (out->pre.n == 0) ||
		(out->kind.n > 0 && (out->has_patch || !has_minor))) {
		return false;
	}
	/* go1.20 is the release go1.20.0 */
	out->has_patch |= out->kind.n == 0 && digits_compare(out->major, BD_STR("1")) == 0 &&
			  digits_compare(out->minor, BD_STR("21")) < 0;
	return true;
}

static enum bd_order compare_toolchains(struct bd_str a, struct bd_str b)
{
	struct toolchain x;
	struct toolchain y;
	if (!parse_toolchain(a, &x) || !parse_toolchain(b, &y)) {
		return BD_UNORDERED;
	}
	int difference = digits_compare(x.major, y.major);
	if (difference == 0) {
		difference = digits_compare(x.minor, y.minor);
	}
	if (difference == 0) {
		difference = x.has_patch - y.has_patch;
	}
	if (difference == 0) {
		difference = digits_compare(x.patch, y.patch);
	}
	if (difference == 0) {
		difference = bd_str_compare(x.kind, y.kind);
	}
	return order_of(difference != 0 ? difference : digits_compare(x.pre, y.pre));
}

static bool is_short(struct bd_str text)
{
	struct semver version;
	return semver_parse(text, false, &version) && version.numbers[2].n == 0;
}

/* As x/mod has it: v1 and v1.2 are short for v1.0.0 and v1.2.0, but take no prerelease and no build. */
static bool module_valid(struct bd_str text)
{
	if (!is_short(text)) {
		return semver_valid(text);
	}
	while (text.n > 0) {
		const struct bd_str number = bd_str_cut(&text, '.');
		if (!all_digits(number) || has_leading_zero(number)) {
			return false;
		}
	}
	return true;
}

static bool valid(struct bd_str text)
{
	if (!at_byte(text, 'v')) {
		return false;
	}
	skip_bytes(&text, 1);
	return module_valid(text);
}

/* The "v" may be missing: some write purls and ranges without. */
static struct bd_str without_v(struct bd_str text)
{
	skip_bytes(&text, at_byte(text, 'v'));
	return text;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	a = bd_str_trim(a);
	b = bd_str_trim(b);
	if (bd_str_starts(a, "go") && bd_str_starts(b, "go")) {
		skip_bytes(&a, 2);
		skip_bytes(&b, 2);
		return compare_toolchains(a, b);
	}
	a = without_v(a);
	b = without_v(b);
	return module_valid(a) && module_valid(b) ? semver_compare(a, b, false) : BD_UNORDERED;
}

const struct bd_version_scheme bd_version_scheme_golang = {
	.name = "golang",
	.purl_types = (const char *const[]){ "go", "golang", NULL },
	.compare = compare,
	.valid = valid,
};

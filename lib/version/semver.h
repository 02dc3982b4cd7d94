/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERSION_SEMVER_H
#define VERSION_SEMVER_H

#include "basedrift/version.h"

struct semver {
	struct bd_str numbers[3];
	bool is_prerelease;
	struct bd_str prerelease, build;
};

/*
 * A semantic version, read generously: "v" in front is skipped, minor and patch may be missing.
 * loose: also node-semver's loose forms ("= v1.2.3", "1.2.3beta").
 */
bool semver_parse(struct bd_str text, bool loose, struct semver *out);
/* Semantic Versioning 2.0.0, section 11: build metadata is not looked at. */
int semver_compare_parsed(const struct semver *a, const struct semver *b);
/* Dotted identifiers, numbers lower than words; what is missing is older. */
int semver_compare_identifiers(struct bd_str a, struct bd_str b);
/* parse and compare; BD_UNORDERED when either is not a semantic version. */
enum bd_order semver_compare(struct bd_str a, struct bd_str b, bool loose);
/* The grammar to the letter: three numbers, no leading zeros, no prefix. */
bool semver_valid(struct bd_str text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What npm itself uses: semantic versions in node-semver's loose reading. */
#include "version/schemes.h"
#include "version/semver.h"

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	return semver_compare(a, b, true);
}

const struct bd_version_scheme bd_version_scheme_npm = {
	.name = "npm",
	.purl_types = (const char *const[]){ "npm", NULL },
	.compare = compare,
};

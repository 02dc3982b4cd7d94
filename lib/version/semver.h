/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERSION_SEMVER_H
#define VERSION_SEMVER_H

#include "basedrift/version.h"

/*
 * Semantic Versioning 2.0.0, section 11; build metadata is ignored, a "v" in front too, and minor and
 * patch may be missing.  loose: also node-semver's loose forms ("= v1.2.3", "1.2.3beta").
 * BD_UNORDERED when either is not a semantic version.
 */
enum bd_order semver_compare(struct bd_str a, struct bd_str b, bool loose);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Every version scheme.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks). */
#ifndef VERSION_SCHEMES_H
#define VERSION_SCHEMES_H

#include "basedrift/version.h"

/* clang-format off */
#define SCHEMES(row) \
	row(alpm) \
	row(apk) \
	row(composer) \
	row(conda) \
	row(cpan) \
	row(cran) \
	row(deb) \
	row(gem) \
	row(generic) \
	row(golang) \
	row(hackage) \
	row(luarocks) \
	row(maven) \
	row(nix) \
	row(npm) \
	row(nuget) \
	row(pep440) \
	row(portage) \
	row(pub) \
	row(rpm) \
	row(semver)
/* clang-format on */

#define DECLARE(name) extern const struct bd_version_scheme bd_version_scheme_##name;
SCHEMES(DECLARE)
#undef DECLARE

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Every cataloger.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks). */
#ifndef CATALOG_CATALOGERS_H
#define CATALOG_CATALOGERS_H

#include "basedrift/catalog.h"

/* clang-format off */
#define CATALOGERS(row) \
	row(apk) \
	row(cargo) \
	row(composer) \
	row(conda) \
	row(dotnet) \
	row(dpkg) \
	row(egg) \
	row(gem) \
	row(go) \
	row(java) \
	row(npm) \
	row(pacman) \
	row(pear) \
	row(python) \
	row(r) \
	row(rpm) \
	row(runtime)
/* clang-format on */

#define DECLARE(name) extern const struct bd_cataloger bd_cataloger_##name;
CATALOGERS(DECLARE)
#undef DECLARE

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Every cataloger.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks). */
#ifndef CATALOG_CATALOGERS_H
#define CATALOG_CATALOGERS_H

#include "basedrift/catalog.h"

/* clang-format off */
#define CATALOGERS(row) \
	row(apk) \
	row(bitnami) \
	row(cargo) \
	row(composer) \
	row(conda) \
	row(dotnet) \
	row(dpkg) \
	row(egg) \
	row(erlang) \
	row(gem) \
	row(go) \
	row(homebrew) \
	row(java) \
	row(lua) \
	row(nix) \
	row(npm) \
	row(opam) \
	row(opkg) \
	row(pacman) \
	row(pear) \
	row(perl) \
	row(portage) \
	row(python) \
	row(r) \
	row(rpm) \
	row(runtime) \
	row(snap) \
	row(wordpress)
/* clang-format on */

#define DECLARE(name) extern const struct bd_cataloger bd_cataloger_##name;
CATALOGERS(DECLARE)
#undef DECLARE

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The purl of a distribution's package: its vendor, architecture and release come from os-release. */
#ifndef CATALOG_DISTRO_PURL_H
#define CATALOG_DISTRO_PURL_H

#include "basedrift/catalog.h"
#include "basedrift/version.h"

/*
 * Set type, namespace and purl of a package whose name, version and arch are set.
 * vendor: the namespace when the image has no os-release.
 */
static inline void set_distro_purl(struct bd_package *package, const char *type, const char *vendor,
	const struct bd_os_release *os, struct bd_arena *arena)
{
	struct bd_key_value pairs[2] = { { "arch", package->arch }, { "distro", NULL } };
	if (os != NULL && os->id != NULL) {
		vendor = os->id;
		pairs[1].value =
			os->version_id == NULL ? os->id : bd_arena_printf(arena, "%s-%s", os->id, os->version_id);
	}
	package->type = type;
	package->namespace = bd_arena_strdup(arena, vendor);
	const struct bd_purl purl = { .type = type,
		.namespace = vendor,
		.name = package->name,
		.version = package->version,
		.qualifiers = { pairs, 2, 2 } };
	package->purl = bd_purl_text(&purl, arena);
}

#endif

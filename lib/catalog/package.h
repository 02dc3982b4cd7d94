/* SPDX-License-Identifier: Apache-2.0 */
/* A package as a cataloger fills it. */
#ifndef CATALOG_PACKAGE_H
#define CATALOG_PACKAGE_H

#include "basedrift/catalog.h"
#include "basedrift/version.h"

/* What no cataloger knows is set to "not known"; name and version follow. */
static inline struct bd_package package_at(const char *path, const char *type)
{
	return (struct bd_package){ .path = path, .type = type, .layer = -1, .files = -1, .size_bytes = -1 };
}

/*
 * Sets the purl from type, namespace, name and version; a version of NULL becomes "".
 * false: there is none (no name, or one that the type forbids): this is no package.
 */
static inline bool package_set_purl(struct bd_package *package, struct bd_arena *arena)
{
	if (package->version == NULL) {
		package->version = "";
	}
	if (package->name == NULL || package->name[0] == '\0') {
		return false;
	}
	const struct bd_purl purl = { .type = package->type,
		.namespace = package->namespace,
		.name = package->name,
		.version = package->version };
	package->purl = bd_purl_text(&purl, arena);
	return package->purl != NULL;
}

#endif

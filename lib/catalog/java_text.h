/* SPDX-License-Identifier: Apache-2.0 */
/* The texts in a jar that say what it is: its manifest, pom.properties and pom.xml of Maven. */
#ifndef CATALOG_JAVA_TEXT_H
#define CATALOG_JAVA_TEXT_H

#include "basedrift/base.h"

/* One attribute; in_main: of the main section.  key is a view into the manifest, value dies with the call. */
typedef void java_attribute_fn(bool in_main, struct bd_str key, struct bd_str value, void *context);
void java_manifest_read(struct bd_str bytes, java_attribute_fn *each, void *context);

/* Maven's coordinates; members that are not stated are "". */
struct java_coordinates {
	const char *group, *artifact, *version, *parent_group, *parent_version;
};
/* pom.properties as maven-archiver writes it (java.util.Properties): group, artifact, version. */
void java_properties_read(struct bd_str bytes, struct bd_arena *arena, struct java_coordinates *out);
/* pom.xml: what the project says of itself and of its parent, properties unresolved. */
void java_project_read(struct bd_str bytes, struct bd_arena *arena, struct java_coordinates *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Name, version and group of a jar by its file's name, its manifest and Maven's files in it. */
#ifndef CATALOG_JAVA_NAME_H
#define CATALOG_JAVA_NAME_H

#include "basedrift/base.h"

/* "pkg-maven-4.3.2.jar": what stands before and behind the mark that begins the version, "" if there is none. */
struct java_file_name {
	struct bd_str stem; /* without the extension */
	struct bd_str name, version;
};
struct java_file_name java_file_name(struct bd_str path);

/* Attributes as java_archive.h has them, the main section first. */
struct java_attribute {
	struct bd_str key, value;
	bool in_main;
};
struct java_attribute_vec {
	struct java_attribute *v;
	size_t len, cap;
};
/* The name where Maven's files do not state one. */
struct bd_str java_name(const struct java_attribute_vec *manifest, const struct java_file_name *file);
struct bd_str java_version(const struct java_attribute_vec *manifest, const struct java_file_name *file);
/* The group of the artifact where Maven's files do not state one; empty: not known. */
struct bd_str java_group(const struct java_attribute_vec *manifest, struct bd_str artifact);
struct bd_str java_attribute(const struct java_attribute_vec *manifest, const char *key);

#endif

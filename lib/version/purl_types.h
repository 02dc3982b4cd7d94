/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the purl-spec's type definitions say about single types, one row each.  Types without a row
 * keep their parts as they are.
 */
#ifndef VERSION_PURL_TYPES_H
#define VERSION_PURL_TYPES_H

#include "basedrift/version.h"

enum purl_rule {
	LOWER_NAMESPACE = 1,
	LOWER_NAME = 2,
	LOWER_VERSION = 4,
	UPPER_NAMESPACE = 8,
	DASHES_IN_NAME = 16,      /* "_" is written "-" */
	UNDERSCORES_IN_NAME = 32, /* all but [a-z0-9_] is written "_" */
	NEEDS_NAMESPACE = 64,
	NO_NAMESPACE = 128,
	LOWER_NAME_OF_DATABRICKS = 256, /* names follow the server that repository_url names */
	NO_DOUBLE_COLON = 512,          /* a module's name is no distribution's */
	LOWER_SUBPATH = 1024,
	CHROME_ID = 2048,
};

struct purl_type {
	const char *type;
	unsigned int rules;
	const char *needs_qualifier; /* or NULL */
};

/*
 * That a namespace is required is only enforced where nobody in the field writes purls without one: scanners
 * do so for deb, apk, golang, composer …, and so do we when an image does not say which distribution it is.
 */
/* clang-format off */
static const struct purl_type purl_types[] = {
	{ "alpm", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "apk", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "bazel", NO_NAMESPACE, NULL },
	{ "bitbucket", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "bitnami", LOWER_NAME | NO_NAMESPACE, NULL },
	{ "brew", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "cargo", NO_NAMESPACE, NULL },
	{ "chrome-extension", LOWER_NAME | NO_NAMESPACE | CHROME_ID, NULL },
	{ "cocoapods", NO_NAMESPACE, NULL },
	{ "composer", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "conda", NO_NAMESPACE, NULL },
	{ "cpan", UPPER_NAMESPACE | NO_DOUBLE_COLON, NULL },
	{ "cran", NO_NAMESPACE, NULL },
	{ "deb", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "gem", NO_NAMESPACE, NULL },
	{ "github", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "golang", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "hackage", NO_NAMESPACE, NULL },
	{ "hex", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "huggingface", LOWER_VERSION, NULL },
	{ "julia", NO_NAMESPACE, "uuid" },
	{ "luarocks", LOWER_NAMESPACE | LOWER_NAME, NULL },
	{ "mlflow", LOWER_NAME_OF_DATABRICKS | NO_NAMESPACE, NULL },
	{ "nuget", NO_NAMESPACE, NULL },
	{ "oci", LOWER_NAME | LOWER_VERSION | NO_NAMESPACE, NULL },
	{ "opam", NO_NAMESPACE, NULL },
	{ "otp", LOWER_NAME | NO_NAMESPACE | LOWER_SUBPATH, NULL },
	{ "pub", LOWER_NAME | UNDERSCORES_IN_NAME | NO_NAMESPACE, NULL },
	{ "pypi", LOWER_NAME | LOWER_VERSION | DASHES_IN_NAME | NO_NAMESPACE, NULL },
	{ "qpkg", LOWER_NAMESPACE, NULL },
	{ "rpm", LOWER_NAMESPACE, NULL },
	{ "swid", 0, "tag_id" },
	{ "swift", NEEDS_NAMESPACE, NULL },
	{ "vcpkg", NO_NAMESPACE, NULL },
	{ "vscode-extension", LOWER_NAMESPACE | LOWER_NAME | LOWER_VERSION | NEEDS_NAMESPACE, NULL },
	{ "yocto", LOWER_NAMESPACE, NULL },
};
/* clang-format on */

static inline struct purl_type purl_type_find(const char *type)
{
	for (size_t i = 0; i < sizeof(purl_types) / sizeof(purl_types[0]); i++) {
		if (bd_streq(purl_types[i].type, type)) {
			return purl_types[i];
		}
	}
	return (struct purl_type){ .type = type };
}

#endif

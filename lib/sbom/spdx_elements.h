/* SPDX-License-Identifier: Apache-2.0 */
/* The elements of an SPDX document by their SPDXID, and what relationships say of them. */
#ifndef SBOM_SPDX_ELEMENTS_H
#define SBOM_SPDX_ELEMENTS_H

#include "sbom/reading.h"

struct spdx_file {
	const char *id, *name;
	const char *layer; /* diff_id, or NULL */
};

struct spdx_package {
	const char *id;
	size_t index;                    /* in the document's `packages` */
	bool described;                  /* the document is of it */
	bool groups;                     /* it contains other packages */
	const struct spdx_file *witness; /* "evident-by", or NULL */
	const struct spdx_file *content; /* one of the files it contains */
	size_t contents;                 /* how many these are */
};

struct spdx_elements {
	struct {
		struct spdx_file *v; /* by id */
		size_t len, cap;
	} files;
	const struct spdx_file **files_by_name;
	struct {
		struct spdx_package *v; /* by id */
		size_t len, cap;
	} packages;
	size_t described;
};

int spdx_elements_read(const struct at *document, struct spdx_elements *out, struct bd_error *err) BD_CHECKED;
void spdx_elements_release(struct spdx_elements *elements);
/* NULL: no such element, or it has no id. */
struct spdx_package *spdx_find_package(const struct spdx_elements *elements, const char *id);
const struct spdx_file *spdx_file_of_name(const struct spdx_elements *elements, const char *name);

#endif

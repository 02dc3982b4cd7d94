/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata of a Python distribution, wherever it lies: what python and egg have in common. */
#ifndef CATALOG_PYTHON_METADATA_H
#define CATALOG_PYTHON_METADATA_H

#include "basedrift/catalog.h"

/* Where the metadata lies: of ".../site-packages/a-1.dist-info/METADATA" */
struct python_place {
	struct bd_str info; /* ".../site-packages/a-1.dist-info", or the file that is all there is */
	struct bd_str site; /* ".../site-packages" */
	struct bd_str egg;  /* ".../a-1-py3.9.egg" when that folder is one */
};
struct python_place python_place_of(const char *path); /* views into path */
bool python_is_site(struct bd_str folder_name);
/* Not a copy inside another package, and not the interpreter's own. */
bool python_is_installed(const struct python_place *place);

struct python_headers {
	struct bd_str name, version; /* p is NULL where neither the headers nor the folder's name say it */
};
/* Name and Version of a METADATA or PKG-INFO, else from the name of the place. */
struct python_headers python_headers_read(struct bd_str bytes, const struct python_place *place);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How the files of runtimes and servers state a version. */
#ifndef CATALOG_RUNTIME_TEXT_H
#define CATALOG_RUNTIME_TEXT_H

#include "basedrift/base.h"

/* The value of a line "KEY VALUE", "KEY = VALUE" or "KEY => VALUE", quotes taken off; false when there is no such line.
 */
bool runtime_find_value(struct bd_str bytes, const char *key, struct bd_str *out);
/* Digits first, nothing that a version does not have: these files are source code. */
bool runtime_add_version(struct bd_buf *out, struct bd_str text);
bool runtime_add_value(struct bd_str bytes, const char *key, struct bd_buf *out);
/* "PREFIX VERSION more" in the first line */
bool runtime_first_line(struct bd_str bytes, const char *prefix, struct bd_buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks). */
#ifndef STORE_BACKENDS_H
#define STORE_BACKENDS_H

#include "store/sql.h"

/* clang-format off */
#define BACKENDS(row) \
	row(postgres) \
	row(sqlite)
/* clang-format on */

#define DECLARE(name) extern const struct bd_store_ops bd_store_ops_##name;
BACKENDS(DECLARE)
#undef DECLARE

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The version that projects link into their programs. */
#ifndef CATALOG_GO_LDFLAGS_H
#define CATALOG_GO_LDFLAGS_H

#include "basedrift/base.h"

/*
 * The version that -ldflags="-X package.variable=1.2.3" gives the main module, as "v1.2.3" in out; false: none.
 * flags: the flag's value.
 */
bool go_linked_version(struct bd_str flags, struct bd_str main_module, struct bd_buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Which executables can state what they were linked from, told by their first bytes. */
#ifndef CATALOG_EXECUTABLE_H
#define CATALOG_EXECUTABLE_H

#include "basedrift/base.h"

/* An ELF file that a Go or Rust linker may have written. */
bool executable_is_linked(struct bd_str head);
/* A Windows program without .NET's header, or a Mach-O one: Go writes those too. */
bool executable_is_foreign(struct bd_str head);

#endif

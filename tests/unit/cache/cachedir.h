/* SPDX-License-Identifier: Apache-2.0 */
/* A cache in a folder of its own, for one test. */
#ifndef CACHEDIR_H
#define CACHEDIR_H

#include "basedrift/cache.h"

extern char cache_dir[64];

int make_cache_dir(void **state);
int remove_cache_dir(void **state);
struct bd_cache *open_cache(uint64_t limit_bytes);
size_t count_cached(void); /* files in it */

#endif

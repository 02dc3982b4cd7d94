/* SPDX-License-Identifier: Apache-2.0 */
/* The cache's folder: whole files under names made of their keys. */
#ifndef CACHE_FOLDER_H
#define CACHE_FOLDER_H

#include <stdatomic.h>

#include "basedrift/cache.h"

struct bd_cache {
	int dir;
	uint64_t limit_bytes;
	atomic_bool failed; /* nothing more is added */
	atomic_bool added;
	atomic_uint temporary; /* number of the next temporary name */
};

#define CACHE_NAME_BYTES 96

/* "KIND-SHA256": of everything that the entry depends on. */
void cache_name(char out[CACHE_NAME_BYTES], const char *kind, const char *key, const char *generation);
/* The file's bytes behind its head, whose digest fits; a broken file is removed. */
bool cache_read(struct bd_cache *cache, const char *name, struct bd_cached_bytes *out);
/* What an entry turned out not to be, although its digest fits. */
void cache_remove(struct bd_cache *cache, const char *name);
/* What `emit` puts becomes the file, or nothing does. */
struct cache_output;
void cache_put(struct cache_output *output, const void *p, size_t n);
int cache_write(struct bd_cache *cache, const char *name,
	void (*emit)(struct cache_output *output, const void *context), const void *context,
	struct bd_error *err) BD_CHECKED;
/* A layer of what bd_cache_add_layer wrote; it takes the mapping over.  NULL: it makes no sense. */
struct bd_layer *cache_layer_from(struct bd_cached_bytes *bytes);
/* Least recently used files go until the rest fits, and what crashed processes left. */
void cache_make_room(struct bd_cache *cache);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was found out about layers and images, on this machine's disk: local and disposable.  Keys are digests
 * that were verified, never names; so an entry is right for ever or not there.  Any number of processes may
 * use one folder at once.
 */
#ifndef BASEDRIFT_CACHE_H
#define BASEDRIFT_CACHE_H

#include "basedrift/layer.h"

struct bd_cache;

/*
 * dir: NULL is $XDG_CACHE_HOME/basedrift, else $HOME/.cache/basedrift; it is created with mode 0700 and must
 * be this user's own.  limit_bytes: what closing leaves of it, least recently used out; 0: BD_LIMIT_CACHE_BYTES.
 * Fails: BD_ERR_IO, BD_ERR_USAGE (no folder is known).
 */
int bd_cache_open(const char *dir, uint64_t limit_bytes, struct bd_cache **out, struct bd_error *err) BD_CHECKED;
/* Makes room when something was added.  NULL is accepted. */
void bd_cache_close(struct bd_cache *cache);

/*
 * The complete inventory of the layer with this diff_id, as bd_layer_read gave it; the caller frees it.
 * generation: what else the inventory depends on (bd_catalog_generation).  NULL: not there; an entry that is
 * broken is removed.  Safe from several threads.
 */
struct bd_layer *bd_cache_layer(struct bd_cache *cache, const char *diff_id, const char *generation);
/*
 * Fails: BD_ERR_IO; from then on nothing more is added and calls succeed without doing anything, so that one
 * warning is enough.
 */
int bd_cache_add_layer(struct bd_cache *cache, const char *diff_id, const char *generation,
	const struct bd_layer *layer, struct bd_error *err) BD_CHECKED;

/* The same for bytes of any other kind ("record"). */
struct bd_cached_bytes {
	struct bd_str bytes;
	struct bd_mapping mapping;
};
bool bd_cache_bytes(struct bd_cache *cache, const char *kind, const char *key, struct bd_cached_bytes *out);
void bd_cached_bytes_release(struct bd_cached_bytes *bytes);
int bd_cache_add_bytes(struct bd_cache *cache, const char *kind, const char *key, struct bd_str bytes,
	struct bd_error *err) BD_CHECKED;

#endif

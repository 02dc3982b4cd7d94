/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/layer.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layer/pathorder.h"

void bd_layer_free(struct bd_layer *layer)
{
	if (layer == NULL) {
		return;
	}
	free(layer->entries.v);
	free(layer->whiteouts.v);
	free(layer->opaque.v);
	free(layer->kept.v);
	for (size_t i = 0; i < layer->mappings.len; i++) {
		(void)munmap(layer->mappings.v[i].p, layer->mappings.v[i].n);
	}
	free(layer->mappings.v);
	free(layer->diagnostics.v);
	bd_arena_release(&layer->arena);
	free(layer);
}

const struct bd_entry *bd_layer_find(const struct bd_layer *layer, const char *path)
{
	const struct path_array paths = { layer->entries.v, layer->entries.len, sizeof(*layer->entries.v) };
	const size_t i = path_array_find(paths, path);
	return i != SIZE_MAX ? &layer->entries.v[i] : NULL;
}

const struct bd_kept_file *bd_layer_kept(const struct bd_layer *layer, const char *path)
{
	const struct path_array paths = { layer->kept.v, layer->kept.len, sizeof(*layer->kept.v) };
	const size_t i = path_array_find(paths, path);
	return i != SIZE_MAX ? &layer->kept.v[i] : NULL;
}

void bd_layer_rest(const struct bd_layer *layer, struct bd_str bytes)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t first = ((uintptr_t)bytes.p + page - 1) / page * page;
	const uintptr_t end = ((uintptr_t)bytes.p + bytes.n) / page * page;
	for (size_t i = 0; layer != NULL && first < end && i < layer->mappings.len; i++) {
		const struct bd_mapping *mapping = &layer->mappings.v[i];
		const uintptr_t start = (uintptr_t)mapping->p;
		if (first >= start && end <= start + mapping->n) {
			(void)madvise((char *)mapping->p + (first - start), end - first, MADV_DONTNEED);
		}
	}
}

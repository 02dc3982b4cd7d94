/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/layer.h"

#include <stdlib.h>
#include <sys/mman.h>

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

/* links: cache */
/* SPDX-License-Identifier: Apache-2.0 */
/* An entry whose digest fits may still be anything (another version wrote it): nothing outside it is touched. */
#include <string.h>

#include "cache/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bd_cached_bytes bytes = { .bytes = { (const char *)data, size } };
	struct bd_layer *layer = cache_layer_from(&bytes);
	size_t total = 0;
	if (layer == NULL) {
		return 0;
	}
	for (size_t i = 0; i < layer->entries.len; i++) {
		const struct bd_entry *entry = &layer->entries.v[i];
		total += strlen(entry->path);
		total += entry->kind == BD_SYMLINK || entry->unresolved_link ? strlen(entry->target) : 0;
	}
	for (size_t i = 0; i < layer->kept.len; i++) {
		const struct bd_str kept = layer->kept.v[i].bytes;
		total += strlen(layer->kept.v[i].path) + (kept.n > 0 ? (size_t)kept.p[kept.n - 1] : 0);
	}
	for (size_t i = 0; i < layer->diagnostics.len; i++) {
		total += strlen(layer->diagnostics.v[i].text);
	}
	const volatile size_t used = total;
	(void)used;
	bd_layer_free(layer);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/claim_block.h"

#include <string.h>

static void add_text(struct bd_buf *out, const char *text)
{
	bd_buf_add(out, text, strlen(text) + 1);
}

static bool cut_bytes(struct bd_str *rest, uint64_t n, struct bd_str *out)
{
	if (n > rest->n) {
		return false;
	}
	*out = (struct bd_str){ rest->p, (size_t)n };
	*rest = (struct bd_str){ rest->p + n, rest->n - (size_t)n };
	return true;
}

static bool cut_number(struct bd_str *rest, void *out, size_t bytes)
{
	struct bd_str from;
	if (!cut_bytes(rest, bytes, &from)) {
		return false;
	}
	memcpy(out, from.p, bytes);
	return true;
}

static bool cut_text(struct bd_str *rest, const char **out)
{
	struct bd_str text;
	const char *end = rest->n > 0 ? memchr(rest->p, '\0', rest->n) : NULL;
	if (end == NULL || !cut_bytes(rest, (uint64_t)(end - rest->p) + 1, &text)) {
		return false;
	}
	*out = text.p;
	return true;
}

void claim_block_add(struct bd_buf *out, const struct claim_block *block)
{
	struct claim_block_numbers n = block->n;
	n.inputs = block->inputs.n;
	n.sought = block->sought.n;
	n.claims = block->claims.n;
	add_text(out, block->purl);
	add_text(out, block->path);
	add_text(out, block->content);
	add_text(out, block->metadata);
	bd_buf_add(out, &n, sizeof(n));
	bd_buf_add(out, block->inputs.p, block->inputs.n);
	bd_buf_add(out, block->sought.p, block->sought.n);
	bd_buf_add(out, block->claims.p, block->claims.n);
}

bool claim_block_cut(struct bd_str *rest, struct claim_block *out)
{
	return cut_text(rest, &out->purl) && cut_text(rest, &out->path) && cut_text(rest, &out->content) &&
	       cut_text(rest, &out->metadata) && cut_number(rest, &out->n, sizeof(out->n)) &&
	       cut_bytes(rest, out->n.inputs, &out->inputs) && cut_bytes(rest, out->n.sought, &out->sought) &&
	       cut_bytes(rest, out->n.claims, &out->claims);
}

void claim_block_add_input(struct bd_buf *inputs, const uint8_t digest[BD_SHA256_BYTES], const char *path)
{
	bd_buf_add(inputs, digest, BD_SHA256_BYTES);
	add_text(inputs, path);
}

bool claim_block_cut_input(struct bd_str *inputs, uint8_t digest[BD_SHA256_BYTES], const char **path)
{
	return cut_number(inputs, digest, BD_SHA256_BYTES) && cut_text(inputs, path);
}

void claim_block_add_sought(struct bd_buf *sought, uint32_t entry, const char *path)
{
	bd_buf_add(sought, &entry, sizeof(entry));
	add_text(sought, path);
}

bool claim_block_cut_sought(struct bd_str *sought, uint32_t *entry, const char **path)
{
	return cut_number(sought, entry, sizeof(*entry)) && cut_text(sought, path);
}

void claim_block_add_claim(struct bd_buf *claims, uint32_t entry, bool modified)
{
	const uint32_t both = entry << 1 | modified; /* entries are fewer than 2^31: BD_LIMIT_ENTRIES */
	bd_buf_add(claims, &both, sizeof(both));
}

bool claim_block_cut_claim(struct bd_str *claims, uint32_t *entry, bool *modified)
{
	uint32_t both = 0;
	if (!cut_number(claims, &both, sizeof(both))) {
		return false;
	}
	*entry = both >> 1;
	*modified = (both & 1U) != 0;
	return true;
}

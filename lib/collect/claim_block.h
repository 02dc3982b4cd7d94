/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One package's claims as bytes, one such block after the other in a cache entry.  This machine's byte order; nobody
 * else reads them.  Whatever the bytes are, nothing outside them is touched.
 */
#ifndef COLLECT_CLAIM_BLOCK_H
#define COLLECT_CLAIM_BLOCK_H

#include "basedrift/base.h"

#define NO_ENTRY UINT32_MAX

struct claim_block {
	const char *purl, *path;        /* of the package, and of the file that it was read from */
	const char *content, *metadata; /* as in bd_package; "": it has no files */
	struct claim_block_numbers {
		int64_t files, size_bytes;
		/* of what follows, in bytes: files it was found in, paths that are not the layer's, entries of it */
		uint64_t inputs, sought, claims;
	} n;
	struct bd_str inputs, sought, claims;
};

void claim_block_add(struct bd_buf *out, const struct claim_block *block);
/* The next block; false: there is none, or the bytes are no block. */
bool claim_block_cut(struct bd_str *rest, struct claim_block *out);

/* A database file and its digest; all zeros: it must not be there. */
void claim_block_add_input(struct bd_buf *inputs, const uint8_t digest[BD_SHA256_BYTES], const char *path);
bool claim_block_cut_input(struct bd_str *inputs, uint8_t digest[BD_SHA256_BYTES], const char **path);
/* A path, and the entry that it leads to; NO_ENTRY: it leads to nothing, or to a folder. */
void claim_block_add_sought(struct bd_buf *sought, uint32_t entry, const char *path);
bool claim_block_cut_sought(struct bd_str *sought, uint32_t *entry, const char **path);
/* An entry of the layer. */
void claim_block_add_claim(struct bd_buf *claims, uint32_t entry, bool modified);
bool claim_block_cut_claim(struct bd_str *claims, uint32_t *entry, bool *modified);

#endif

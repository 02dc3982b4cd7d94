/* links: collect */
/* SPDX-License-Identifier: Apache-2.0 */
/* A cache entry whose checksum fits may still be anything: nothing outside it is touched, and a block is written as it
 * was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/claim_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bd_str rest = { (const char *)data, size };
	struct claim_block block;
	const char *start = rest.p;
	while (claim_block_cut(&rest, &block)) {
		struct bd_buf again = { 0 };
		uint8_t digest[BD_SHA256_BYTES];
		const char *path = NULL;
		uint32_t entry = 0;
		bool modified = false;
		size_t total = 0;
		claim_block_add(&again, &block);
		require(again.n == (size_t)(rest.p - start) && memcmp(again.p, start, again.n) == 0,
			"written as it was");
		while (claim_block_cut_input(&block.inputs, digest, &path)) {
			total += strlen(path);
		}
		while (claim_block_cut_sought(&block.sought, &entry, &path)) {
			total += strlen(path);
		}
		while (claim_block_cut_claim(&block.claims, &entry, &modified)) {
			total++;
		}
		require(total <= size, "no more than there was");
		bd_buf_release(&again);
		start = rest.p;
	}
	return 0;
}

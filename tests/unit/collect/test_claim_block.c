/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "collect/claim_block.h"

static const uint8_t digest[BD_SHA256_BYTES] = { 1, 2, 3 };

/* Two packages; the second has nothing. */
static void add_blocks(struct bd_buf *out)
{
	struct bd_buf inputs = { 0 }, sought = { 0 }, claims = { 0 };
	claim_block_add_input(&inputs, digest, "var/lib/dpkg/info/a.list");
	claim_block_add_sought(&sought, NO_ENTRY, "usr");
	claim_block_add_sought(&sought, 7, "lib/x");
	claim_block_add_claim(&claims, 7, true);
	claim_block_add_claim(&claims, 0, false);
	const struct claim_block block = {
		.purl = "pkg:deb/debian/a@1",
		.path = "var/lib/dpkg/status",
		.content = "sha256:c",
		.metadata = "sha256:m",
		.n = { .files = 2, .size_bytes = 1LL << 40 },
		.inputs = bd_buf_view(&inputs),
		.sought = bd_buf_view(&sought),
		.claims = bd_buf_view(&claims),
	};
	const struct claim_block empty = { .purl = "b", .path = "p", .content = "", .metadata = "" };
	claim_block_add(out, &block);
	claim_block_add(out, &empty);
	bd_buf_release(&inputs);
	bd_buf_release(&sought);
	bd_buf_release(&claims);
}

static void test_claim_block_round_trip(void **state)
{
	struct bd_buf bytes = { 0 };
	struct claim_block block;
	uint8_t read[BD_SHA256_BYTES];
	const char *path = NULL;
	uint32_t entry = 0;
	bool modified = false;
	(void)state;
	add_blocks(&bytes);
	struct bd_str rest = bd_buf_view(&bytes);
	assert_true(claim_block_cut(&rest, &block));
	assert_string_equal(block.purl, "pkg:deb/debian/a@1");
	assert_string_equal(block.path, "var/lib/dpkg/status");
	assert_string_equal(block.content, "sha256:c");
	assert_string_equal(block.metadata, "sha256:m");
	assert_int_equal(block.n.files, 2);
	assert_int_equal(block.n.size_bytes, 1LL << 40);
	assert_true(claim_block_cut_input(&block.inputs, read, &path));
	assert_memory_equal(read, digest, sizeof(digest));
	assert_string_equal(path, "var/lib/dpkg/info/a.list");
	assert_false(claim_block_cut_input(&block.inputs, read, &path));
	assert_true(claim_block_cut_sought(&block.sought, &entry, &path));
	assert_int_equal(entry, NO_ENTRY);
	assert_string_equal(path, "usr");
	assert_true(claim_block_cut_sought(&block.sought, &entry, &path));
	assert_int_equal(entry, 7);
	assert_false(claim_block_cut_sought(&block.sought, &entry, &path));
	assert_true(claim_block_cut_claim(&block.claims, &entry, &modified));
	assert_int_equal(entry, 7);
	assert_true(modified);
	assert_true(claim_block_cut_claim(&block.claims, &entry, &modified));
	assert_int_equal(entry, 0);
	assert_false(modified);
	assert_true(claim_block_cut(&rest, &block));
	assert_string_equal(block.purl, "b");
	assert_int_equal(block.inputs.n + block.sought.n + block.claims.n, 0);
	assert_false(claim_block_cut(&rest, &block));
	assert_int_equal(rest.n, 0);
	bd_buf_release(&bytes);
}

/* Whatever the length: whole blocks or none. */
static void test_claim_block_cut_short(void **state)
{
	struct bd_buf bytes = { 0 };
	(void)state;
	add_blocks(&bytes);
	for (size_t n = 0; n < bytes.n; n++) {
		char *exact = bd_xmalloc(n + 1); /* so that a sanitizer sees a byte too far */
		char *copy = bd_xrealloc(exact, n > 0 ? n : 1);
		struct bd_str rest = { copy, n };
		struct claim_block block;
		size_t blocks = 0;
		if (n > 0) {
			memcpy(copy, bytes.p, n);
		}
		while (claim_block_cut(&rest, &block)) {
			blocks++;
		}
		assert_true(blocks <= 1);
		free(copy);
	}
	bd_buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claim_block_round_trip),
		cmocka_unit_test(test_claim_block_cut_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char *hash_text(enum bd_hash_algorithm algorithm, const char *text, char *out)
{
	uint8_t bytes[64];
	struct bd_hash *hash = bd_hash_new(algorithm);
	bd_hash_update(hash, text, strlen(text));
	bd_hex(bytes, bd_hash_final(hash, bytes), out);
	bd_hash_free(hash);
	return out;
}

/* "abc": RFC 1321 A.5, FIPS 180-2 appendices A to C */
static void test_hash_known_answers(void **state)
{
	char hex[129];
	(void)state;
	assert_string_equal(hash_text(BD_MD5, "abc", hex), "900150983cd24fb0d6963f7d28e17f72");
	assert_string_equal(hash_text(BD_SHA1, "abc", hex), "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_string_equal(
		hash_text(BD_SHA256, "abc", hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(hash_text(BD_SHA512, "abc", hex),
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

static void test_hash_final_starts_anew(void **state)
{
	uint8_t first[64], second[64];
	(void)state;
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, "ab", 2);
	bd_hash_update(hash, NULL, 0);
	bd_hash_update(hash, "c", 1);
	assert_int_equal(bd_hash_final(hash, first), BD_SHA256_BYTES);
	bd_hash_update(hash, "abc", 3);
	assert_int_equal(bd_hash_final(hash, second), BD_SHA256_BYTES);
	assert_memory_equal(first, second, BD_SHA256_BYTES);
	bd_hash_free(hash);
	bd_hash_free(NULL);
}

static void test_sha256_text_is_a_digest(void **state)
{
	char text[BD_DIGEST_TEXT];
	(void)state;
	bd_sha256_text("", 0, text);
	assert_string_equal(text, "sha256:" EMPTY_SHA256);
	assert_true(bd_digest_valid(text));
}

static void test_digest_valid_takes_what_we_can_verify(void **state)
{
	(void)state;
	assert_true(bd_digest_valid("sha512:" EMPTY_SHA256 EMPTY_SHA256));
	const char *const bad[] = { NULL, "", "sha256", "sha256:", EMPTY_SHA256, "sha256:" EMPTY_SHA256 "0",
		"sha256:E3B0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"md5:900150983cd24fb0d6963f7d28e17f72", "SHA256:" EMPTY_SHA256,
		"sha256:../../../../../../../../../../../../../../../../../../../../etc/pass",
		"sha256:sha256:" EMPTY_SHA256, "sha512:" EMPTY_SHA256, " sha256:" EMPTY_SHA256 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(bd_digest_valid(bad[i]));
	}
}

static void test_kind_names_round_trip(void **state)
{
	(void)state;
	for (int kind = BD_DIGEST_UNKNOWN; kind <= BD_DIGEST_LAYER; kind++) {
		enum bd_digest_kind back = BD_DIGEST_UNKNOWN;
		assert_true(bd_digest_kind_parse(bd_digest_kind_name((enum bd_digest_kind)kind), &back));
		assert_int_equal(back, kind);
	}
	enum bd_digest_kind kept = BD_DIGEST_LAYER;
	assert_false(bd_digest_kind_parse("blob", &kept));
	assert_false(bd_digest_kind_parse(NULL, &kept));
	assert_int_equal(kept, BD_DIGEST_LAYER);
}

static void test_of_kind_never_mixes_kinds(void **state)
{
	(void)state;
	struct bd_digest list[] = { { BD_DIGEST_INDEX, "sha256:i" }, { BD_DIGEST_MANIFEST, "sha256:m" },
		{ BD_DIGEST_INDEX, "sha256:j" } };
	const struct bd_digest_vec digests = { list, 3, 3 };
	assert_string_equal(bd_digest_of_kind(&digests, BD_DIGEST_INDEX), "sha256:i");
	assert_string_equal(bd_digest_of_kind(&digests, BD_DIGEST_MANIFEST), "sha256:m");
	assert_null(bd_digest_of_kind(&digests, BD_DIGEST_CONFIG));
}

static void test_hex_round_trip(void **state)
{
	uint8_t bytes[256], back[256];
	char hex[513];
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)i;
	}
	bd_hex(bytes, sizeof(bytes), hex);
	assert_true(bd_unhex(bd_str(hex), back));
	assert_memory_equal(bytes, back, sizeof(bytes));
	assert_true(bd_unhex(BD_STR("AbCd"), back));
	assert_int_equal(back[0], 0xab);
	assert_int_equal(back[1], 0xcd);
	assert_false(bd_unhex(BD_STR("abc"), back));
	assert_false(bd_unhex(BD_STR("0g"), back));
	assert_true(bd_unhex(bd_str(NULL), back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash_known_answers),
		cmocka_unit_test(test_hash_final_starts_anew),
		cmocka_unit_test(test_sha256_text_is_a_digest),
		cmocka_unit_test(test_digest_valid_takes_what_we_can_verify),
		cmocka_unit_test(test_kind_names_round_trip),
		cmocka_unit_test(test_of_kind_never_mixes_kinds),
		cmocka_unit_test(test_hex_round_trip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

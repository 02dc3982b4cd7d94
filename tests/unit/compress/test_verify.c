/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "streams.h"

/* "abc": FIPS 180-4's example */
#define ABC_256 "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_512 \
	"sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e" \
	"2a9ac94fa54ca49f"

static int read_verified(const char *bytes, const char *digest, int64_t size, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *stream = NULL;
	struct bd_buf got = { 0 };
	struct bd_str block;
	if (bd_stream_verify(dribble_new(bd_str(bytes), 2), "blob 7", digest, size, &stream, err) < 0) {
		return -(int)err->code;
	}
	const int result = bd_stream_read_all(stream, 1000, &got, err);
	if (result == 0) {
		assert_string_equal(bd_buf_str(&got), bytes);
	}
	/* the answer stays what it was */
	assert_int_equal(bd_stream_next(stream, &block, err), result);
	assert_int_equal(block.n, 0);
	bd_buf_release(&got);
	return result;
}

static void test_verify_passes(void **state)
{
	(void)state;
	struct bd_error err;
	assert_int_equal(read_verified("abc", ABC_256, 3, &err), 0);
	assert_int_equal(read_verified("abc", ABC_256, -1, &err), 0);
	assert_int_equal(read_verified("abc", ABC_512, 3, &err), 0);
	assert_int_equal(read_verified("abc", NULL, 3, &err), 0);
}

static void test_verify_digest_mismatch(void **state)
{
	(void)state;
	struct bd_error err;
	assert_int_equal(read_verified("abd", ABC_256, 3, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg,
		"blob 7: digest mismatch: expected " ABC_256
		", computed sha256:a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9");
}

static void test_verify_size_mismatch(void **state)
{
	(void)state;
	struct bd_error err;
	assert_int_equal(read_verified("abc", ABC_256, 4, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "blob 7: size mismatch: expected 4 bytes, there are 3");
	assert_int_equal(read_verified("abcdef", ABC_256, 3, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "blob 7: size mismatch: expected 3 bytes, there are more");
}

static void test_verify_unknown_algorithm(void **state)
{
	(void)state;
	struct bd_error err;
	assert_int_equal(read_verified("abc", "md5:900150983cd24fb0d6963f7d28e17f72", 3, &err), -BD_ERR_UNSUPPORTED);
	assert_int_equal(read_verified("abc", "", 3, &err), -BD_ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verify_passes),
		cmocka_unit_test(test_verify_digest_mismatch),
		cmocka_unit_test(test_verify_size_mismatch),
		cmocka_unit_test(test_verify_unknown_algorithm),
	};
	return cmocka_run_group_tests_name("compress_verify", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/compress.h"

#include "base/auto.h"

/* zlib.compress(b"hello hello hello") */
static const char packed[] = "\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00\x3a\x2e\x06\x7d";
#define PACKED ((struct bd_str){ packed, sizeof(packed) - 1 })

static void test_inflate_stream(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	(void)state;
	assert_int_equal(bd_inflate(PACKED, 17, &out, &err), 0);
	assert_string_equal(bd_buf_str(&out), "hello hello hello");
}

static void test_inflate_limit(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	(void)state;
	assert_int_equal(bd_inflate(PACKED, 16, &out, &err), -BD_ERR_LIMIT);
}

static void test_inflate_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < PACKED.n; n++) {
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		struct bd_error err;
		assert_int_equal(bd_inflate((struct bd_str){ packed, n }, 100, &out, &err), -BD_ERR_FORMAT);
	}
}

static void test_inflate_corrupt(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	char changed[sizeof(packed)];
	(void)state;
	memcpy(changed, packed, sizeof(packed));
	changed[PACKED.n - 1] ^= 1; /* Adler-32 */
	assert_int_equal(bd_inflate((struct bd_str){ changed, PACKED.n }, 100, &out, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "zlib: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inflate_stream),
		cmocka_unit_test(test_inflate_limit),
		cmocka_unit_test(test_inflate_truncated),
		cmocka_unit_test(test_inflate_corrupt),
	};
	return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}

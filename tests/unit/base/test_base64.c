/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/base.h"

/* RFC 4648, section 10 */
static const struct {
	const char *plain, *encoded;
} vectors[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };

static void test_known_answers(void **state)
{
	struct bd_buf out = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		bd_buf_clear(&out);
		bd_base64(&out, vectors[i].plain, strlen(vectors[i].plain));
		assert_string_equal(bd_buf_str(&out), vectors[i].encoded);
		bd_buf_clear(&out);
		assert_true(bd_unbase64(&out, bd_str(vectors[i].encoded)));
		assert_string_equal(bd_buf_str(&out), vectors[i].plain);
	}
	bd_buf_release(&out);
}

static void test_round_trip_of_every_byte(void **state)
{
	struct bd_buf text = { 0 };
	struct bd_buf back = { 0 };
	unsigned char bytes[256];
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (unsigned char)(i * 37);
	}
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		bd_buf_clear(&text);
		bd_buf_clear(&back);
		bd_base64(&text, bytes, n);
		assert_true(bd_unbase64(&back, bd_buf_view(&text)));
		assert_int_equal(back.n, n);
		assert_memory_equal(back.p, bytes, n);
	}
	bd_buf_release(&text);
	bd_buf_release(&back);
}

static void test_unbase64_url_alphabet_without_padding(void **state)
{
	struct bd_buf out = { 0 };
	(void)state;
	assert_true(bd_unbase64(&out, BD_STR("-_-_")));
	assert_memory_equal(out.p, "\xfb\xff\xbf", 3);
	bd_buf_clear(&out);
	assert_true(bd_unbase64(&out, BD_STR("Zm8")));
	assert_string_equal(bd_buf_str(&out), "fo");
	bd_buf_release(&out);
}

static void test_unbase64_refuses(void **state)
{
	static const char *const bad[] = { "Z", "Zm9vY", "Zm9v!",
		"Zg=", "Z===", "====", "Zm9v=", "Zm9v==", "Zg==Zg==", "Zm 9v", "Zm9v\n" };
	struct bd_buf out = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (bd_unbase64(&out, bd_str(bad[i]))) {
			fail_msg("%s is not base64", bad[i]);
		}
	}
	bd_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_round_trip_of_every_byte),
		cmocka_unit_test(test_unbase64_url_alphabet_without_padding),
		cmocka_unit_test(test_unbase64_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

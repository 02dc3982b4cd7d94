/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "record/names.h"

static void test_names_are_found_again(void **state)
{
	static const struct names *const all[] = { &names_status, &names_confidence, &names_role, &names_pin,
		&names_layer_origin, &names_file_kind, &names_digest_kind };
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (size_t j = 0; j < all[i]->len; j++) {
			assert_int_equal(name_find(all[i], all[i]->v[j]), j);
			assert_string_equal(name_at(all[i], (int64_t)j), all[i]->v[j]);
		}
		assert_int_equal(name_find(all[i], "nothing"), -1);
		assert_string_equal(name_at(all[i], (int64_t)all[i]->len), "unknown");
		assert_string_equal(name_at(all[i], -1), "unknown");
	}
}

static void test_names_match_their_enums(void **state)
{
	enum bd_status status;
	(void)state;
	assert_string_equal(bd_status_name(BD_STATUS_FAILED), "failed");
	assert_string_equal(bd_confidence_name(BD_PROVEN), "proven");
	assert_string_equal(bd_confidence_name(BD_HINT), "hint");
	assert_string_equal(bd_role_name(BD_ROLE_SCANNER), "scanner");
	assert_string_equal(bd_role_name(BD_ROLE_COPY), "copy");
	assert_string_equal(bd_pin_name(BD_PIN_DIGEST), "digest");
	assert_string_equal(bd_layer_origin_name(BD_LAYER_STEP), "step");
	assert_string_equal(bd_file_kind_name(BD_FIFO), "fifo");
	assert_string_equal(bd_file_kind_name(BD_CHAR_DEVICE), "char_device");
	assert_true(bd_status_parse("passed", &status));
	assert_int_equal(status, BD_STATUS_PASSED);
	assert_false(bd_status_parse("Passed", &status));
}

/* The record's table of digest kinds is base's own list. */
static void test_digest_kinds_are_those_of_base(void **state)
{
	(void)state;
	for (size_t i = 0; i < names_digest_kind.len; i++) {
		assert_string_equal(names_digest_kind.v[i], bd_digest_kind_name((enum bd_digest_kind)i));
	}
	assert_int_equal(names_digest_kind.len, BD_DIGEST_LAYER + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_found_again),
		cmocka_unit_test(test_names_match_their_enums),
		cmocka_unit_test(test_digest_kinds_are_those_of_base),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

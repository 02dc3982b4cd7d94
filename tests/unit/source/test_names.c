/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "source/names.h"

#define HEX "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2"

static void test_name_is(void **state)
{
	(void)state;
	assert_true(name_is("app:1", "docker.io/library/app:1"));
	assert_true(name_is("docker.io/library/app:1", "app:1"));
	assert_true(name_is("app", "app:latest"));
	assert_true(name_is("good", "good"));
	assert_true(name_is("not a reference!", "not a reference!"));
	assert_true(name_is("localhost/svc/seed:good", "localhost/svc/seed:good"));
	assert_false(name_is("app:1", "app:2"));
	assert_false(name_is("app:1", "localhost/app:1"));
	assert_false(name_is("not a reference!", "other one!"));
	assert_false(name_is("app", NULL));
}

static void test_digest_is(void **state)
{
	(void)state;
	assert_true(digest_is("sha256:" HEX, "sha256:" HEX));
	assert_true(digest_is(HEX, "sha256:" HEX));
	assert_true(digest_is("a1b2c3d4e5f6", "sha256:" HEX));
	assert_true(digest_is("app@sha256:" HEX, "sha256:" HEX));
	assert_false(digest_is("a1b2c3d4e5f", "sha256:" HEX));
	assert_false(digest_is("b1b2c3d4e5f6", "sha256:" HEX));
	assert_false(digest_is("", "sha256:" HEX));
	assert_false(digest_is("app@", "sha256:" HEX));
	assert_false(digest_is(HEX, NULL));
}

static void test_position_is(void **state)
{
	(void)state;
	assert_true(position_is("@0", 0));
	assert_true(position_is("@12", 12));
	assert_false(position_is("@1", 0));
	assert_false(position_is("1", 1));
	assert_false(position_is("@", 0));
	assert_false(position_is("@-1", 1));
}

static void test_name_list(void **state)
{
	(void)state;
	struct bd_arena arena = { 0 };
	struct name_list list = { 0 };
	assert_string_equal(name_list_text(&list), "none");
	name_list_add(&list, "a:1", &arena);
	name_list_add(&list, "a:1", &arena);
	name_list_add(&list, "b\x1b[31m", &arena);
	assert_string_equal(name_list_text(&list), "a:1, \"b\\x1b[31m\"");
	for (size_t i = 0; i < 100; i++) {
		name_list_add(&list, bd_arena_printf(&arena, "n%zu", i), &arena);
	}
	assert_true(bd_str_ends(bd_str(name_list_text(&list)), " and 82 more"));
	name_list_release(&list);
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_is),
		cmocka_unit_test(test_digest_is),
		cmocka_unit_test(test_position_is),
		cmocka_unit_test(test_name_list),
	};
	return cmocka_run_group_tests_name("source_names", tests, NULL, NULL);
}

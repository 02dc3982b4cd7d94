/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <string.h>

#include "basedrift/base.h"

static void test_set_returns_the_negative_code(void **state)
{
	struct bd_error err;
	(void)state;
	assert_int_equal(bd_error_set(&err, BD_ERR_FORMAT, "line %d: no field name", 7), -BD_ERR_FORMAT);
	assert_int_equal(err.code, BD_ERR_FORMAT);
	assert_int_equal(err.sys_errno, 0);
	assert_string_equal(err.msg, "line 7: no field name");
}

static void test_set_errno_tells_missing_from_broken(void **state)
{
	struct bd_error err;
	(void)state;
	errno = ENOENT;
	assert_int_equal(bd_error_set_errno(&err, "%s", "a.tar"), -BD_ERR_NOT_FOUND);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_string_equal(err.msg, "a.tar: No such file or directory");
	errno = EACCES;
	assert_int_equal(bd_error_set_errno(&err, "%s", "a.tar"), -BD_ERR_IO);
	assert_string_equal(err.msg, "a.tar: Permission denied");
}

static void test_set_errno_long_context_keeps_the_reason(void **state)
{
	struct bd_error err;
	char name[4000];
	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	errno = EIO;
	(void)bd_error_set_errno(&err, "%s", name);
	assert_true(bd_str_ends(bd_str(err.msg), ": Input/output error"));
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void test_wrap_puts_context_first(void **state)
{
	struct bd_error err;
	(void)state;
	(void)bd_error_set(&err, BD_ERR_LIMIT, "too deep");
	assert_int_equal(bd_error_wrap(&err, "layer %d", 3), -BD_ERR_LIMIT);
	assert_int_equal(bd_error_wrap(&err, "%s", "app.tar"), -BD_ERR_LIMIT);
	assert_string_equal(err.msg, "app.tar: layer 3: too deep");
}

static void test_wrap_context_gives_way_between_characters(void **state)
{
	struct bd_error err;
	char context[2 * sizeof(err.msg)];
	(void)state;
	for (size_t shift = 0; shift < 2; shift++) {
		(void)bd_error_set(&err, BD_ERR_FORMAT, "the cause%s", shift ? "!" : "");
		for (size_t i = 0; i + 2 < sizeof(context); i += 2) {
			memcpy(context + i, "\xc3\xa9", 3); /* é: never half of it */
		}
		(void)bd_error_wrap(&err, "%s", context);
		assert_true(bd_str_ends(bd_str(err.msg), shift ? ": the cause!" : ": the cause"));
		assert_true(bd_utf8_valid(err.msg, strlen(err.msg)));
		assert_true(strlen(err.msg) >= sizeof(err.msg) - 2);
	}
}

static void test_wrap_full_cause_stays_as_it_is(void **state)
{
	struct bd_error err;
	(void)state;
	char full[sizeof(err.msg)];
	memset(full, 'c', sizeof(full) - 1);
	full[sizeof(full) - 1] = '\0';
	(void)bd_error_set(&err, BD_ERR_IO, "%s", full);
	(void)bd_error_wrap(&err, "context");
	assert_string_equal(err.msg, full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_returns_the_negative_code),
		cmocka_unit_test(test_set_errno_tells_missing_from_broken),
		cmocka_unit_test(test_set_errno_long_context_keeps_the_reason),
		cmocka_unit_test(test_wrap_puts_context_first),
		cmocka_unit_test(test_wrap_context_gives_way_between_characters),
		cmocka_unit_test(test_wrap_full_cause_stays_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

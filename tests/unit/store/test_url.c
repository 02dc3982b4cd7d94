/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "store/url.h"

static void shows(const char *text, const char *shown, const char *password)
{
	struct bd_arena arena = { 0 };
	struct store_url url;
	struct bd_error err = { .msg = "" };
	const int result = store_url_parse(text, &arena, &url, &err);
	assert_true(result == 0 || result == -BD_ERR_USAGE);
	assert_string_equal(url.shown, shown);
	if (password == NULL) {
		assert_null(url.password);
	} else {
		assert_string_equal(url.password, password);
		assert_null(strstr(err.msg, password));
	}
	bd_arena_release(&arena);
}

static void test_parse_hides_credentials(void **state)
{
	(void)state;
	shows("sqlite:a/b.db", "sqlite:a/b.db", NULL);
	shows("sqlite:a@b/c:d.db", "sqlite:a@b/c:d.db", NULL);
	shows("postgresql://host/db", "postgresql://host/db", NULL);
	shows("postgresql://u:geheim@host:5432/db?sslmode=require", "postgresql://host:5432/db?sslmode=require",
		"geheim");
	shows("postgresql://host/db?user=u&password=geheim", "postgresql://host/db?user=u", "geheim");
	shows("postgresql://host/db?password=geheim&sslmode=disable", "postgresql://host/db?sslmode=disable", "geheim");
	shows("postgresql://host/db?sslpassword=geheim", "postgresql://host/db", "geheim");
	shows("postgresql://u:ge@heim@host/db", "postgresql://host/db", "ge@heim");
	shows("mysql://u:geheim@host/db", "mysql://host/db", "geheim");
}

static void test_parse_never_shows_a_password_that_breaks_the_url(void **state)
{
	(void)state;
	static const char *const urls[] = { "postgresql://u:ge/heim@host/db", "postgresql://u:ge?heim@host/db",
		"postgresql://u:#heim@host/db" };
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct bd_arena arena = { 0 };
		struct store_url url;
		struct bd_error err;
		assert_int_equal(store_url_parse(urls[i], &arena, &url, &err), 0);
		assert_null(strstr(url.shown, "heim"));
		bd_arena_release(&arena);
	}
}

static void test_parse_finds_the_engine(void **state)
{
	(void)state;
	struct bd_arena arena = { 0 };
	struct store_url url;
	struct bd_error err;
	assert_int_equal(store_url_parse("sqlite:x.db", &arena, &url, &err), 0);
	assert_string_equal(url.path, "x.db");
	assert_int_equal(store_url_parse("postgres://h/d", &arena, &url, &err), 0);
	assert_int_equal(store_url_parse("x.db", &arena, &url, &err), -BD_ERR_USAGE);
	assert_int_equal(store_url_parse("mysql://h/d", &arena, &url, &err), -BD_ERR_USAGE);
	assert_int_equal(store_url_parse("sqlite:", &arena, &url, &err), -BD_ERR_USAGE);
	assert_true(bd_store_url_likely("postgresql://h/d"));
	assert_false(bd_store_url_likely("oci:dir"));
	bd_arena_release(&arena);
}

static void test_redact_takes_the_password_out_of_messages(void **state)
{
	(void)state;
	const struct store_url url = { .password = "geheim" };
	struct bd_error err;
	(void)bd_error_set(&err, BD_ERR_IO, "no \"geheim\" and geheim");
	store_url_redact(&url, &err);
	assert_string_equal(err.msg, "no \"***\" and ***");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_hides_credentials),
		cmocka_unit_test(test_parse_never_shows_a_password_that_breaks_the_url),
		cmocka_unit_test(test_parse_finds_the_engine),
		cmocka_unit_test(test_redact_takes_the_password_out_of_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

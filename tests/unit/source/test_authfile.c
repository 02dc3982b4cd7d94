/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"

#include "source/credential_helper.h"

static struct bd_arena arena;

static struct authfile_entry find(const char *json, const char *registry, const char *repository)
{
	struct authfile_entry entry;
	struct bd_error err;
	if (authfile_find(bd_str(json), registry, repository, &arena, &entry, &err) < 0) {
		fail_msg("%s: %s", json, err.msg);
	}
	return entry;
}

static bool is_anonymous(const char *json, const char *registry, const char *repository)
{
	const struct authfile_entry entry = find(json, registry, repository);
	return !credentials_any(&entry.credentials);
}

/* dTpw is "u:p" */
static const char *user(const char *key, const char *registry, const char *repository)
{
	const char *json = bd_arena_printf(&arena, "{\"auths\": {\"%s\": {\"auth\": \"dTpw\"}}}", key);
	return find(json, registry, repository).credentials.user;
}

static void test_authfile_find_keys(void **state)
{
	(void)state;
	assert_string_equal(user("r.example", "r.example", "a/b"), "u");
	assert_string_equal(user("https://r.example/v1/", "r.example", "a/b"), "u");
	assert_string_equal(user("http://r.example", "r.example", "a/b"), "u");
	assert_string_equal(user("r.example/a", "r.example", "a/b"), "u");
	assert_string_equal(user("r.example/a/b", "r.example", "a/b"), "u");
	assert_null(user("r.example/a/b/c", "r.example", "a/b"));
	assert_null(user("r.example/a", "r.example", "ab/c"));
	assert_null(user("r.example:5000", "r.example", "a/b"));
	assert_null(user("r.example", "r.example:5000", "a/b"));
	assert_null(user("evil-r.example", "r.example", "a/b"));
	assert_string_equal(user("https://index.docker.io/v1/", "docker.io", "library/python"), "u");
	assert_string_equal(user("docker.io", "docker.io", "library/python"), "u");
	assert_null(user("docker.io", "r.example", "library/python"));
	assert_null(user("docker.io.example", "docker.io", "library/python"));
	bd_arena_release(&arena);
}

static void test_authfile_find_most_specific(void **state)
{
	(void)state;
	const char *json = "{\"auths\": {\"r.example\": {\"username\": \"host\", \"password\": \"x\"},"
			   "\"r.example/a/b\": {\"username\": \"repository\", \"password\": \"x\"},"
			   "\"r.example/a\": {\"username\": \"namespace\", \"password\": \"x\"}}}";
	assert_string_equal(find(json, "r.example", "a/b").credentials.user, "repository");
	assert_string_equal(find(json, "r.example", "a/c").credentials.user, "namespace");
	assert_string_equal(find(json, "r.example", "z").credentials.user, "host");
	assert_true(is_anonymous(json, "s.example", "z"));
	bd_arena_release(&arena);
}

static void test_authfile_find_forms(void **state)
{
	(void)state;
	/* dTpwOnd4 is "u:p:wx": the first colon cuts; dTpwAAA= is "u:p\0\0", as Docker pads */
	assert_string_equal(
		find("{\"auths\": {\"r\": {\"auth\": \"dTpwOnd4\"}}}", "r", "a").credentials.password, "p:wx");
	assert_string_equal(find("{\"auths\": {\"r\": {\"auth\": \"dTpwAAA=\"}}}", "r", "a").credentials.password, "p");
	assert_string_equal(find("{\"r\": {\"auth\": \"dTpw\"}}", "r", "a").credentials.password, "p");
	const struct authfile_entry tokens = find(
		"{\"auths\": {\"r\": {\"auth\": \"\", \"identitytoken\": \"i\", \"registrytoken\": \"t\"}}}", "r", "a");
	assert_string_equal(tokens.credentials.identity_token, "i");
	assert_string_equal(tokens.credentials.registry_token, "t");
	assert_null(tokens.credentials.user);
	assert_true(is_anonymous("{\"auths\": {\"r\": {}}}", "r", "a"));
	assert_true(is_anonymous("{\"auths\": {\"r\": null}}", "r", "a"));
	assert_true(is_anonymous("{}", "r", "a"));
	bd_arena_release(&arena);
}

static void test_authfile_find_helpers(void **state)
{
	(void)state;
	const char *json =
		"{\"auths\": {\"r\": {\"auth\": \"dTpw\"}}, \"credHelpers\": {\"h\": \"gcr\"}, \"credsStore\": \"desktop\"}";
	assert_null(find(json, "r", "a").helper);
	assert_string_equal(find(json, "h", "a").helper, "gcr");
	assert_string_equal(find(json, "h", "a").server, "h");
	assert_string_equal(find(json, "other", "a").helper, "desktop");
	assert_string_equal(find(json, "docker.io", "library/a").server, "https://index.docker.io/v1/");
	bd_arena_release(&arena);
}

static void expect_bad(const char *json, enum bd_error_code code)
{
	struct authfile_entry entry;
	struct bd_error err;
	assert_int_equal(authfile_find(bd_str(json), "r", "a", &arena, &entry, &err), -(int)code);
	assert_null(strstr(err.msg, "hunter2"));
}

static void test_authfile_find_refuses(void **state)
{
	(void)state;
	expect_bad("{\"auths\": {\"r\": {\"auth\": \"hunter2", BD_ERR_FORMAT);
	expect_bad("{\"auths\": {\"r\": {\"auth\": \"hunter2!\"}}}", BD_ERR_FORMAT);
	expect_bad("{\"auths\": {\"r\": {\"auth\": 7}}}", BD_ERR_FORMAT);
	expect_bad("{\"auths\": {\"r\": \"hunter2\"}}", BD_ERR_FORMAT);
	expect_bad("{\"auths\": []}", BD_ERR_FORMAT);
	expect_bad("[]", BD_ERR_FORMAT);
	expect_bad("{\"credsStore\": \"../../bin/sh\"}", BD_ERR_FORMAT);
	expect_bad("{\"credHelpers\": {\"r\": \"a b\"}}", BD_ERR_FORMAT);
	char *large = bd_arena_alloc(&arena, BD_LIMIT_AUTHFILE_BYTES + 2);
	memset(large, ' ', BD_LIMIT_AUTHFILE_BYTES + 1);
	expect_bad(large, BD_ERR_LIMIT);
	bd_arena_release(&arena);
}

static void test_credential_helper_read(void **state)
{
	struct credentials c = { 0 };
	struct bd_error err;
	(void)state;
	assert_int_equal(credential_helper_read(
				 BD_STR("{\"ServerURL\":\"r\",\"Username\":\"u\",\"Secret\":\"s\"}"), &arena, &c, &err),
		0);
	assert_string_equal(c.user, "u");
	assert_string_equal(c.password, "s");
	c = (struct credentials){ 0 };
	assert_int_equal(
		credential_helper_read(BD_STR("{\"Username\":\"<token>\",\"Secret\":\"s\"}"), &arena, &c, &err), 0);
	assert_null(c.user);
	assert_string_equal(c.identity_token, "s");
	assert_int_equal(credential_helper_read(BD_STR("{\"Username\":\"u\"}"), &arena, &c, &err), -BD_ERR_FORMAT);
	assert_int_equal(credential_helper_read(BD_STR("hunter2"), &arena, &c, &err), -BD_ERR_FORMAT);
	assert_null(strstr(err.msg, "hunter2"));
	assert_int_equal(credential_helper_get("no-such-helper", "r", &arena, &c, &err), -BD_ERR_NOT_FOUND);
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_authfile_find_keys),
		cmocka_unit_test(test_authfile_find_most_specific),
		cmocka_unit_test(test_authfile_find_forms),
		cmocka_unit_test(test_authfile_find_helpers),
		cmocka_unit_test(test_authfile_find_refuses),
		cmocka_unit_test(test_credential_helper_read),
	};
	return cmocka_run_group_tests_name("source_authfile", tests, NULL, NULL);
}

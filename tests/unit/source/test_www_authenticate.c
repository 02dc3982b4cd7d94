/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "source/www_authenticate.h"

static struct bd_arena arena;

static struct challenge parse(const char *headers)
{
	struct challenge challenge;
	if (!challenge_parse(bd_str(headers), &arena, &challenge)) {
		fail_msg("refused: %s", headers);
	}
	return challenge;
}

static void test_challenge_parse_bearer(void **state)
{
	(void)state;
	const struct challenge c = parse("Bearer realm=\"https://auth.example/token\",service=\"registry.example\","
					 "scope=\"repository:team/app:pull,push\",error=\"invalid_token\"");
	assert_true(c.bearer);
	assert_false(c.basic);
	assert_string_equal(c.realm, "https://auth.example/token");
	assert_string_equal(c.service, "registry.example");
	assert_string_equal(c.scope, "repository:team/app:pull,push");
	assert_string_equal(c.error, "invalid_token");
	bd_arena_release(&arena);
}

static void test_challenge_parse_forms(void **state)
{
	(void)state;
	assert_true(parse("basic REALM = \"a \\\"b\\\" c\" ").basic);
	assert_string_equal(parse("BEARER realm=https://auth.example/t , service=x").realm, "https://auth.example/t");
	assert_string_equal(parse("Bearer realm=\"a\\\"b\"").realm, "a\"b");
	/* several challenges, in one header or in several */
	const struct challenge c =
		parse("Negotiate, NTLM TlRMTVNT/AA==, Basic realm=\"x\", , Bearer realm=\"y\",service=z");
	assert_true(c.basic);
	assert_true(c.bearer);
	assert_string_equal(c.realm, "y");
	assert_string_equal(c.service, "z");
	/* Basic's realm is not Bearer's, and the first Bearer counts */
	assert_null(parse("Bearer, Basic realm=\"x\"").realm);
	assert_string_equal(parse("Bearer realm=\"a\", Bearer realm=\"b\",service=\"s\"").realm, "a");
	assert_null(parse("Bearer realm=\"a\", Bearer realm=\"b\",service=\"s\"").service);
	assert_false(parse("Digest realm=\"d\"").bearer);
	assert_false(parse("").basic);
	bd_arena_release(&arena);
}

static void test_challenge_parse_refuses(void **state)
{
	static const char *const bad[] = { "Bearer realm=\"", "Bearer realm=\"x\\", "=x", "Bearer (x)", "\"Bearer\"" };
	struct challenge challenge;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(challenge_parse(bd_str(bad[i]), &arena, &challenge));
	}
	assert_false(challenge_parse(BD_STR("Bearer realm=\"a\0b\""), &arena, &challenge));
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_challenge_parse_bearer),
		cmocka_unit_test(test_challenge_parse_forms),
		cmocka_unit_test(test_challenge_parse_refuses),
	};
	return cmocka_run_group_tests_name("source_www_authenticate", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"

static void test_purl_parse_parts(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err;
	struct bd_purl purl;
	const char *text = "pkg:GOLANG/Example.org/Team/tool@v1.0?b=2&a=x%2Fy&empty=#/cmd//./main/../";
	assert_int_equal(bd_purl_parse(bd_str(text), &arena, &purl, &err), 0);
	assert_string_equal(purl.type, "golang");
	assert_string_equal(purl.namespace, "example.org/team");
	assert_string_equal(purl.name, "tool");
	assert_string_equal(purl.version, "v1.0");
	assert_string_equal(purl.subpath, "cmd/main");
	assert_int_equal(purl.qualifiers.len, 2);
	assert_string_equal(purl.qualifiers.v[0].key, "a");
	assert_string_equal(purl.qualifiers.v[0].value, "x/y");
	assert_string_equal(purl.qualifiers.v[1].key, "b");
	assert_string_equal(bd_purl_text(&purl, &arena), "pkg:golang/example.org/team/tool@v1.0?a=x%2Fy&b=2#cmd/main");
}

static void test_purl_parse_canonical(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "pkg:deb/Debian/OpenSSL@1.1.1d-0+deb10u2?distro=debian-10&arch=amd64",
			"pkg:deb/debian/openssl@1.1.1d-0%2Bdeb10u2?arch=amd64&distro=debian-10" },
		{ "pkg:deb/debian/attr@1%3A2.4", "pkg:deb/debian/attr@1:2.4" },
		{ "pkg:pypi/Typing_Extensions@4.0.0RC1", "pkg:pypi/typing-extensions@4.0.0rc1" },
		{ "pkg:npm/%40Angular/Core@1.0.0", "pkg:npm/%40Angular/Core@1.0.0" },
		{ "pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core@1.0.0" },
		{ "pkg:npm/@angular/core", "pkg:npm/%40angular/core" },
		{ "pkg://npm/a@1", "pkg:npm/a@1" },
		{ "pkg:npm/a@", "pkg:npm/a" },
		{ "PKG:npm/a", "pkg:npm/a" },
		{ "pkg:github/Actions/Checkout@V4", "pkg:github/actions/checkout@V4" },
		{ "pkg:rpm/Fedora/Foo@1-1", "pkg:rpm/fedora/Foo@1-1" },
		{ "pkg:pub/My.Package@1", "pkg:pub/my_package@1" },
		{ "pkg:generic/n%C3%A9@1%202", "pkg:generic/n%C3%A9@1%202" },
		{ "pkg:generic/a%2Fb@1", "pkg:generic/a%2Fb@1" },
		{ "pkg:mlflow/Model@3?repository_url=https://adb-1.azuredatabricks.net",
			"pkg:mlflow/model@3?repository_url=https:%2F%2Fadb-1.azuredatabricks.net" },
		{ "pkg:mlflow/Model@3?repository_url=https://x.azureml.ms",
			"pkg:mlflow/Model@3?repository_url=https:%2F%2Fx.azureml.ms" },
		{ "pkg:cpan/drolsky/DateTime@1.55", "pkg:cpan/DROLSKY/DateTime@1.55" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err;
		struct bd_purl purl;
		if (bd_purl_parse(bd_str(rows[i][0]), &arena, &purl, &err) < 0) {
			fail_msg("%s: %s", rows[i][0], err.msg);
		}
		assert_string_equal(bd_purl_text(&purl, &arena), rows[i][1]);
	}
}

static void test_purl_parse_refuses(void **state)
{
	(void)state;
	static const char *const rows[] = { "", "pkg", "pkg:", "pkg:npm", "pkg:npm/", "npm/a@1", "pkg:3x/a",
		"pkg:n&m/a", "pkg:maven/@1.3.4", "pkg:npm/a@%", "pkg:npm/a%2", "pkg:npm/a%zz", "pkg:npm/a%00b",
		"pkg:npm/a?In=1", "pkg:npm/a?in%20x=1", "pkg:npm/a?a=1&a=2", "pkg:npm/a?=1", "pkg%3Anpm/a",
		"pkg:swift/a@1", "pkg:julia/A@1", "pkg:cpan/A::B@1", "pkg:pypi/ns/a@1", "pkg:nuget/ns/a",
		"pkg:chrome-extension/abc" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err = { .code = BD_ERR_IO };
		struct bd_purl purl;
		if (bd_purl_parse(bd_str(rows[i]), &arena, &purl, &err) == 0) {
			fail_msg("%s is taken as %s", rows[i], bd_purl_text(&purl, &arena));
		}
		assert_int_equal(err.code, BD_ERR_FORMAT);
	}
}

static void test_purl_parse_lenient_takes(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "pkg:gem/jruby-launcher@1.1.2?Platform=java", "pkg:gem/jruby-launcher@1.1.2?platform=java" },
		{ "pkg:npm/a@1", "pkg:npm/a@1" },
	};
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err;
	struct bd_purl purl;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(bd_purl_parse_lenient(bd_str(rows[i][0]), &arena, &purl, &err), 0);
		assert_string_equal(bd_purl_text(&purl, &arena), rows[i][1]);
	}
	assert_int_equal(bd_purl_parse_lenient(bd_str("pkg:swift/a@1"), &arena, &purl, &err), 0);
	assert_string_equal(purl.name, "a");
	assert_int_equal(bd_purl_parse_lenient(bd_str("pkg:gem/a?A=1&a=2"), &arena, &purl, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_purl_parse_lenient(bd_str("pkg:gem/a?in%20x=1"), &arena, &purl, &err), -BD_ERR_FORMAT);
}

static void test_purl_parse_limit(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_error err;
	struct bd_purl purl;
	bd_buf_add_str(&text, "pkg:npm/");
	while (text.n < BD_LIMIT_PURL_BYTES) {
		bd_buf_add_char(&text, 'a');
	}
	assert_int_equal(bd_purl_parse(bd_buf_view(&text), &arena, &purl, &err), 0);
	bd_buf_add_char(&text, 'a');
	assert_int_equal(bd_purl_parse(bd_buf_view(&text), &arena, &purl, &err), -BD_ERR_LIMIT);
}

static void test_purl_text_builds(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_key_value pairs[] = { { "distro", "debian-10" }, { "arch", NULL }, { "Epoch", "1" } };
	const struct bd_purl purl = { "deb", "Debian", "g++", "", "", { pairs, 3, 3 } };
	assert_string_equal(bd_purl_text(&purl, &arena), "pkg:deb/debian/g%2B%2B?distro=debian-10&epoch=1");
}

static void test_purl_text_refuses(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_key_value spaced[] = { { "in production", "true" } };
	struct bd_key_value twice[] = { { "a", "1" }, { "A", "2" } };
	const struct bd_purl rows[] = { { .name = "a" }, { .type = "npm" }, { .type = "npm", .name = "" },
		{ .type = "n:m", .name = "a" }, { .type = "npm", .name = "a", .qualifiers = { spaced, 1, 1 } },
		{ .type = "npm", .name = "a", .qualifiers = { twice, 2, 2 } }, { .type = "swift", .name = "a" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(bd_purl_text(&rows[i], &arena));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_purl_parse_parts),
		cmocka_unit_test(test_purl_parse_canonical),
		cmocka_unit_test(test_purl_parse_refuses),
		cmocka_unit_test(test_purl_parse_lenient_takes),
		cmocka_unit_test(test_purl_parse_limit),
		cmocka_unit_test(test_purl_text_builds),
		cmocka_unit_test(test_purl_text_refuses),
	};
	return cmocka_run_group_tests_name("purl", tests, NULL, NULL);
}

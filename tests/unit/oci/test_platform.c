/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/oci.h"

#include "files.h"

static void parses_to(const char *text, const char *expected)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_platform platform;
	struct bd_error err;
	assert_int_equal(bd_platform_parse(text, &arena, &platform, &err), 0);
	assert_string_equal(bd_platform_text(&platform, &arena), expected);
}

static void test_platform_parse(void **state)
{
	(void)state;
	parses_to("linux/amd64", "linux/amd64");
	parses_to("linux/arm64/v8", "linux/arm64/v8");
	parses_to("arm64", "linux/arm64");
	parses_to("aarch64", "linux/arm64");
	parses_to("x86_64", "linux/amd64");
	parses_to("Linux/AMD64", "linux/amd64");
	parses_to("linux/armhf", "linux/arm/v7");
	parses_to("linux/arm/v6", "linux/arm/v6");
	parses_to("macos/arm64", "darwin/arm64");
}

static void test_platform_parse_errors(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "/", "linux/", "/amd64", "linux/amd64/v1/x", "linux//v1",
		"lin ux/amd64", "linux/\x01" };
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_platform platform;
	struct bd_error err;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(bd_platform_parse(wrong[i], &arena, &platform, &err), -BD_ERR_USAGE);
	}
}

static bool matches(const char *want, const char *have)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_platform a, b;
	struct bd_error err;
	assert_int_equal(bd_platform_parse(want, &arena, &a, &err), 0);
	assert_int_equal(bd_platform_parse(have, &arena, &b, &err), 0);
	return bd_platform_matches(&a, &b);
}

static void test_platform_matches(void **state)
{
	(void)state;
	assert_true(matches("linux/amd64", "linux/amd64"));
	assert_true(matches("linux/arm64", "linux/arm64/v8"));
	assert_true(matches("linux/arm64/v8", "linux/arm64"));
	assert_true(matches("linux/arm", "linux/arm/v6"));
	assert_true(matches("linux/arm/v7", "linux/arm"));
	assert_false(matches("linux/arm/v7", "linux/arm/v6"));
	assert_false(matches("linux/arm64", "linux/arm"));
	assert_false(matches("linux/amd64", "windows/amd64"));
	const struct bd_platform kernel_name = { .os = "linux", .architecture = "aarch64" };
	const struct bd_platform arm64 = { .os = "linux", .architecture = "arm64" };
	const struct bd_platform unknown = { 0 };
	assert_true(bd_platform_matches(&arm64, &kernel_name));
	assert_false(bd_platform_matches(&arm64, &unknown));
	const struct bd_platform host = bd_platform_host();
	assert_true(bd_platform_matches(&host, &host));
}

static void test_platform_os_version(void **state)
{
	(void)state;
	const struct bd_platform old = { .os = "windows", .architecture = "amd64", .os_version = "10.0.14393" };
	const struct bd_platform later = { .os = "windows", .architecture = "amd64", .os_version = "10.0.17763" };
	const struct bd_platform any = { .os = "windows", .architecture = "amd64" };
	assert_true(bd_platform_matches(&any, &later));
	assert_true(bd_platform_matches(&old, &old));
	assert_false(bd_platform_matches(&old, &later));
}

static void test_media_parse(void **state)
{
	(void)state;
	assert_int_equal(bd_media_parse(NULL), BD_MEDIA_UNKNOWN);
	assert_int_equal(bd_media_parse(""), BD_MEDIA_UNKNOWN);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.index.v1+json"), BD_MEDIA_INDEX);
	assert_int_equal(bd_media_parse("Application/vnd.OCI.image.index.v1+json; charset=utf-8"), BD_MEDIA_INDEX);
	assert_int_equal(bd_media_parse("application/vnd.docker.distribution.manifest.list.v2+json"), BD_MEDIA_LIST);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.manifest.v1+json"), BD_MEDIA_MANIFEST);
	assert_int_equal(bd_media_parse("application/vnd.docker.distribution.manifest.v2+json"), BD_MEDIA_V2S2);
	assert_int_equal(bd_media_parse("application/vnd.docker.distribution.manifest.v1+prettyjws"), BD_MEDIA_V2S1);
	assert_int_equal(bd_media_parse("application/vnd.docker.container.image.v1+json"), BD_MEDIA_CONFIG);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.layer.v1.tar"), BD_MEDIA_LAYER);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.layer.v1.tar+zstd"), BD_MEDIA_LAYER);
	assert_int_equal(
		bd_media_parse("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"), BD_MEDIA_LAYER);
	assert_int_equal(bd_media_parse("application/vnd.docker.image.rootfs.diff.tar.gzip"), BD_MEDIA_LAYER);
	assert_int_equal(bd_media_parse("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"), BD_MEDIA_LAYER);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.layer.v1.tarball"), BD_MEDIA_UNKNOWN);
	assert_int_equal(bd_media_parse("application/vnd.oci.image.manifest.v1+jsonx"), BD_MEDIA_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_platform_parse),
		cmocka_unit_test(test_platform_parse_errors),
		cmocka_unit_test(test_platform_matches),
		cmocka_unit_test(test_platform_os_version),
		cmocka_unit_test(test_media_parse),
	};
	return cmocka_run_group_tests_name("oci_platform", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "papers_file.h"

static int parse(const char *file, const char *platform, const char *target, struct bd_arena *arena,
	struct bd_build_papers *p, struct bd_error *err)
{
	return bd_metadata_file_parse(papers_file(file, arena), platform, target, arena, p, err);
}

static void test_bd_metadata_file_parse_bake(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(parse("metadata-bake.json", "linux/amd64", "web", &arena, &p, &err), 0);
	assert_string_equal(materials_text(&p.materials, &arena), "image docker.io/library/node:18 - linux/amd64\n");
	assert_string_equal(p.materials.v[0].source, "metadata-file");
	assert_int_equal(p.image_digest_kind, BD_DIGEST_INDEX);
	assert_string_equal(p.image_digest, DIGEST_B);
	assert_string_equal(p.config_digest, DIGEST_C);
	assert_string_equal(p.invocation_id, "b/b0/xyz");
	assert_int_equal(parse("metadata-bake.json", NULL, "db", &arena, &p, &err), 0);
	assert_int_equal(p.image_digest_kind, BD_DIGEST_MANIFEST);
	assert_string_equal(materials_text(&p.materials, &arena), "image docker.io/library/postgres:15 - -\n");
	assert_int_equal(parse("metadata-bake.json", NULL, NULL, &arena, &p, &err), -BD_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "db, web"));
}

static void test_bd_metadata_file_parse_other_platform(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(parse("metadata-bake.json", "linux/s390x", "web", &arena, &p, &err), 0);
	assert_int_equal(p.materials.len, 0);
	assert_int_equal(p.warnings.len, 1);
	assert_non_null(strstr(p.warnings.v[0], "linux/amd64, linux/arm64"));
}

static void test_bd_metadata_file_parse_buildinfo(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	static const char info[] =
		"{\"sources\":[{\"type\":\"docker-image\",\"ref\":\"a:1\",\"pin\":\"" DIGEST_A "\"}]}";
	assert_int_equal(parse("metadata-buildinfo.json", NULL, NULL, &arena, &p, &err), 0);
	assert_string_equal(
		materials_text(&p.materials, &arena), "image docker.io/library/alpine:3.15 b -\ngit - - -\n");
	assert_string_equal(p.target, "t");
	bd_buf_add_str(&text, "{\"containerimage.buildinfo\":\"");
	bd_base64(&text, info, strlen(info));
	bd_buf_add_str(&text, "\"}");
	assert_int_equal(bd_metadata_file_parse(bd_buf_view(&text), NULL, NULL, &arena, &p, &err), 0);
	assert_string_equal(materials_text(&p.materials, &arena), "image docker.io/library/a:1 a -\n");
}

static void test_bd_metadata_file_parse_buildah(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(parse("metadata-buildah.json", NULL, "any", &arena, &p, &err), 0);
	assert_int_equal(p.materials.len, 0);
	assert_int_equal(p.image_digest_kind, BD_DIGEST_MANIFEST);
	assert_int_equal(p.status, BD_STATUS_PASSED);
}

static void test_bd_metadata_file_parse_refuses(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_metadata_file_parse(bd_str("{}"), NULL, NULL, &arena, &p, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_metadata_file_parse(bd_str("{\"a\":{}}"), NULL, NULL, &arena, &p, &err), -BD_ERR_FORMAT);
	assert_int_equal(
		bd_metadata_file_parse(bd_str("{\"containerimage.buildinfo\":\"!\"}"), NULL, NULL, &arena, &p, &err),
		-BD_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_metadata_file_parse_bake),
		cmocka_unit_test(test_bd_metadata_file_parse_other_platform),
		cmocka_unit_test(test_bd_metadata_file_parse_buildinfo),
		cmocka_unit_test(test_bd_metadata_file_parse_buildah),
		cmocka_unit_test(test_bd_metadata_file_parse_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

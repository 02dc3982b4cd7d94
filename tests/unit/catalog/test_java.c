/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/catalog.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/java_archive.h"
#include "catalog/java_name.h"
#include "catalog/java_text.h"
#include "made_elf.h"

static void expect_file(const char *path, const char *name, const char *version)
{
	const struct java_file_name file = java_file_name(bd_str(path));
	if (!bd_str_is(file.name, name) || !bd_str_is(file.version, version)) {
		fail_msg("%s: \"%.*s\", \"%.*s\"", path, (int)file.name.n, file.name.p, (int)file.version.n,
			file.version.p);
	}
}

static void test_java_file_name_versions(void **state)
{
	(void)state;
	expect_file("a/tool-1.2.3.jar", "tool", "1.2.3");
	expect_file("tool.1.2.jar", "tool", "1.2");
	expect_file("tool_1.2.jar", "tool", "1.2");
	expect_file("tool_2.13-1.0.jar", "tool_2.13", "1.0");
	expect_file("tool-r06.jar", "tool", "r06");
	expect_file("tool-build7-x.jar", "tool", "build7-x");
	expect_file("tool-build-cache-8.jar", "tool-build-cache", "8");
	expect_file("tool-r2dbc-1.1.jar", "tool-r2dbc", "1.1");
	expect_file("tool-RC2-x.jar", "tool", "RC2-x");
	expect_file("tool-r.jar", "tool-r", "");
	expect_file("tool2-rest.jar", "tool2-rest", "");
	expect_file("tool.jar", "tool", "");
	expect_file("1.jar", "1", "");
	expect_file(".jar", "", "");
	expect_file("", "", "");
}

static void collect(bool in_main, struct bd_str key, struct bd_str value, void *context)
{
	bd_buf_printf(context, "%s%.*s=%.*s\n", in_main ? "" : "+", (int)key.n, key.p, (int)value.n, value.p);
}

static void test_java_manifest_read_lines(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	(void)state;
	java_manifest_read(BD_STR("\nManifest-Version: 1.0\r\nLong: 1234\r\n 5678\r\n  9\r\nno colon\r\nEmpty:\r\n\r\n"
				  "\nName: x\nVersion: 2\n\nOther: y"),
		collect, &out);
	assert_string_equal(
		bd_buf_str(&out), "Manifest-Version=1.0\nLong=12345678 9\nEmpty=\n+Name=x\n+Version=2\n+Other=y\n");
	bd_buf_clear(&out);
	java_manifest_read(BD_STR(" orphan\n: no key\n"), collect, &out);
	assert_int_equal(out.n, 0);
}

static void test_java_properties_read_forms(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct java_coordinates found;
	(void)state;
	java_properties_read(
		BD_STR("#Created\n! x\ngroupId=a.b\r\nartifactId : c\nversion 1\\:2\nother=x"), &arena, &found);
	assert_string_equal(found.group, "a.b");
	assert_string_equal(found.artifact, "c");
	assert_string_equal(found.version, "1:2");
	java_properties_read(BD_STR("version"), &arena, &found);
	assert_string_equal(found.version, "");
	assert_string_equal(found.group, "");
}

static void test_java_project_read_nesting(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct java_coordinates found;
	(void)state;
	java_project_read(BD_STR("\xef\xbb\xbf<?xml version='1.0'?><project xmlns='x'><parent><groupId>p.g</groupId>"
				 "<artifactId>p</artifactId><version>1</version></parent><!-- <version>9</version> -->"
				 "<artifactId> a&amp;b </artifactId><dependencies><dependency><groupId>d</groupId>"
				 "<artifactId>d</artifactId><version>8</version></dependency></dependencies>"
				 "<build><version>7</version></build></project>"),
		&arena, &found);
	assert_string_equal(found.artifact, "a&b");
	assert_string_equal(found.group, "");
	assert_string_equal(found.version, "");
	assert_string_equal(found.parent_group, "p.g");
	assert_string_equal(found.parent_version, "1");
	java_project_read(BD_STR("<settings><artifactId>a</artifactId></settings>"), &arena, &found);
	assert_string_equal(found.artifact, "");
}

/* Jars in each other, as deep as is asked. */
static void nest(unsigned int depth, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf inner = { .n = 0 };
	const struct made_file leaf = { "META-INF/MANIFEST.MF", BD_STR("Implementation-Version: 1\n") };
	made_zip(&leaf, 1, &inner);
	for (unsigned int i = 0; i < depth; i++) {
		AUTO(bd_buf_release) struct bd_buf outer = { .n = 0 };
		const struct made_file file = { "in/a-1.jar", bd_buf_view(&inner) };
		made_zip(&file, 1, &outer);
		const struct bd_buf swap = inner;
		inner = outer;
		outer = swap;
	}
	bd_buf_add(out, inner.p, inner.n);
}

static void test_java_archive_read_depth(void **state)
{
	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		AUTO(bd_buf_release) struct bd_buf jar = { .n = 0 };
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		struct bd_error err;
		nest(BD_LIMIT_JAR_DEPTH + more, &jar);
		assert_int_equal(java_archive_read(bd_buf_view(&jar), &out, &err), more == 0 ? 0 : -BD_ERR_LIMIT);
		assert_true(bd_str_find(bd_buf_view(&out), "jar\tin/a-1.jar!/in/a-1.jar\n", NULL));
	}
}

/* Tabs and line ends in names are not other fields and lines. */
static void test_java_archive_read_hostile_text(void **state)
{
	AUTO(bd_buf_release) struct bd_buf jar = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	const struct made_file files[] = { { "META-INF/maven/x\ty\njar\t/pom.properties", BD_STR("artifactId=a\tb") },
		{ "META-INF/manifest.mf", BD_STR("Name: a\tb\rc\n") },
		{ "META-INF/MANIFEST.MF", BD_STR("Name: second\n") },
		{ "archetype/pom.xml", BD_STR("<project><artifactId>x</artifactId></project>") },
		{ "empty.jar", BD_STR("") } };
	(void)state;
	made_zip(files, 5, &jar);
	assert_int_equal(java_archive_read(bd_buf_view(&jar), &out, &err), 0);
	assert_string_equal(
		bd_buf_str(&out), "jar\t\nproperties\tMETA-INF/maven/x y jar \t\ta b\t\nmanifest\nmain\tName\ta b c\n");
}

static void test_java_archive_read_truncated(void **state)
{
	AUTO(bd_buf_release) struct bd_buf jar = { .n = 0 };
	(void)state;
	nest(0, &jar); /* of a jar in it the end would be this one's */
	for (size_t n = 4; n < jar.n; n++) {
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		AUTO(free_ptr) char *copy = bd_xmalloc(n);
		struct bd_error err;
		memcpy(copy, jar.p, n);
		assert_int_equal(java_archive_read((struct bd_str){ copy, n }, &out, &err), -BD_ERR_FORMAT);
	}
}

/* A script may stand in front: "fully executable" jars of Spring Boot. */
static void test_java_extract_script(void **state)
{
	AUTO(bd_buf_release) struct bd_buf jar = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	(void)state;
	nest(1, &jar);
	bd_buf_add_str(&file, "#!/bin/sh\nexec java -jar \"$0\"\n");
	bd_buf_add(&file, jar.p, jar.n);
	assert_int_equal(bd_cataloger_java.extract("srv/app.jar", bd_buf_view(&file), &out, &err), 0);
	assert_true(bd_str_find(bd_buf_view(&out), "jar\tin/a-1.jar\n", NULL));
}

static void test_java_extract_not_zip(void **state)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	(void)state;
	assert_int_equal(bd_cataloger_java.extract("a.jar", BD_STR("text"), &out, &err), -BD_ERR_FORMAT);
	assert_int_equal(bd_cataloger_java.extract("a.jar", BD_STR(""), &out, &err), 0);
	assert_int_equal(bd_cataloger_java.extract("film.rar", BD_STR("Rar!\x1a\7"), &out, &err), 0);
	assert_int_equal(out.n, 0);
}

static void expect_group(const char *key, const char *value, const char *artifact, const char *group)
{
	struct java_attribute attribute = { bd_str(key), bd_str(value), true };
	const struct java_attribute_vec manifest = { &attribute, 1, 1 };
	const struct bd_str found = java_group(&manifest, bd_str(artifact));
	if (!bd_str_is(found, group)) {
		fail_msg("%s: %s of %s gives %.*s", key, value, artifact, (int)found.n, found.p);
	}
}

static void test_java_group_manifest(void **state)
{
	(void)state;
	expect_group("Group-Id", "plain", "a", "plain");
	expect_group("Implementation-Vendor-Id", "org.example", "a", "org.example");
	expect_group("Implementation-Vendor", "Example Inc.", "a", "");
	expect_group(
		"Bundle-SymbolicName", "org.example.tools.some-tool;singleton:=true", "some-tool", "org.example.tools");
	expect_group("Bundle-SymbolicName", "org.example.tools.part3", "tools-part3", "org.example.tools");
	expect_group("Bundle-SymbolicName", "com.example.thing", "thing", "com.example.thing");
	expect_group("Bundle-SymbolicName", "thing", "thing", "");
	expect_group("Other", "org.example", "spring-boot-starter", "org.springframework.boot");
	expect_group("Other", "org.example", "spring-core", "org.springframework");
	expect_group("Other", "org.example", "springy", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_java_file_name_versions),
		cmocka_unit_test(test_java_manifest_read_lines),
		cmocka_unit_test(test_java_properties_read_forms),
		cmocka_unit_test(test_java_project_read_nesting),
		cmocka_unit_test(test_java_archive_read_depth),
		cmocka_unit_test(test_java_archive_read_hostile_text),
		cmocka_unit_test(test_java_archive_read_truncated),
		cmocka_unit_test(test_java_extract_script),
		cmocka_unit_test(test_java_extract_not_zip),
		cmocka_unit_test(test_java_group_manifest),
	};
	return cmocka_run_group_tests_name("java", tests, NULL, NULL);
}

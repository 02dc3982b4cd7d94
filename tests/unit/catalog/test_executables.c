/* SPDX-License-Identifier: Apache-2.0 */
/* Go and Rust: every form of executable that states what it was linked from, and those that do not. */
#include "test.h"

#include <string.h>

#include "basedrift/catalog.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/executable.h"
#include "catalog/go_build.h"
#include "catalog/go_ldflags.h"
#include "format/elf.h"
#include "made_elf.h"

#define MODULES "path\texample.com/a\nmod\texample.com/a\tv1.0.0\th1:x=\ndep\texample.com/b\tv2.0.0\n"

static struct bd_str head_of(const struct bd_buf *file)
{
	return (struct bd_str){ file->p, file->n < BD_CATALOG_HEAD_BYTES ? file->n : BD_CATALOG_HEAD_BYTES };
}

static void make_go(const struct made_go *go, bool no_sections, const char *section, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf contents = { .n = 0 };
	made_go(go, &contents);
	const struct made_elf elf = { .wide = go->wide,
		.big = go->big,
		.type = ELF_EXECUTABLE,
		.no_sections = no_sections,
		.section = section,
		.contents = bd_buf_view(&contents) };
	made_elf(&elf, out);
}

static void test_go_build_info_every_form(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		const struct made_go go = { i & 1, i & 2, i & 4, "go1.17.3", MODULES };
		make_go(&go, i & 8, ".go.buildinfo", &file);
		assert_true(executable_is_linked(head_of(&file)));
		assert_true(go_build_info(bd_buf_view(&file), &out));
		assert_string_equal(bd_buf_str(&out), "go1.17.3\n" MODULES);
	}
}

/* A section of another name: the data segment is searched. */
static void test_go_build_info_renamed_section(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct made_go go = { true, false, false, "go1.22.1", MODULES };
	(void)state;
	make_go(&go, false, ".data", &file);
	assert_true(go_build_info(bd_buf_view(&file), &out));
}

static void test_go_build_info_without_modules(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct made_go go = { true, false, false, "go1.22.1", "no line end" };
	(void)state;
	make_go(&go, false, ".go.buildinfo", &file);
	assert_true(go_build_info(bd_buf_view(&file), &out));
	assert_string_equal(bd_buf_str(&out), "go1.22.1\n");
}

/* Cut anywhere, nothing is read behind the end (the sanitizer says), and no half list comes out. */
static void test_go_build_info_truncated(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	(void)state;
	for (unsigned int pointers = 0; pointers < 2; pointers++) {
		const struct made_go go = { true, false, pointers != 0, "go1.22.1", MODULES };
		bd_buf_clear(&file);
		make_go(&go, false, ".go.buildinfo", &file);
		for (size_t n = 0; n < 0x200 + 40; n++) {
			AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
			AUTO(free_ptr) char *copy = bd_xmalloc(n + 1);
			memcpy(copy, file.p, n);
			assert_false(go_build_info((struct bd_str){ copy, n }, &out));
		}
	}
}

/* The magic number is text in Go's own tools and in this program: a version has to follow. */
static void test_go_build_info_not_one(void **state)
{
	static const char *const versions[] = { "", "1.22", "go\n1", "\x01go1.22" };
	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		const struct made_go go = { true, false, false, versions[i], MODULES };
		make_go(&go, false, ".go.buildinfo", &file);
		assert_false(go_build_info(bd_buf_view(&file), &out));
		assert_int_equal(out.n, 0);
	}
}

/* Windows and macOS: the header stands somewhere at a multiple of 16. */
static void test_go_build_info_other_formats(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf info = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const struct made_go go = { true, false, false, "go1.22.1", MODULES };
	(void)state;
	bd_buf_add(&file, "\xcf\xfa\xed\xfe", 4);
	while (file.n < 4096 + 48) {
		bd_buf_add_char(&file, '\0');
	}
	made_go(&go, &info);
	bd_buf_add(&file, info.p, info.n);
	assert_true(executable_is_foreign(head_of(&file)));
	assert_true(go_build_info(bd_buf_view(&file), &out));
	assert_string_equal(bd_buf_str(&out), "go1.22.1\n" MODULES);
}

static void windows(bool dotnet, struct bd_buf *out)
{
	bd_buf_add(out, "MZ", 2);
	while (out->n < 60) {
		bd_buf_add_char(out, '\0');
	}
	made_number(out, 64, 4, false);
	bd_buf_add(out, "PE\0\0", 4);
	while (out->n < 64 + 24) {
		bd_buf_add_char(out, '\0');
	}
	made_number(out, 0x20b, 2, false);
	while (out->n < 64 + 24 + 112 + (size_t)14 * 8) {
		bd_buf_add_char(out, '\0');
	}
	made_number(out, dotnet ? 0x2000 : 0, 8, false);
	made_number(out, 0, 8, false);
}

static void test_executable_is_foreign_windows(void **state)
{
	(void)state;
	for (unsigned int dotnet = 0; dotnet < 2; dotnet++) {
		AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
		windows(dotnet != 0, &file);
		assert_int_equal(executable_is_foreign(bd_buf_view(&file)), dotnet == 0);
		for (size_t n = 0; n < file.n; n++) {
			AUTO(free_ptr) char *copy = bd_xmalloc(n + 1);
			memcpy(copy, file.p, n);
			assert_false(executable_is_foreign((struct bd_str){ copy, n }));
		}
	}
}

static void test_executable_is_linked_kinds(void **state)
{
	static const struct {
		struct made_elf elf;
		bool linked;
	} cases[] = {
		{ { .type = ELF_EXECUTABLE }, true },
		{ { .type = ELF_SHARED, .dynamic = true }, false },
		{ { .type = ELF_EXECUTABLE, .dynamic = true }, false },
		{ { .type = ELF_SHARED, .dynamic = true, .tls = true }, true },
		{ { .type = ELF_EXECUTABLE, .dynamic = true, .go_note = true }, true },
		{ { .type = 1, .tls = true }, false },
		{ { .type = 4, .go_note = true }, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * 4; i++) {
		AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
		struct made_elf elf = cases[i / 4].elf;
		elf.wide = i & 1;
		elf.big = i & 2;
		made_elf(&elf, &file);
		assert_int_equal(executable_is_linked(head_of(&file)), cases[i / 4].linked);
	}
	assert_false(executable_is_linked(BD_STR("#!/bin/sh\n")));
	assert_false(executable_is_linked((struct bd_str){ NULL, 0 }));
}

/* Headers at the end of the file, where the first bytes do not reach. */
static void test_executable_is_linked_unseen(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	const struct made_elf elf = { .wide = true, .type = ELF_SHARED, .dynamic = true };
	(void)state;
	made_elf(&elf, &file);
	file.p[33] = 0x40; /* e_phoff 16384 */
	assert_true(executable_is_linked(bd_buf_view(&file)));
}

static void expect_linked(const char *flags, const char *module, const char *version)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	const bool found = go_linked_version(bd_str(flags), bd_str(module), &out);
	assert_int_equal(found, version != NULL);
	assert_string_equal(bd_buf_str(&out), version != NULL ? version : "");
}

static void test_go_linked_version_variables(void **state)
{
	(void)state;
	expect_linked("-s -w -X main.version=1.2.3", "example.com/a", "v1.2.3");
	expect_linked("-X=main.Version=v1.2.3-rc.1+b", "example.com/a", "v1.2.3-rc.1+b");
	expect_linked("all=-X 'example.com/a/v.gitVersion=v1.2.3' -X main.other=9.9.9", "example.com/a", "v1.2.3");
	expect_linked("-X example.com/b.Version=9.9.9 -X example.com/a.Version=1.2.3", "example.com/a", "v1.2.3");
	expect_linked(
		"-X \\\"main.MakeVersion=GNU Make 4.1.0\\\" -X \\\"main.Version=1.2.3\\\"", "example.com/a", "v1.2.3");
	expect_linked("-X example.com/a.version=tool/v1.2.3", "example.com/a", "v1.2.3");
	expect_linked("-X main.version=77d9aaa", "example.com/a", NULL);
	expect_linked("-X main.version=1.2", "example.com/a", NULL);
	expect_linked("-X main.version=1.2.3 4", "example.com/a", "v1.2.3");
	expect_linked("-X main.kubectlVersion=1.2.3", "example.com/a", NULL);
	expect_linked("-X", "example.com/a", NULL);
	expect_linked("-X version", "example.com/a", NULL);
	expect_linked("", "", NULL);
}

static void test_cargo_extract_bad_section(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *message;
	} cases[] = { { "not zlib", 8, "zlib: " }, { "\x78\x9c\x03", 3, "truncated" } };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
		AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
		struct bd_error err;
		const struct made_elf elf = { .wide = true,
			.type = ELF_SHARED,
			.dynamic = true,
			.tls = true,
			.section = ".dep-v0",
			.contents = { cases[i].bytes, cases[i].n } };
		made_elf(&elf, &file);
		const struct bd_cataloger *by = bd_catalog_extract("usr/bin/a", bd_buf_view(&file), &out, &err);
		assert_string_equal(by->name, "cargo");
		assert_int_equal(err.code, BD_ERR_FORMAT);
		assert_non_null(strstr(err.msg, cases[i].message));
		assert_int_equal(out.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go_build_info_every_form),
		cmocka_unit_test(test_go_build_info_renamed_section),
		cmocka_unit_test(test_go_build_info_without_modules),
		cmocka_unit_test(test_go_build_info_truncated),
		cmocka_unit_test(test_go_build_info_not_one),
		cmocka_unit_test(test_go_build_info_other_formats),
		cmocka_unit_test(test_executable_is_foreign_windows),
		cmocka_unit_test(test_executable_is_linked_kinds),
		cmocka_unit_test(test_executable_is_linked_unseen),
		cmocka_unit_test(test_go_linked_version_variables),
		cmocka_unit_test(test_cargo_extract_bad_section),
	};
	return cmocka_run_group_tests_name("executables", tests, NULL, NULL);
}

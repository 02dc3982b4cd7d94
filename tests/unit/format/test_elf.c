/* SPDX-License-Identifier: Apache-2.0 */
/* The test's own executable, read by its own functions; what other forms have is in catalog/test_executables.c. */
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "format/elf.h"

static void read_self(struct bd_buf *out)
{
	char block[65536];
	AUTO(close_fd) int fd = open("/proc/self/exe", O_RDONLY);
	ssize_t n;
	assert_true(fd >= 0);
	while ((n = read(fd, block, sizeof(block))) > 0) {
		bd_buf_add(out, block, (size_t)n);
	}
}

static void test_elf_open_own_program(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct elf_file file;
	struct elf_program program;
	struct bd_str section;
	struct bd_str loaded;
	bool found = false;
	(void)state;
	read_self(&bytes);
	assert_true(elf_open(bd_buf_view(&bytes), &file));
	assert_int_equal(file.wide, sizeof(void *) == 8);
	assert_true(elf_section_named(&file, ".rodata", &section));
	assert_true(bd_str_find(section, "a text that stands in this file's constants", NULL));
	assert_false(elf_section_named(&file, ".rodat", &section));
	assert_false(elf_section_named(&file, ".bss", &section)); /* it has no bytes */
	for (uint32_t i = 0; elf_program_at(&file, i, &program); i++) {
		if (program.type == ELF_LOAD && program.file_size > 8) {
			assert_true(elf_loaded(&file, program.address + 4, 4, &loaded));
			assert_memory_equal(loaded.p, bytes.p + program.offset + 4, 4);
			assert_false(
				elf_loaded(&file, program.address, program.file_size + ((uint64_t)1 << 40), &loaded));
			found = true;
		}
	}
	assert_true(found);
}

/* Cut anywhere and with any one byte of the headers turned over, nothing is read outside (the sanitizer says). */
static void test_elf_open_damaged(void **state)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct elf_file file;
	struct elf_program program;
	struct bd_str section;
	(void)state;
	read_self(&bytes);
	for (size_t i = 0; i < 1024; i++) {
		AUTO(free_ptr) char *copy = bd_xmalloc(i + 1);
		memcpy(copy, bytes.p, i);
		if (elf_open((struct bd_str){ copy, i }, &file)) {
			(void)elf_section_named(&file, ".text", &section);
			(void)elf_program_at(&file, 3, &program);
		}
		bytes.p[i] = (char)~bytes.p[i];
		if (elf_open(bd_buf_view(&bytes), &file)) {
			(void)elf_section_named(&file, ".text", &section);
			for (uint32_t k = 0; elf_program_at(&file, k, &program); k++) {
				(void)elf_program_bytes(&file, &program);
			}
		}
		bytes.p[i] = (char)~bytes.p[i];
	}
}

static void test_elf_number_orders(void **state)
{
	(void)state;
	assert_int_equal(elf_number("\x01\x02\x03\x04", 4, true), 0x01020304);
	assert_int_equal(elf_number("\x01\x02\x03\x04", 4, false), 0x04030201);
	assert_true(elf_number("\xff\xff\xff\xff\xff\xff\xff\xff", 8, false) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elf_open_own_program),
		cmocka_unit_test(test_elf_open_damaged),
		cmocka_unit_test(test_elf_number_orders),
	};
	return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF files (System V ABI, "Object Files"), 32 and 64 bit, both byte orders: what an inventory asks of them and no
 * more.  Nothing is copied, every offset is held against the bytes that are there, and the first bytes of a file
 * are enough for what lies in them; that, and an inventory that is the same wherever basedrift was built, is why
 * this is not a library's.
 */
#ifndef FORMAT_ELF_H
#define FORMAT_ELF_H

#include "basedrift/base.h"

enum elf_type {
	ELF_EXECUTABLE = 2,
	ELF_SHARED = 3 /* also position-independent executables */
};
enum elf_program_type {
	ELF_LOAD = 1,
	ELF_DYNAMIC = 2,
	ELF_NOTE = 4,
	ELF_TLS = 7
};
#define ELF_EXECUTE 1U
#define ELF_WRITE   2U

struct elf_file {
	struct bd_str bytes;
	bool wide, big; /* 64 bit; the most significant byte first */
	uint16_t type, program_size, section_size;
	uint32_t program_count, section_count, section_names;
	uint64_t program_offset, section_offset;
};
struct elf_program {
	uint32_t type, flags;
	uint64_t offset, address, file_size;
};

/* false: no ELF header.  What the header points to is looked at by the functions below. */
bool elf_open(struct bd_str bytes, struct elf_file *out);
/* false: the header of program segment i is not in the bytes. */
bool elf_program_at(const struct elf_file *file, uint32_t i, struct elf_program *out);
/* The part of the segment that is in the bytes. */
struct bd_str elf_program_bytes(const struct elf_file *file, const struct elf_program *program);
/* The section's bytes; false: there is none of that name, or it has none, or not all are there. */
bool elf_section_named(const struct elf_file *file, const char *name, struct bd_str *out);
/* n bytes that are loaded at address; false: not all of them are. */
bool elf_loaded(const struct elf_file *file, uint64_t address, uint64_t n, struct bd_str *out);
/* A number of 1 to 8 bytes. */
uint64_t elf_number(const char *p, size_t bytes, bool big);

#endif

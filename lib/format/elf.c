/* SPDX-License-Identifier: Apache-2.0 */
#include "format/elf.h"

#include <string.h>

#define NO_BITS  8U /* a section that has no bytes in the file */
#define EXTENDED 0xffffU

uint64_t elf_number(const char *p, size_t bytes, bool big)
{
	uint64_t value = 0;
	for (size_t i = 0; i < bytes; i++) {
		value = value << 8 | (unsigned char)p[big ? i : bytes - 1 - i];
	}
	return value;
}

/* n bytes at offset, or the empty view. */
static struct bd_str slice(struct bd_str bytes, uint64_t offset, uint64_t n)
{
	if (offset > bytes.n || n > bytes.n - offset || n == 0) {
		return (struct bd_str){ NULL, 0 };
	}
	return (struct bd_str){ bytes.p + offset, (size_t)n };
}

static uint16_t half(const struct elf_file *file, const char *p)
{
	return (uint16_t)elf_number(p, 2, file->big);
}

static uint32_t word(const struct elf_file *file, const char *p)
{
	return (uint32_t)elf_number(p, 4, file->big);
}

/* An address, offset or size: as wide as the file's class. */
static uint64_t address(const struct elf_file *file, const char *p)
{
	return elf_number(p, file->wide ? 8 : 4, file->big);
}

struct section {
	uint32_t name, type, link;
	uint64_t offset, size;
};

static bool section_at(const struct elf_file *file, uint32_t i, struct section *out)
{
	const size_t least = file->wide ? 64 : 40;
	if (file->section_offset == 0 || file->section_size < least ||
		file->section_offset > UINT64_MAX - (uint64_t)i * file->section_size) {
		return false;
	}
	const struct bd_str header = slice(file->bytes, file->section_offset + (uint64_t)i * file->section_size, least);
	if (header.n == 0) {
		return false;
	}
	*out = (struct section){
		.name = word(file, header.p),
		.type = word(file, header.p + 4),
		.offset = address(file, header.p + (file->wide ? 24 : 16)),
		.size = address(file, header.p + (file->wide ? 32 : 20)),
		.link = word(file, header.p + (file->wide ? 40 : 24)),
	};
	return true;
}

/* Numbers that do not fit the header stand in the first section ("Extended Section Numbering"). */
static void read_extended(struct elf_file *file)
{
	struct section first;
	if (!section_at(file, 0, &first)) {
		return;
	}
	if (file->section_count == 0) {
		file->section_count = first.size <= UINT32_MAX ? (uint32_t)first.size : 0;
	}
	if (file->section_names == EXTENDED) {
		file->section_names = first.link;
	}
}

bool elf_open(struct bd_str bytes, struct elf_file *out)
{
	if (bytes.n < 52 || memcmp(bytes.p, "\177ELF", 4) != 0 || bytes.p[4] < 1 || bytes.p[4] > 2 || bytes.p[5] < 1 ||
		bytes.p[5] > 2 || (bytes.p[4] == 2 && bytes.n < 64)) {
		return false;
	}
	const char *p = bytes.p;
	*out = (struct elf_file){ .bytes = bytes, .wide = p[4] == 2, .big = p[5] == 2 };
	const char *sizes = p + (out->wide ? 54 : 42);
	out->type = half(out, p + 16);
	out->program_offset = address(out, p + (out->wide ? 32 : 28));
	out->section_offset = address(out, p + (out->wide ? 40 : 32));
	out->program_size = half(out, sizes);
	out->program_count = half(out, sizes + 2);
	out->section_size = half(out, sizes + 4);
	out->section_count = half(out, sizes + 6);
	out->section_names = half(out, sizes + 8);
	if (out->section_count == 0 || out->section_names == EXTENDED) {
		read_extended(out);
	}
	return true;
}

bool elf_program_at(const struct elf_file *file, uint32_t i, struct elf_program *out)
{
	const size_t least = file->wide ? 56 : 32;
	if (i >= file->program_count || file->program_size < least ||
		file->program_offset > UINT64_MAX - (uint64_t)i * file->program_size) {
		return false;
	}
	const struct bd_str header = slice(file->bytes, file->program_offset + (uint64_t)i * file->program_size, least);
	if (header.n == 0) {
		return false;
	}
	*out = (struct elf_program){
		.type = word(file, header.p),
		.flags = word(file, header.p + (file->wide ? 4 : 24)),
		.offset = address(file, header.p + (file->wide ? 8 : 4)),
		.address = address(file, header.p + (file->wide ? 16 : 8)),
		.file_size = address(file, header.p + (file->wide ? 32 : 16)),
	};
	return true;
}

struct bd_str elf_program_bytes(const struct elf_file *file, const struct elf_program *program)
{
	uint64_t n = program->file_size;
	if (program->offset < file->bytes.n && n > file->bytes.n - program->offset) {
		n = file->bytes.n - program->offset;
	}
	return slice(file->bytes, program->offset, n);
}

bool elf_section_named(const struct elf_file *file, const char *name, struct bd_str *out)
{
	struct section names;
	struct section section;
	const size_t n = strlen(name) + 1;
	if (!section_at(file, file->section_names, &names)) {
		return false;
	}
	const struct bd_str texts = slice(file->bytes, names.offset, names.size);
	for (uint32_t i = 0; i < file->section_count && section_at(file, i, &section); i++) {
		const struct bd_str text = slice(texts, section.name, n);
		if (text.n > 0 && memcmp(text.p, name, n) == 0 && section.type != NO_BITS) {
			*out = slice(file->bytes, section.offset, section.size);
			return out->n > 0;
		}
	}
	return false;
}

bool elf_loaded(const struct elf_file *file, uint64_t at, uint64_t n, struct bd_str *out)
{
	struct elf_program program;
	for (uint32_t i = 0; elf_program_at(file, i, &program); i++) {
		if (program.type == ELF_LOAD && at >= program.address && at - program.address <= program.file_size) {
			*out = slice(elf_program_bytes(file, &program), at - program.address, n);
			if (out->n > 0) {
				return true;
			}
		}
	}
	return false;
}

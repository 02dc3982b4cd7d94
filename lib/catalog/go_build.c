/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debug/buildinfo.  A header of 32 bytes, aligned to 16: "\xff Go buildinf:", the size of a pointer, flags.
 * From Go 1.18 on (flag 2) the two strings follow it, each behind its length as a varint; before, the header has
 * pointers to the two strings' headers in memory (flag 1: the most significant byte first).
 */
#include "catalog/go_build.h"

#include <string.h>

#include "basedrift/limits.h"

#include "format/elf.h"

#define MAGIC     "\xff Go buildinf:"
#define HEADER    32U
#define ALIGNMENT 16U
#define BIG_FIRST 1U
#define INLINE    2U
#define SEGMENT   (1U << 20) /* of the data segment, when there are no sections: as Go's own reader */
#define SENTINEL  16U        /* bytes around the module list, so that it is found in core files */

struct strings {
	struct bd_str version, modules;
};

static bool is_header(const char *p)
{
	return memcmp(p, MAGIC, sizeof(MAGIC) - 1) == 0;
}

/* The rest of data from the next header on, step by step; false: there is none. */
static bool find_header(struct bd_str *data)
{
	while (data->n >= HEADER) {
		if (is_header(data->p)) {
			return true;
		}
		data->p += ALIGNMENT;
		data->n -= ALIGNMENT;
	}
	return false;
}

static bool cut_inline(struct bd_str *rest, struct bd_str *out)
{
	uint64_t n = 0;
	size_t i = 0;
	while (i < rest->n && i < 9 && ((unsigned char)rest->p[i] & 0x80) != 0) {
		n |= (uint64_t)((unsigned char)rest->p[i] & 0x7f) << (7 * i);
		i++;
	}
	if (i == rest->n || i == 9) {
		return false;
	}
	n |= (uint64_t)(unsigned char)rest->p[i] << (7 * i);
	i++;
	if (n > rest->n - i) {
		return false;
	}
	*out = (struct bd_str){ rest->p + i, (size_t)n };
	*rest = (struct bd_str){ rest->p + i + n, rest->n - i - (size_t)n };
	return true;
}

static bool read_inline(struct bd_str data, struct strings *out)
{
	struct bd_str rest = { data.p + HEADER, data.n - HEADER };
	return cut_inline(&rest, &out->version) && cut_inline(&rest, &out->modules);
}

/* A Go string in memory: a pointer and a length. */
static bool read_string(const struct elf_file *file, uint64_t at, size_t size, bool big, struct bd_str *out)
{
	struct bd_str header;
	if (!elf_loaded(file, at, 2 * size, &header)) {
		return false;
	}
	const uint64_t n = elf_number(header.p + size, size, big);
	*out = (struct bd_str){ "", 0 };
	return n == 0 || elf_loaded(file, elf_number(header.p, size, big), n, out);
}

static bool read_pointers(const struct elf_file *file, const char *header, struct strings *out)
{
	const size_t size = (unsigned char)header[14];
	const bool big = ((unsigned char)header[15] & BIG_FIRST) != 0;
	return (size == 4 || size == 8) &&
	       read_string(file, elf_number(header + 16, size, big), size, big, &out->version) &&
	       read_string(file, elf_number(header + 16 + size, size, big), size, big, &out->modules);
}

/* Of all data the section; without one, as in stripped files without sections, the first writable segment. */
static struct bd_str data_of(const struct elf_file *file)
{
	struct bd_str data;
	struct elf_program program;
	if (elf_section_named(file, ".go.buildinfo", &data)) {
		return data;
	}
	for (uint32_t i = 0; elf_program_at(file, i, &program); i++) {
		if (program.type == ELF_LOAD && (program.flags & (ELF_EXECUTE | ELF_WRITE)) == ELF_WRITE) {
			data = elf_program_bytes(file, &program);
			return (struct bd_str){ data.p, data.n < SEGMENT ? data.n : SEGMENT };
		}
	}
	return (struct bd_str){ NULL, 0 };
}

static bool is_version(struct bd_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < ' ' || text.p[i] > '~') {
			return false;
		}
	}
	return text.n < 256 && (bd_str_starts(text, "go") || bd_str_starts(text, "devel"));
}

static bool find_strings(struct bd_str bytes, struct strings *out)
{
	struct elf_file file;
	const bool elf = elf_open(bytes, &file);
	struct bd_str data = elf ? data_of(&file) : bytes;
	for (; find_header(&data); data.p += ALIGNMENT, data.n -= ALIGNMENT) {
		const bool inlined = ((unsigned char)data.p[15] & INLINE) != 0;
		if ((inlined ? read_inline(data, out) : elf && read_pointers(&file, data.p, out)) &&
			is_version(out->version)) {
			return true;
		}
	}
	return false;
}

bool go_build_info(struct bd_str bytes, struct bd_buf *out)
{
	struct strings found;
	if (!find_strings(bytes, &found)) {
		return false;
	}
	bd_buf_add(out, found.version.p, found.version.n);
	bd_buf_add_char(out, '\n');
	const size_t n = found.modules.n;
	if (n > 2 * SENTINEL && n <= BD_LIMIT_MODULES_BYTES && found.modules.p[n - SENTINEL - 1] == '\n') {
		bd_buf_add(out, found.modules.p + SENTINEL, n - 2 * SENTINEL);
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every ELF file that passes here is written to a temporary file, which costs a tenth of reading the layer for each
 * byte; images are full of shared libraries and C programs that state nothing.  What the first bytes tell apart:
 *
 * - Relocatable and core files are no programs.
 * - Go's own linker writes a note "Go" into the first page (.note.go.buildid, at 4096 - 100 of a static program, behind
 *   the program headers otherwise); -buildid= leaves it out.
 * - A static program (no dynamic segment) may be anything: looked at.  These are few but for Go's.
 * - A dynamic program or library of Go has a TLS segment (runtime.tlsg), and so has one of Rust with its standard
 *   library (the panic counter and the current thread are thread-local), stripped or not, also c-shared libraries,
 *   static-pie, and extension modules of Python (cdylib), down to one of 15 lines with LTO and panic=abort.  C and
 *   C++ seldom have one: of 1,600 dynamic files in a large Debian image (GCC, Python, Node, GDB ...) 60 do.
 *
 * So nothing is missed but a dynamic Rust library that needs nothing of its standard library.  Paths say nothing:
 * people copy programs anywhere and name them as they like.
 */
#include "catalog/executable.h"

#include <string.h>

#include "format/elf.h"

/* ELF, "Note Section": name and descriptor are padded to four bytes (eight where the segment is aligned so). */
static bool has_go_note(const struct elf_file *file, const struct elf_program *program)
{
	struct bd_str notes = elf_program_bytes(file, program);
	while (notes.n >= 16) {
		const uint64_t name = (elf_number(notes.p, 4, file->big) + 3) & ~UINT64_C(3);
		const uint64_t text = (elf_number(notes.p + 4, 4, file->big) + 3) & ~UINT64_C(3);
		if (memcmp(notes.p + 12, "Go\0", 4) == 0) {
			return true;
		}
		if (name + text > notes.n - 12) {
			return false;
		}
		notes.p += 12 + name + text;
		notes.n -= (size_t)(12 + name + text);
	}
	return false;
}

bool executable_is_linked(struct bd_str head)
{
	struct elf_file file;
	struct elf_program program;
	bool dynamic = false;
	if (!elf_open(head, &file) || (file.type != ELF_EXECUTABLE && file.type != ELF_SHARED)) {
		return false;
	}
	for (uint32_t i = 0; i < file.program_count; i++) {
		if (!elf_program_at(&file, i, &program)) {
			return true; /* old patchelf moved the headers to the end */
		}
		if (program.type == ELF_TLS || (program.type == ELF_NOTE && has_go_note(&file, &program))) {
			return true;
		}
		dynamic |= program.type == ELF_DYNAMIC;
	}
	return !dynamic;
}

/* PE format, "Optional Header Data Directories": the 15th is .NET's header; its assemblies are another cataloger's. */
static bool is_native_windows(struct bd_str head)
{
	const uint64_t header = head.n >= 64 ? elf_number(head.p + 60, 4, false) : UINT64_MAX;
	if (!bd_str_starts(head, "MZ") || header > head.n || head.n - header < 24 + 240 ||
		memcmp(head.p + header, "PE\0\0", 4) != 0) {
		return false;
	}
	const char *optional = head.p + header + 24;
	const uint64_t magic = elf_number(optional, 2, false);
	const size_t directories = magic == 0x20b ? 112 : 96;
	return (magic == 0x20b || magic == 0x10b) && elf_number(optional + directories + (size_t)14 * 8, 8, false) == 0;
}

bool executable_is_foreign(struct bd_str head)
{
	const uint64_t magic = head.n >= 4 ? elf_number(head.p, 4, false) : 0;
	return magic == 0xfeedfacf || magic == 0xfeedface || is_native_windows(head);
}

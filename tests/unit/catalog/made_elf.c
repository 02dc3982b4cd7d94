/* SPDX-License-Identifier: Apache-2.0 */
#include "made_elf.h"

#include <string.h>

#include "base/auto.h"

#define BASE  0x10000U
#define START 0x200U /* of the section in the file */

void made_number(struct bd_buf *out, uint64_t value, size_t bytes, bool big)
{
	for (size_t i = 0; i < bytes; i++) {
		bd_buf_add_char(out, (char)(value >> 8 * (big ? bytes - 1 - i : i)));
	}
}

static void pad(struct bd_buf *out, size_t to)
{
	while (out->n < to) {
		bd_buf_add_char(out, '\0');
	}
}

struct writer {
	const struct made_elf *wanted;
	struct bd_buf *out;
};

static void number(const struct writer *w, uint64_t value, size_t bytes)
{
	made_number(w->out, value, bytes, w->wanted->big);
}

static void word(const struct writer *w, uint64_t value)
{
	number(w, value, w->wanted->wide ? 8 : 4);
}

static void program(const struct writer *w, uint32_t type, uint32_t flags, uint64_t offset, uint64_t n)
{
	number(w, type, 4);
	if (w->wanted->wide) {
		number(w, flags, 4);
	}
	word(w, offset);
	word(w, BASE + offset);
	word(w, BASE + offset);
	word(w, n);
	word(w, n);
	if (!w->wanted->wide) {
		number(w, flags, 4);
	}
	word(w, 16);
}

static void section(const struct writer *w, uint32_t name, uint32_t type, uint64_t offset, uint64_t n)
{
	number(w, name, 4);
	number(w, type, 4);
	word(w, 2);
	word(w, BASE + offset);
	word(w, offset);
	word(w, n);
	number(w, 0, 8);
	word(w, 1);
	word(w, 0);
}

static void header(const struct writer *w, uint16_t programs, uint64_t sections)
{
	const struct made_elf *wanted = w->wanted;
	const char ident[16] = { 0x7f, 'E', 'L', 'F', (char)(wanted->wide ? 2 : 1), (char)(wanted->big ? 2 : 1), 1 };
	bd_buf_add(w->out, ident, sizeof(ident));
	number(w, wanted->type, 2);
	number(w, wanted->wide ? 62 : 3, 2);
	number(w, 1, 4);
	word(w, 0);
	word(w, wanted->wide ? 64 : 52);
	word(w, sections);
	number(w, 0, 4);
	number(w, wanted->wide ? 64 : 52, 2);
	number(w, wanted->wide ? 56 : 32, 2);
	number(w, programs, 2);
	number(w, wanted->wide ? 64 : 40, 2);
	number(w, sections > 0 ? 3 : 0, 2);
	number(w, sections > 0 ? 2 : 0, 2);
}

void made_elf(const struct made_elf *wanted, struct bd_buf *out)
{
	const struct writer w = { wanted, out };
	const size_t names = START + wanted->contents.n;
	const size_t n = wanted->section != NULL ? strlen(wanted->section) : 0;
	const size_t sections = (names + 1 + n + 1 + 10 + 15) & ~(size_t)15;
	const uint16_t programs = (uint16_t)(1 + wanted->dynamic + wanted->tls + wanted->go_note);
	header(&w, programs, wanted->no_sections ? 0 : sections);
	program(&w, 1, 6, 0, names);
	if (wanted->dynamic) {
		program(&w, 2, 6, START, 0);
	}
	if (wanted->tls) {
		program(&w, 7, 4, START, 0);
	}
	if (wanted->go_note) {
		program(&w, 4, 4, START - 32, 20);
	}
	pad(out, START - 32);
	if (wanted->go_note) {
		made_number(out, 4, 4, wanted->big);
		made_number(out, 4, 4, wanted->big);
		made_number(out, 4, 4, wanted->big);
		bd_buf_add(out, "Go\0\0test", 8);
	}
	pad(out, START);
	bd_buf_add(out, wanted->contents.p, wanted->contents.n);
	bd_buf_add(out, "", 1);
	bd_buf_add(out, wanted->section != NULL ? wanted->section : "", n + 1);
	bd_buf_add(out, ".shstrtab", 10);
	if (wanted->no_sections) {
		return;
	}
	pad(out, sections);
	section(&w, 0, 0, 0, 0);
	section(&w, 1, 1, START, wanted->contents.n);
	section(&w, (uint32_t)(n + 2), 3, names, n + 12);
}

/* ---- Go ------------------------------------------------------------------------------------------------- */

static void add_inline(struct bd_buf *out, const char *text, size_t n)
{
	size_t rest = n;
	for (; rest >= 0x80; rest >>= 7) {
		bd_buf_add_char(out, (char)(0x80 | (rest & 0x7f)));
	}
	bd_buf_add_char(out, (char)rest);
	bd_buf_add(out, text, n);
}

void made_go(const struct made_go *wanted, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf modules = { .n = 0 };
	const size_t size = wanted->wide ? 8 : 4;
	const size_t n = strlen(wanted->version);
	bd_buf_printf(&modules, "0123456789abcdef%s0123456789abcdef", wanted->modules);
	bd_buf_add(out, "\xff Go buildinf:", 14);
	bd_buf_add_char(out, (char)(wanted->pointers ? size : 0));
	bd_buf_add_char(out, (char)(wanted->pointers ? wanted->big : 2));
	if (!wanted->pointers) {
		pad(out, 32);
		add_inline(out, wanted->version, n);
		add_inline(out, modules.p, modules.n);
		return;
	}
	made_number(out, MADE_ELF_ADDRESS + 32, size, wanted->big);
	made_number(out, MADE_ELF_ADDRESS + 32 + 2 * size, size, wanted->big);
	pad(out, 32);
	made_number(out, MADE_ELF_ADDRESS + 32 + 4 * size, size, wanted->big);
	made_number(out, n, size, wanted->big);
	made_number(out, MADE_ELF_ADDRESS + 32 + 4 * size + n, size, wanted->big);
	made_number(out, modules.n, size, wanted->big);
	bd_buf_add(out, wanted->version, n);
	bd_buf_add(out, modules.p, modules.n);
}

/* ---- zip ------------------------------------------------------------------------------------------------- */

static uint32_t crc32_of(struct bd_str bytes)
{
	uint32_t crc = 0xffffffffU;
	for (size_t i = 0; i < bytes.n; i++) {
		crc ^= (unsigned char)bytes.p[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (0xedb88320U & (0U - (crc & 1U)));
		}
	}
	return ~crc;
}

/* What the local header and the entry of the central directory have in common (PKWARE APPNOTE 4.3.7, 4.3.12). */
static void add_facts(struct bd_buf *out, const struct made_file *file)
{
	made_number(out, 20, 2, false);
	made_number(out, 0, 4, false);
	made_number(out, 0x58210000, 4, false);
	made_number(out, crc32_of(file->bytes), 4, false);
	made_number(out, file->bytes.n, 4, false);
	made_number(out, file->bytes.n, 4, false);
	made_number(out, strlen(file->name), 2, false);
	made_number(out, 0, 2, false);
}

void made_zip(const struct made_file *files, size_t count, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf directory = { .n = 0 };
	for (size_t i = 0; i < count; i++) {
		const size_t offset = out->n;
		bd_buf_add(out, "PK\3\4", 4);
		add_facts(out, &files[i]);
		bd_buf_add_str(out, files[i].name);
		bd_buf_add(out, files[i].bytes.p, files[i].bytes.n);
		bd_buf_add(&directory, "PK\1\2\24\0", 6);
		add_facts(&directory, &files[i]);
		made_number(&directory, 0, 6, false);
		made_number(&directory, (uint32_t)0100644 << 16, 4, false);
		made_number(&directory, offset, 4, false);
		bd_buf_add_str(&directory, files[i].name);
	}
	const size_t start = out->n;
	bd_buf_add(out, bd_buf_str(&directory), directory.n);
	bd_buf_add(out, "PK\5\6\0\0\0\0", 8);
	made_number(out, count, 2, false);
	made_number(out, count, 2, false);
	made_number(out, directory.n, 4, false);
	made_number(out, start, 4, false);
	made_number(out, 0, 2, false);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF files as small as their headers, in all four forms: one loaded segment with everything, what sections and notes
 * a test wants.  The executables in tests/data/catalog/{go,cargo} were made by it.
 */
#ifndef MADE_ELF_H
#define MADE_ELF_H

#include "basedrift/base.h"

struct made_elf {
	bool wide, big;
	uint16_t type;
	bool dynamic, tls, go_note, no_sections;
	const char *section; /* its name */
	struct bd_str contents;
};
/* Where the section's first byte is loaded. */
#define MADE_ELF_ADDRESS 0x10200U
void made_elf(const struct made_elf *wanted, struct bd_buf *out);
void made_number(struct bd_buf *out, uint64_t value, size_t bytes, bool big);

/* Go's build information: inline as since 1.18, or with pointers as before. */
struct made_go {
	bool wide, big, pointers;
	const char *version, *modules;
};
void made_go(const struct made_go *wanted, struct bd_buf *out);

/* A zip archive of stored files. */
struct made_file {
	const char *name;
	struct bd_str bytes;
};
void made_zip(const struct made_file *files, size_t count, struct bd_buf *out);

#endif

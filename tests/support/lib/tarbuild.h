/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tar archives for tests, written by hand so that every byte follows from the calls: ustar, with PAX
 * records where ustar cannot say it.  It shares no code with the reader under test, and the parts
 * that odd archives need (records, GNU long names, raw headers) can be called singly.
 */
#ifndef TARBUILD_H
#define TARBUILD_H

#include "basedrift/base.h"

#define TARBUILD_BLOCK 512U

/* type: the header's type flag, '0' file, '1' hard link, '2' symbolic link, '3' '4' devices, '5' directory, '6' fifo.
 */
struct tarbuild_entry {
	const char *path; /* bytes */
	char type;
	const char *target;
	struct bd_str content;
	unsigned int mode, uid, gid, major, minor;
	int64_t mtime_sec;
};
/* One whole entry, with the PAX header it may need and its padding. */
void tarbuild_add(struct bd_buf *tar, const struct tarbuild_entry *entry);
/* The usual ones: mode 0644 or 0755, root, time 0.  A directory's path gets its slash. */
void tarbuild_file(struct bd_buf *tar, const char *path, const char *content);
void tarbuild_directory(struct bd_buf *tar, const char *path);
void tarbuild_symlink(struct bd_buf *tar, const char *path, const char *target);
void tarbuild_hardlink(struct bd_buf *tar, const char *path, const char *target);
/* The two zero blocks. */
void tarbuild_end(struct bd_buf *tar);

/* "LEN KEY=VALUE\n" added to records, as POSIX pax has it. */
void tarbuild_record(struct bd_buf *records, const char *key, const char *value);
/* A PAX header of these records: type 'x' for the next entry, 'g' for all that follow. */
void tarbuild_pax(struct bd_buf *tar, char type, const struct bd_buf *records);
/* GNU tar's long name ('L') or long link ('K') for the next entry. */
void tarbuild_gnu_long(struct bd_buf *tar, char type, const char *text);
/*
 * The header block alone, nothing checked; names are cut to 100 bytes; size_bytes is what the header
 * says.  Returns where it starts; after changing bytes call tarbuild_checksum().
 */
size_t tarbuild_header(struct bd_buf *tar, const struct tarbuild_entry *entry, uint64_t size_bytes);
void tarbuild_checksum(struct bd_buf *tar, size_t header_at);
/* Data and zeros up to the next block. */
void tarbuild_data(struct bd_buf *tar, struct bd_str data);

#endif

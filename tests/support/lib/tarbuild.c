/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tarbuild.h"

#include <stdio.h>
#include <string.h>

/* POSIX.1-2017, pax, "ustar Interchange Format" */
enum {
	NAME_AT = 0,
	NAME_SIZE = 100,
	MODE_AT = 100,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,
	MTIME_AT = 136,
	CHECKSUM_AT = 148,
	TYPE_AT = 156,
	LINK_AT = 157,
	MAGIC_AT = 257,
	MAJOR_AT = 329,
	MINOR_AT = 337,
	PREFIX_AT = 345,
	PREFIX_SIZE = 155,
};
#define OCTAL_7  07777777U
#define OCTAL_11 077777777777ULL

static void put_text(char *at, size_t room, const char *text)
{
	const size_t n = strlen(text);
	memcpy(at, text, n < room ? n : room);
}

/* width counts the NUL */
static void put_octal(char *at, size_t width, uint64_t value)
{
	at[width - 1] = '\0';
	for (size_t i = width - 1; i-- > 0; value >>= 3) {
		at[i] = (char)('0' + (value & 7));
	}
}

void tarbuild_checksum(struct bd_buf *tar, size_t header_at)
{
	char *header = tar->p + header_at;
	unsigned int sum = 0;
	memset(header + CHECKSUM_AT, ' ', 8);
	for (size_t i = 0; i < TARBUILD_BLOCK; i++) {
		sum += (unsigned char)header[i];
	}
	put_octal(header + CHECKSUM_AT, 7, sum);
}

size_t tarbuild_header(struct bd_buf *tar, const struct tarbuild_entry *entry, uint64_t size_bytes)
{
	char header[TARBUILD_BLOCK] = { 0 };
	const size_t at = tar->n;

	put_text(header + NAME_AT, NAME_SIZE, entry->path);
	put_octal(header + MODE_AT, 8, entry->mode & OCTAL_7);
	put_octal(header + UID_AT, 8, entry->uid & OCTAL_7);
	put_octal(header + GID_AT, 8, entry->gid & OCTAL_7);
	put_octal(header + SIZE_AT, 12, size_bytes & OCTAL_11);
	put_octal(header + MTIME_AT, 12, entry->mtime_sec > 0 ? (uint64_t)entry->mtime_sec & OCTAL_11 : 0);
	header[TYPE_AT] = entry->type;
	put_text(header + LINK_AT, NAME_SIZE, entry->target != NULL ? entry->target : "");
	memcpy(header + MAGIC_AT, "ustar\00000", 8);
	put_octal(header + MAJOR_AT, 8, entry->major & OCTAL_7);
	put_octal(header + MINOR_AT, 8, entry->minor & OCTAL_7);
	bd_buf_add(tar, header, sizeof(header));
	tarbuild_checksum(tar, at);
	return at;
}

void tarbuild_data(struct bd_buf *tar, struct bd_str data)
{
	static const char zeros[TARBUILD_BLOCK];
	bd_buf_add(tar, data.p, data.n);
	if (data.n % TARBUILD_BLOCK != 0) {
		bd_buf_add(tar, zeros, TARBUILD_BLOCK - data.n % TARBUILD_BLOCK);
	}
}

void tarbuild_end(struct bd_buf *tar)
{
	static const char zeros[2 * TARBUILD_BLOCK];
	bd_buf_add(tar, zeros, sizeof(zeros));
}

/* The length counts its own digits. */
void tarbuild_record(struct bd_buf *records, const char *key, const char *value)
{
	const size_t body = strlen(key) + strlen(value) + 3;
	size_t total = body + 1;
	char digits[32];
	while (body + (size_t)snprintf(digits, sizeof(digits), "%zu", total) != total) {
		total++;
	}
	bd_buf_printf(records, "%s %s=", digits, key);
	bd_buf_add_str(records, value);
	bd_buf_add_char(records, '\n');
}

void tarbuild_pax(struct bd_buf *tar, char type, const struct bd_buf *records)
{
	const struct tarbuild_entry header = { .path = "PaxHeader", .type = type, .mode = 0644 };
	(void)tarbuild_header(tar, &header, records->n);
	tarbuild_data(tar, bd_buf_view(records));
}

void tarbuild_gnu_long(struct bd_buf *tar, char type, const char *text)
{
	const struct tarbuild_entry header = { .path = "././@LongLink", .type = type };
	(void)tarbuild_header(tar, &header, strlen(text) + 1);
	tarbuild_data(tar, (struct bd_str){ text, strlen(text) + 1 });
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80) {
			return false;
		}
	}
	return true;
}

/* Where ustar may cut a long path: before a slash, 155 bytes at most, 100 after it; 0 when nowhere. */
static size_t prefix_length(const char *path)
{
	const size_t n = strlen(path);
	for (size_t i = n > NAME_SIZE ? n - NAME_SIZE - 1 : 0; i < n && i <= PREFIX_SIZE; i++) {
		if (i > 0 && path[i] == '/' && path[i + 1] != '\0') {
			return i;
		}
	}
	return 0;
}

/* Text that is no UTF-8 stays raw in the header where it fits, as GNU tar leaves it. */
static bool wants_record(const char *text, bool fits)
{
	return !fits || (!is_ascii(text) && bd_utf8_valid(text, strlen(text)));
}

static void collect_records(struct bd_buf *records, const struct tarbuild_entry *entry, bool path_fits)
{
	const bool path = wants_record(entry->path, path_fits);
	const bool link = entry->target != NULL && wants_record(entry->target, strlen(entry->target) <= NAME_SIZE);
	char number[32];

	if ((path && !bd_utf8_valid(entry->path, strlen(entry->path))) ||
		(link && !bd_utf8_valid(entry->target, strlen(entry->target)))) {
		tarbuild_record(records, "hdrcharset", "BINARY");
	}
	if (path) {
		tarbuild_record(records, "path", entry->path);
	}
	if (link) {
		tarbuild_record(records, "linkpath", entry->target);
	}
	if (entry->mtime_sec < 0 || (uint64_t)entry->mtime_sec > OCTAL_11) {
		(void)snprintf(number, sizeof(number), "%lld", (long long)entry->mtime_sec);
		tarbuild_record(records, "mtime", number);
	}
	if (entry->uid > OCTAL_7) {
		(void)snprintf(number, sizeof(number), "%u", entry->uid);
		tarbuild_record(records, "uid", number);
	}
	if (entry->gid > OCTAL_7) {
		(void)snprintf(number, sizeof(number), "%u", entry->gid);
		tarbuild_record(records, "gid", number);
	}
}

void tarbuild_add(struct bd_buf *tar, const struct tarbuild_entry *entry)
{
	struct tarbuild_entry named = *entry;
	struct bd_buf records = { 0 };
	const bool is_long = strlen(entry->path) > NAME_SIZE;
	const size_t prefix = is_long ? prefix_length(entry->path) : 0;

	collect_records(&records, entry, !is_long || prefix > 0);
	if (records.n > 0) {
		tarbuild_pax(tar, 'x', &records);
	}
	bd_buf_release(&records);
	if (prefix > 0) {
		named.path = entry->path + prefix + 1;
	}
	const size_t at = tarbuild_header(tar, &named, entry->content.n);
	if (prefix > 0) {
		memcpy(tar->p + at + PREFIX_AT, entry->path, prefix);
		tarbuild_checksum(tar, at);
	}
	tarbuild_data(tar, entry->content);
}

void tarbuild_file(struct bd_buf *tar, const char *path, const char *content)
{
	tarbuild_add(
		tar, &(struct tarbuild_entry){ .path = path, .type = '0', .mode = 0644, .content = bd_str(content) });
}

void tarbuild_directory(struct bd_buf *tar, const char *path)
{
	struct bd_buf slashed = { 0 };
	bd_buf_printf(&slashed, "%s%s", path, bd_str_ends(bd_str(path), "/") ? "" : "/");
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = bd_buf_str(&slashed), .type = '5', .mode = 0755 });
	bd_buf_release(&slashed);
}

void tarbuild_symlink(struct bd_buf *tar, const char *path, const char *target)
{
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = path, .type = '2', .mode = 0777, .target = target });
}

void tarbuild_hardlink(struct bd_buf *tar, const char *path, const char *target)
{
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = path, .type = '1', .mode = 0644, .target = target });
}

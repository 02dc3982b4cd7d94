/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "basedrift/limits.h"

#include "base/auto.h"

#define END_BYTES   22U /* PKWARE APPNOTE 4.3.16 */
#define COMMENT_MAX 65535U

static void free_archive(struct archive **archive)
{
	(void)archive_read_free(*archive);
}

bool zip_begins(struct bd_str bytes)
{
	return bytes.n >= 4 && (memcmp(bytes.p, "PK\3\4", 4) == 0 || memcmp(bytes.p, "PK\5\6", 4) == 0);
}

bool zip_has_directory(struct bd_str bytes)
{
	const size_t most = bytes.n < END_BYTES + COMMENT_MAX ? bytes.n : END_BYTES + COMMENT_MAX;
	for (size_t back = END_BYTES; back <= most; back++) {
		if (memcmp(bytes.p + bytes.n - back, "PK\5\6", 4) == 0) {
			return true;
		}
	}
	return false;
}

static int archive_problem(struct archive *archive, struct bd_error *err)
{
	const char *why = archive_error_string(archive);
	return bd_error_set(err, BD_ERR_FORMAT, "zip: %s", why != NULL ? why : "cannot be read");
}

/* libarchive gives NULL where a name does not fit the locale's character set. */
static const char *name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	return name != NULL ? name : archive_entry_pathname_utf8(entry);
}

static int read_contents(struct archive *archive, const char *name, size_t most, const struct zip_reader *reader,
	struct bd_buf *out, struct bd_error *err)
{
	char block[65536];
	la_ssize_t n;
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	while ((n = archive_read_data(archive, block, sizeof(block))) > 0) {
		if ((size_t)n > most - out->n) {
			return bd_error_set(
				err, BD_ERR_LIMIT, "%s: more than the %zu bytes that are read of it", name, most);
		}
		if ((uint64_t)n > *reader->budget) {
			return bd_error_set(err, BD_ERR_LIMIT, "%s: too much is packed into this archive", name);
		}
		*reader->budget -= (uint64_t)n;
		bd_buf_add(out, block, (size_t)n);
	}
	return n < 0 ? bd_error_wrap(err, "%s", (archive_problem(archive, err), name)) : 0;
}

static int read_entry(struct archive *archive, struct archive_entry *entry, const struct zip_reader *reader,
	struct bd_buf *contents, struct bd_error *err)
{
	const char *name = name_of(entry);
	if (name == NULL || strlen(name) > BD_LIMIT_PATH_BYTES || archive_entry_filetype(entry) == AE_IFDIR) {
		return 0;
	}
	const size_t most = reader->wants(name, reader->context);
	if (most == 0) {
		return 0;
	}
	if (read_contents(archive, name, most, reader, contents, err) < 0) {
		return -(int)err->code;
	}
	return reader->file(name, bd_buf_view(contents), reader->context, err);
}

int zip_read(struct bd_str bytes, const struct zip_reader *reader, struct bd_error *err)
{
	AUTO(free_archive) struct archive *archive = archive_read_new();
	AUTO(bd_buf_release) struct bd_buf contents = { .n = 0 };
	struct archive_entry *entry;
	if (archive == NULL || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
		archive_read_open_memory(archive, bytes.p, bytes.n) != ARCHIVE_OK) {
		return archive_problem(archive, err);
	}
	for (uint32_t i = 0; i <= BD_LIMIT_ZIP_ENTRIES; i++) {
		const int status = archive_read_next_header(archive, &entry);
		if (status == ARCHIVE_EOF) {
			return 0;
		}
		if (status < ARCHIVE_WARN) {
			return archive_problem(archive, err);
		}
		if (read_entry(archive, entry, reader, &contents, err) < 0) {
			return -(int)err->code;
		}
	}
	return bd_error_set(err, BD_ERR_LIMIT, "more than %u entries in a zip archive", BD_LIMIT_ZIP_ENTRIES);
}

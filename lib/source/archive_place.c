/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tar read in place: its headers are walked once, then files are read by their offsets.  Nothing is
 * unpacked, so absolute and ".." names do no harm; a name that bd_path_clean refuses is not there.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "source/place.h"

struct entry {
	const char *name;
	const char *link; /* clean path that a symbolic or hard link leads to, or NULL */
	int64_t offset, size;
	size_t order; /* of two entries of one name the later one counts */
	bool regular, sparse;
};
struct entry_vec {
	struct entry *v;
	size_t len, cap;
};

struct archive_place {
	struct place base;
	struct bd_arena arena;
	struct entry_vec entries; /* sorted by name, one each */
	int64_t file_size;
	int fd;
};

#define WALK_BYTES (64U << 10)

/* libarchive reads through these, so that the descriptor's own position is nobody's business. */
struct walk {
	int fd;
	int64_t position, file_size;
	char block[WALK_BYTES];
};

static la_ssize_t walk_read(struct archive *archive, void *data, const void **block)
{
	struct walk *walk = data;
	ssize_t got = 0;
	do {
		got = pread(walk->fd, walk->block, sizeof(walk->block), (off_t)walk->position);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		archive_set_error(archive, errno, "read");
		return ARCHIVE_FATAL;
	}
	walk->position += got;
	*block = walk->block;
	return got;
}

static la_int64_t walk_skip(struct archive *archive, void *data, la_int64_t request)
{
	struct walk *walk = data;
	(void)archive;
	const int64_t left = walk->file_size - walk->position;
	const int64_t step = request < left ? request : left;
	walk->position += step;
	return step;
}

static void archive_auto(struct archive **archive)
{
	(void)archive_read_free(*archive);
}

static const struct archive_place *archive_of(const struct place *place)
{
	return (const struct archive_place *)(const void *)place; /* base is its first member */
}

static const char *clean(struct archive_place *a, const char *name)
{
	AUTO(buf_auto) struct bd_buf path = { 0 };
	if (name == NULL || strlen(name) > BD_LIMIT_PATH_BYTES || !bd_path_clean(&path, name, strlen(name)) ||
		path.n == 0) {
		return NULL;
	}
	return bd_arena_text(&a->arena, path.p, path.n);
}

/* libarchive gives NULL where a name does not fit the locale's character set. */
static const char *entry_name(struct archive_entry *header)
{
	const char *name = archive_entry_pathname(header);
	return name != NULL ? name : archive_entry_pathname_utf8(header);
}

static const char *link_target(struct archive_place *a, struct archive_entry *header, const char *name)
{
	const char *hard = archive_entry_hardlink(header);
	const char *symbolic = archive_entry_symlink(header);
	if (hard != NULL) {
		return clean(a, hard);
	}
	if (symbolic == NULL || strlen(symbolic) > BD_LIMIT_PATH_BYTES) {
		return NULL;
	}
	AUTO(buf_auto) struct bd_buf path = { 0 };
	bd_path_resolve(&path, bd_path_dir(bd_str(name)), bd_str(symbolic));
	return bd_arena_text(&a->arena, path.p, path.n);
}

static int add_entry(struct archive_place *a, struct archive_entry *header, int64_t offset, struct bd_error *err)
{
	const char *name = clean(a, entry_name(header));
	const int64_t size = archive_entry_size(header);
	if (name == NULL) {
		return 0;
	}
	if (a->entries.len >= BD_LIMIT_ARCHIVE_ENTRIES || a->arena.bytes > BD_LIMIT_ARCHIVE_NAMES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u entries, or %u bytes of names",
			BD_LIMIT_ARCHIVE_ENTRIES, BD_LIMIT_ARCHIVE_NAMES);
	}
	*bd_vec_push(&a->entries) = (struct entry){
		.name = name,
		.link = link_target(a, header, name),
		.offset = offset,
		.size = size,
		.order = a->entries.len,
		.regular = archive_entry_filetype(header) == AE_IFREG && archive_entry_hardlink(header) == NULL,
		.sparse = archive_entry_sparse_count(header) > 0,
	};
	const struct entry *added = &a->entries.v[a->entries.len - 1];
	if (added->regular && !added->sparse && (size < 0 || size > a->file_size - offset)) {
		return bd_error_set(err, BD_ERR_FORMAT,
			"truncated: the entry at byte %lld has %lld bytes, the file ends at byte %lld",
			(long long)offset, (long long)size, (long long)a->file_size);
	}
	return 0;
}

static int tar_error(struct archive *archive, struct bd_error *err)
{
	const char *text = archive_error_string(archive);
	AUTO(buf_auto) struct bd_buf shown = { 0 };
	if (text == NULL) {
		text = "not a tar archive";
	}
	bd_display_text(&shown, text, strlen(text));
	return bd_error_set(err, BD_ERR_FORMAT, "tar: %s", bd_buf_str(&shown));
}

static int walk_headers(struct archive_place *a, struct bd_error *err)
{
	AUTO(free_ptr) struct walk *walk = bd_xcalloc(1, sizeof(*walk));
	AUTO(archive_auto) struct archive *archive = archive_read_new();
	struct archive_entry *header = NULL;

	if (archive == NULL || archive_read_support_format_tar(archive) != ARCHIVE_OK) {
		return bd_error_set(err, BD_ERR_IO, "libarchive: no memory");
	}
	walk->fd = a->fd;
	walk->file_size = a->file_size;
	(void)archive_read_set_read_callback(archive, walk_read);
	(void)archive_read_set_skip_callback(archive, walk_skip);
	(void)archive_read_set_callback_data(archive, walk);
	if (archive_read_open1(archive) != ARCHIVE_OK) {
		return tar_error(archive, err);
	}
	for (;;) {
		const int code = archive_read_next_header(archive, &header);
		if (code == ARCHIVE_EOF) {
			return 0;
		}
		if (code == ARCHIVE_RETRY) {
			continue;
		}
		if (code < ARCHIVE_WARN) {
			return tar_error(archive, err);
		}
		/* no filter: the bytes consumed so far are the offset at which the entry's data begin */
		if (add_entry(a, header, archive_filter_bytes(archive, 0), err) < 0) {
			return -(int)err->code;
		}
	}
}

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;
	const int order = strcmp(a->name, b->name);
	return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static void sort_entries(struct entry_vec *entries)
{
	size_t kept = 0;
	if (entries->len < 2) {
		return;
	}
	qsort(entries->v, entries->len, sizeof(*entries->v), compare_entries);
	for (size_t i = 0; i < entries->len; i++) {
		if (i + 1 == entries->len || strcmp(entries->v[i].name, entries->v[i + 1].name) != 0) {
			entries->v[kept++] = entries->v[i];
		}
	}
	entries->len = kept;
}

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct entry *)element)->name);
}

static const struct entry *find_entry(const struct archive_place *a, const char *path)
{
	if (path == NULL || a->entries.len == 0) {
		return NULL;
	}
	return bsearch(path, a->entries.v, a->entries.len, sizeof(*a->entries.v), compare_name);
}

static int follow(const struct archive_place *a, const char *path, const struct entry **out, struct bd_error *err)
{
	const struct entry *entry = find_entry(a, path);
	for (size_t depth = 0; entry != NULL && !entry->regular && entry->link != NULL; depth++) {
		if (depth >= BD_LIMIT_SYMLINKS) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u links lead on", BD_LIMIT_SYMLINKS);
		}
		entry = find_entry(a, entry->link);
	}
	if (entry == NULL) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no such file in the archive");
	}
	if (!entry->regular) {
		return bd_error_set(err, BD_ERR_FORMAT, "not a regular file");
	}
	if (entry->sparse) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "a sparse file: no tool writes image archives so");
	}
	*out = entry;
	return 0;
}

static int archive_open(
	const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out, struct bd_error *err)
{
	const struct archive_place *a = archive_of(place);
	const struct entry *entry = NULL;
	AUTO(buf_auto) struct bd_buf cleaned = { 0 };
	if (!bd_path_clean(&cleaned, path, strlen(path))) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no such file in the archive");
	}
	if (follow(a, cleaned.p, &entry, err) < 0 || entry == NULL) {
		return -(int)err->code;
	}
	*out = bd_stream_fd(a->fd, entry->offset, entry->size);
	*size_out = entry->size;
	return 0;
}

static bool archive_has(const struct place *place, const char *path)
{
	struct bd_error err;
	const struct entry *entry = NULL;
	return follow(archive_of(place), path, &entry, &err) == 0;
}

static bool archive_has_folder(const struct place *place, const char *path)
{
	(void)place;
	(void)path;
	return false;
}

static void archive_close(struct place *place)
{
	struct archive_place *a = (struct archive_place *)(void *)place;
	(void)close(a->fd);
	free(a->entries.v);
	bd_arena_release(&a->arena);
	free(a);
}

static const struct place_ops archive_ops = {
	.open = archive_open,
	.has = archive_has,
	.has_folder = archive_has_folder,
	.close = archive_close,
};

int place_open_archive(int fd_take, struct place **out, struct bd_error *err)
{
	struct stat st;
	struct archive_place *a = bd_xcalloc(1, sizeof(*a));
	AUTO(place_auto) struct place *place = &a->base;

	a->base = (struct place){ .ops = &archive_ops, .what = "archive" };
	a->fd = fd_take;
	if (fstat(fd_take, &st) != 0) {
		return bd_error_set_errno(err, "stat");
	}
	a->file_size = st.st_size;
	if (walk_headers(a, err) < 0) {
		return -(int)err->code;
	}
	sort_entries(&a->entries);
	*out = steal_ptr(&place);
	return 0;
}

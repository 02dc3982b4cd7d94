/* SPDX-License-Identifier: Apache-2.0 */
/* An unpacked root file system as one layer. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "layer/builder.h"

#define PERMISSIONS 07777U
#define OPEN_FLAGS  (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) /* O_NONBLOCK: never wait for a fifo's writer */

/* One directory on the way to the one that is read. */
struct level {
	int fd;
	size_t path_bytes;     /* of its own path */
	struct dirent **names; /* by bytes */
	int len, next;
};
struct rootfs {
	struct layer_builder builder;
	dev_t device;
	struct level *v; /* the levels, for bd_vec_push */
	size_t len, cap;
	struct bd_buf path;
};

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void cannot_read(struct rootfs *rootfs, const char *what)
{
	char text[128];
	diagnose(&rootfs->builder.diagnoser, "file-unreadable", bd_buf_view(&rootfs->path), "%s: %s", what,
		strerror_r(errno, text, sizeof(text)));
}

static void leave(struct rootfs *rootfs)
{
	struct level *level = &rootfs->v[--rootfs->len];
	(void)close(level->fd);
	for (int i = 0; i < level->len; i++) {
		free(level->names[i]);
	}
	free(level->names);
}

/* Go into the directory that fd is open on; takes fd over. */
static void enter(struct rootfs *rootfs, int fd)
{
	struct level *level = bd_vec_push(rootfs);
	*level = (struct level){ .fd = fd, .path_bytes = rootfs->path.n };
	level->len = scandirat(fd, ".", &level->names, is_entry, compare_names);
	if (level->len < 0) {
		cannot_read(rootfs, "its names cannot be read");
		level->len = 0;
	}
}

static void add_directory(struct rootfs *rootfs, int dir, const char *name, struct bd_entry *entry)
{
	struct stat st;
	layer_builder_add(&rootfs->builder, entry);
	if (rootfs->len >= BD_LIMIT_ROOTFS_DEPTH) {
		diagnose(&rootfs->builder.diagnoser, "directory-too-deep", bd_buf_view(&rootfs->path),
			"more than %u directories in one another; what is in this one was not read",
			BD_LIMIT_ROOTFS_DEPTH);
		return;
	}
	const int fd = openat(dir, name, OPEN_FLAGS | O_DIRECTORY);
	if (fd < 0 || fstat(fd, &st) != 0) {
		cannot_read(rootfs, "the directory cannot be opened");
	} else if (st.st_dev != rootfs->device) {
		diagnose(&rootfs->builder.diagnoser, "other-file-system", bd_buf_view(&rootfs->path),
			"another file system is mounted here; what is in it was not read");
	} else {
		enter(rootfs, fd);
		return;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
}

static void add_file(struct rootfs *rootfs, int dir, const char *name, struct bd_entry *entry)
{
	struct stat st;
	char block[65536];
	AUTO(close_fd) const int fd = openat(dir, name, OPEN_FLAGS);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		cannot_read(rootfs, "the file cannot be opened");
		return;
	}
	layer_builder_file(&rootfs->builder, entry, st.st_size);
	for (;;) {
		const ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			cannot_read(rootfs, "the file cannot be read");
			layer_builder_file_drop(&rootfs->builder);
			return;
		}
		if (n == 0) {
			break;
		}
		layer_builder_bytes(&rootfs->builder, block, (size_t)n);
	}
	layer_builder_file_end(&rootfs->builder, entry);
}

static void add_symlink(struct rootfs *rootfs, int dir, const char *name, struct bd_entry *entry)
{
	AUTO(free_ptr) char *target = bd_xmalloc(BD_LIMIT_PATH_BYTES);
	const ssize_t n = readlinkat(dir, name, target, BD_LIMIT_PATH_BYTES);
	if (n < 0) {
		cannot_read(rootfs, "the link cannot be read");
		return;
	}
	entry->target = bd_arena_text(&rootfs->builder.layer->arena, target, (size_t)n);
	layer_builder_add(&rootfs->builder, entry);
}

static void add_device(struct rootfs *rootfs, const struct stat *st, struct bd_entry *entry)
{
	if (entry->kind != BD_FIFO) {
		entry->device = (uint64_t)major(st->st_rdev) << 32 | minor(st->st_rdev);
	}
	layer_builder_add(&rootfs->builder, entry);
}

static void add_name(struct rootfs *rootfs, int dir, const char *name)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		cannot_read(rootfs, "it cannot be looked at");
		return;
	}
	struct bd_entry entry = {
		.path = bd_arena_text(&rootfs->builder.layer->arena, bd_buf_str(&rootfs->path), rootfs->path.n),
		.mode = (uint16_t)(st.st_mode & PERMISSIONS),
		.uid = st.st_uid,
		.gid = st.st_gid,
		.mtime_sec = st.st_mtime,
	};
	if (S_ISDIR(st.st_mode)) {
		entry.kind = BD_DIRECTORY;
		add_directory(rootfs, dir, name, &entry);
	} else if (S_ISREG(st.st_mode)) {
		entry.kind = BD_FILE;
		add_file(rootfs, dir, name, &entry);
	} else if (S_ISLNK(st.st_mode)) {
		entry.kind = BD_SYMLINK;
		add_symlink(rootfs, dir, name, &entry);
	} else if (!S_ISSOCK(st.st_mode)) { /* a socket is a running process's, and tar has none */
		entry.kind = S_ISCHR(st.st_mode) ? BD_CHAR_DEVICE : S_ISBLK(st.st_mode) ? BD_BLOCK_DEVICE : BD_FIFO;
		add_device(rootfs, &st, &entry);
	}
}

static int walk_levels(struct rootfs *rootfs, struct bd_error *err)
{
	struct layer_builder *builder = &rootfs->builder;
	while (rootfs->len > 0) {
		struct level *level = &rootfs->v[rootfs->len - 1];
		if (level->next == level->len) {
			leave(rootfs);
			continue;
		}
		const char *name = level->names[level->next++]->d_name;
		bd_buf_add(&rootfs->path, "", 0);
		rootfs->path.n = level->path_bytes;
		bd_buf_printf(&rootfs->path, "%s%s", level->path_bytes > 0 ? "/" : "", name);
		if (++builder->layer->tar_entries > builder->limits->entries) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %zu entries", builder->limits->entries);
		}
		if (rootfs->path.n > builder->limits->path_bytes) {
			diagnose(&builder->diagnoser, "path-too-long", bd_buf_view(&rootfs->path),
				"at most %zu bytes are read", builder->limits->path_bytes);
			continue;
		}
		add_name(rootfs, level->fd, name);
	}
	return 0;
}

static int open_root(struct rootfs *rootfs, const char *dir, struct bd_error *err)
{
	struct stat st;
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "no such directory: %s", dir);
	}
	if (fd < 0) {
		return bd_error_set_errno(err, "%s", dir);
	}
	if (fstat(fd, &st) != 0) {
		(void)close(fd);
		return bd_error_set_errno(err, "%s", dir);
	}
	rootfs->device = st.st_dev;
	enter(rootfs, fd);
	return 0;
}

static void rootfs_release(struct rootfs *rootfs)
{
	while (rootfs->len > 0) {
		leave(rootfs);
	}
	free(rootfs->v);
	bd_buf_release(&rootfs->path);
	layer_builder_release(&rootfs->builder);
}

DEFINE_AUTO(layer, struct bd_layer, bd_layer_free)

int bd_layer_read_rootfs(const char *dir, const struct bd_wants *wants, struct bd_layer **out, struct bd_error *err)
{
	AUTO(layer_auto) struct bd_layer *layer = bd_xcalloc(1, sizeof(*layer));
	AUTO(rootfs_release) struct rootfs rootfs = { 0 };

	layer_builder_init(&rootfs.builder, layer, &layer_default_limits, wants);
	if (open_root(&rootfs, dir, err) < 0 || walk_levels(&rootfs, err) < 0) {
		return -(int)err->code;
	}
	layer_builder_end(&rootfs.builder);
	*out = steal_ptr(&layer);
	return 0;
}

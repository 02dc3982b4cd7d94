/* SPDX-License-Identifier: Apache-2.0 */
/* What goes when the cache is larger than it may be. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/auto.h"
#include "cache/folder.h"

#define ABANDONED_SECONDS 3600 /* nobody writes one entry for an hour */

struct cached_file {
	char name[CACHE_NAME_BYTES];
	struct timespec used;
	uint64_t bytes;
};
struct cached_file_vec {
	struct cached_file *v;
	size_t len, cap;
};

static int least_recent_first(const void *a, const void *b)
{
	const struct cached_file *x = a;
	const struct cached_file *y = b;
	if (x->used.tv_sec != y->used.tv_sec) {
		return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
	}
	if (x->used.tv_nsec != y->used.tv_nsec) {
		return x->used.tv_nsec < y->used.tv_nsec ? -1 : 1;
	}
	return strcmp(x->name, y->name);
}

static void list_file(struct bd_cache *cache, const char *name, struct cached_file_vec *files)
{
	struct stat st;
	if (strlen(name) >= CACHE_NAME_BYTES || fstatat(cache->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		!S_ISREG(st.st_mode)) {
		return;
	}
	if (strncmp(name, ".new-", 5) == 0) {
		if (st.st_mtime < time(NULL) - ABANDONED_SECONDS) {
			cache_remove(cache, name);
		}
		return;
	}
	struct cached_file *file = bd_vec_push(files);
	*file = (struct cached_file){ .used = st.st_mtim, .bytes = (uint64_t)st.st_size };
	memcpy(file->name, name, strlen(name) + 1);
}

static void list_files(struct bd_cache *cache, struct cached_file_vec *files)
{
	const int fd = openat(cache->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (dir == NULL) {
		close_fd(&fd);
		return;
	}
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		list_file(cache, entry->d_name, files);
	}
	(void)closedir(dir);
}

void cache_make_room(struct bd_cache *cache)
{
	struct cached_file_vec files = { 0 };
	uint64_t bytes = 0;
	list_files(cache, &files);
	for (size_t i = 0; i < files.len; i++) {
		bytes += files.v[i].bytes;
	}
	if (bytes > cache->limit_bytes && files.len > 0) {
		qsort(files.v, files.len, sizeof(*files.v), least_recent_first);
		/* a tenth more, so that the next run need not do it again */
		const uint64_t enough = cache->limit_bytes - cache->limit_bytes / 10;
		for (size_t i = 0; i < files.len && bytes > enough; i++) {
			cache_remove(cache, files.v[i].name);
			bytes -= files.v[i].bytes;
		}
	}
	free(files.v);
}

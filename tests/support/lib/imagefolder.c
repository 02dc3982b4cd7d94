/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/imagefolder.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/auto.h"

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct image_folder_file *)a)->path, ((const struct image_folder_file *)b)->path);
}

static bool add_file(struct image_folder *folder, const char *from, const char *path)
{
	AUTO(fclose_ptr) FILE *file = fopen(from, "rb");
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	char chunk[65536];
	size_t n = 0;
	if (file == NULL) {
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		bd_buf_add(&bytes, chunk, n);
	}
	const char *copy = bd_arena_text(&folder->arena, bd_buf_str(&bytes), bytes.n);
	*bd_vec_push(folder) = (struct image_folder_file){ path, { copy, bytes.n } };
	return true;
}

static bool add_tree(struct image_folder *folder, const char *from, const char *path)
{
	struct stat st;
	if (lstat(from, &st) != 0) {
		return false;
	}
	if (!S_ISDIR(st.st_mode)) {
		return !S_ISREG(st.st_mode) || add_file(folder, from, path);
	}
	DIR *dir = opendir(from);
	if (dir == NULL) {
		return false;
	}
	bool good = true;
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			const char *child = bd_arena_printf(&folder->arena, "%s/%s", from, entry->d_name);
			const char *below = bd_arena_printf(
				&folder->arena, "%s%s%s", path, path[0] != '\0' ? "/" : "", entry->d_name);
			good &= add_tree(folder, child, below);
		}
	}
	(void)closedir(dir);
	return good;
}

bool image_folder_load(struct image_folder *folder, const char *root, const char *as)
{
	const bool good = add_tree(folder, root, bd_arena_strdup(&folder->arena, as));
	if (folder->len > 0) {
		qsort(folder->v, folder->len, sizeof(*folder->v), by_path);
	}
	return good;
}

struct bd_str image_folder_find(const struct image_folder *folder, const char *path)
{
	const struct image_folder_file key = { .path = path };
	const struct image_folder_file *found =
		folder->len == 0 ? NULL : bsearch(&key, folder->v, folder->len, sizeof(key), by_path);
	return found != NULL ? found->bytes : (struct bd_str){ NULL, 0 };
}

void image_folder_release(struct image_folder *folder)
{
	free(folder->v);
	bd_arena_release(&folder->arena);
	*folder = (struct image_folder){ .len = 0 };
}

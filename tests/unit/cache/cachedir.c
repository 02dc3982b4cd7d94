/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "cachedir.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char cache_dir[64];

int make_cache_dir(void **state)
{
	(void)state;
	(void)strcpy(cache_dir, "/tmp/basedrift-cache-XXXXXX");
	return mkdtemp(cache_dir) != NULL ? 0 : -1;
}

static size_t each_file(bool remove)
{
	char path[512];
	size_t count = 0;
	DIR *dir = opendir(cache_dir);
	if (dir == NULL) {
		return 0;
	}
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		count++;
		(void)snprintf(path, sizeof(path), "%s/%s", cache_dir, entry->d_name);
		if (remove) {
			(void)unlink(path);
		}
	}
	(void)closedir(dir);
	return count;
}

size_t count_cached(void)
{
	return each_file(false);
}

int remove_cache_dir(void **state)
{
	(void)state;
	(void)chmod(cache_dir, 0700);
	(void)each_file(true);
	return rmdir(cache_dir);
}

struct bd_cache *open_cache(uint64_t limit_bytes)
{
	struct bd_cache *cache = NULL;
	struct bd_error err = { 0 };
	if (bd_cache_open(cache_dir, limit_bytes, &cache, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return cache;
}

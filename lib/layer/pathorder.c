/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/pathorder.h"

#include <string.h>

const char *path_array_at(struct path_array array, size_t i)
{
	const char *path = NULL;
	memcpy(&path, (const char *)array.v + i * array.stride, sizeof(path));
	return path;
}

/* Is path before the text dir + last?  (That text itself is in no array: no path ends with a slash.) */
static bool is_before(const char *path, const char *dir, size_t dir_n, char last)
{
	const int order = strncmp(path, dir, dir_n);
	return order != 0 ? order < 0 : (unsigned char)path[dir_n] < (unsigned char)last;
}

/* A range of the array, and what is looked for in it. */
struct seeking {
	struct path_array array;
	size_t low, high;
	const char *dir;
	size_t dir_n;
	char last;
};

static bool before_at(const struct seeking *seeking, size_t i)
{
	return is_before(path_array_at(seeking->array, i), seeking->dir, seeking->dir_n, seeking->last);
}

/* What is looked for is near: ever longer steps away from `at` until it lies between low and high (galloping). */
static void gallop(struct seeking *seeking, size_t at)
{
	size_t step = 1;
	if (at < seeking->high && before_at(seeking, at)) {
		seeking->low = at + 1;
		while (step <= seeking->high - seeking->low && before_at(seeking, seeking->low + step - 1)) {
			seeking->low += step;
			step *= 2;
		}
		if (step <= seeking->high - seeking->low) {
			seeking->high = seeking->low + step - 1;
		}
		return;
	}
	seeking->high = at;
	while (step <= seeking->high && !before_at(seeking, seeking->high - step)) {
		seeking->high -= step;
		step *= 2;
	}
	if (step <= seeking->high) {
		seeking->low = seeking->high - step + 1;
	}
}

/* The first index that is not before dir + last; quick when it is near `at`. */
static size_t lower_bound(struct path_array array, size_t at, const char *dir, char last)
{
	struct seeking seeking = { array, 0, array.len, dir, strlen(dir), last };
	gallop(&seeking, at < array.len ? at : array.len);
	while (seeking.low < seeking.high) {
		const size_t middle = seeking.low + (seeking.high - seeking.low) / 2;
		if (before_at(&seeking, middle)) {
			seeking.low = middle + 1;
		} else {
			seeking.high = middle;
		}
	}
	return seeking.low;
}

size_t path_array_seek(struct path_array array, size_t at, const char *path)
{
	return lower_bound(array, at, path, '\0');
}

size_t path_array_find(struct path_array array, const char *path)
{
	size_t low = 0;
	size_t high = array.len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(path_array_at(array, middle), path);
		if (order == 0) {
			return middle;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return SIZE_MAX;
}

void path_array_below(struct path_array array, size_t at, const char *path, size_t *first, size_t *end)
{
	if (path[0] == '\0') {
		*first = 0;
		*end = array.len;
		return;
	}
	*first = lower_bound(array, at, path, '/');
	*end = *first;
	if (*first < array.len && path_is_below(path_array_at(array, *first), path)) {
		*end = lower_bound(array, *first, path, '/' + 1);
	}
}

bool path_is_below(const char *path, const char *dir)
{
	const size_t n = strlen(dir);
	return n == 0 || (strncmp(path, dir, n) == 0 && path[n] == '/');
}

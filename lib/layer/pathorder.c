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

/* First index from `from` on that is not before dir + last; near ones are found first (galloping). */
static size_t lower_bound(struct path_array array, size_t from, const char *dir, char last)
{
	const size_t dir_n = strlen(dir);
	size_t low = from;
	size_t step = 1;
	while (low + step <= array.len && is_before(path_array_at(array, low + step - 1), dir, dir_n, last)) {
		low += step;
		step *= 2;
	}
	size_t high = low + step - 1 < array.len ? low + step - 1 : array.len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (is_before(path_array_at(array, middle), dir, dir_n, last)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
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

void path_array_below(struct path_array array, size_t from, const char *path, size_t *first, size_t *end)
{
	if (path[0] == '\0') {
		*first = 0;
		*end = array.len;
		return;
	}
	*first = lower_bound(array, from, path, '/');
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of the folders and files given: the corpus as an ordinary test. */
#include <dirent.h>
#include <sys/stat.h>

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replay(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
		AUTO(free_ptr) uint8_t *data = bd_xmalloc((size_t)st.st_size);
		const size_t n = file != NULL ? fread(data, 1, (size_t)st.st_size, file) : 0;
		(void)LLVMFuzzerTestOneInput(data, n);
		return 1;
	}
	struct dirent **names = NULL;
	const int count = scandir(path, &names, NULL, alphasort);
	size_t ran = 0;
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			char child[4096];
			if ((size_t)snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name) < sizeof(child)) {
				ran += replay(child);
			}
		}
		free(names[i]);
	}
	free(names);
	return ran;
}

int main(int argc, char **argv)
{
	size_t ran = 0;
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		ran += replay(argv[i]);
	}
	if (ran == 0) {
		(void)fprintf(stderr, "no corpus file was found: a replay that runs nothing proves nothing\n");
		return 1;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Real databases of rpm and what rpm says of them, where they lie beside the repository.  Skipped without them. */
#include "test.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "imagerun.h"

#define ENDING ".expected.json"

/* X, or X.zst unpacked, as the image's database. */
static bool load_database(struct image_run *run, const char *path)
{
	AUTO(bd_buf_release) struct bd_buf packed = { .n = 0 };
	struct bd_buf bytes = { .n = 0 };
	struct bd_error err;
	bd_buf_printf(&packed, "%s.zst", path);
	if (access(bd_buf_str(&packed), R_OK) != 0) {
		bd_buf_clear(&packed);
		bd_buf_add_str(&packed, path);
	}
	AUTO(fclose_ptr) FILE *file = fopen(bd_buf_str(&packed), "rb");
	if (file == NULL) {
		return false;
	}
	struct bd_stream *stream = bd_stream_decompress(bd_stream_fd(fileno(file), 0, -1));
	const int r = bd_stream_read_all(stream, BD_LIMIT_WANTED_BYTES, &bytes, &err);
	bd_stream_close(stream);
	if (r < 0) {
		fail_msg("%s: %s", bd_buf_str(&packed), err.msg);
	}
	const char *copy = bd_arena_text(&run->arena, bytes.p, bytes.n);
	*bd_vec_push(&run->image) = (struct image_folder_file){ "var/lib/rpm/rpmdb.sqlite", { copy, bytes.n } };
	bd_buf_release(&bytes);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *or_none(const char *text)
{
	return text != NULL ? text : "(none)";
}

static const char *source_rpm(struct image_run *run, const struct bd_package *package)
{
	return package->source == NULL
		       ? "(none)"
		       : bd_arena_printf(&run->arena, "%s-%s.src.rpm", package->source, package->source_version);
}

static const char **our_lines(struct image_run *run)
{
	const char **lines = bd_arena_alloc(&run->arena, (run->packages.len + 1) * sizeof(*lines));
	for (size_t i = 0; i < run->packages.len; i++) {
		const struct bd_package *package = &run->packages.v[i];
		lines[i] = bd_arena_printf(&run->arena, "%s %s %s %s", package->name, package->version,
			or_none(package->arch), source_rpm(run, package));
	}
	qsort(lines, run->packages.len, sizeof(*lines), by_text);
	return lines;
}

static const char **their_lines(struct image_run *run, const json_t *packages)
{
	const size_t n = json_array_size(packages);
	const char **lines = bd_arena_alloc(&run->arena, (n + 1) * sizeof(*lines));
	for (size_t i = 0; i < n; i++) {
		const json_t *package = json_array_get(packages, i);
		lines[i] =
			bd_arena_printf(&run->arena, "%s %s %s %s", json_string_value(json_object_get(package, "name")),
				json_string_value(json_object_get(package, "evr")),
				or_none(json_string_value(json_object_get(package, "arch"))),
				or_none(json_string_value(json_object_get(package, "sourcerpm"))));
	}
	qsort(lines, n, sizeof(*lines), by_text);
	return lines;
}

static void compare(const char *path, const json_t *expected)
{
	struct image_run run;
	const json_t *packages = json_object_get(expected, "packages");
	image_run_init(&run);
	if (load_database(&run, path)) {
		image_run_catalog(&run);
		assert_int_equal(json_object_size(run.errors), 0);
		assert_true(json_array_size(packages) > 0);
		assert_int_equal(run.packages.len, json_array_size(packages));
		const char **ours = our_lines(&run);
		const char **theirs = their_lines(&run, packages);
		for (size_t i = 0; i < run.packages.len; i++) {
			assert_string_equal(ours[i], theirs[i]);
		}
		print_message("%s: %zu packages\n", path, run.packages.len);
	}
	image_run_release(&run);
}

static void run_folder(const char *folder)
{
	struct dirent **names = NULL;
	const int count = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
		bd_buf_printf(&path, "%s/%s", folder, names[i]->d_name);
		if (bd_str_ends(bd_buf_view(&path), ENDING)) {
			json_auto_t *expected = json_load_file(bd_buf_str(&path), 0, NULL);
			path.p[path.n - strlen(ENDING)] = '\0';
			compare(path.p, expected);
		}
		free(names[i]);
	}
	free(names);
}

static void test_parse_real_databases(void **state)
{
	(void)state;
	if (access(SHARED_DATA "/rpmdb", F_OK) != 0) {
		skip();
	}
	run_folder(SHARED_DATA "/rpmdb/real");
	run_folder(SHARED_DATA "/rpmdb/derived");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_real_databases),
	};
	return cmocka_run_group_tests_name("shared rpm databases", tests, NULL, NULL);
}

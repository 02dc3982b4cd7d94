/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/folder.h"
#include "cachedir.h"

#define DIFF_ID "sha256:00112233"

static const char *text(struct bd_layer *layer, const char *s)
{
	return bd_arena_strdup(&layer->arena, s);
}

/* One of everything that a layer can have. */
static struct bd_layer *make_layer(void)
{
	static const char binary[] = "a\0b";
	static const struct bd_entry_checksums checksums = { { 8, 0, 8 }, { 9 }, BD_ENTRY_SHA1 };
	struct bd_layer *layer = bd_xcalloc(1, sizeof(*layer));
	*bd_vec_push(&layer->entries) =
		(struct bd_entry){ .path = text(layer, "bin"), .kind = BD_DIRECTORY, .mode = 0755 };
	*bd_vec_push(&layer->entries) =
		(struct bd_entry){ .path = text(layer, "bin/sh"), .kind = BD_SYMLINK, .target = text(layer, "dash") };
	struct bd_entry file = { .path = text(layer, "bin/\xff"),
		.kind = BD_FILE,
		.mode = 04755,
		.uid = 1,
		.gid = 2,
		.size_bytes = 1LL << 40,
		.mtime_sec = -5,
		.checksums = &checksums };
	memset(file.digest, 7, sizeof(file.digest));
	*bd_vec_push(&layer->entries) = file;
	*bd_vec_push(&layer->entries) =
		(struct bd_entry){ .path = text(layer, "dev/null"), .kind = BD_CHAR_DEVICE, .device = 1ULL << 32 | 3 };
	*bd_vec_push(&layer->entries) = (struct bd_entry){ .path = text(layer, "link"),
		.kind = BD_FILE,
		.unresolved_link = true,
		.target = text(layer, "bin/below") };
	*bd_vec_push(&layer->whiteouts) = text(layer, "gone");
	*bd_vec_push(&layer->opaque) = text(layer, "");
	*bd_vec_push(&layer->opaque) = text(layer, "opt");
	*bd_vec_push(&layer->kept) = (struct bd_kept_file){ text(layer, "empty"), { "", 0 }, NULL, NULL };
	*bd_vec_push(&layer->kept) = (struct bd_kept_file){ text(layer, "kept"), { binary, 3 }, "go", "broken" };
	*bd_vec_push(&layer->diagnostics) = (struct bd_diagnostic){ text(layer, "code"), NULL, text(layer, "words") };
	layer->tar_bytes = 10240;
	layer->tar_entries = 9;
	layer->content = text(layer, "sha256:c");
	layer->metadata = text(layer, "sha256:m");
	return layer;
}

static void assert_entries_equal(const struct bd_layer *a, const struct bd_layer *b)
{
	assert_int_equal(a->entries.len, b->entries.len);
	for (size_t i = 0; i < a->entries.len; i++) {
		const struct bd_entry *x = &a->entries.v[i];
		const struct bd_entry *y = &b->entries.v[i];
		assert_string_equal(x->path, y->path);
		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->mode, y->mode);
		assert_int_equal(x->uid, y->uid);
		assert_int_equal(x->gid, y->gid);
		assert_int_equal(x->size_bytes, y->size_bytes);
		assert_int_equal(x->mtime_sec, y->mtime_sec);
		assert_int_equal(x->unresolved_link, y->unresolved_link);
		assert_int_equal(x->checksums != NULL, y->checksums != NULL);
		if (x->checksums != NULL) {
			assert_memory_equal(x->checksums, y->checksums, sizeof(*x->checksums));
		}
		if (x->kind == BD_SYMLINK || x->unresolved_link) {
			assert_string_equal(x->target, y->target);
		} else {
			assert_memory_equal(x->digest, y->digest, sizeof(x->digest));
		}
	}
}

static void assert_layers_equal(const struct bd_layer *a, const struct bd_layer *b)
{
	assert_entries_equal(a, b);
	assert_int_equal(b->whiteouts.len, 1);
	assert_string_equal(b->whiteouts.v[0], "gone");
	assert_int_equal(b->opaque.len, 2);
	assert_string_equal(b->opaque.v[0], "");
	assert_string_equal(b->opaque.v[1], "opt");
	assert_int_equal(b->kept.len, 2);
	assert_int_equal(b->kept.v[0].bytes.n, 0);
	assert_null(b->kept.v[0].by);
	assert_int_equal(b->kept.v[1].bytes.n, 3);
	assert_memory_equal(b->kept.v[1].bytes.p, "a\0b", 3);
	assert_string_equal(b->kept.v[1].by, "go");
	assert_string_equal(b->kept.v[1].problem, "broken");
	assert_int_equal(b->diagnostics.len, 1);
	assert_null(b->diagnostics.v[0].where);
	assert_string_equal(b->diagnostics.v[0].text, "words");
	assert_int_equal(b->tar_bytes, a->tar_bytes);
	assert_int_equal(b->tar_entries, a->tar_entries);
	assert_string_equal(b->content, a->content);
	assert_string_equal(b->metadata, a->metadata);
}

static void add(struct bd_cache *cache, const char *diff_id, const struct bd_layer *layer)
{
	struct bd_error err = { 0 };
	assert_int_equal(bd_cache_add_layer(cache, diff_id, "g1", layer, &err), 0);
}

static void test_bd_cache_layer_round_trip(void **state)
{
	(void)state;
	struct bd_cache *cache = open_cache(0);
	struct bd_layer *layer = make_layer();
	assert_null(bd_cache_layer(cache, DIFF_ID, "g1"));
	add(cache, DIFF_ID, layer);
	struct bd_layer *again = bd_cache_layer(cache, DIFF_ID, "g1");
	assert_non_null(again);
	assert_layers_equal(layer, again);
	assert_null(bd_cache_layer(cache, DIFF_ID, "g2")); /* other catalogers */
	assert_null(bd_cache_layer(cache, DIFF_ID "4", "g1"));
	bd_layer_free(layer);
	bd_layer_free(again);
	bd_cache_close(cache);
}

static void test_bd_cache_layer_empty(void **state)
{
	(void)state;
	struct bd_cache *cache = open_cache(0);
	struct bd_layer layer = { .content = "c", .metadata = "m" };
	add(cache, DIFF_ID, &layer);
	struct bd_layer *again = bd_cache_layer(cache, DIFF_ID, "g1");
	assert_non_null(again);
	assert_int_equal(again->entries.len, 0);
	bd_layer_free(again);
	bd_cache_close(cache);
}

static int open_entry(struct bd_cache *cache)
{
	DIR *dir = opendir(cache_dir);
	int fd = -1;
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (strncmp(entry->d_name, "layer-", 6) == 0) {
			fd = openat(cache->dir, entry->d_name, O_RDWR);
		}
	}
	(void)closedir(dir);
	assert_true(fd >= 0);
	return fd;
}

/* Whichever byte is damaged, the entry is not believed, and is gone so that it is made again. */
static void test_bd_cache_layer_damaged(void **state)
{
	(void)state;
	struct bd_cache *cache = open_cache(0);
	struct bd_layer *layer = make_layer();
	add(cache, DIFF_ID, layer);
	int fd = open_entry(cache);
	const off_t bytes = lseek(fd, 0, SEEK_END);
	(void)close(fd);
	for (off_t at = 0; at < bytes; at++) {
		char byte = 0;
		add(cache, DIFF_ID, layer);
		fd = open_entry(cache);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		(void)close(fd);
		assert_null(bd_cache_layer(cache, DIFF_ID, "g1"));
		assert_int_equal(count_cached(), 0);
	}
	bd_layer_free(layer);
	bd_cache_close(cache);
}

static void test_bd_cache_layer_cut(void **state)
{
	(void)state;
	struct bd_cache *cache = open_cache(0);
	struct bd_layer *layer = make_layer();
	for (off_t bytes = 0; bytes < 300; bytes += 7) {
		add(cache, DIFF_ID, layer);
		const int fd = open_entry(cache);
		assert_int_equal(ftruncate(fd, bytes), 0);
		(void)close(fd);
		assert_null(bd_cache_layer(cache, DIFF_ID, "g1"));
		assert_int_equal(count_cached(), 0);
	}
	bd_layer_free(layer);
	bd_cache_close(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bd_cache_layer_round_trip, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_layer_empty, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_layer_damaged, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_layer_cut, make_cache_dir, remove_cache_dir),
	};
	return cmocka_run_group_tests_name("cached layers", tests, NULL, NULL);
}

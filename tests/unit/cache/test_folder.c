/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "cache/folder.h"
#include "cachedir.h"

static void add(struct bd_cache *cache, const char *key, size_t n, char fill)
{
	AUTO(free_ptr) char *bytes = bd_xmalloc(n);
	struct bd_error err = { 0 };
	memset(bytes, fill, n);
	assert_int_equal(bd_cache_add_bytes(cache, "record", key, (struct bd_str){ bytes, n }, &err), 0);
}

static bool has(struct bd_cache *cache, const char *key)
{
	AUTO(bd_cached_bytes_release) struct bd_cached_bytes bytes = { 0 };
	return bd_cache_bytes(cache, "record", key, &bytes);
}

static void test_bd_cache_bytes(void **state)
{
	(void)state;
	AUTO(bd_cached_bytes_release) struct bd_cached_bytes bytes = { 0 };
	struct bd_cache *cache = open_cache(0);
	assert_false(has(cache, "a"));
	add(cache, "a", 5, 'x');
	add(cache, "a", 3, 'y'); /* the last one counts */
	assert_true(bd_cache_bytes(cache, "record", "a", &bytes));
	assert_int_equal(bytes.bytes.n, 3);
	assert_memory_equal(bytes.bytes.p, "yyy", 3);
	assert_int_equal(count_cached(), 1);
	bd_cache_close(cache);
}

/* A tenth of room more than the limit asks for; what was read last stays. */
static void test_bd_cache_close_least_recently_used(void **state)
{
	(void)state;
	static const char *const keys[] = { "a", "b", "c", "d" };
	struct bd_cache *cache = open_cache(3000);
	for (size_t i = 0; i < 4; i++) {
		add(cache, keys[i], 900, 'x');
		(void)usleep(20000); /* clocks of file systems are coarse */
	}
	assert_true(has(cache, "a"));
	bd_cache_close(cache);
	cache = open_cache(3000);
	assert_true(has(cache, "a"));
	assert_false(has(cache, "b"));
	assert_false(has(cache, "c"));
	assert_true(has(cache, "d"));
	bd_cache_close(cache);
}

static void test_bd_cache_close_abandoned(void **state)
{
	(void)state;
	const struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	struct bd_cache *cache = open_cache(0);
	(void)close(openat(cache->dir, ".new-1-0", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	(void)close(openat(cache->dir, ".new-2-0", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(utimensat(cache->dir, ".new-1-0", old, 0), 0);
	add(cache, "a", 1, 'x');
	bd_cache_close(cache);
	assert_int_equal(count_cached(), 2); /* the entry, and the file that somebody may be writing */
}

static void test_bd_cache_open_refuses(void **state)
{
	(void)state;
	struct bd_cache *cache = NULL;
	struct bd_error err = { 0 };
	assert_int_equal(chmod(cache_dir, 0777), 0);
	assert_int_equal(bd_cache_open(cache_dir, 0, &cache, &err), -BD_ERR_USAGE);
	assert_non_null(strstr(err.msg, "another user"));
	assert_int_equal(bd_cache_open("/dev/null/cache", 0, &cache, &err), -BD_ERR_IO);
}

/* A full disk: one error, then nothing is tried any more, and nothing half-written is left. */
static void test_bd_cache_add_full_disk(void **state)
{
	(void)state;
	struct rlimit before;
	struct bd_error err = { 0 };
	static char bytes[5000];
	struct bd_cache *cache = open_cache(0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	const struct rlimit small = { 1000, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(
		bd_cache_add_bytes(cache, "record", "a", (struct bd_str){ bytes, sizeof(bytes) }, &err), -BD_ERR_IO);
	assert_int_equal(bd_cache_add_bytes(cache, "record", "b", (struct bd_str){ bytes, sizeof(bytes) }, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(has(cache, "a"));
	assert_int_equal(count_cached(), 0);
	bd_cache_close(cache);
}

#define WRITERS 4
#define ROUNDS  200

/* Each key's bytes are all its own digit: anything else would be a mixture. */
static int write_and_read(unsigned int seed)
{
	struct bd_cache *cache = open_cache(40000);
	bool good = true;
	for (unsigned int i = 0; i < ROUNDS && good; i++) {
		AUTO(bd_cached_bytes_release) struct bd_cached_bytes bytes = { 0 };
		const char digit = (char)('0' + (seed * 7 + i * 3) % 10);
		const char key[2] = { digit, '\0' };
		add(cache, key, 5000, digit);
		if (bd_cache_bytes(cache, "record", key, &bytes)) {
			good = bytes.bytes.n == 5000 && bytes.bytes.p[0] == digit && bytes.bytes.p[4999] == digit;
		}
		if (i % 20 == 19) {
			bd_cache_close(cache);
			cache = open_cache(40000);
		}
	}
	bd_cache_close(cache);
	return good ? 0 : 1;
}

static void test_bd_cache_many_processes(void **state)
{
	(void)state;
	pid_t children[WRITERS];
	for (unsigned int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			_exit(write_and_read(i));
		}
	}
	for (unsigned int i = 0; i < WRITERS; i++) {
		int status = 0;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	struct bd_cache *cache = open_cache(0);
	for (char digit = '0'; digit <= '9'; digit++) {
		const char key[2] = { digit, '\0' };
		(void)has(cache, key); /* a broken one would be removed */
	}
	bd_cache_close(cache);
	assert_in_range(count_cached(), 5, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bd_cache_bytes, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(
			test_bd_cache_close_least_recently_used, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_close_abandoned, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_open_refuses, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_add_full_disk, make_cache_dir, remove_cache_dir),
		cmocka_unit_test_setup_teardown(test_bd_cache_many_processes, make_cache_dir, remove_cache_dir),
	};
	return cmocka_run_group_tests_name("cache folder", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "basedrift/limits.h"

#include "base/auto.h"

/*
 * In front of every file: what it is, and a checksum of the rest, so that a damaged one is not believed.  Against
 * damage only, so a fast one: who could forge entries owns the folder and could as well forge their digests.
 */
struct file_head {
	char magic[8];
	XXH128_canonical_t checksum;
	uint64_t bytes; /* of the rest */
};
static const char magic[8] = "bdcache2";

/* ---- folder ------------------------------------------------------------------------------------- */

static int default_folder(struct bd_buf *out, struct bd_error *err)
{
	const char *cache = secure_getenv("XDG_CACHE_HOME");
	const char *home = secure_getenv("HOME");
	if (cache != NULL && cache[0] == '/') { /* relative ones are invalid: XDG Base Directory Specification */
		bd_buf_printf(out, "%s/basedrift", cache);
	} else if (home != NULL && home[0] == '/') {
		bd_buf_printf(out, "%s/.cache/basedrift", home);
	} else {
		return bd_error_set(
			err, BD_ERR_USAGE, "no folder for the cache: neither XDG_CACHE_HOME nor HOME is set");
	}
	return 0;
}

static int make_folders(char *path, struct bd_error *err)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		return bd_error_set_errno(err, "%s", path);
	}
	return 0;
}

/* Whoever else can write there could tell us what images contain. */
static int open_folder(const char *path, struct bd_error *err)
{
	struct stat st;
	const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) != 0) {
		const int r = bd_error_set_errno(err, "%s", path);
		if (dir >= 0) {
			(void)close(dir);
		}
		return r;
	}
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		(void)close(dir);
		return bd_error_set(err, BD_ERR_USAGE, "%s: another user can write there", path);
	}
	return dir;
}

int bd_cache_open(const char *dir, uint64_t limit_bytes, struct bd_cache **out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf path = { 0 };
	if (dir != NULL) {
		bd_buf_add_str(&path, dir);
	} else if (default_folder(&path, err) < 0) {
		return -(int)err->code;
	}
	if (make_folders(path.p, err) < 0) {
		return -(int)err->code;
	}
	const int fd = open_folder(path.p, err);
	if (fd < 0) {
		return fd;
	}
	struct bd_cache *cache = bd_xcalloc(1, sizeof(*cache));
	cache->dir = fd;
	cache->limit_bytes = limit_bytes > 0 ? limit_bytes : BD_LIMIT_CACHE_BYTES;
	*out = cache;
	return 0;
}

void bd_cache_close(struct bd_cache *cache)
{
	if (cache == NULL) {
		return;
	}
	if (atomic_load(&cache->added)) {
		cache_make_room(cache);
	}
	(void)close(cache->dir);
	free(cache);
}

/* ---- names and checksums -------------------------------------------------------------------------- */

static XXH3_state_t *checksum_new(void)
{
	XXH3_state_t *checksum = XXH3_createState();
	if (checksum == NULL || XXH3_128bits_reset(checksum) != XXH_OK) {
		abort(); /* only out of memory */
	}
	return checksum;
}

static void checksum_free(XXH3_state_t **checksum)
{
	(void)XXH3_freeState(*checksum);
}

static XXH128_canonical_t checksum_final(const XXH3_state_t *checksum)
{
	XXH128_canonical_t sum;
	XXH128_canonicalFromHash(&sum, XXH3_128bits_digest(checksum));
	return sum;
}

void cache_name(char out[CACHE_NAME_BYTES], const char *kind, const char *key, const char *generation)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	char digest[BD_DIGEST_TEXT];
	bd_buf_add(&text, kind, strlen(kind) + 1);
	bd_buf_add(&text, key, strlen(key) + 1);
	bd_buf_add_str(&text, generation);
	bd_sha256_text(bd_buf_str(&text), text.n, digest);
	(void)snprintf(out, CACHE_NAME_BYTES, "%.16s-%.64s", kind, digest + strlen("sha256:"));
}

/* ---- reading ------------------------------------------------------------------------------------ */

#define STEP (1U << 20) /* of a large entry so much at a time is in this process' memory */

static bool is_whole(struct bd_mapping mapping)
{
	struct file_head head;
	char *bytes = mapping.p;
	if (mapping.n < sizeof(head)) {
		return false;
	}
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, magic, sizeof(magic)) != 0 || head.bytes != mapping.n - sizeof(head)) {
		return false;
	}
	AUTO(checksum_free) XXH3_state_t *checksum = checksum_new();
	for (size_t at = 0, n = 0; at < mapping.n; at += n) {
		const size_t skipped = at == 0 ? sizeof(head) : 0;
		n = mapping.n - at < STEP ? mapping.n - at : STEP;
		(void)XXH3_128bits_update(checksum, bytes + at + skipped, n - skipped);
		if (mapping.n > STEP) { /* only what is used later comes back */
			(void)madvise(bytes + at, n, MADV_DONTNEED);
		}
	}
	const XXH128_canonical_t sum = checksum_final(checksum);
	return memcmp(&sum, &head.checksum, sizeof(sum)) == 0;
}

bool cache_read(struct bd_cache *cache, const char *name, struct bd_cached_bytes *out)
{
	struct stat st;
	AUTO(close_fd) const int fd = openat(cache->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return false;
	}
	struct bd_mapping mapping = { NULL, (size_t)st.st_size };
	mapping.p = mapping.n > 0 ? mmap(NULL, mapping.n, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (mapping.n > 0 && mapping.p == MAP_FAILED) {
		return false;
	}
	if (!is_whole(mapping)) {
		if (mapping.n > 0) {
			(void)munmap(mapping.p, mapping.n);
		}
		cache_remove(cache, name);
		return false;
	}
	(void)futimens(fd, NULL); /* used just now */
	out->mapping = mapping;
	out->bytes = (struct bd_str){ (const char *)mapping.p + sizeof(struct file_head),
		mapping.n - sizeof(struct file_head) };
	return true;
}

void cache_remove(struct bd_cache *cache, const char *name)
{
	(void)unlinkat(cache->dir, name, 0);
}

void bd_cached_bytes_release(struct bd_cached_bytes *bytes)
{
	if (bytes->mapping.p != NULL) {
		(void)munmap(bytes->mapping.p, bytes->mapping.n);
	}
	*bytes = (struct bd_cached_bytes){ 0 };
}

bool bd_cache_bytes(struct bd_cache *cache, const char *kind, const char *key, struct bd_cached_bytes *out)
{
	char name[CACHE_NAME_BYTES];
	cache_name(name, kind, key, "");
	return cache_read(cache, name, out);
}

/* ---- writing ------------------------------------------------------------------------------------ */

static int write_all(int fd, struct bd_str block, struct bd_error *err)
{
	while (block.n > 0) {
		const ssize_t n = write(fd, block.p, block.n);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return bd_error_set_errno(err, "the cache");
		}
		block.p += n;
		block.n -= (size_t)n;
	}
	return 0;
}

#define BLOCK_BYTES (256U << 10)

struct cache_output {
	int fd;
	XXH3_state_t *checksum;
	struct bd_buf next; /* to be written */
	uint64_t bytes;
	bool failed;
	struct bd_error err;
};

static void flush(struct cache_output *output)
{
	const struct bd_str block = bd_buf_view(&output->next);
	output->failed = output->failed || write_all(output->fd, block, &output->err) < 0;
	(void)XXH3_128bits_update(output->checksum, block.p, block.n);
	output->bytes += block.n;
	bd_buf_clear(&output->next);
}

void cache_put(struct cache_output *output, const void *p, size_t n)
{
	const char *from = p;
	while (n > 0) {
		const size_t room = BLOCK_BYTES - output->next.n;
		const size_t part = n < room ? n : room;
		bd_buf_add(&output->next, from, part);
		from += part;
		n -= part;
		if (output->next.n == BLOCK_BYTES) {
			flush(output);
		}
	}
}

/* The head comes last, as it has the checksum of the rest: until then the file is no entry. */
static int write_file(int fd, void (*emit)(struct cache_output *output, const void *context), const void *context,
	struct bd_error *err)
{
	AUTO(checksum_free) XXH3_state_t *checksum = checksum_new();
	struct cache_output output = { .fd = fd, .checksum = checksum };
	struct file_head head = { .magic = { 0 } };

	if (write_all(fd, (struct bd_str){ (const char *)&head, sizeof(head) }, err) < 0) {
		return -(int)err->code;
	}
	emit(&output, context);
	flush(&output);
	bd_buf_release(&output.next);
	memcpy(head.magic, magic, sizeof(magic));
	head.checksum = checksum_final(checksum);
	head.bytes = output.bytes;
	if (output.failed) {
		*err = output.err;
		return -(int)err->code;
	}
	if (lseek(fd, 0, SEEK_SET) != 0) {
		return bd_error_set_errno(err, "the cache");
	}
	return write_all(fd, (struct bd_str){ (const char *)&head, sizeof(head) }, err);
}

int cache_write(struct bd_cache *cache, const char *name,
	void (*emit)(struct cache_output *output, const void *context), const void *context, struct bd_error *err)
{
	char temporary[64];
	if (atomic_load(&cache->failed)) {
		return 0;
	}
	(void)snprintf(
		temporary, sizeof(temporary), ".new-%ld-%u", (long)getpid(), atomic_fetch_add(&cache->temporary, 1));
	const int fd = openat(cache->dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd >= 0 ? write_file(fd, emit, context, err) : bd_error_set_errno(err, "the cache");
	if (fd >= 0 && close(fd) != 0 && r == 0) {
		r = bd_error_set_errno(err, "the cache");
	}
	if (r == 0 && renameat(cache->dir, temporary, cache->dir, name) != 0) {
		r = bd_error_set_errno(err, "the cache");
	}
	if (r < 0) {
		(void)unlinkat(cache->dir, temporary, 0);
		return atomic_exchange(&cache->failed, true) ? 0 : r; /* one of several threads tells */
	}
	atomic_store(&cache->added, true);
	return 0;
}

static void put_bytes(struct cache_output *output, const void *context)
{
	const struct bd_str *bytes = context;
	cache_put(output, bytes->p, bytes->n);
}

int bd_cache_add_bytes(
	struct bd_cache *cache, const char *kind, const char *key, struct bd_str bytes, struct bd_error *err)
{
	char name[CACHE_NAME_BYTES];
	cache_name(name, kind, key, "");
	return cache_write(cache, name, put_bytes, &bytes, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "collect/parts.h"

struct job {
	struct bd_image *image;
	struct inventory *inventory;
	const struct bd_reading *how;
	char catalogers[BD_DIGEST_TEXT];
	size_t *order; /* layers that have to be read, largest first */
	size_t order_len;
	struct bd_tree_builder *tree;
	atomic_bool stop;     /* somebody failed */
	pthread_mutex_t lock; /* of what follows */
	bool *done;           /* for each layer: it is there */
	size_t laid;          /* so many of them, from the lowest on */
	bool laying;          /* somebody is at it */
	bool failed;
	size_t failed_layer;
	struct bd_error err;
};

static void keep_error(struct job *job, size_t layer, const struct bd_error *err)
{
	(void)pthread_mutex_lock(&job->lock);
	if (!job->failed || layer < job->failed_layer) { /* the same message whichever thread came first */
		job->failed = true;
		job->failed_layer = layer;
		job->err = *err;
	}
	(void)pthread_mutex_unlock(&job->lock);
	atomic_store(&job->stop, true);
}

/* A layer without a diff_id has no name that it could be found by. */
static const char *cache_key(const struct job *job, size_t layer)
{
	return job->how->cache != NULL ? job->image->layers.v[layer].diff_id : NULL;
}

#define DAY 86400

/* When the layer's history entry and the one before it say that they were made; 0: not said. */
static void times_of(const struct bd_image *image, size_t layer, int64_t *before_out, int64_t *made_out)
{
	size_t next = 0;
	*before_out = *made_out = 0;
	for (size_t i = 0; i < image->config.history.len && next <= layer; i++) {
		const struct bd_history *entry = &image->config.history.v[i];
		int64_t created = 0;
		const bool known = bd_time_parse(entry->created, &created);
		if (!entry->empty_layer && next++ == layer) {
			*made_out = known ? created : 0;
		} else {
			*before_out = known ? created : 0;
		}
	}
}

/*
 * What was unpacked from a package has the package's own, older time; only what a step wrote itself can differ from
 * what its package shipped.  So a file has to be held against its owner's checksum only when it is as new as the step:
 * newer than the step before, with a day for clocks that differ.  Base images have one step, and their newer files are
 * set back to the day of their package snapshot, weeks before the image is made.  A time that nobody believes (a
 * reproducible build's 0) makes every file new enough.
 */
int64_t checksums_since(const struct bd_image *image, size_t layer)
{
	int64_t before = 0, made = 0;
	times_of(image, layer, &before, &made);
	if (made <= 60 * DAY) {
		return 0;
	}
	const int64_t weeks_before = made - 60 * DAY;
	return layer > 0 && before <= made && before - DAY > weeks_before ? before - DAY : weeks_before;
}

static bool is_below_any(const char *path, const char *const *folders)
{
	for (; *folders != NULL; folders++) {
		if (strncmp(path, *folders, strlen(*folders)) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * Package managers put files into few folders of the root, and into those all but their caches, logs and own databases.
 * (/usr/local is for everybody, and PEAR's packages are there.)
 */
static bool is_packages_place(const char *path)
{
	static const char *const packages[] = { "bin/", "boot/", "etc/", "lib", "opt/", "sbin/", "usr/", "var/", NULL };
	static const char *const nobodys[] = { "var/cache/", "var/lib/apt/", "var/lib/dpkg/", "var/lib/rpm/",
		"var/log/", NULL };
	return is_below_any(path, packages) && !is_below_any(path, nobodys);
}

/*
 * Byte-compiled Python has an MD5 nowhere: dpkg's scripts make it after unpacking, and of those who ship it apk has
 * SHA-1 and the others better.  Debian's dist-packages are not apk's.
 */
static unsigned int checksums_of(const char *path, int64_t mtime_sec, void *context)
{
	const int64_t *since = context;
	if ((*since != 0 && mtime_sec < *since) || !is_packages_place(path)) {
		return 0;
	}
	if (!bd_str_ends(bd_str(path), ".pyc")) {
		return BD_ENTRY_MD5 | BD_ENTRY_SHA1;
	}
	return strstr(path, "/dist-packages/") == NULL ? BD_ENTRY_SHA1 : 0;
}

#define GENERATION_TEXT (BD_DIGEST_TEXT + 24)

/* What an inventory depends on besides the layer's bytes: the catalogers, and which files were held against what. */
static void generation_of(const struct job *job, size_t layer, char out[GENERATION_TEXT])
{
	(void)snprintf(out, GENERATION_TEXT, "%s %lld", job->catalogers, (long long)checksums_since(job->image, layer));
}

static void add_to_cache(struct job *job, size_t layer)
{
	struct bd_error err;
	char generation[GENERATION_TEXT];
	const char *key = cache_key(job, layer);
	const struct bd_layer *read = job->inventory->layers[layer];
	generation_of(job, layer, generation);
	if (key != NULL && bd_cache_add_layer(job->how->cache, key, generation, read, &err) < 0) {
		(void)pthread_mutex_lock(&job->lock);
		job->inventory->not_cached = err;
		(void)pthread_mutex_unlock(&job->lock);
	}
	for (size_t i = 0; key != NULL && i < read->kept.len; i++) { /* the cache went through them */
		bd_layer_rest(read, read->kept.v[i].bytes);
	}
}

static uint64_t stored_bytes(const struct bd_image *image, size_t layer)
{
	const int64_t bytes = image->layers.v[layer].size_bytes;
	return bytes > 0 ? (uint64_t)bytes : 0;
}

static void begin_progress(struct bd_image *image, struct bd_progress *progress)
{
	uint64_t bytes = 0;
	if (progress == NULL) {
		return;
	}
	for (size_t i = 0; i < image->layers.len; i++) {
		bytes += stored_bytes(image, i);
	}
	atomic_fetch_add(&progress->total_bytes, bytes);
	atomic_fetch_add(&progress->total_layers, (unsigned int)image->layers.len);
	image->bytes_read = &progress->bytes;
}

void progress_over(struct bd_image *image, struct bd_progress *progress)
{
	begin_progress(image, progress);
	for (size_t i = 0; progress != NULL && i < image->layers.len; i++) {
		atomic_fetch_add(&progress->bytes, stored_bytes(image, i));
		atomic_fetch_add(&progress->layers, 1);
	}
}

/* The next layer that can be laid, by this thread; NULL: none, or another thread is at it and goes on. */
static const struct bd_layer *next_to_lay(struct job *job)
{
	const bool ready = !job->laying && job->laid < job->image->layers.len && job->done[job->laid];
	job->laying |= ready;
	return ready ? job->inventory->layers[job->laid] : NULL;
}

/* Whoever brings the layer that was waited for lays it and those above it while others read. */
static void layer_is_there(struct job *job, size_t layer)
{
	if (job->how->progress != NULL) {
		atomic_fetch_add(&job->how->progress->layers, 1);
	}
	(void)pthread_mutex_lock(&job->lock);
	job->done[layer] = true;
	for (const struct bd_layer *next = next_to_lay(job); next != NULL; next = next_to_lay(job)) {
		(void)pthread_mutex_unlock(&job->lock);
		bd_tree_lay(job->tree, next, (int)job->laid);
		(void)pthread_mutex_lock(&job->lock);
		job->laid++;
		job->laying = false;
	}
	(void)pthread_mutex_unlock(&job->lock);
}

static void take_from_cache(size_t layer, void *context)
{
	struct job *job = context;
	const char *key = cache_key(job, layer);
	if (key == NULL || job->how->verify) {
		return;
	}
	char generation[GENERATION_TEXT];
	generation_of(job, layer, generation);
	job->inventory->layers[layer] = bd_cache_layer(job->how->cache, key, generation);
	job->inventory->cached[layer] = job->inventory->layers[layer] != NULL;
	if (!job->inventory->cached[layer]) {
		return;
	}
	if (job->how->progress != NULL) {
		atomic_fetch_add(&job->how->progress->bytes, stored_bytes(job->image, layer));
	}
	layer_is_there(job, layer);
}

static int read_layer(struct job *job, size_t layer, struct bd_error *err)
{
	struct bd_stream *stream = NULL;
	struct bd_wants wants = inventory_wants;
	int64_t since = checksums_since(job->image, layer);
	wants.checksums = checksums_of;
	wants.context = &since; /* the other functions have none */
	if (bd_image_open_layer(job->image, layer, &stream, err) < 0 ||
		bd_layer_read(stream, &wants, &job->inventory->layers[layer], err) < 0) {
		return -(int)err->code;
	}
	add_to_cache(job, layer);
	return 0;
}

static void take_layer(size_t i, void *context)
{
	struct job *job = context;
	const size_t layer = job->order[i];
	struct bd_error err;
	if (atomic_load(&job->stop)) {
		return;
	}
	if (read_layer(job, layer, &err) < 0) {
		keep_error(job, layer, &err);
	} else {
		layer_is_there(job, layer);
	}
}

/* Those that are not there yet. */
static void sort_largest_first(struct job *job)
{
	const struct bd_image *image = job->image;
	job->order = bd_xcalloc(image->layers.len, sizeof(*job->order));
	for (size_t i = 0; i < image->layers.len; i++) {
		size_t k = job->order_len;
		if (job->inventory->cached[i]) {
			continue;
		}
		for (; k > 0 && image->layers.v[job->order[k - 1]].size_bytes < image->layers.v[i].size_bytes; k--) {
			job->order[k] = job->order[k - 1];
		}
		job->order[k] = i;
		job->order_len++;
	}
}

/*
 * Each thread takes a whole layer, as long as there are enough.  One that is larger than all that is left for the other
 * threads would end alone: it gets a second thread, which unpacks.
 */
static void choose_ahead(const struct job *job, bool *ahead)
{
	const size_t others = bd_threads(job->how->jobs) - 1;
	uint64_t left = 0;
	for (size_t i = job->order_len; i-- > 0;) {
		const uint64_t bytes = stored_bytes(job->image, job->order[i]);
		ahead[job->order[i]] = left < bytes * others;
		left += bytes;
	}
}

static void read_missing(struct job *job)
{
	AUTO(free_ptr) bool *ahead = bd_xcalloc(job->image->layers.len, sizeof(*ahead));
	sort_largest_first(job);
	choose_ahead(job, ahead);
	job->image->ahead = ahead;
	bd_parallel(job->how->jobs, job->order_len, take_layer, job);
	job->image->ahead = NULL;
	free(job->order);
}

static int read_rootfs(const struct bd_image *image, struct inventory *inventory, struct bd_error *err)
{
	inventory->layers = bd_xcalloc(1, sizeof(*inventory->layers));
	inventory->layer_count = 1;
	if (bd_layer_read_rootfs(image->rootfs, &inventory_wants, &inventory->layers[0], err) < 0) {
		return -(int)err->code;
	}
	bd_tree_build(inventory->layers, 1, &inventory->tree);
	return 0;
}

int read_layers(struct bd_image *image, const struct bd_reading *how, struct inventory *inventory, struct bd_error *err)
{
	if (image->rootfs != NULL) {
		return read_rootfs(image, inventory, err);
	}
	inventory->layer_count = image->layers.len;
	inventory->layers = bd_xcalloc(image->layers.len, sizeof(*inventory->layers));
	inventory->cached = bd_xcalloc(image->layers.len, sizeof(*inventory->cached));
	struct job job = { .image = image, .inventory = inventory, .how = how, .tree = bd_tree_begin() };
	job.done = bd_xcalloc(image->layers.len, sizeof(*job.done));
	bd_catalog_generation(job.catalogers);
	begin_progress(image, how->progress);
	(void)pthread_mutex_init(&job.lock, NULL);
	bd_parallel(how->jobs, image->layers.len, take_from_cache, &job);
	read_missing(&job);
	(void)pthread_mutex_destroy(&job.lock);
	bd_tree_end(job.tree, &inventory->tree);
	free(job.done);
	if (job.failed) {
		*err = job.err;
		return -(int)err->code;
	}
	return 0;
}

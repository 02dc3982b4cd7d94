/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/auto.h"
#include "collect/parts.h"

struct job {
	struct bd_image *image;
	struct inventory *inventory;
	const struct bd_reading *how;
	char generation[BD_DIGEST_TEXT];
	size_t *order;        /* layers, largest first */
	atomic_bool stop;     /* somebody failed */
	pthread_mutex_t lock; /* of what follows */
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

/*
 * What was unpacked from a package has the package's own, older time; only what a step wrote itself can
 * differ from what its package shipped.  So a file has to be held against its owner's checksum only when it is
 * about as new as its layer; with a margin for base images, whose newer files are set back to the day of
 * their package snapshot, weeks before the image is made.  A time that nobody believes (a reproducible
 * build's 0) makes every file new enough.
 */
static int64_t checksums_since(const struct bd_image *image, size_t layer)
{
	int64_t created = 0;
	size_t next = 0;
	for (size_t i = 0; i < image->config.history.len; i++) {
		const struct bd_history *entry = &image->config.history.v[i];
		if (!entry->empty_layer && next++ == layer) {
			return bd_time_parse(entry->created, &created) && created > 60 * DAY ? created - 60 * DAY : 0;
		}
	}
	return 0;
}

static void add_to_cache(struct job *job, size_t layer)
{
	struct bd_error err;
	const char *key = cache_key(job, layer);
	if (key != NULL &&
		bd_cache_add_layer(job->how->cache, key, job->generation, job->inventory->layers[layer], &err) < 0) {
		(void)pthread_mutex_lock(&job->lock);
		job->inventory->not_cached = err;
		(void)pthread_mutex_unlock(&job->lock);
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

static int read_layer(struct job *job, size_t layer, struct bd_error *err)
{
	struct bd_layer **out = &job->inventory->layers[layer];
	struct bd_stream *stream = NULL;
	const char *key = cache_key(job, layer);
	if (key != NULL && !job->how->verify) {
		*out = bd_cache_layer(job->how->cache, key, job->generation);
		job->inventory->cached[layer] = *out != NULL;
		if (*out != NULL) {
			if (job->how->progress != NULL) {
				atomic_fetch_add(&job->how->progress->bytes, stored_bytes(job->image, layer));
			}
			return 0;
		}
	}
	struct bd_wants wants = inventory_wants;
	wants.checksums_since = checksums_since(job->image, layer);
	if (bd_image_open_layer(job->image, layer, &stream, err) < 0 || bd_layer_read(stream, &wants, out, err) < 0) {
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
	} else if (job->how->progress != NULL) {
		atomic_fetch_add(&job->how->progress->layers, 1);
	}
}

static size_t *largest_first(const struct bd_image *image)
{
	const size_t count = image->layers.len;
	size_t *order = bd_xcalloc(count, sizeof(*order));
	for (size_t i = 0; i < count; i++) {
		size_t k = i;
		for (; k > 0 && image->layers.v[order[k - 1]].size_bytes < image->layers.v[i].size_bytes; k--) {
			order[k] = order[k - 1];
		}
		order[k] = i;
	}
	return order;
}

int read_layers(struct bd_image *image, const struct bd_reading *how, struct inventory *inventory, struct bd_error *err)
{
	if (image->rootfs != NULL) {
		inventory->layers = bd_xcalloc(1, sizeof(*inventory->layers));
		inventory->layer_count = 1;
		return bd_layer_read_rootfs(image->rootfs, &inventory_wants, &inventory->layers[0], err);
	}
	inventory->layer_count = image->layers.len;
	inventory->layers = bd_xcalloc(image->layers.len, sizeof(*inventory->layers));
	inventory->cached = bd_xcalloc(image->layers.len, sizeof(*inventory->cached));
	struct job job = { .image = image, .inventory = inventory, .how = how, .order = largest_first(image) };
	bd_catalog_generation(job.generation);
	begin_progress(image, how->progress);
	(void)pthread_mutex_init(&job.lock, NULL);
	bd_parallel(how->jobs, image->layers.len, take_layer, &job);
	(void)pthread_mutex_destroy(&job.lock);
	free(job.order);
	if (job.failed) {
		*err = job.err;
		return -(int)err->code;
	}
	return 0;
}

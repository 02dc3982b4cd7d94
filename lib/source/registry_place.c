/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests and blobs of a repository. */
#include <errno.h>

#include "basedrift/limits.h"

#include "source/registry.h"

#define PROGRESS_BYTES (1 << 20) /* so much since the last failure shows that trying again is worth it */

/* OCI distribution-spec, "Pulling manifests"; without these a registry answers 404 for an index. */
const char registry_accepts[] = "application/vnd.oci.image.index.v1+json, "
				"application/vnd.docker.distribution.manifest.list.v2+json, "
				"application/vnd.oci.image.manifest.v1+json, "
				"application/vnd.docker.distribution.manifest.v2+json";

/* ---- manifests ------------------------------------------------------------------------------- */

static int read_manifest(struct registry *registry, const char *tag_or_digest, struct bd_arena *arena,
	struct http_exchange **exchange, struct bd_buf *out, struct bd_error *err)
{
	const struct registry_request request = { .method = "GET",
		.accept = registry_accepts,
		.path = bd_arena_printf(arena, "manifests/%s", tag_or_digest) };
	if (registry_request(registry, &request, exchange, err) < 0) {
		return -(int)err->code;
	}
	if (bd_media_parse((*exchange)->response.content_type) == BD_MEDIA_V2S1) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"the registry has it as a schema 1 manifest: not supported, Docker itself stopped reading these");
	}
	if ((*exchange)->response.length > (int64_t)BD_LIMIT_MANIFEST_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT,
			"the registry announces a manifest of %lld bytes, more than the %u that are read",
			(long long)(*exchange)->response.length, BD_LIMIT_MANIFEST_BYTES);
	}
	return http_read_all(*exchange, BD_LIMIT_MANIFEST_BYTES, out, err);
}

/* Broken in the middle: a manifest is small, it is asked for again. */
static int read_manifest_patiently(struct registry *registry, const char *tag_or_digest, struct bd_arena *arena,
	struct registry_manifest *out, const char **said, struct bd_error *err)
{
	struct patience patience = patience_begin(registry->http);
	for (;;) {
		AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
		AUTO(buf_auto) struct bd_buf body = { 0 };
		if (read_manifest(registry, tag_or_digest, arena, &exchange, &body, err) == 0) {
			out->bytes = (struct bd_str){ bd_arena_text(arena, bd_buf_str(&body), body.n), body.n };
			*said = bd_arena_strdup(arena, exchange->response.digest);
			return 0;
		}
		if (exchange == NULL || !may_pass(err) || patience_wait(&patience, -1, err) < 0) {
			return -(int)err->code;
		}
	}
}

/* digest: promised, by the reference or by the registry; of sha256, else it is held against nothing else. */
static int verify_manifest(
	struct registry_manifest *manifest, const char *digest, struct bd_arena *arena, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *verified = NULL;
	struct bd_buf ignored = { 0 };
	struct bd_stream *bytes = bd_stream_memory(manifest->bytes.p, manifest->bytes.n);
	int result = bd_stream_verify(bytes, "manifest", digest, -1, &verified, err);
	if (result == 0) {
		result = bd_stream_read_all(verified, BD_LIMIT_MANIFEST_BYTES, &ignored, err);
	}
	bd_buf_release(&ignored);
	manifest->digest = bd_arena_strdup(arena, digest);
	return result;
}

/* The digest of a tag by HEAD, which counts against no limit of pulls.  NULL: it does not say. */
static int digest_of_tag(
	struct registry *registry, const char *tag, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	const struct registry_request request = {
		.method = "HEAD", .accept = registry_accepts, .path = bd_arena_printf(arena, "manifests/%s", tag)
	};
	*out = NULL;
	if (registry_request(registry, &request, &exchange, err) < 0) {
		/* GET has a body that says why, and some registries know no HEAD */
		return err->code == BD_ERR_NOT_FOUND || (err->code == BD_ERR_IO && err->sys_errno == 0)
			       ? 0
			       : -(int)err->code;
	}
	if (bd_digest_valid(exchange->response.digest)) {
		*out = bd_arena_strdup(arena, exchange->response.digest);
	}
	return 0;
}

int registry_manifest(struct registry *registry, const char *tag_or_digest, struct bd_arena *arena,
	struct registry_manifest *out, struct bd_error *err)
{
	const char *digest = strchr(tag_or_digest, ':') != NULL ? tag_or_digest : NULL;
	const char *said = NULL;
	char computed[BD_DIGEST_TEXT];

	if (digest == NULL && digest_of_tag(registry, tag_or_digest, arena, &digest, err) < 0) {
		return -(int)err->code;
	}
	if (read_manifest_patiently(registry, digest != NULL ? digest : tag_or_digest, arena, out, &said, err) < 0) {
		return -(int)err->code;
	}
	if (digest == NULL && bd_digest_valid(said)) {
		digest = said;
	}
	if (digest == NULL) {
		bd_sha256_text(out->bytes.p, out->bytes.n, computed);
		digest = computed;
	}
	return verify_manifest(out, digest, arena, err);
}

/* ---- blobs ----------------------------------------------------------------------------------- */

struct blob {
	struct bd_stream base;
	struct registry *registry;
	struct bd_arena arena;
	const char *path;
	struct http_exchange *exchange; /* NULL: broken off, or at the end */
	int64_t received, size;         /* size -1: not announced */
	int64_t failed_at;              /* where it broke last */
	int64_t asked_ms;               /* since when the next bytes are waited for */
	int64_t skip;                   /* bytes of a whole answer that we have already */
	struct patience patience;
	bool done;
};

static int begin_blob(struct blob *blob, struct bd_error *err)
{
	const struct registry_request request = { .method = "GET",
		.path = blob->path,
		.from = blob->received,
		.deadline_ms = blob->failed_at >= 0 ? blob->patience.deadline_ms : 0 };
	if (registry_request(blob->registry, &request, &blob->exchange, err) < 0) {
		return -(int)err->code;
	}
	const struct http_response *response = &blob->exchange->response;
	if (response->status == 206 && response->range_from != blob->received) {
		return bd_error_set(err, BD_ERR_FORMAT, "asked for the bytes from %lld on, the registry sends others",
			(long long)blob->received);
	}
	const bool whole = response->status == 200;
	blob->skip = whole ? blob->received : 0; /* it knows no Range: what we have is passed over */
	const int64_t size = response->length < 0 ? -1 : response->length + (whole ? 0 : blob->received);
	if (blob->size >= 0 && size >= 0 && size != blob->size) {
		return bd_error_set(err, BD_ERR_FORMAT, "first it had %lld bytes, then %lld", (long long)blob->size,
			(long long)size);
	}
	blob->size = size >= 0 ? size : blob->size;
	return 0;
}

static void drop_exchange(struct blob *blob)
{
	http_end(blob->exchange);
	blob->exchange = NULL;
}

/* A block beyond what was skipped; an empty one at the end. */
static int next_block(struct blob *blob, struct bd_str *block, struct bd_error *err)
{
	do {
		blob->asked_ms = blob->registry->http->ops->now_ms(blob->registry->http);
		if (blob->exchange->ops->next(blob->exchange, block, err) < 0) {
			return -(int)err->code;
		}
		const int64_t n = (int64_t)block->n < blob->skip ? (int64_t)block->n : blob->skip;
		if (block->n == 0) {
			if (blob->size >= 0 && blob->received < blob->size) {
				(void)bd_error_set(err, BD_ERR_IO, "the connection broke after %lld of %lld bytes",
					(long long)blob->received, (long long)blob->size);
				err->sys_errno = ECONNRESET;
				return -(int)err->code;
			}
			blob->done = true;
			return 0;
		}
		blob->skip -= n;
		block->p += n;
		block->n -= (size_t)n;
	} while (block->n == 0);
	blob->received += (int64_t)block->n;
	return 0;
}

static int blob_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct blob *blob = (struct blob *)(void *)stream; /* base is its first member */
	*block = (struct bd_str){ NULL, 0 };
	while (!blob->done) {
		if (blob->exchange != NULL || begin_blob(blob, err) == 0) {
			if (next_block(blob, block, err) == 0) {
				return 0;
			}
		}
		drop_exchange(blob);
		if (!may_pass(err)) {
			return -(int)err->code;
		}
		if (blob->received - blob->failed_at >= PROGRESS_BYTES) {
			blob->patience = patience_since(blob->registry->http, blob->asked_ms);
		}
		blob->failed_at = blob->received;
		if (patience_wait(&blob->patience, -1, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static void blob_close(struct bd_stream *stream)
{
	struct blob *blob = (struct blob *)(void *)stream; /* base is its first member */
	drop_exchange(blob);
	bd_arena_release(&blob->arena);
	free(blob);
}

static const struct bd_stream_ops blob_ops = { .next = blob_next, .close = blob_close };

int registry_blob(
	struct registry *registry, const char *digest, struct bd_stream **out, int64_t *size_out, struct bd_error *err)
{
	struct blob *blob = bd_xcalloc(1, sizeof(*blob));
	AUTO(bd_stream_auto) struct bd_stream *stream = &blob->base;
	stream->ops = &blob_ops;
	blob->registry = registry;
	blob->size = -1;
	blob->path = bd_arena_printf(&blob->arena, "blobs/%s", digest);
	blob->failed_at = -PROGRESS_BYTES; /* patience begins with the first failure */
	if (begin_blob(blob, err) < 0) {
		return -(int)err->code;
	}
	blob->asked_ms = registry->http->ops->now_ms(registry->http);
	*size_out = blob->size;
	*out = steal_ptr(&stream);
	return 0;
}

/* ---- the place ------------------------------------------------------------------------------- */

struct kept_vec {
	struct registry_manifest *v;
	size_t len, cap;
};

struct registry_files {
	struct place base;
	struct registry_files *self; /* what changes is behind the lock, also for who holds a const place */
	struct registry *registry;
	struct bd_arena arena;
	pthread_mutex_t lock; /* of the arena and what follows */
	struct kept_vec kept; /* manifests are read several times while an image is chosen */
};

static struct registry_files *files_of(const struct place *place)
{
	return ((const struct registry_files *)(const void *)place)->self; /* base is its first member */
}

static int open_manifest(struct registry_files *files, const char *digest, struct bd_stream **out, int64_t *size_out,
	struct bd_error *err)
{
	struct registry_manifest manifest = { 0 };
	for (size_t i = 0; i < files->kept.len && manifest.digest == NULL; i++) {
		if (strcmp(files->kept.v[i].digest, digest) == 0) {
			manifest = files->kept.v[i];
		}
	}
	if (manifest.digest == NULL) {
		if (files->arena.bytes > BD_LIMIT_WANTED_BYTES) {
			return bd_error_set(
				err, BD_ERR_LIMIT, "more than %u bytes of manifests", BD_LIMIT_WANTED_BYTES);
		}
		if (registry_manifest(files->registry, digest, &files->arena, &manifest, err) < 0) {
			return -(int)err->code;
		}
		*bd_vec_push(&files->kept) = manifest;
	}
	*out = bd_stream_memory(manifest.bytes.p, manifest.bytes.n);
	*size_out = (int64_t)manifest.bytes.n;
	return 0;
}

static int files_open(
	const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out, struct bd_error *err)
{
	struct registry_files *files = files_of(place);
	struct bd_str digest = bd_str(path);
	const struct bd_str folder = bd_str_cut(&digest, '/');
	if (bd_str_is(folder, "blobs")) {
		return registry_blob(files->registry, digest.p, out, size_out, err);
	}
	(void)pthread_mutex_lock(&files->lock);
	const int result = open_manifest(files, digest.p, out, size_out, err);
	(void)pthread_mutex_unlock(&files->lock);
	return result;
}

/* What an index names the registry has, or the pull fails. */
static bool files_have(const struct place *place, const char *path)
{
	(void)place;
	return bd_str_starts(bd_str(path), "manifests/") || bd_str_starts(bd_str(path), "blobs/");
}

static bool files_have_folder(const struct place *place, const char *path)
{
	(void)place;
	(void)path;
	return false;
}

static void files_close(struct place *place)
{
	struct registry_files *files = files_of(place);
	registry_close(files->registry);
	(void)pthread_mutex_destroy(&files->lock);
	free(files->kept.v);
	bd_arena_release(&files->arena);
	free(files);
}

static const struct place_ops files_ops = {
	.open = files_open,
	.has = files_have,
	.has_folder = files_have_folder,
	.close = files_close,
};

struct place *registry_place(struct registry *registry_take, const struct registry_manifest *first)
{
	struct registry_files *files = bd_xcalloc(1, sizeof(*files));
	files->base = (struct place){ .ops = &files_ops, .what = "registry" };
	files->self = files;
	files->registry = registry_take;
	(void)pthread_mutex_init(&files->lock, NULL);
	if (first != NULL) {
		*bd_vec_push(&files->kept) = (struct registry_manifest){
			.digest = bd_arena_strdup(&files->arena, first->digest),
			.bytes = { bd_arena_text(&files->arena, first->bytes.p, first->bytes.n), first->bytes.n },
		};
	}
	return &files->base;
}

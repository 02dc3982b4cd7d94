/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/builder.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#define CHECKSUM_BYTES 8

const struct layer_limits layer_default_limits = {
	.entries = BD_LIMIT_ENTRIES,
	.path_bytes = BD_LIMIT_PATH_BYTES,
	.wanted_bytes = BD_LIMIT_WANTED_BYTES,
	.wanted_total = BD_LIMIT_WANTED_TOTAL,
	.diagnostics = BD_LIMIT_DIAGNOSTICS,
	.checksum_bytes = BD_LIMIT_CHECKSUM_BYTES,
	.tar_bytes = BD_LIMIT_LAYER_BYTES,
	.hole_bytes = BD_LIMIT_HOLE_BYTES,
	.examined_bytes = BD_LIMIT_EXTRACT_BYTES,
};

void layer_builder_init(struct layer_builder *builder, struct bd_layer *layer, const struct layer_limits *limits,
	const struct bd_wants *wants)
{
	*builder = (struct layer_builder){
		.layer = layer,
		.limits = limits,
		.wants = wants != NULL ? *wants : (struct bd_wants){ .bytes = NULL },
		.content = { .fd = -1 },
		.diagnoser = { &layer->diagnostics, &layer->arena, limits->diagnostics, 0 },
		.sha256 = bd_hash_new(BD_SHA256),
		.md5 = bd_hash_new(BD_MD5),
		.sha1 = bd_hash_new(BD_SHA1),
	};
}

void layer_builder_release(struct layer_builder *builder)
{
	bd_hash_free(builder->sha256);
	bd_hash_free(builder->md5);
	bd_hash_free(builder->sha1);
	file_content_release(&builder->content);
	free(builder->kept.v);
	*builder = (struct layer_builder){ 0 };
}

bool layer_builder_wants(struct layer_builder *builder, const char *path, int64_t size_bytes, size_t *wanted_out)
{
	const struct layer_limits *limits = builder->limits;
	const struct bd_wants *wants = &builder->wants;
	size_t wanted = wants->bytes != NULL ? wants->bytes(path, size_bytes, wants->context) : 0;
	if (wanted == 0) {
		return false;
	}
	if ((uint64_t)size_bytes < wanted) {
		wanted = (size_t)size_bytes;
	}
	if (wanted > limits->wanted_bytes || wanted > limits->wanted_total - builder->kept_total) {
		diagnose(&builder->diagnoser, "file-too-large-to-read", bd_str(path),
			"%lld bytes are more than is read (%zu of one file, %zu of one layer)", (long long)size_bytes,
			limits->wanted_bytes, limits->wanted_total);
		return false;
	}
	*wanted_out = wanted;
	return true;
}

void layer_builder_file(struct layer_builder *builder, const struct bd_entry *entry, int64_t size_bytes)
{
	const char *path = entry->path;
	size_t wanted = 0;
	const struct bd_wants *wants = &builder->wants;
	builder->checksums = BD_ENTRY_MD5 | BD_ENTRY_SHA1;
	if (size_bytes > builder->limits->checksum_bytes) {
		builder->checksums = 0;
	} else if (wants->checksums != NULL) {
		builder->checksums = wants->checksums(path, entry->mtime_sec, wants->context);
	}
	builder->size_bytes = 0;
	const bool keep = layer_builder_wants(builder, path, size_bytes, &wanted);
	file_content_begin(&builder->content, path, size_bytes);
	if (keep) {
		file_content_keep(&builder->content, wanted);
	} else if (builder->wants.examines != NULL) {
		file_content_sniff(&builder->content, &builder->wants, builder->limits->examined_bytes);
	}
}

void layer_builder_bytes(struct layer_builder *builder, const void *p, size_t n)
{
	bd_hash_update(builder->sha256, p, n);
	builder->size_bytes += (int64_t)n;
	if ((builder->checksums & BD_ENTRY_MD5) != 0) {
		bd_hash_update(builder->md5, p, n);
	}
	if ((builder->checksums & BD_ENTRY_SHA1) != 0) {
		bd_hash_update(builder->sha1, p, n);
	}
	file_content_add(&builder->content, (struct bd_str){ p, n });
}

int layer_builder_hole(struct layer_builder *builder, uint64_t n, struct bd_error *err)
{
	static const char zeros[65536];
	if (n > builder->limits->hole_bytes - builder->hole_bytes) {
		return bd_error_set(err, BD_ERR_LIMIT, "sparse files with more than %llu bytes of holes",
			(unsigned long long)builder->limits->hole_bytes);
	}
	builder->hole_bytes += n;
	for (; n > 0; n -= n < sizeof(zeros) ? n : sizeof(zeros)) {
		layer_builder_bytes(builder, zeros, n < sizeof(zeros) ? (size_t)n : sizeof(zeros));
	}
	return 0;
}

static void first_bytes(struct bd_hash *hash, uint8_t *out)
{
	uint8_t digest[64];
	(void)bd_hash_final(hash, digest);
	memcpy(out, digest, CHECKSUM_BYTES);
}

static const struct bd_entry_checksums *end_checksums(struct layer_builder *builder)
{
	struct bd_entry_checksums found = { .known = (uint8_t)builder->checksums };
	if ((builder->checksums & BD_ENTRY_MD5) != 0) {
		first_bytes(builder->md5, found.md5_8);
	}
	if ((builder->checksums & BD_ENTRY_SHA1) != 0) {
		first_bytes(builder->sha1, found.sha1_8);
	}
	if (found.known == 0 || builder->size_bytes > builder->limits->checksum_bytes) {
		return NULL;
	}
	return bd_arena_copy(&builder->layer->arena, &found, sizeof(found));
}

static void keep_content(struct layer_builder *builder, const char *path)
{
	struct bd_kept_file file = { .path = path };
	struct bd_error err = { .msg = "" };
	if (file_content_end(&builder->content, builder->layer, &file, &err)) {
		*(struct arrived_bytes *)bd_vec_push(&builder->kept) =
			(struct arrived_bytes){ builder->layer->entries.len, file };
		builder->kept_total += file.bytes.n;
	} else if (err.msg[0] != '\0') {
		diagnose(&builder->diagnoser, "file-not-examined", bd_str(path), "%s", err.msg);
	}
}

void layer_builder_file_end(struct layer_builder *builder, struct bd_entry *entry)
{
	uint8_t digest[64];
	(void)bd_hash_final(builder->sha256, digest);
	memcpy(entry->digest, digest, BD_SHA256_BYTES);
	entry->size_bytes = builder->size_bytes;
	entry->checksums = end_checksums(builder);
	keep_content(builder, entry->path);
	layer_builder_add(builder, entry);
}

void layer_builder_file_drop(struct layer_builder *builder)
{
	uint8_t unused[64];
	(void)bd_hash_final(builder->sha256, unused);
	(void)bd_hash_final(builder->md5, unused);
	(void)bd_hash_final(builder->sha1, unused);
}

void layer_builder_add(struct layer_builder *builder, const struct bd_entry *entry)
{
	const struct bd_wants *wants = &builder->wants;
	struct bd_entry *added = bd_vec_push(&builder->layer->entries);
	*added = *entry;
	added->marked = wants->marks != NULL && wants->marks(entry->path, entry->kind, wants->context);
}

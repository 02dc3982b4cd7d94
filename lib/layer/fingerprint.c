/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is hashed for one entry: path, NUL, a letter, then for the metadata mode, uid, gid, mtime and size
 * (numbers little-endian), then what the letter says.  No two lists of entries give the same bytes.
 */
#include <string.h>

#include "basedrift/layer.h"

static const char kind_letters[] = {
	[BD_FILE] = 'f',
	[BD_DIRECTORY] = 'd',
	[BD_SYMLINK] = 'l',
	[BD_CHAR_DEVICE] = 'c',
	[BD_BLOCK_DEVICE] = 'b',
	[BD_FIFO] = 'p',
};

static char letter_of(const struct bd_entry *entry)
{
	if (entry->unresolved_link) {
		return 'h';
	}
	return kind_letters[entry->kind];
}

void bd_fingerprint_init(struct bd_fingerprint *f)
{
	*f = (struct bd_fingerprint){ .content = bd_hash_new(BD_SHA256), .metadata = bd_hash_new(BD_SHA256) };
}

void bd_fingerprint_release(struct bd_fingerprint *f)
{
	bd_hash_free(f->content);
	bd_hash_free(f->metadata);
	*f = (struct bd_fingerprint){ 0 };
}

static size_t put_number(uint8_t *out, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		out[i] = (uint8_t)(value >> (8 * i) & 0xff);
	}
	return bytes;
}

static void add_name(struct bd_hash *hash, const char *path, char letter)
{
	bd_hash_update(hash, path, strlen(path) + 1);
	bd_hash_update(hash, &letter, 1);
}

static void add_attributes(struct bd_hash *hash, const struct bd_entry *entry)
{
	uint8_t bytes[3 * 4 + 2 * 8];
	size_t n = put_number(bytes, entry->mode, 4);
	n += put_number(bytes + n, entry->uid, 4);
	n += put_number(bytes + n, entry->gid, 4);
	n += put_number(bytes + n, (uint64_t)entry->mtime_sec, 8);
	n += put_number(bytes + n, (uint64_t)entry->size_bytes, 8);
	bd_hash_update(hash, bytes, n);
}

static void add_payload(struct bd_hash *hash, const struct bd_entry *entry)
{
	uint8_t number[8];
	if (entry->unresolved_link || entry->kind == BD_SYMLINK) {
		bd_hash_update(hash, entry->target, strlen(entry->target) + 1);
	} else if (entry->kind == BD_FILE) {
		bd_hash_update(hash, entry->digest, sizeof(entry->digest));
	} else if (entry->kind == BD_CHAR_DEVICE || entry->kind == BD_BLOCK_DEVICE) {
		bd_hash_update(hash, number, put_number(number, entry->device, sizeof(number)));
	}
}

void bd_fingerprint_add(struct bd_fingerprint *f, const char *path, const struct bd_entry *entry)
{
	const char letter = letter_of(entry);
	f->files++;
	f->size_bytes += entry->kind == BD_FILE ? entry->size_bytes : 0;
	add_name(f->metadata, path, letter);
	add_attributes(f->metadata, entry);
	add_payload(f->metadata, entry);
	if (bd_noise_reason(path) == NULL) {
		add_name(f->content, path, letter);
		add_payload(f->content, entry);
	}
}

void bd_fingerprint_add_whiteout(struct bd_fingerprint *f, const char *path, bool opaque)
{
	static const char letters[] = { 'w', 'o' };
	const char letter = letters[opaque];
	add_name(f->metadata, path, letter);
	if (bd_noise_reason(path) == NULL) {
		add_name(f->content, path, letter);
	}
}

static void finish(struct bd_hash *hash, char *out)
{
	uint8_t digest[64];
	const size_t n = bd_hash_final(hash, digest);
	static const char prefix[] = "sha256:";
	memcpy(out, prefix, sizeof(prefix));
	bd_hex(digest, n, out + strlen(prefix));
}

void bd_fingerprint_final(struct bd_fingerprint *f, char *content, char *metadata)
{
	finish(f->content, content);
	finish(f->metadata, metadata);
	f->files = 0;
	f->size_bytes = 0;
}

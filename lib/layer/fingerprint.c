/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is hashed for one entry: path, NUL, a letter, then for the metadata mode, uid, gid, mtime and size
 * (numbers little-endian), then what the letter says.  No two lists of entries give the same bytes.
 */
#include <stdlib.h>
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

/* What is to be hashed: a hash takes one long piece faster than many short ones. */
struct bd_fingerprint_message {
	struct bd_hash *hash;
	size_t n;
	uint8_t bytes[2048];
};

static struct bd_fingerprint_message *message_new(void)
{
	struct bd_fingerprint_message *message = bd_xmalloc(sizeof(*message));
	message->hash = bd_hash_new(BD_SHA256);
	message->n = 0;
	return message;
}

static void message_free(struct bd_fingerprint_message *message)
{
	if (message != NULL) {
		bd_hash_free(message->hash);
		free(message);
	}
}

void bd_fingerprint_init(struct bd_fingerprint *f)
{
	*f = (struct bd_fingerprint){ .content = message_new(), .metadata = message_new() };
}

void bd_fingerprint_release(struct bd_fingerprint *f)
{
	message_free(f->content);
	message_free(f->metadata);
	*f = (struct bd_fingerprint){ 0 };
}

static void flush(struct bd_fingerprint_message *message)
{
	bd_hash_update(message->hash, message->bytes, message->n);
	message->n = 0;
}

static void put(struct bd_fingerprint_message *message, const void *p, size_t n)
{
	if (n > sizeof(message->bytes) - message->n) {
		flush(message);
	}
	if (n > sizeof(message->bytes)) {
		bd_hash_update(message->hash, p, n);
		return;
	}
	memcpy(message->bytes + message->n, p, n);
	message->n += n;
}

static void put_number(struct bd_fingerprint_message *message, uint64_t value, size_t bytes)
{
	uint8_t little_endian[8];
	for (size_t i = 0; i < bytes; i++) {
		little_endian[i] = (uint8_t)(value >> (8 * i) & 0xff);
	}
	put(message, little_endian, bytes);
}

static void put_name(struct bd_fingerprint_message *message, const char *path, char letter)
{
	put(message, path, strlen(path) + 1);
	put(message, &letter, 1);
}

static void put_attributes(struct bd_fingerprint_message *message, const struct bd_entry *entry)
{
	put_number(message, entry->mode, 4);
	put_number(message, entry->uid, 4);
	put_number(message, entry->gid, 4);
	put_number(message, (uint64_t)entry->mtime_sec, 8);
	put_number(message, (uint64_t)entry->size_bytes, 8);
}

static void put_payload(struct bd_fingerprint_message *message, const struct bd_entry *entry)
{
	if (entry->unresolved_link || entry->kind == BD_SYMLINK) {
		put(message, entry->target, strlen(entry->target) + 1);
	} else if (entry->kind == BD_FILE) {
		put(message, entry->digest, sizeof(entry->digest));
	} else if (entry->kind == BD_CHAR_DEVICE || entry->kind == BD_BLOCK_DEVICE) {
		put_number(message, entry->device, 8);
	}
}

static void add_entry(
	struct bd_fingerprint_message *message, const char *path, const struct bd_entry *entry, bool attributes)
{
	put_name(message, path, letter_of(entry));
	if (attributes) {
		put_attributes(message, entry);
	}
	put_payload(message, entry);
}

void bd_fingerprint_add(struct bd_fingerprint *f, const char *path, const struct bd_entry *entry)
{
	f->files++;
	f->size_bytes += entry->kind == BD_FILE ? entry->size_bytes : 0;
	add_entry(f->metadata, path, entry, true);
	if (bd_noise_reason(path) == NULL) {
		add_entry(f->content, path, entry, false);
	}
}

void bd_fingerprint_add_whiteout(struct bd_fingerprint *f, const char *path, bool opaque)
{
	static const char letters[] = { 'w', 'o' };
	const char letter = letters[opaque];
	put_name(f->metadata, path, letter);
	if (bd_noise_reason(path) == NULL) {
		put_name(f->content, path, letter);
	}
}

static void finish(struct bd_fingerprint_message *message, char *out)
{
	uint8_t digest[64];
	flush(message);
	const size_t n = bd_hash_final(message->hash, digest);
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

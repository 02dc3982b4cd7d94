/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every other folder stands on and that knows no domain words: views, buffers, arenas, vectors,
 * digests, text for people.  Out of memory aborts; sizes from outside are checked against limits.h
 * first.
 */
#ifndef BASEDRIFT_BASE_H
#define BASEDRIFT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basedrift/error.h"

/* ---- memory -------------------------------------------------------------------------------- */

void *bd_xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *bd_xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *bd_xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
char *bd_xstrdup(const char *s) __attribute__((malloc, returns_nonnull));

/*
 * Vectors are { T *v; size_t len; size_t cap; }.  bd_vec_push yields an lvalue pointer to a new,
 * zeroed element; the vector is released with free(vec.v).
 */
void *bd_vec_grow(void *v, size_t len, size_t *cap, size_t elem_size) BD_CHECKED;
#define bd_vec_push(vec) \
	((vec)->v = bd_vec_grow((vec)->v, (vec)->len, &(vec)->cap, sizeof(*(vec)->v)), &(vec)->v[(vec)->len++])

/* Chunked memory that dies in one piece.  A zeroed struct is an empty arena. */
struct bd_arena_chunk;
struct bd_arena {
	struct bd_arena_chunk *head;
	size_t bytes; /* handed out so far */
};
void *bd_arena_alloc(struct bd_arena *arena, size_t size) __attribute__((returns_nonnull)); /* zeroed, max-aligned */
char *bd_arena_text(struct bd_arena *arena, const char *p, size_t n)
	__attribute__((returns_nonnull));                     /* byte-aligned copy + NUL */
char *bd_arena_strdup(struct bd_arena *arena, const char *s); /* NULL gives NULL */
char *bd_arena_printf(struct bd_arena *arena, const char *fmt, ...) BD_PRINTF(2, 3);
/* The pages that lie wholly in these bytes are given back to the system: what was in them is lost. */
void bd_memory_drop(void *p, size_t n);
void bd_arena_release(struct bd_arena *arena); /* leaves an empty arena */
/* All of other becomes arena's, where it lies; other is empty then. */
void bd_arena_join(struct bd_arena *arena, struct bd_arena *other);

/* Copy len elements into the arena (for vectors whose owner is an arena). */
void *bd_arena_copy(struct bd_arena *arena, const void *p, size_t size);

/* ---- views --------------------------------------------------------------------------------- */

/* Bytes that somebody else owns; not NUL-terminated.  p may be NULL when n is 0. */
struct bd_str {
	const char *p;
	size_t n;
};
#define BD_STR(literal) \
	(struct bd_str) \
	{ \
		(literal), sizeof(literal) - 1 \
	}
struct bd_str bd_str(const char *s); /* of a C string; NULL gives the empty view */
bool bd_str_equal(struct bd_str a, struct bd_str b);
bool bd_str_is(struct bd_str a, const char *s);
bool bd_str_starts(struct bd_str s, const char *prefix);
bool bd_str_ends(struct bd_str s, const char *suffix);
int bd_str_compare(struct bd_str a, struct bd_str b); /* by bytes, shorter first */
struct bd_str bd_str_trim(struct bd_str s);           /* ASCII white space off both ends */
/* Cut *rest at the first sep: returns what is before it, *rest is what follows (empty at the end). */
struct bd_str bd_str_cut(struct bd_str *rest, char sep);
/* The next line without its "\n" or "\r\n"; false when *rest is empty. */
bool bd_str_line(struct bd_str *rest, struct bd_str *line);
/* Whole view is a decimal number that fits. */
bool bd_str_to_u64(struct bd_str s, uint64_t *out);
bool bd_str_find(struct bd_str s, const char *needle, size_t *at_out);

/* NULL-tolerant C string helpers: NULL is less than everything and equal to NULL. */
bool bd_streq(const char *a, const char *b);
int bd_strcmp0(const char *a, const char *b);
/* 64-bit FNV-1a, for hash tables and nothing else. */
uint64_t bd_hash_bytes(const void *p, size_t n);

/* ---- growing buffers ------------------------------------------------------------------------- */

/* Always NUL-terminated once something was added; a zeroed struct is an empty buffer. */
struct bd_buf {
	char *p;
	size_t n;
	size_t cap;
};
void bd_buf_add(struct bd_buf *buf, const void *p, size_t n);
void bd_buf_add_str(struct bd_buf *buf, const char *s);
/* Room for n more bytes, which the caller writes; bd_buf_filled says how many it did write. */
char *bd_buf_room(struct bd_buf *buf, size_t n) __attribute__((returns_nonnull));
void bd_buf_filled(struct bd_buf *buf, size_t n);
void bd_buf_add_char(struct bd_buf *buf, char c);
void bd_buf_printf(struct bd_buf *buf, const char *fmt, ...) BD_PRINTF(2, 3);
void bd_buf_clear(struct bd_buf *buf);            /* keeps the memory */
void bd_buf_release(struct bd_buf *buf);          /* leaves an empty buffer */
const char *bd_buf_str(const struct bd_buf *buf); /* never NULL */
struct bd_str bd_buf_view(const struct bd_buf *buf);

/* ---- digests --------------------------------------------------------------------------------- */

/* What a digest is of.  Two digests of different kinds are never compared. */
enum bd_digest_kind {
	BD_DIGEST_UNKNOWN,
	BD_DIGEST_INDEX,
	BD_DIGEST_MANIFEST,
	BD_DIGEST_CONFIG,
	BD_DIGEST_DIFF_ID,
	BD_DIGEST_LAYER,
};
const char *bd_digest_kind_name(enum bd_digest_kind kind); /* "index", … as in docs/record.md */
bool bd_digest_kind_parse(const char *name, enum bd_digest_kind *out);

/* value: "ALGORITHM:HEX" as in the OCI image-spec, "Digests"; owned by whoever owns the struct. */
struct bd_digest {
	enum bd_digest_kind kind;
	const char *value;
};
struct bd_digest_vec {
	struct bd_digest *v;
	size_t len, cap;
};
/* The first digest of that kind, or NULL. */
const char *bd_digest_of_kind(const struct bd_digest_vec *digests, enum bd_digest_kind kind);
/* "sha256:" + 64 lower-case hex, or "sha512:" + 128.  Anything else is not a digest we verify. */
bool bd_digest_valid(const char *value);

#define BD_SHA256_BYTES 32
#define BD_DIGEST_TEXT  (7 + 128 + 1) /* room for the longest digest as text */

enum bd_hash_algorithm {
	BD_MD5,
	BD_SHA1,
	BD_SHA256,
	BD_SHA512
};
struct bd_hash; /* one running hash; reusable */
struct bd_hash *bd_hash_new(enum bd_hash_algorithm algorithm);
void bd_hash_free(struct bd_hash *hash);
void bd_hash_update(struct bd_hash *hash, const void *p, size_t n);
/* Write the digest's bytes (at most 64) to out, return their number, and start anew. */
size_t bd_hash_final(struct bd_hash *hash, uint8_t *out);
/* "sha256:…" of p; out has BD_DIGEST_TEXT bytes. */
void bd_sha256_text(const void *p, size_t n, char *out);
void bd_hex(const uint8_t *bytes, size_t n, char *out); /* out has 2 n + 1 bytes */
bool bd_unhex(struct bd_str hex, uint8_t *out);         /* out has hex.n / 2 bytes */

/* ---- text ------------------------------------------------------------------------------------ */

bool bd_utf8_valid(const char *p, size_t n);      /* no surrogates, nothing above U+10FFFF, no overlong form */
void bd_utf8_add(struct bd_buf *out, uint32_t c); /* its one to four bytes; c is at most U+10FFFF */
/*
 * Text that is safe in a terminal, XML, JSON, HTML and Markdown:
 * valid UTF-8 without controls, bidi controls, noncharacters; a string that has such bytes comes in
 * double quotes with \n, \t, \xHH, \uHHHH escapes and \ and " doubled; others pass unchanged.
 */
void bd_display_text(struct bd_buf *out, const char *p, size_t n);
const char *bd_display(struct bd_arena *arena, const char *s); /* the same, into an arena; NULL gives "" */
/* Names that look like secrets (docs/record.md, "Secrets"): TOKEN, PASSWORD, … as words of the name. */
bool bd_name_is_secret(const char *name, size_t n);
/* The URL with user:password@ taken out of its authority; other text comes back unchanged. */
char *bd_url_without_credentials(struct bd_arena *arena, const char *url);
/* RFC 4648 base64, with padding. */
void bd_base64(struct bd_buf *out, const void *p, size_t n);
bool bd_unbase64(struct bd_buf *out, struct bd_str text); /* also the URL-safe alphabet and no padding */
/* "2026-11-23T16:13:04Z" from seconds since 1970 (UTC); out has BD_TIME_TEXT bytes. */
#define BD_TIME_TEXT 64
void bd_time_text(int64_t seconds, char *out);
/* Seconds since 1970 of an RFC 3339 time; false when it is not one. */
bool bd_time_parse(const char *text, int64_t *seconds_out);

/* ---- threads --------------------------------------------------------------------------------- */

/* wanted, or 0: as many as there are processors; at most a limit of its own. */
size_t bd_threads(size_t wanted);
/*
 * Call one(i, context) for every i from 0 to count - 1, each once, in no order, on bd_threads(threads) threads of
 * which the caller's is one; fewer where the system gives fewer.  Returns when all calls have.
 */
void bd_parallel(size_t threads, size_t count, void (*one)(size_t i, void *context), void *context);

/* ---- files we write ------------------------------------------------------------------------------ */

/*
 * A file that is whole or not there: its bytes go to a temporary name beside it until they are
 * committed.  "-" is standard output; a device or pipe is written to as it is.
 * Fails: BD_ERR_IO, BD_ERR_NOT_FOUND (no such folder).
 */
struct bd_output;
int bd_output_open(const char *path, struct bd_output **out, struct bd_error *err) BD_CHECKED;
int bd_output_write(struct bd_output *output, struct bd_str bytes, struct bd_error *err) BD_CHECKED;
/* All is on disk, under the temporary name yet: what may still fail when several files are to come or none. */
int bd_output_finish(struct bd_output *output, struct bd_error *err) BD_CHECKED;
int bd_output_commit(struct bd_output *output, struct bd_error *err) BD_CHECKED;
void bd_output_close(struct bd_output *output); /* what was not committed is gone; NULL is accepted */

/* ---- paths in images ------------------------------------------------------------------------- */

/*
 * The path of a tar entry as images name it: no leading "/" or "./", no "//", no trailing "/".
 * Returns false when a component is ".." or a byte is NUL: such an entry is never followed.
 * The root itself becomes "".
 */
bool bd_path_clean(struct bd_buf *out, const char *p, size_t n);
/*
 * Where a link at path pointing to target leads, seen inside the image: absolute targets start at
 * the root, ".." never leaves it.
 */
void bd_path_resolve(struct bd_buf *out, struct bd_str dir, struct bd_str target);
struct bd_str bd_path_dir(struct bd_str path);  /* "a/b" of "a/b/c", "" of "c" */
struct bd_str bd_path_name(struct bd_str path); /* "c" of "a/b/c" */
/* fnmatch(3)-like: "*" within one component, "**" across components, "?" one byte, [a-z] sets. */
bool bd_path_match(const char *pattern, const char *path);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/compress.h"

#include "base/auto.h"

struct verify {
	struct bd_stream base;
	struct bd_stream *inner;
	struct bd_hash *hash; /* NULL: only the size is asked */
	char *what, *digest;
	int64_t size, seen;
	bool done;
	struct bd_error failed; /* code 0: nothing failed; a failure stays */
};

static struct verify *verify_of(struct bd_stream *stream)
{
	return (struct verify *)(void *)stream; /* base is its first member */
}

static int check_size(struct verify *v, bool at_end, struct bd_error *err)
{
	if (v->size >= 0 && v->seen > v->size) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: size mismatch: expected %lld bytes, there are more",
			v->what, (long long)v->size);
	}
	if (v->size >= 0 && at_end && v->seen != v->size) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: size mismatch: expected %lld bytes, there are %lld",
			v->what, (long long)v->size, (long long)v->seen);
	}
	return 0;
}

static int check_digest(struct verify *v, struct bd_error *err)
{
	uint8_t bytes[64];
	char computed[BD_DIGEST_TEXT];

	if (v->hash == NULL) {
		return 0;
	}
	const size_t n = bd_hash_final(v->hash, bytes);
	const size_t prefix = (size_t)(strchr(v->digest, ':') - v->digest) + 1;
	memcpy(computed, v->digest, prefix);
	bd_hex(bytes, n, computed + prefix);
	if (strcmp(computed, v->digest) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s: digest mismatch: expected %s, computed %s", v->what,
			v->digest, computed);
	}
	return 0;
}

static int verify_step(struct verify *v, struct bd_str *block, struct bd_error *err)
{
	if (bd_stream_next(v->inner, block, err) < 0) {
		return -(int)err->code;
	}
	if (block->n > 0) {
		v->seen += (int64_t)block->n;
		if (v->hash != NULL) {
			bd_hash_update(v->hash, block->p, block->n);
		}
		return check_size(v, false, err);
	}
	v->done = true;
	return check_size(v, true, err) < 0 ? -(int)err->code : check_digest(v, err);
}

static int verify_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct verify *v = verify_of(stream);
	if (v->failed.code != 0) {
		*err = v->failed;
		return -(int)err->code;
	}
	if (v->done) {
		return 0;
	}
	const int result = verify_step(v, block, err);
	if (result < 0) {
		v->failed = *err;
		*block = (struct bd_str){ NULL, 0 };
	}
	return result;
}

static void verify_close(struct bd_stream *stream)
{
	struct verify *v = verify_of(stream);
	bd_stream_close(v->inner);
	bd_hash_free(v->hash);
	free(v->what);
	free(v->digest);
	free(v);
}

static const struct bd_stream_ops verify_ops = { .next = verify_next, .close = verify_close };

int bd_stream_verify(struct bd_stream *inner_take, const char *what, const char *digest, int64_t size,
	struct bd_stream **out, struct bd_error *err)
{
	if (digest != NULL && !bd_digest_valid(digest)) {
		bd_stream_close(inner_take);
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"%s: %s cannot be verified: neither a sha256 nor a sha512 digest", what, digest);
	}
	struct verify *v = bd_xcalloc(1, sizeof(*v));
	v->base.ops = &verify_ops;
	v->inner = inner_take;
	v->what = bd_xstrdup(what);
	v->size = size;
	if (digest != NULL) {
		v->digest = bd_xstrdup(digest);
		v->hash = bd_hash_new(bd_str_starts(bd_str(digest), "sha512:") ? BD_SHA512 : BD_SHA256);
	}
	*out = &v->base;
	return 0;
}

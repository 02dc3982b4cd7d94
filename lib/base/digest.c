/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows OpenSSL: its EVP interface uses SHA-NI and ARMv8 instructions. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/base.h"

static const char *const kind_names[] = {
	[BD_DIGEST_UNKNOWN] = "unknown",
	[BD_DIGEST_INDEX] = "index",
	[BD_DIGEST_MANIFEST] = "manifest",
	[BD_DIGEST_CONFIG] = "config",
	[BD_DIGEST_DIFF_ID] = "diff_id",
	[BD_DIGEST_LAYER] = "layer",
};
#define KIND_COUNT (sizeof(kind_names) / sizeof(kind_names[0]))

const char *bd_digest_kind_name(enum bd_digest_kind kind)
{
	return (size_t)kind < KIND_COUNT ? kind_names[kind] : "unknown";
}

bool bd_digest_kind_parse(const char *name, enum bd_digest_kind *out)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (bd_streq(kind_names[i], name)) {
			*out = (enum bd_digest_kind)i;
			return true;
		}
	}
	return false;
}

const char *bd_digest_of_kind(const struct bd_digest_vec *digests, enum bd_digest_kind kind)
{
	for (size_t i = 0; i < digests->len; i++) {
		if (digests->v[i].kind == kind) {
			return digests->v[i].value;
		}
	}
	return NULL;
}

bool bd_digest_valid(const char *value)
{
	struct bd_str rest = bd_str(value);
	const struct bd_str algorithm = bd_str_cut(&rest, ':');
	const size_t wanted = bd_str_is(algorithm, "sha256") ? 64 : bd_str_is(algorithm, "sha512") ? 128 : 0;

	if (wanted == 0 || rest.n != wanted) {
		return false;
	}
	for (size_t i = 0; i < rest.n; i++) {
		const char c = rest.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			return false;
		}
	}
	return true;
}

struct bd_hash {
	EVP_MD_CTX *ctx;
	const EVP_MD *md;
};

struct bd_hash *bd_hash_new(enum bd_hash_algorithm algorithm)
{
	struct bd_hash *hash = bd_xcalloc(1, sizeof(*hash));
	switch (algorithm) {
	case BD_MD5:
		hash->md = EVP_md5();
		break;
	case BD_SHA1:
		hash->md = EVP_sha1();
		break;
	case BD_SHA512:
		hash->md = EVP_sha512();
		break;
	case BD_SHA256:
	default:
		hash->md = EVP_sha256();
		break;
	}
	hash->ctx = EVP_MD_CTX_new();
	if (hash->ctx == NULL || EVP_DigestInit_ex(hash->ctx, hash->md, NULL) != 1) {
		abort(); /* only out of memory, or a libcrypto without these algorithms */
	}
	return hash;
}

void bd_hash_free(struct bd_hash *hash)
{
	if (hash != NULL) {
		EVP_MD_CTX_free(hash->ctx);
		free(hash);
	}
}

void bd_hash_update(struct bd_hash *hash, const void *p, size_t n)
{
	if (EVP_DigestUpdate(hash->ctx, p, n) != 1) {
		abort();
	}
}

size_t bd_hash_final(struct bd_hash *hash, uint8_t *out)
{
	unsigned int n = 0;
	/* NULL type: start anew with the same algorithm, without fetching it again */
	if (EVP_DigestFinal_ex(hash->ctx, out, &n) != 1 || EVP_DigestInit_ex(hash->ctx, NULL, NULL) != 1) {
		abort();
	}
	return n;
}

void bd_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

/* One more than the digit's value; 0: no digit. */
static const uint8_t hex_digits[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
};

bool bd_unhex(struct bd_str hex, uint8_t *out)
{
	if (hex.n % 2 != 0) {
		return false;
	}
	for (size_t i = 0; i < hex.n / 2; i++) {
		const unsigned int high = hex_digits[(unsigned char)hex.p[2 * i]];
		const unsigned int low = hex_digits[(unsigned char)hex.p[2 * i + 1]];
		if (high == 0 || low == 0) {
			return false;
		}
		out[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	return true;
}

void bd_sha256_text(const void *p, size_t n, char *out)
{
	uint8_t bytes[64];
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, p, n);
	const size_t size = bd_hash_final(hash, bytes);
	bd_hash_free(hash);
	memcpy(out, "sha256:", sizeof("sha256:"));
	bd_hex(bytes, size, out + 7);
}

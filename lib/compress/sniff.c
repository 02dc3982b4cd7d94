/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/compress.h"

#include "compress/decoder.h"

static bool begins(struct bd_str s, const char *magic, size_t n)
{
	return s.n >= n && memcmp(s.p, magic, n) == 0;
}

/* RFC 1952, 2.3: ID1 ID2 CM, where CM is 8; a stream cut after ID2 is a truncated gzip, not a tar. */
static bool is_gzip(struct bd_str s)
{
	return begins(s, "\x1f\x8b", 2) && (s.n == 2 || s.p[2] == 8);
}

/* RFC 8878, 3.1: a Zstandard frame, or a skippable frame before one. */
static bool is_zstd(struct bd_str s)
{
	return begins(s, "\x28\xb5\x2f\xfd", 4) ||
	       (s.n >= 4 && (s.p[0] & 0xf0) == 0x50 && memcmp(s.p + 1, "\x2a\x4d\x18", 3) == 0);
}

const char *sniff_other(struct bd_str s)
{
	if (begins(s,
		    "\xfd"
		    "7zXZ\0",
		    6)) {
		return "xz";
	}
	/* "BZh" alone may be a file's name in a tar: the first block's mark, or an empty stream's end, must follow */
	if (begins(s, "BZh", 3) && s.n >= 10 &&
		(memcmp(s.p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
			memcmp(s.p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0)) {
		return "bzip2";
	}
	return NULL;
}

enum bd_compression bd_compression_sniff(struct bd_str first_bytes)
{
	if (is_gzip(first_bytes)) {
		return BD_GZIP;
	}
	if (is_zstd(first_bytes)) {
		return BD_ZSTD;
	}
	return sniff_other(first_bytes) != NULL ? BD_COMPRESSION_OTHER : BD_PLAIN;
}

const char *bd_compression_name(enum bd_compression compression)
{
	switch (compression) {
	case BD_GZIP:
		return "gzip";
	case BD_ZSTD:
		return "zstd";
	case BD_COMPRESSION_OTHER:
		return "other";
	case BD_PLAIN:
	default:
		return "plain";
	}
}

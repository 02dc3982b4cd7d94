/* SPDX-License-Identifier: Apache-2.0 */
/* Every gzip case runs over both decoders, whichever the build prefers. */
#include "test.h"

#include "basedrift/limits.h"

#include "compress/decoder.h"
#include "streams.h"

static const struct expansion usual = { BD_LIMIT_EXPANSION, BD_LIMIT_EXPANSION_FLOOR, BD_LIMIT_LAYER_BYTES };
static const struct decoder_ops *gzip_decoders[2];
static size_t decoder_count;

static int find_decoders(void **state)
{
	(void)state;
	gzip_decoders[decoder_count++] = &decoder_gzip_zlib;
	if (decoder_gzip() != &decoder_gzip_zlib) {
		gzip_decoders[decoder_count++] = decoder_gzip();
	}
	return 0;
}

static int unpack(
	struct bd_str bytes, size_t step, const struct decoder_ops *gzip, struct bd_buf *out, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *stream = decompress_with(dribble_new(bytes, step), gzip, usual);
	struct bd_str block;
	struct bd_error again;
	bd_buf_clear(out);
	const int result = bd_stream_read_all(stream, SIZE_MAX / 2, out, err);
	assert_int_equal(bd_stream_next(stream, &block, &again), result);
	assert_int_equal(block.n, 0);
	return result;
}

static void expect_bytes(struct bd_str packed, struct bd_str expected)
{
	static const size_t steps[] = { 1, 2, 3, 7, 64, 1000, SIZE_MAX };
	struct bd_buf got = { 0 };
	struct bd_error err;
	for (size_t d = 0; d < decoder_count; d++) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			assert_int_equal(unpack(packed, steps[i], gzip_decoders[d], &got, &err), 0);
			assert_true(bd_str_equal(bd_buf_view(&got), expected));
		}
	}
	bd_buf_release(&got);
}

static void expect_error(struct bd_str packed, enum bd_error_code code, const char *part)
{
	static const size_t steps[] = { 1, 7, SIZE_MAX };
	struct bd_buf got = { 0 };
	struct bd_error err;
	for (size_t d = 0; d < decoder_count; d++) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			assert_int_equal(unpack(packed, steps[i], gzip_decoders[d], &got, &err), -(int)code);
			assert_non_null(strstr(err.msg, part));
		}
	}
	bd_buf_release(&got);
}

static void pack(enum bd_compression to, size_t n, struct bd_buf *plain, struct bd_buf *packed)
{
	struct bd_error err;
	add_sample(plain, n);
	assert_int_equal(bd_compress(to, bd_buf_view(plain), packed, &err), 0);
}

static void round_trip(enum bd_compression to, size_t n)
{
	struct bd_buf plain = { 0 }, packed = { 0 };
	pack(to, n, &plain, &packed);
	assert_int_equal(bd_compression_sniff(bd_buf_view(&packed)), to);
	expect_bytes(bd_buf_view(&packed), bd_buf_view(&plain));
	bd_buf_release(&plain);
	bd_buf_release(&packed);
}

static void test_decompress_round_trip(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 1000, 40000, 400000 };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		round_trip(BD_PLAIN, sizes[i]);
		round_trip(BD_GZIP, sizes[i]);
		round_trip(BD_ZSTD, sizes[i]);
	}
}

static void test_decompress_several_frames(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 2; i++) {
		struct bd_buf plain = { 0 }, packed = { 0 };
		struct bd_error err;
		pack(framings[i], 70000, &plain, &packed);
		assert_int_equal(bd_compress(framings[i], BD_STR(""), &packed, &err), 0);
		assert_int_equal(bd_compress(framings[i], BD_STR("tail"), &packed, &err), 0);
		bd_buf_add_str(&plain, "tail");
		expect_bytes(bd_buf_view(&packed), bd_buf_view(&plain));
		bd_buf_release(&plain);
		bd_buf_release(&packed);
	}
}

/* Skippable frames before, between and after carry other programs' data (zstd:chunked's table of contents). */
static void test_decompress_zstd_skippable(void **state)
{
	(void)state;
	struct bd_buf packed = { 0 };
	struct bd_error err;
	const struct bd_str skip = BD_STR("\x5a\x2a\x4d\x18\x03\x00\x00\x00toc");
	bd_buf_add(&packed, skip.p, skip.n);
	assert_int_equal(bd_compress(BD_ZSTD, BD_STR("one "), &packed, &err), 0);
	bd_buf_add(&packed, skip.p, skip.n);
	assert_int_equal(bd_compress(BD_ZSTD, BD_STR("two"), &packed, &err), 0);
	bd_buf_add(&packed, skip.p, skip.n);
	expect_bytes(bd_buf_view(&packed), BD_STR("one two"));
	bd_buf_release(&packed);
}

/* A header with every optional field (RFC 1952, 2.3.1): extra, name, comment, header checksum. */
static void test_decompress_gzip_header_fields(void **state)
{
	(void)state;
	struct bd_buf packed = { 0 }, plain = { 0 }, full = { 0 };
	pack(BD_GZIP, 300, &plain, &packed);
	const char header[] = "\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x04\0abcdname\0comment\0\xe2\x48";
	bd_buf_add(&full, header, sizeof(header) - 1);
	bd_buf_add(&full, packed.p + 10, packed.n - 10);
	expect_bytes(bd_buf_view(&full), bd_buf_view(&plain));
	full.p[full.n - (packed.n - 10) - 1] ^= 1; /* the header's own checksum */
	expect_error(bd_buf_view(&full), BD_ERR_FORMAT, "gzip: ");
	full.p[3] = (char)0x80; /* a reserved flag */
	expect_error(bd_buf_view(&full), BD_ERR_FORMAT, "gzip: ");
	bd_buf_release(&full);
	bd_buf_release(&packed);
	bd_buf_release(&plain);
}

static void test_decompress_truncated_anywhere(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 2; i++) {
		struct bd_buf plain = { 0 }, packed = { 0 };
		pack(framings[i], 500, &plain, &packed);
		/* fewer bytes than a framing's mark are a plain stream */
		for (size_t n = framings[i] == BD_GZIP ? 2 : 4; n < packed.n; n++) {
			expect_error((struct bd_str){ packed.p, n }, BD_ERR_FORMAT, "truncated");
		}
		bd_buf_release(&plain);
		bd_buf_release(&packed);
	}
}

/* One flipped bit anywhere: an error, or (in bytes that no checksum covers) the right bytes; never others. */
static void test_decompress_corrupt_anywhere(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 2; i++) {
		struct bd_buf plain = { 0 }, packed = { 0 }, got = { 0 };
		size_t errors = 0;
		pack(framings[i], 900, &plain, &packed);
		for (size_t at = 4; at < packed.n; at++) {
			packed.p[at] ^= 0x10;
			for (size_t d = 0; d < decoder_count; d++) {
				struct bd_error err;
				if (unpack(bd_buf_view(&packed), 100, gzip_decoders[d], &got, &err) < 0) {
					errors++;
				} else {
					assert_true(bd_str_equal(bd_buf_view(&got), bd_buf_view(&plain)));
				}
			}
			packed.p[at] ^= 0x10;
		}
		assert_true(errors > (packed.n - 16) * decoder_count);
		bd_buf_release(&got);
		bd_buf_release(&plain);
		bd_buf_release(&packed);
	}
}

static void test_decompress_trailing_bytes(void **state)
{
	(void)state;
	struct bd_buf plain = { 0 }, packed = { 0 };
	pack(BD_GZIP, 5000, &plain, &packed);
	const size_t n = packed.n;
	bd_buf_add(&packed, "\0\0\0\0\0\0\0\0\0\0\0\0", 12); /* gzip(1) ignores these */
	expect_bytes(bd_buf_view(&packed), bd_buf_view(&plain));
	bd_buf_add(&packed, "x", 1);
	expect_error(bd_buf_view(&packed), BD_ERR_FORMAT, "gzip: other bytes follow");
	packed.n = n;
	bd_buf_add(&packed, "garbage", 7);
	expect_error(bd_buf_view(&packed), BD_ERR_FORMAT, "gzip: other bytes follow");
	bd_buf_clear(&packed);
	bd_buf_clear(&plain);
	pack(BD_ZSTD, 5000, &plain, &packed);
	bd_buf_add(&packed, "\0\0\0\0", 4);
	expect_error(bd_buf_view(&packed), BD_ERR_FORMAT, "zstd: other bytes follow");
	bd_buf_release(&plain);
	bd_buf_release(&packed);
}

static void test_decompress_other_framings(void **state)
{
	(void)state;
	expect_error(BD_STR("\xfd"
			    "7zXZ\0\0\x04\xe6\xd6\xb4\x46"),
		BD_ERR_UNSUPPORTED, "xz compression is not read");
	expect_error(BD_STR("BZh91AY&SY\x01\x02"), BD_ERR_UNSUPPORTED, "bzip2 compression is not read");
	expect_bytes(BD_STR("BZhello.txt\0"), BD_STR("BZhello.txt\0")); /* a file's name in a tar */
}

static int expand(enum bd_compression to, struct expansion bounds, size_t n, struct bd_error *err)
{
	struct bd_buf plain = { 0 }, packed = { 0 }, got = { 0 };
	for (size_t i = 0; i < n; i++) {
		bd_buf_add_char(&plain, 'a');
	}
	assert_int_equal(bd_compress(to, bd_buf_view(&plain), &packed, err), 0);
	int result = 0;
	for (size_t d = 0; d < decoder_count; d++) {
		AUTO(bd_stream_auto)
		struct bd_stream *stream =
			decompress_with(bd_stream_memory(packed.p, packed.n), gzip_decoders[d], bounds);
		bd_buf_clear(&got);
		result = bd_stream_read_all(stream, SIZE_MAX / 2, &got, err);
		assert_true(result < 0 || got.n == n);
	}
	bd_buf_release(&plain);
	bd_buf_release(&packed);
	bd_buf_release(&got);
	return result;
}

static void test_decompress_expansion_limits(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_GZIP, BD_ZSTD };
	struct bd_error err;
	for (size_t i = 0; i < 2; i++) {
		const enum bd_compression to = framings[i];
		assert_int_equal(expand(to, usual, 3000000, &err), 0); /* below the floor */
		assert_int_equal(
			expand(to, (struct expansion){ 10, 1000000, UINT64_MAX }, 3000000, &err), -BD_ERR_LIMIT);
		assert_non_null(strstr(err.msg, "unpacks to more than 10 times its size"));
		assert_int_equal(expand(to, (struct expansion){ 100000, 1, 2999999 }, 3000000, &err), -BD_ERR_LIMIT);
		assert_non_null(strstr(err.msg, "unpacks to more than 2999999 bytes"));
		assert_int_equal(expand(to, (struct expansion){ 100000, 1, 3000000 }, 3000000, &err), 0);
	}
	assert_int_equal(expand(BD_PLAIN, (struct expansion){ 1, 1, 100 }, 101, &err), -BD_ERR_LIMIT);
	assert_int_equal(expand(BD_PLAIN, (struct expansion){ 1, 1, 100 }, 100, &err), 0);
}

/* zstd's format packs zeros far tighter than gzip can: the documented bound is what refuses a bomb. */
static void test_decompress_bomb(void **state)
{
	(void)state;
	struct bd_error err;
	assert_int_equal(expand(BD_ZSTD, usual, (size_t)BD_LIMIT_EXPANSION_FLOOR + 1, &err), -BD_ERR_LIMIT);
}

/* RFC 8878, 3.1.1.1.2: a window descriptor of 0x90 asks for 2^28 bytes. */
static void test_decompress_zstd_window_limit(void **state)
{
	(void)state;
	expect_error(BD_STR("\x28\xb5\x2f\xfd\x00\x90\x09\x00\x00x"), BD_ERR_LIMIT, "window is larger than 128 MiB");
	expect_bytes(BD_STR("\x28\xb5\x2f\xfd\x00\x88\x09\x00\x00x"), BD_STR("x"));
}

static void test_decompress_plain_is_not_copied(void **state)
{
	(void)state;
	const char text[] = "longer than the longest mark";
	struct bd_str block;
	struct bd_error err;
	AUTO(bd_stream_auto) struct bd_stream *stream = bd_stream_decompress(bd_stream_memory(text, sizeof(text)));
	assert_int_equal(bd_stream_next(stream, &block, &err), 0);
	assert_ptr_equal(block.p, text);
	assert_int_equal(block.n, sizeof(text));
}

/* The inner stream's answer at its end is not lost although the last member ended before. */
static void test_decompress_asks_inner_to_the_end(void **state)
{
	(void)state;
	struct bd_buf plain = { 0 }, packed = { 0 }, got = { 0 };
	struct bd_error err;
	pack(BD_GZIP, 100, &plain, &packed);
	for (size_t d = 0; d < decoder_count; d++) {
		struct bd_stream *verified = NULL;
		assert_int_equal(bd_stream_verify(dribble_new(bd_buf_view(&packed), 5), "blob", NULL,
					 (int64_t)packed.n + 1, &verified, &err),
			0);
		AUTO(bd_stream_auto) struct bd_stream *stream = decompress_with(verified, gzip_decoders[d], usual);
		assert_int_equal(bd_stream_read_all(stream, 1000, &got, &err), -BD_ERR_FORMAT);
		assert_non_null(strstr(err.msg, "blob: size mismatch"));
	}
	bd_buf_release(&plain);
	bd_buf_release(&packed);
	bd_buf_release(&got);
}

static void test_compress_same_bytes(void **state)
{
	(void)state;
	struct bd_buf one = { 0 }, two = { 0 };
	struct bd_error err;
	assert_int_equal(bd_compress(BD_GZIP, BD_STR("text"), &one, &err), 0);
	assert_int_equal(bd_compress(BD_GZIP, BD_STR("text"), &two, &err), 0);
	assert_true(bd_str_equal(bd_buf_view(&one), bd_buf_view(&two)));
	assert_memory_equal(one.p + 4, "\0\0\0\0", 4); /* no time */
	assert_int_equal(bd_compress(BD_COMPRESSION_OTHER, BD_STR("text"), &two, &err), -BD_ERR_UNSUPPORTED);
	bd_buf_release(&one);
	bd_buf_release(&two);
}

static void test_library_names(void **state)
{
	(void)state;
	assert_true(bd_str_starts(
		bd_str(bd_gzip_library()), decoder_gzip() == &decoder_gzip_zlib ? "zlib 1." : "isa-l 2."));
	assert_true(bd_str_starts(bd_str(bd_zstd_library()), "zstd 1."));
	assert_string_equal(bd_compression_name(BD_PLAIN), "plain");
	assert_string_equal(bd_compression_name(BD_GZIP), "gzip");
	assert_string_equal(bd_compression_name(BD_ZSTD), "zstd");
	assert_string_equal(bd_compression_name(BD_COMPRESSION_OTHER), "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decompress_round_trip),
		cmocka_unit_test(test_decompress_several_frames),
		cmocka_unit_test(test_decompress_zstd_skippable),
		cmocka_unit_test(test_decompress_gzip_header_fields),
		cmocka_unit_test(test_decompress_truncated_anywhere),
		cmocka_unit_test(test_decompress_corrupt_anywhere),
		cmocka_unit_test(test_decompress_trailing_bytes),
		cmocka_unit_test(test_decompress_other_framings),
		cmocka_unit_test(test_decompress_expansion_limits),
		cmocka_unit_test(test_decompress_bomb),
		cmocka_unit_test(test_decompress_zstd_window_limit),
		cmocka_unit_test(test_decompress_plain_is_not_copied),
		cmocka_unit_test(test_decompress_asks_inner_to_the_end),
		cmocka_unit_test(test_compress_same_bytes),
		cmocka_unit_test(test_library_names),
	};
	return cmocka_run_group_tests_name("compress_decompress", tests, find_decoders, NULL);
}

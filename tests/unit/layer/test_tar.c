/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <locale.h>

#include "basedrift/limits.h"

#include "read_layer.h"

/* ---- kinds and attributes ---------------------------------------------------------------------- */

static void test_bd_layer_read_kinds(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_directory(&tar, "./");
	tarbuild_directory(&tar, "./dev/");
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "./dev/null", .type = '3', .major = 1, .minor = 3 });
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "./dev/sda", .type = '4', .major = 8 });
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "./dev/pipe", .type = '6' });
	tarbuild_symlink(&tar, "./bin", "usr/bin");
	tarbuild_file(&tar, "/etc//passwd", "root:x:0:0\n");
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "old/", .type = '\0' });
	tarbuild_file(&tar, "old/style/", "");
	tarbuild_end(&tar);
	expect_layer(&tar, "l bin -> usr/bin\n"
			   "d dev\n"
			   "c dev/null\n"
			   "p dev/pipe\n"
			   "b dev/sda\n"
			   "f etc/passwd 11\n"
			   "d old\n"
			   "d old/style\n");
}

static void test_bd_layer_read_attributes(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "a",
				   .type = '0',
				   .mode = 04755,
				   .uid = 3000000000U,
				   .gid = 7,
				   .mtime_sec = -5,
				   .content = BD_STR("abc") });
	tarbuild_add(
		&tar, &(struct tarbuild_entry){ .path = "d", .type = '3', .mode = 0666, .major = 300, .minor = 70000 });
	struct bd_layer *layer = read_layer(&tar);
	const struct bd_entry *a = bd_layer_find(layer, "a");
	assert_non_null(a);
	assert_int_equal(a->mode, 04755);
	assert_int_equal(a->uid, 3000000000U);
	assert_int_equal(a->gid, 7);
	assert_int_equal(a->mtime_sec, -5);
	assert_int_equal(a->size_bytes, 3);
	assert_int_equal(a->checksums->known, BD_ENTRY_MD5 | BD_ENTRY_SHA1);
	static const uint8_t md5[] = { 0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0 };  /* RFC 1321, A.5 */
	static const uint8_t sha1[] = { 0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a }; /* FIPS 180, "abc" */
	assert_memory_equal(a->checksums->md5_8, md5, sizeof(md5));
	assert_memory_equal(a->checksums->sha1_8, sha1, sizeof(sha1));
	assert_true(digest_is(a, "abc", 3));
	assert_int_equal(bd_layer_find(layer, "d")->device, (300ULL << 32) | 70000);
	assert_null(bd_layer_find(layer, "nowhere"));
	bd_layer_free(layer);
}

static void test_bd_layer_read_pax_attributes(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "mtime", "1700000000.987654321");
	tarbuild_record(&records, "uid", "4000000000");
	tarbuild_record(&records, "size", "3");
	tarbuild_record(&records, "SCHILY.xattr.user.x", "y=z");
	tarbuild_pax(&tar, 'x', &records);
	(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "a", .type = '0', .mode = 0600 }, 0);
	tarbuild_data(&tar, BD_STR("abc"));
	bd_buf_release(&records);
	struct bd_layer *layer = read_layer(&tar);
	const struct bd_entry *a = bd_layer_find(layer, "a");
	assert_non_null(a);
	assert_int_equal(a->mtime_sec, 1700000000);
	assert_int_equal(a->uid, 4000000000U);
	assert_true(digest_is(a, "abc", 3));
	assert_int_equal(layer->diagnostics.len, 0);
	bd_layer_free(layer);
}

/* By the path's first letter. */
static unsigned int choose_checksums(const char *path, int64_t mtime_sec, void *context)
{
	(void)mtime_sec;
	(void)context;
	return path[0] == 'm' ? BD_ENTRY_MD5 : path[0] == 's' ? BD_ENTRY_SHA1 : 0;
}

static void test_bd_layer_read_chosen_checksums(void **state)
{
	(void)state;
	static const uint8_t md5[] = { 0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0 };
	static const uint8_t sha1[] = { 0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a };
	static const uint8_t none[8] = { 0 };
	struct bd_buf tar = { 0 };
	struct bd_layer *layer = NULL;
	struct bd_error err;
	const struct bd_wants wants = { .checksums = choose_checksums };
	tarbuild_file(&tar, "m", "abc");
	tarbuild_file(&tar, "s", "abc");
	tarbuild_file(&tar, "x", "abc");
	tarbuild_end(&tar);
	assert_int_equal(bd_layer_read(bd_stream_memory(tar.p, tar.n), &wants, &layer, &err), 0);
	assert_int_equal(bd_layer_find(layer, "m")->checksums->known, BD_ENTRY_MD5);
	assert_memory_equal(bd_layer_find(layer, "m")->checksums->md5_8, md5, sizeof(md5));
	assert_memory_equal(bd_layer_find(layer, "m")->checksums->sha1_8, none, sizeof(none));
	assert_int_equal(bd_layer_find(layer, "s")->checksums->known, BD_ENTRY_SHA1);
	assert_memory_equal(bd_layer_find(layer, "s")->checksums->sha1_8, sha1, sizeof(sha1));
	assert_null(bd_layer_find(layer, "x")->checksums);
	bd_layer_free(layer);
	bd_buf_release(&tar);
}

static void test_bd_layer_read_large_file_has_no_checksums(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, big = { 0 };
	for (size_t i = 0; i < BD_LIMIT_CHECKSUM_BYTES; i++) {
		bd_buf_add_char(&big, (char)(i * 7 % 251));
	}
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "fits", .type = '0', .content = bd_buf_view(&big) });
	bd_buf_add_char(&big, '!');
	tarbuild_add(&tar, &(struct tarbuild_entry){ .path = "over", .type = '0', .content = bd_buf_view(&big) });
	tarbuild_file(&tar, "after", "x");
	struct bd_layer *layer = read_layer(&tar);
	assert_non_null(bd_layer_find(layer, "fits")->checksums);
	assert_null(bd_layer_find(layer, "over")->checksums);
	assert_non_null(bd_layer_find(layer, "after")->checksums);
	assert_true(digest_is(bd_layer_find(layer, "over"), big.p, big.n));
	assert_true(digest_is(bd_layer_find(layer, "fits"), big.p, big.n - 1));
	bd_buf_release(&big);
	bd_layer_free(layer);
}

/* ---- names ------------------------------------------------------------------------------------- */

#define A50       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG_NAME A50 A50 "/" A50 A50 A50 A50

static void add_odd_names(struct bd_buf *tar)
{
	struct bd_buf records = { 0 };
	tarbuild_file(tar, LONG_NAME, "1");             /* PAX */
	tarbuild_file(tar, "p/" A50 "/" A50 "/x", "2"); /* ustar prefix */
	tarbuild_gnu_long(tar, 'L', "gnu/" LONG_NAME);
	tarbuild_gnu_long(tar, 'K', LONG_NAME "/t");
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = "short", .type = '2', .target = "short" });
	tarbuild_symlink(tar, "long-target", LONG_NAME);
	tarbuild_file(tar, "caf\xc3\xa9", "3");            /* PAX, UTF-8 */
	tarbuild_file(tar, "nfd-e\xcc\x81", "4");          /* PAX, decomposed: must not be composed */
	tarbuild_file(tar, "tag-\xf3\xa0\x80\xa1-x", "5"); /* PAX, a tag character: iconv drops it */
	tarbuild_file(tar, "raw-\xff\xfe", "6");           /* ustar, not UTF-8 */
	tarbuild_file(tar, LONG_NAME "-raw-\xff", "7");    /* PAX with hdrcharset=BINARY */
	tarbuild_record(&records, "path", "lie-\xff\xc3\xa9");
	tarbuild_record(&records, "linkpath", "\xfe\xc3");
	tarbuild_pax(tar, 'x', &records); /* says UTF-8 and is not */
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = "x", .type = '2', .target = "y" });
	tarbuild_file(tar, "control-\x01\n\x1b[0m", "8");
	tarbuild_end(tar);
	bd_buf_release(&records);
}

static void expect_odd_names(const char *locale)
{
	struct bd_buf tar = { 0 };
	if (setlocale(LC_ALL, locale) == NULL) {
		print_message("no locale %s here\n", locale);
		return;
	}
	add_odd_names(&tar);
	expect_layer(&tar, "f " LONG_NAME " 1\n"
			   "f " LONG_NAME "-raw-\xff 1\n"
			   "f caf\xc3\xa9 1\n"
			   "f control-\x01\n\x1b[0m 1\n"
			   "l gnu/" LONG_NAME " -> " LONG_NAME "/t\n"
			   "l lie-\xff\xc3\xa9 -> \xfe\xc3\n"
			   "l long-target -> " LONG_NAME "\n"
			   "f nfd-e\xcc\x81 1\n"
			   "f p/" A50 "/" A50 "/x 1\n"
			   "f raw-\xff\xfe 1\n"
			   "f tag-\xf3\xa0\x80\xa1-x 1\n");
	(void)setlocale(LC_ALL, "C");
}

static void test_bd_layer_read_names_are_bytes(void **state)
{
	(void)state;
	expect_odd_names("C");
	expect_odd_names("C.UTF-8");
	expect_odd_names("en_US.UTF-8");
}

static void test_bd_layer_read_refuses_paths(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_file(&tar, "../etc/passwd", "x");
	tarbuild_file(&tar, "a/../../b", "xyz");
	tarbuild_file(&tar, "/abs/./file", "x");
	tarbuild_hardlink(&tar, "link", "../outside");
	bd_buf_add(&records, "16 path=nul\0mid\n", 16);
	tarbuild_pax(&tar, 'x', &records);
	tarbuild_file(&tar, "x", "y");
	tarbuild_file(&tar, "ok..", "x");
	tarbuild_end(&tar);
	bd_buf_release(&records);
	expect_layer(&tar, "f abs/file 1\n"
			   "f ok.. 1\n"
			   "! entry-refused ../etc/passwd\n"
			   "! entry-refused a/../../b\n"
			   "! entry-refused link\n"
			   "! entry-refused \"nul\\x00mid\"\n");
}

static void test_bd_layer_read_linkpath_of_a_file_makes_no_link(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "linkpath", "etc/shadow");
	tarbuild_pax(&tar, 'x', &records);
	tarbuild_file(&tar, "a", "content");
	tarbuild_end(&tar);
	bd_buf_release(&records);
	expect_layer(&tar, "f a 7\n");
}

static void test_bd_layer_read_global_pax_header_is_ignored(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "path", "everything");
	tarbuild_record(&records, "comment", "a commit");
	tarbuild_pax(&tar, 'g', &records);
	tarbuild_file(&tar, "a", "1");
	tarbuild_end(&tar);
	bd_buf_release(&records);
	expect_layer(&tar, "f a 1\n");
}

/* ---- duplicates and hard links ------------------------------------------------------------------- */

static void test_bd_layer_read_last_duplicate_wins(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a", "first");
	tarbuild_directory(&tar, "d");
	tarbuild_file(&tar, "d/x", "1");
	tarbuild_file(&tar, "./a", "second one");
	tarbuild_directory(&tar, "d");
	tarbuild_file(&tar, "e", "file");
	tarbuild_directory(&tar, "e");
	tarbuild_end(&tar);
	expect_layer(&tar, "f a 10\nd d\nf d/x 1\nd e\n");
}

static void test_bd_layer_read_file_over_directory(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a/gone", "1"); /* a is replaced with all that is in it */
	tarbuild_file(&tar, "a-b", "1");
	tarbuild_file(&tar, "a", "2");
	tarbuild_file(&tar, "a/late", "3"); /* cannot be unpacked */
	tarbuild_file(&tar, "l/gone", "1");
	tarbuild_symlink(&tar, "l", "t");
	tarbuild_file(&tar, "l/through", "3"); /* the tree follows */
	tarbuild_end(&tar);
	expect_layer(&tar, "f a 1\nf a-b 1\nl l -> t\nf l/through 1\n! entry-refused a/late\n");
}

static void test_bd_layer_read_hard_links(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_hardlink(&tar, "early", "t"); /* t comes later: the lower layers' t is meant */
	tarbuild_file(&tar, "t", "one");
	tarbuild_hardlink(&tar, "first", "./t");
	tarbuild_file(&tar, "t", "second");
	tarbuild_hardlink(&tar, "chain", "first");
	tarbuild_hardlink(&tar, "second", "/t");
	tarbuild_symlink(&tar, "s", "t");
	tarbuild_hardlink(&tar, "to-symlink", "s");
	tarbuild_directory(&tar, "d");
	tarbuild_hardlink(&tar, "to-directory", "d");
	tarbuild_hardlink(&tar, "below", "usr/bin/perl");
	tarbuild_hardlink(&tar, "below2", "below");
	tarbuild_record(&records, "size", "6"); /* a link that brings the data again */
	tarbuild_pax(&tar, 'x', &records);
	tarbuild_add(&tar,
		&(struct tarbuild_entry){ .path = "data", .type = '1', .target = "t", .content = BD_STR("second") });
	tarbuild_end(&tar);
	bd_buf_release(&records);
	expect_layer(&tar, "f below => usr/bin/perl\n"
			   "f below2 => usr/bin/perl\n"
			   "f chain 3\n"
			   "d d\n"
			   "f data 6\n"
			   "f early => t\n"
			   "f first 3\n"
			   "l s -> t\n"
			   "f second 6\n"
			   "f t 6\n"
			   "l to-symlink -> t\n"
			   "! dangling-hard-link to-directory\n");
}

static void test_bd_layer_read_hard_link_has_its_targets_digest(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_add(&tar,
		&(struct tarbuild_entry){ .path = "t", .type = '0', .mode = 0640, .uid = 5, .content = BD_STR("one") });
	tarbuild_hardlink(&tar, "h", "t");
	struct bd_layer *layer = read_layer(&tar);
	const struct bd_entry *h = bd_layer_find(layer, "h");
	assert_true(digest_is(h, "one", 3));
	assert_string_equal(h->path, "h");
	assert_int_equal(h->mode, 0640);
	assert_int_equal(h->uid, 5);
	assert_ptr_equal(bd_layer_kept(layer, "h")->bytes.p, bd_layer_kept(layer, "t")->bytes.p);
	bd_layer_free(layer);
}

/* ---- sparse files -------------------------------------------------------------------------------- */

/* 1,048,576 bytes: "head" at 0, "tail" at 1,048,064, zeros else. */
#define SPARSE_SIZE 1048576U
#define SPARSE_TAIL 1048064U

static void expect_sparse(struct bd_buf *tar)
{
	struct bd_layer *layer = read_layer(tar);
	char *expected = bd_xcalloc(1, SPARSE_SIZE);
	memcpy(expected, "head", 4);
	memcpy(expected + SPARSE_TAIL, "tail", 4);
	const struct bd_entry *sparse = bd_layer_find(layer, "sparse");
	assert_non_null(sparse);
	assert_int_equal(sparse->size_bytes, SPARSE_SIZE);
	assert_true(digest_is(sparse, expected, SPARSE_SIZE));
	assert_non_null(bd_layer_find(layer, "after"));
	assert_int_equal(layer->diagnostics.len, 0);
	assert_int_equal(layer->entries.len, 2);
	free(expected);
	bd_layer_free(layer);
}

static void add_sparse_data(struct bd_buf *tar)
{
	char data[1024] = "head";
	memcpy(data + 512, "tail", 4);
	bd_buf_add(tar, data, sizeof(data));
	tarbuild_file(tar, "after", "x");
}

static void test_bd_layer_read_sparse_gnu_old(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	const size_t at =
		tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "sparse", .type = 'S', .mode = 0644 }, 1024);
	memcpy(tar.p + at + 257, "ustar  ", 8); /* GNU's magic */
	(void)snprintf(tar.p + at + 386, 25, "%011o%c%011o", 0U, 0, 512U);
	(void)snprintf(tar.p + at + 386 + 12, 13, "%011o", 512U);
	(void)snprintf(tar.p + at + 386 + 24, 13, "%011o", SPARSE_TAIL);
	(void)snprintf(tar.p + at + 386 + 36, 13, "%011o", 512U);
	(void)snprintf(tar.p + at + 483, 13, "%011o", SPARSE_SIZE);
	tarbuild_checksum(&tar, at);
	add_sparse_data(&tar);
	expect_sparse(&tar);
}

static void test_bd_layer_read_sparse_pax_0_0(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "GNU.sparse.size", "1048576");
	tarbuild_record(&records, "GNU.sparse.numblocks", "2");
	tarbuild_record(&records, "GNU.sparse.offset", "0");
	tarbuild_record(&records, "GNU.sparse.numbytes", "512");
	tarbuild_record(&records, "GNU.sparse.offset", "1048064");
	tarbuild_record(&records, "GNU.sparse.numbytes", "512");
	tarbuild_pax(&tar, 'x', &records);
	(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "sparse", .type = '0' }, 1024);
	add_sparse_data(&tar);
	bd_buf_release(&records);
	expect_sparse(&tar);
}

static void test_bd_layer_read_sparse_pax_0_1(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "GNU.sparse.size", "1048576");
	tarbuild_record(&records, "GNU.sparse.numblocks", "2");
	tarbuild_record(&records, "GNU.sparse.map", "0,512,1048064,512");
	tarbuild_record(&records, "GNU.sparse.name", "sparse");
	tarbuild_record(&records, "path", "GNUSparseFile.1/sparse");
	tarbuild_pax(&tar, 'x', &records);
	(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "GNUSparseFile.1/sparse", .type = '0' }, 1024);
	add_sparse_data(&tar);
	bd_buf_release(&records);
	expect_sparse(&tar);
}

static void test_bd_layer_read_sparse_pax_1_0(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "GNU.sparse.major", "1");
	tarbuild_record(&records, "GNU.sparse.minor", "0");
	tarbuild_record(&records, "GNU.sparse.name", "sparse");
	tarbuild_record(&records, "GNU.sparse.realsize", "1048576");
	tarbuild_pax(&tar, 'x', &records);
	(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "GNUSparseFile.1/sparse", .type = '0' }, 1536);
	tarbuild_data(&tar, BD_STR("2\n0\n512\n1048064\n512\n"));
	add_sparse_data(&tar);
	bd_buf_release(&records);
	expect_sparse(&tar);
}

static void test_bd_layer_read_sparse_holes_are_bounded(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 }, records = { 0 };
	tarbuild_record(&records, "GNU.sparse.size", "900000000000000");
	tarbuild_record(&records, "GNU.sparse.map", "0,512");
	tarbuild_pax(&tar, 'x', &records);
	(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "sparse", .type = '0' }, 512);
	tarbuild_data(&tar, BD_STR("x"));
	tarbuild_end(&tar);
	bd_buf_release(&records);
	const struct bd_error err = expect_failure(&tar, BD_ERR_LIMIT);
	assert_non_null(strstr(err.msg, "holes"));
}

/* ---- ends, broken tars, failing streams ------------------------------------------------------------ */

static void test_bd_layer_read_empty(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	expect_layer(&tar, ""); /* no bytes at all */
	for (size_t n = 100; n <= 10240; n += 2028) {
		char zeros[10240] = { 0 };
		bd_buf_add(&tar, zeros, n);
		expect_layer(&tar, "");
	}
}

static void test_bd_layer_read_end_may_be_missing(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a", "one");
	expect_layer(&tar, "f a 3\n");
	tarbuild_file(&tar, "a", "one");
	tar.n -= 509; /* not even padded */
	expect_layer(&tar, "f a 3\n");
	tarbuild_file(&tar, "a", "one");
	bd_buf_add(&tar, (char[512]){ 0 }, 512); /* half an end */
	expect_layer(&tar, "f a 3\n");
}

static void test_bd_layer_read_data_after_the_end(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a", "one");
	tarbuild_end(&tar);
	bd_buf_add(&tar, (char[9000]){ 0 }, 9000); /* a record's padding: fine */
	expect_layer(&tar, "f a 3\n");
	tarbuild_file(&tar, "a", "one");
	bd_buf_add(&tar, (char[512]){ 0 }, 512);
	tarbuild_file(&tar, "hidden-behind-one-zero-block", "x");
	tarbuild_end(&tar);
	expect_layer(&tar, "f a 3\n! data-after-archive-end \n");
}

static void test_bd_layer_read_truncated(void **state)
{
	(void)state;
	struct bd_buf whole = { 0 };
	tarbuild_file(&whole, "a", "one");
	tarbuild_file(&whole, "a-long-one", A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50);
	tarbuild_symlink(&whole, LONG_NAME, "target");
	size_t failures = 0;
	for (size_t n = 1; n < whole.n; n += 13) {
		struct bd_layer *layer = NULL;
		struct bd_error err = { 0 };
		const struct bd_buf part = { .p = whole.p, .n = n };
		const int r = bd_layer_read(in_pieces(&part, 200, NULL), NULL, &layer, &err);
		if (r < 0) {
			assert_int_equal(err.code, BD_ERR_FORMAT);
			failures++;
		}
		bd_layer_free(layer);
	}
	assert_true(failures > 100);
	for (size_t cut = 1100; cut <= 2000; cut += 50) { /* inside the second file's header and data */
		struct bd_buf part = { 0 };
		bd_buf_add(&part, whole.p, cut);
		(void)expect_failure(&part, BD_ERR_FORMAT);
	}
	bd_buf_release(&whole);
}

static void test_bd_layer_read_garbage(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	for (size_t i = 0; i < 3000; i++) {
		bd_buf_add_char(&tar, (char)('A' + i % 23));
	}
	(void)expect_failure(&tar, BD_ERR_FORMAT);
	bd_buf_add_str(&tar, "short");
	(void)expect_failure(&tar, BD_ERR_FORMAT);
	bd_buf_add_str(&tar, "30 GNU.sparse.major=1\n"); /* a first header that is broken, and zeros behind */
	struct bd_buf broken = { 0 };
	tarbuild_pax(&broken, 'x', &tar);
	bd_buf_add(&broken, (char[2000]){ 0 }, 2000);
	bd_buf_release(&tar);
	(void)expect_failure(&broken, BD_ERR_FORMAT);
	tarbuild_file(&tar, "a", "one");
	bd_buf_add(&tar, (char[512]){ 1, 2, 3 }, 512); /* a header whose checksum is wrong */
	(void)expect_failure(&tar, BD_ERR_FORMAT);
}

static void test_bd_layer_read_malformed_pax(void **state)
{
	(void)state;
	static const char *const bad[] = { "5 a=b", "99 path=x\n", "path=x\n", "8 pathx\n", "0 a=b\n", "6 =ab\n",
		"-6 a=b\n" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bd_buf tar = { 0 }, records = { 0 };
		bd_buf_add_str(&records, bad[i]);
		tarbuild_pax(&tar, 'x', &records);
		tarbuild_file(&tar, "a", "one");
		tarbuild_end(&tar);
		bd_buf_release(&records);
		const struct bd_error err = expect_failure(&tar, BD_ERR_FORMAT);
		assert_true(strstr(err.msg, "PAX") != NULL || strchr(bad[i], '=') == strchr(bad[i], ' ') + 1);
	}
}

static void test_bd_layer_read_stream_failure_wins(void **state)
{
	(void)state;
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "a", "one");
	tarbuild_end(&tar);
	/* a good tar whose digest is wrong */
	assert_int_equal(bd_layer_read(in_pieces(&tar, 512, "digest mismatch"), NULL, &layer, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "digest mismatch");
	/* garbage behind it: the stream's reason is still the better one */
	bd_buf_clear(&tar);
	bd_buf_add(&tar, (char[2000]){ 1, 2, 3 }, 2000);
	assert_int_equal(bd_layer_read(in_pieces(&tar, 512, "digest mismatch"), NULL, &layer, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "digest mismatch");
	/* and it is asked when the tar ended long before */
	bd_buf_clear(&tar);
	tarbuild_end(&tar);
	bd_buf_add(&tar, (char[8000]){ 0 }, 8000);
	assert_int_equal(bd_layer_read(in_pieces(&tar, 512, "cut"), NULL, &layer, &err), -BD_ERR_FORMAT);
	assert_string_equal(err.msg, "cut");
	assert_null(layer);
	bd_buf_release(&tar);
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static int read_limited(
	struct bd_buf *tar, const struct layer_limits *limits, struct bd_layer **layer, struct bd_error *err)
{
	tarbuild_end(tar);
	const int r = layer_read_within(
		in_pieces(tar, 512, NULL), limits, &(struct bd_wants){ .bytes = want_all }, layer, err);
	bd_buf_release(tar);
	return r;
}

static void test_bd_layer_read_limit_entries(void **state)
{
	(void)state;
	struct layer_limits limits = layer_default_limits;
	limits.entries = 3;
	for (size_t n = 3; n <= 4; n++) {
		struct bd_buf tar = { 0 };
		struct bd_layer *layer = NULL;
		struct bd_error err = { 0 };
		for (size_t i = 0; i < n; i++) {
			tarbuild_file(&tar, "same", "x"); /* as they stand in the tar */
		}
		assert_int_equal(read_limited(&tar, &limits, &layer, &err), n == 3 ? 0 : -BD_ERR_LIMIT);
		bd_layer_free(layer);
	}
}

static void test_bd_layer_read_limit_tar_bytes(void **state)
{
	(void)state;
	struct layer_limits limits = layer_default_limits;
	for (int over = 0; over <= 1; over++) {
		struct bd_buf tar = { 0 };
		struct bd_layer *layer = NULL;
		struct bd_error err = { 0 };
		tarbuild_file(&tar, "a", "x");
		limits.tar_bytes = tar.n + 1024 - (size_t)over;
		assert_int_equal(read_limited(&tar, &limits, &layer, &err), over ? -BD_ERR_LIMIT : 0);
		if (!over) {
			assert_int_equal(layer->tar_bytes, limits.tar_bytes);
		}
		bd_layer_free(layer);
	}
}

static void test_bd_layer_read_limit_wanted(void **state)
{
	(void)state;
	struct layer_limits limits = layer_default_limits;
	struct bd_buf tar = { 0 };
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	limits.wanted_bytes = 4;
	limits.wanted_total = 10;
	tarbuild_file(&tar, "a", "1234");
	tarbuild_file(&tar, "b", "12345"); /* over one file's */
	tarbuild_file(&tar, "c", "1234");
	tarbuild_file(&tar, "d", "123"); /* over all files' */
	tarbuild_file(&tar, "e", "12");
	assert_int_equal(read_limited(&tar, &limits, &layer, &err), 0);
	expect_layer_text(layer, "f a 4\nf b 5\nf c 4\nf d 3\nf e 2\n"
				 "! file-too-large-to-read b\n! file-too-large-to-read d\n");
	assert_null(bd_layer_kept(layer, "b"));
	assert_null(bd_layer_kept(layer, "d"));
	assert_int_equal(layer->kept.len, 3);
	bd_layer_free(layer);
}

static void test_bd_layer_read_limit_path(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	for (size_t n = BD_LIMIT_PATH_BYTES; n <= BD_LIMIT_PATH_BYTES + 1; n++) {
		char *name = bd_xcalloc(1, n + 1);
		memset(name, 'n', n);
		tarbuild_file(&tar, name, "x");
		tarbuild_symlink(&tar, n > BD_LIMIT_PATH_BYTES ? "l1" : "l0", name);
		free(name);
	}
	struct bd_layer *layer = read_layer(&tar);
	assert_int_equal(layer->entries.len, 2);
	assert_int_equal(strlen(layer->entries.v[1].path), BD_LIMIT_PATH_BYTES);
	assert_int_equal(layer->diagnostics.len, 2);
	assert_string_equal(layer->diagnostics.v[0].code, "path-too-long");
	assert_true(strlen(layer->diagnostics.v[0].where) < 600);
	assert_string_equal(layer->diagnostics.v[1].where, "l1");
	bd_layer_free(layer);
}

static void test_bd_layer_read_limit_diagnostics(void **state)
{
	(void)state;
	struct layer_limits limits = layer_default_limits;
	struct bd_buf tar = { 0 };
	struct bd_layer *layer = NULL;
	struct bd_error err = { 0 };
	limits.diagnostics = 2;
	for (size_t i = 0; i < 5; i++) {
		tarbuild_file(&tar, "../x", "x");
	}
	assert_int_equal(read_limited(&tar, &limits, &layer, &err), 0);
	assert_int_equal(layer->diagnostics.len, 3);
	assert_string_equal(layer->diagnostics.v[2].code, "more-diagnostics");
	assert_non_null(strstr(layer->diagnostics.v[2].text, "3 more"));
	bd_layer_free(layer);
}

static void test_bd_layer_read_limit_holes(void **state)
{
	(void)state;
	struct layer_limits limits = layer_default_limits;
	for (int over = 0; over <= 1; over++) {
		struct bd_buf tar = { 0 }, records = { 0 };
		struct bd_layer *layer = NULL;
		struct bd_error err = { 0 };
		tarbuild_record(&records, "GNU.sparse.size", "1512");
		tarbuild_record(&records, "GNU.sparse.map", "0,512");
		tarbuild_pax(&tar, 'x', &records);
		(void)tarbuild_header(&tar, &(struct tarbuild_entry){ .path = "s", .type = '0' }, 512);
		tarbuild_data(&tar, BD_STR("x"));
		limits.hole_bytes = over ? 999 : 1000;
		assert_int_equal(read_limited(&tar, &limits, &layer, &err), over ? -BD_ERR_LIMIT : 0);
		bd_buf_release(&records);
		bd_layer_free(layer);
	}
}

/* ---- whiteouts and the layer's digests ----------------------------------------------------------------- */

static void test_bd_layer_read_whiteouts(void **state)
{
	(void)state;
	struct bd_buf tar = { 0 };
	tarbuild_file(&tar, "etc/.wh.motd", "");
	tarbuild_file(&tar, ".wh.root", "");
	tarbuild_file(&tar, "etc/.wh.motd", "");
	tarbuild_file(&tar, "var/.wh..wh..opq", "");
	tarbuild_file(&tar, ".wh..wh..opq", "");
	tarbuild_directory(&tar, ".wh..wh.plnk");
	tarbuild_file(&tar, ".wh..wh.plnk/123.456", "aufs");
	tarbuild_file(&tar, ".wh..wh.aufs", "");
	tarbuild_file(&tar, "x/.wh.", "");
	tarbuild_file(&tar, "x/.wh...", "");
	tarbuild_file(&tar, "a.wh.b", "ordinary");
	tarbuild_end(&tar);
	expect_layer(&tar, "f a.wh.b 8\n"
			   "- etc/motd\n- root\n"
			   "o /\no var/\n"
			   "! entry-refused x/.wh.\n! entry-refused x/.wh...\n");
}

static struct bd_layer *simple_layer(const char *content, const char *removed, int64_t mtime_sec)
{
	struct bd_buf tar = { 0 }, path = { 0 };
	tarbuild_add(&tar, &(struct tarbuild_entry){
				   .path = "a", .type = '0', .mtime_sec = mtime_sec, .content = bd_str(content) });
	bd_buf_printf(&path, ".wh.%s", removed);
	tarbuild_file(&tar, bd_buf_str(&path), "");
	bd_buf_release(&path);
	return read_layer(&tar);
}

static void test_bd_layer_read_digests(void **state)
{
	(void)state;
	struct bd_layer *base = simple_layer("x", "r", 1), *same = simple_layer("x", "r", 1);
	struct bd_layer *later = simple_layer("x", "r", 2), *other = simple_layer("y", "r", 1);
	struct bd_layer *removes = simple_layer("x", "s", 1);
	assert_string_equal(base->content, same->content);
	assert_string_equal(base->metadata, same->metadata);
	assert_string_equal(base->content, later->content);
	assert_string_not_equal(base->metadata, later->metadata);
	assert_string_not_equal(base->content, other->content);
	assert_string_not_equal(base->content, removes->content);
	assert_true(bd_digest_valid(base->content) && bd_digest_valid(base->metadata));
	bd_layer_free(base);
	bd_layer_free(same);
	bd_layer_free(later);
	bd_layer_free(other);
	bd_layer_free(removes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_layer_read_kinds),
		cmocka_unit_test(test_bd_layer_read_attributes),
		cmocka_unit_test(test_bd_layer_read_pax_attributes),
		cmocka_unit_test(test_bd_layer_read_large_file_has_no_checksums),
		cmocka_unit_test(test_bd_layer_read_chosen_checksums),
		cmocka_unit_test(test_bd_layer_read_names_are_bytes),
		cmocka_unit_test(test_bd_layer_read_refuses_paths),
		cmocka_unit_test(test_bd_layer_read_linkpath_of_a_file_makes_no_link),
		cmocka_unit_test(test_bd_layer_read_global_pax_header_is_ignored),
		cmocka_unit_test(test_bd_layer_read_last_duplicate_wins),
		cmocka_unit_test(test_bd_layer_read_file_over_directory),
		cmocka_unit_test(test_bd_layer_read_hard_links),
		cmocka_unit_test(test_bd_layer_read_hard_link_has_its_targets_digest),
		cmocka_unit_test(test_bd_layer_read_sparse_gnu_old),
		cmocka_unit_test(test_bd_layer_read_sparse_pax_0_0),
		cmocka_unit_test(test_bd_layer_read_sparse_pax_0_1),
		cmocka_unit_test(test_bd_layer_read_sparse_pax_1_0),
		cmocka_unit_test(test_bd_layer_read_sparse_holes_are_bounded),
		cmocka_unit_test(test_bd_layer_read_empty),
		cmocka_unit_test(test_bd_layer_read_end_may_be_missing),
		cmocka_unit_test(test_bd_layer_read_data_after_the_end),
		cmocka_unit_test(test_bd_layer_read_truncated),
		cmocka_unit_test(test_bd_layer_read_garbage),
		cmocka_unit_test(test_bd_layer_read_malformed_pax),
		cmocka_unit_test(test_bd_layer_read_stream_failure_wins),
		cmocka_unit_test(test_bd_layer_read_limit_entries),
		cmocka_unit_test(test_bd_layer_read_limit_tar_bytes),
		cmocka_unit_test(test_bd_layer_read_limit_wanted),
		cmocka_unit_test(test_bd_layer_read_limit_path),
		cmocka_unit_test(test_bd_layer_read_limit_diagnostics),
		cmocka_unit_test(test_bd_layer_read_limit_holes),
		cmocka_unit_test(test_bd_layer_read_whiteouts),
		cmocka_unit_test(test_bd_layer_read_digests),
	};
	return cmocka_run_group_tests_name("layer/tar", tests, NULL, NULL);
}

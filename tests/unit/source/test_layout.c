/* SPDX-License-Identifier: Apache-2.0 */
/* OCI layouts, in a directory and in an archive: which image is chosen, and what is verified. */
#include "test.h"

#include "basedrift/limits.h"

#include "build.h"

static const struct parts app = { AMD64, "app", 3, BD_GZIP };

static struct parts platform_parts(const char *platform, const char *seed)
{
	return (struct parts){ platform, seed, 2, BD_PLAIN };
}

/* An index blob over descriptors; its own descriptor. */
static const char *add_index(struct files *files, const char *list)
{
	const char *json = bd_arena_printf(&files->arena,
		"{\"schemaVersion\":2,\"manifests\":[%s],\"annotations\":{\"who\":\"index\",\"index\":\"1\"}}", list);
	return add_blob(files, INDEX, bd_str(json));
}

static const char *oci(struct files *files, const char *reference)
{
	return bd_arena_printf(&files->arena, "oci:%s%s", write_folder(files, "layout"), reference);
}

static const char *fresh(struct files *files, const char *list)
{
	static unsigned number;
	add_layout(files, list);
	return write_folder(files, bd_arena_printf(&files->arena, "layout-%u", ++number));
}

static void test_layout_one_image(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_PLAIN, BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 3; i++) {
		struct files files;
		files_begin(&files);
		const struct parts parts = { host_platform(), "app", 3, framings[i] };
		const char *manifest = add_image(&files, &parts);
		add_layout(&files, named(&files, manifest, "1.0"));
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(oci(&files, ""), NULL, &image);
		assert_string_equal(image->transport, "oci");
		assert_string_equal(image->reference, "1.0");
		assert_int_equal(image->layers.len, 3);
		assert_int_equal(image->digests.len, 2);
		assert_string_equal(
			bd_digest_of_kind(&image->digests, BD_DIGEST_MANIFEST), descriptor_digest(&files, manifest));
		assert_string_equal(bd_digest_of_kind(&image->digests, BD_DIGEST_CONFIG),
			digest_of(&files, bd_str(config_of(&files, &parts))));
		assert_null(bd_digest_of_kind(&image->digests, BD_DIGEST_INDEX));
		const struct bd_str first = packed(&files, part_layer(&files, &parts, 0), framings[i]);
		assert_string_equal(image->layers.v[0].digest.value, digest_of(&files, first));
		assert_int_equal(image->layers.v[0].digest.kind, BD_DIGEST_LAYER);
		assert_int_equal(image->layers.v[0].size_bytes, first.n);
		assert_string_equal(image->layers.v[0].media_type, LAYER);
		assert_string_equal(image->layers.v[2].diff_id, digest_of(&files, part_layer(&files, &parts, 2)));
		assert_string_equal(bd_key_value_get(&image->annotations, "who"), "manifest");
		assert_string_equal(image->config.env.v[0], "A=1");
		assert_int_equal(image->warnings.len, 0);
		files_end(&files);
	}
}

static void test_layout_archive(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_layout(&files, named(&files, add_image(&files, &app), "app:1"));
	static const char *const formats[] = { "ustar", "gnutar", "pax" };
	for (size_t i = 0; i < 3; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		const char *path = write_tar(&files, "image.tar", formats[i], BD_PLAIN);
		expect_open(bd_arena_printf(&files.arena, "oci-archive:%s:app:1", path), NULL, &image);
		assert_string_equal(image->transport, "oci-archive");
		assert_string_equal(image->reference, "app:1");
		assert_int_equal(image->layers.len, 3);
	}
	files_end(&files);
}

static void test_layout_several_names(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts other = { AMD64, "other", 1, BD_GZIP };
	const char *one = add_image(&files, &app);
	const char *two = add_image(&files, &other);
	const char *path = fresh(&files,
		bd_arena_printf(&files.arena, "%s,%s", named(&files, one, "app:1"), named(&files, two, "app:2")));
	expect_refused(
		path, NULL, BD_ERR_USAGE, "several images: say which after the path, :REF (there are: app:1, app:2)");
	static const char *const words[] = { "app:2", "docker.io/library/app:2", "@1" };
	for (size_t i = 0; i < 3; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(bd_arena_printf(&files.arena, "oci:%s:%s", path, words[i]), NULL, &image);
		assert_string_equal(image->config.author, "other");
		assert_string_equal(image->reference, "app:2");
	}
	const char *config = digest_of(&files, bd_str(config_of(&files, &app)));
	const char *const digests[] = { descriptor_digest(&files, one), descriptor_digest(&files, one) + 7, config,
		bd_arena_text(&files.arena, config + 7, 12) };
	for (size_t i = 0; i < 4; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(bd_arena_printf(&files.arena, "%s:%s", path, digests[i]), NULL, &image);
		assert_string_equal(image->config.author, "app");
	}
	expect_refused(bd_arena_printf(&files.arena, "oci:%s:app:3", path), NULL, BD_ERR_NOT_FOUND,
		"no such image (there are: app:1, app:2)");
	expect_refused(bd_arena_printf(&files.arena, "oci:%s:@2", path), NULL, BD_ERR_NOT_FOUND, "no such image");
	files_end(&files);
}

/* One digest under two names is one image. */
static void test_layout_two_names_one_image(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *one = add_image(&files, &app);
	const char *path = fresh(&files,
		bd_arena_printf(&files.arena, "%s,%s", named(&files, one, "app:1"), named(&files, one, "app:2")));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_string_equal(image->reference, "app:1");
	AUTO(bd_image_auto) struct bd_image *second = NULL;
	expect_open(bd_arena_printf(&files.arena, "%s:app:2", path), NULL, &second);
	assert_string_equal(second->reference, "app:2");
	files_end(&files);
}

static const char *add_platforms(struct files *files)
{
	const struct parts host = platform_parts(host_platform(), "host");
	const struct parts other = platform_parts(other_platform(), "other");
	const char *attestation =
		"{\"mediaType\":\"" MANIFEST "\",\"size\":1,\"digest\":\"sha256:"
		"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\",\"platform\":{\"os\":\"unknown\","
		"\"architecture\":\"unknown\"},\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}";
	return bd_arena_printf(&files->arena, "%s,%s,%s",
		with_platform(files, add_image(files, &other), other_platform()),
		with_platform(files, add_image(files, &host), host_platform()), attestation);
}

static void test_layout_index_by_platform(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *index = add_index(&files, add_platforms(&files));
	const char *path = fresh(&files, named(&files, index, "app:1"));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_string_equal(image->config.author, "host");
	assert_int_equal(image->digests.len, 3);
	assert_int_equal(image->digests.v[0].kind, BD_DIGEST_INDEX);
	assert_string_equal(image->digests.v[0].value, descriptor_digest(&files, index));
	assert_string_equal(bd_key_value_get(&image->annotations, "index"), "1");
	assert_string_equal(bd_key_value_get(&image->annotations, "who"), "manifest");
	assert_string_equal(image->reference, "app:1");
	AUTO(bd_image_auto) struct bd_image *other = NULL;
	expect_open(path, other_text(), &other);
	assert_string_equal(other->config.author, "other");
	assert_int_equal(other->warnings.len, 0);
	expect_refused(path, "linux/s390x", BD_ERR_NOT_FOUND, "no image for linux/s390x (there are: ");
	expect_refused(path, "s390x/", BD_ERR_USAGE, "not OS/ARCHITECTURE");
	AUTO(bd_image_auto) struct bd_image *by_digest = NULL;
	expect_open(bd_arena_printf(&files.arena, "%s:%s", path, descriptor_digest(&files, index)), NULL, &by_digest);
	assert_string_equal(by_digest->config.author, "host");
	files_end(&files);
}

/* Descriptors without a platform: the configs tell. */
static void test_layout_platform_from_config(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts host = platform_parts(host_platform(), "host");
	const struct parts other = platform_parts(other_platform(), "other");
	const char *list =
		bd_arena_printf(&files.arena, "{%s},{%s}", add_image(&files, &other), add_image(&files, &host));
	const char *path = fresh(&files, bd_arena_printf(&files.arena, "{%s}", add_index(&files, list)));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_string_equal(image->config.author, "host");
	/* the same two side by side in index.json, without names */
	AUTO(bd_image_auto) struct bd_image *flat = NULL;
	expect_open(fresh(&files, list), other_text(), &flat);
	assert_string_equal(flat->config.author, "other");
	files_end(&files);
}

/* The only image there is, whatever its platform; a warning says so. */
static void test_layout_only_platform(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts strange = platform_parts(S390X, "mainframe");
	const char *manifest = add_image(&files, &strange);
	const char *path = fresh(&files,
		bd_arena_printf(&files.arena, "{%s}", add_index(&files, with_platform(&files, manifest, S390X))));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_true(has_warning(image, "the image is for linux/s390x, this machine is "));
	AUTO(bd_image_auto) struct bd_image *asked = NULL;
	expect_open(path, "linux/s390x", &asked);
	assert_int_equal(asked->warnings.len, 0);
	expect_refused(path, host_text(), BD_ERR_NOT_FOUND, "the image is for linux/s390x, not for linux/");
	files_end(&files);
}

/* A store that has one platform of an image saves the whole index with it. */
static void test_layout_other_platforms_missing(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts here = platform_parts(S390X, "mainframe");
	const struct parts gone = platform_parts(host_platform(), "host");
	const char *there = with_platform(&files, add_image(&files, &here), S390X);
	const size_t kept = files.len;
	const char *missing = with_platform(&files, add_image(&files, &gone), host_platform());
	files.len = kept;
	const char *path =
		fresh(&files, bd_arena_printf(&files.arena, "{%s}",
				      add_index(&files, bd_arena_printf(&files.arena, "%s,%s", missing, there))));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(path, NULL, &image);
	assert_string_equal(image->config.author, "mainframe");
	assert_true(has_warning(image, "linux/s390x"));
	expect_refused(path, host_text(), BD_ERR_NOT_FOUND, "blob sha256:");
	files_end(&files);
}

static void test_layout_nested_indexes(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *descriptor = add_image(&files, &app);
	for (size_t depth = 1; depth <= BD_LIMIT_INDEX_DEPTH + 1; depth++) {
		descriptor = add_index(&files, bd_arena_printf(&files.arena, "{%s}", descriptor));
		const char *path = fresh(&files, bd_arena_printf(&files.arena, "{%s}", descriptor));
		if (depth > BD_LIMIT_INDEX_DEPTH) {
			expect_refused(path, NULL, BD_ERR_LIMIT, "more than 8 indexes in one another");
			continue;
		}
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(path, NULL, &image);
		assert_int_equal(image->digests.len, depth + 2);
		assert_string_equal(
			image->digests.v[0].value, descriptor_digest(&files, descriptor)); /* the outermost */
	}
	files_end(&files);
}

/* An index that names another a hundred times, which names one a hundred times. */
static void test_layout_descriptor_limit(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *descriptor = add_image(&files, &app);
	for (size_t level = 0; level < 2; level++) {
		struct bd_buf list = { 0 };
		for (size_t i = 0; i < 100; i++) {
			bd_buf_printf(&list, "%s{%s}", i > 0 ? "," : "", descriptor);
		}
		descriptor = add_index(&files, list.p);
		bd_buf_release(&list);
	}
	expect_refused(fresh(&files, bd_arena_printf(&files.arena, "{%s}", descriptor)), NULL, BD_ERR_LIMIT,
		"more than 4096 descriptors");
	files_end(&files);
}

static const char *blob_path(struct files *files, const char *digest)
{
	return bd_arena_printf(&files->arena, "blobs/sha256/%s", digest + 7);
}

static void spoil(struct files *files, const char *path)
{
	struct file *file = find_file(files, path);
	char *copy = bd_arena_text(&files->arena, file->bytes.p, file->bytes.n);
	copy[file->bytes.n / 2] ^= 1;
	file->bytes.p = copy;
}

static void test_layout_spoiled_blobs(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_PLAIN, BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 3; i++) {
		const struct parts parts = { AMD64, "app", 3, framings[i] };
		struct files files;
		files_begin(&files);
		const char *manifest = add_image(&files, &parts);
		const char *list = bd_arena_printf(&files.arena, "{%s}", manifest);
		const char *layer = digest_of(&files, packed(&files, part_layer(&files, &parts, 2), framings[i]));
		const char *config = digest_of(&files, bd_str(config_of(&files, &parts)));
		spoil(&files, blob_path(&files, layer));
		expect_refused(fresh(&files, list), NULL, BD_ERR_FORMAT,
			bd_arena_printf(&files.arena,
				"layer 2: blob %s: digest mismatch: expected %s, computed sha256:", layer, layer));
		spoil(&files, blob_path(&files, config));
		expect_refused(fresh(&files, list), NULL, BD_ERR_FORMAT,
			bd_arena_printf(&files.arena, "blob %s: digest mismatch: expected %s, computed sha256:", config,
				config));
		const char *digest = descriptor_digest(&files, manifest);
		spoil(&files, blob_path(&files, digest));
		expect_refused(fresh(&files, list), NULL, BD_ERR_FORMAT,
			bd_arena_printf(&files.arena, "blob %s: digest mismatch: expected %s", digest, digest));
		files_end(&files);
	}
}

/* A blob that is what its digest says, and not what the config says. */
static void test_layout_wrong_diff_id(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts parts = { AMD64, "app", 1, BD_GZIP };
	const char *config = add_blob(&files, CONFIG, bd_str(config_of(&files, &parts)));
	const char *layer = add_blob(&files, LAYER, layer_tar(&files, "other", "content"));
	const char *json =
		bd_arena_printf(&files.arena, "{\"schemaVersion\":2,\"config\":{%s},\"layers\":[{%s}]}", config, layer);
	const char *path =
		fresh(&files, bd_arena_printf(&files.arena, "{%s}", add_blob(&files, MANIFEST, bd_str(json))));
	expect_refused(path, NULL, BD_ERR_FORMAT,
		bd_arena_printf(&files.arena, "layer 0: diff_id: digest mismatch: expected %s, computed %s",
			digest_of(&files, part_layer(&files, &parts, 0)), descriptor_digest(&files, layer)));
	files_end(&files);
}

static void test_layout_missing_blobs(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *manifest = add_image(&files, &app);
	const char *list = bd_arena_printf(&files.arena, "{%s}", manifest);
	const char *layer = digest_of(&files, packed(&files, part_layer(&files, &app, 1), BD_GZIP));
	find_file(&files, blob_path(&files, layer))->path = "elsewhere";
	const char *expected = bd_arena_printf(&files.arena, "layer 1: blob %s: %s: ", layer, blob_path(&files, layer));
	expect_refused(fresh(&files, list), NULL, BD_ERR_NOT_FOUND, expected);
	expect_refused(write_tar(&files, "missing.tar", "ustar", BD_PLAIN), NULL, BD_ERR_NOT_FOUND, expected);
	find_file(&files, blob_path(&files, descriptor_digest(&files, manifest)))->path = "elsewhere too";
	expect_refused(
		fresh(&files, list), NULL, BD_ERR_NOT_FOUND, blob_path(&files, descriptor_digest(&files, manifest)));
	files_end(&files);
}

static const char *open_documents(struct files *files, const char *config, const char *layers)
{
	const char *json =
		bd_arena_printf(&files->arena, "{\"schemaVersion\":2,\"config\":{%s},\"layers\":[%s]}", config, layers);
	return fresh(files, bd_arena_printf(&files->arena, "{%s}", add_blob(files, MANIFEST, bd_str(json))));
}

static void test_layout_lying_documents(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *config = add_blob(&files, CONFIG, bd_str(config_of(&files, &app)));
	const char *layer = bd_arena_printf(&files.arena, "{%s}", add_blob(&files, LAYER, part_layer(&files, &app, 0)));
	expect_refused(open_documents(&files, config, layer), NULL, BD_ERR_FORMAT,
		"the manifest names 1 layers, the config has 3 diff_ids");
	const char *artifact = add_blob(&files, "application/vnd.cncf.helm.config.v1+json", BD_STR("{}"));
	expect_refused(open_documents(&files, artifact, layer), NULL, BD_ERR_UNSUPPORTED,
		"an artifact (application/vnd.cncf.helm");
	const char *broken = add_blob(&files, CONFIG, BD_STR("{\"rootfs\":5}"));
	expect_refused(open_documents(&files, broken, layer), NULL, BD_ERR_FORMAT, "rootfs: not an object");
	const char *huge = "\"mediaType\":\"" CONFIG "\",\"size\":9000000,\"digest\":\"sha256:"
			   "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\"";
	expect_refused(open_documents(&files, huge, layer), NULL, BD_ERR_LIMIT, "more than the 8388608 bytes");
	const char *strange = "\"mediaType\":\"" CONFIG "\",\"size\":9,\"digest\":\"blake3:a1a1\"";
	expect_refused(
		open_documents(&files, strange, layer), NULL, BD_ERR_UNSUPPORTED, "neither a sha256 nor a sha512");
	/* a manifest where an index was promised */
	const char *json = config_of(&files, &app);
	expect_refused(fresh(&files, bd_arena_printf(&files.arena, "{%s}", add_blob(&files, INDEX, bd_str(json)))),
		NULL, BD_ERR_FORMAT, "schemaVersion: missing");
	expect_refused(fresh(&files, ""), NULL, BD_ERR_NOT_FOUND, "no image manifest");
	add_text(&files, "oci-layout", "{\"imageLayoutVersion\":\"9\"}");
	expect_refused(
		write_folder(&files, "version"), NULL, BD_ERR_FORMAT, "oci-layout: imageLayoutVersion: not 1.0.0");
	files_end(&files);
}

static void test_layout_warnings(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const struct parts unstated = { "", "app", 1, BD_PLAIN };
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(fresh(&files, bd_arena_printf(&files.arena, "{%s}", add_image(&files, &unstated))), NULL, &image);
	assert_true(has_warning(image, "platform not stated by the config"));
	const char *diff_id = digest_of(&files, part_layer(&files, &unstated, 0));
	const char *config = bd_arena_printf(&files.arena,
		"{%s,\"rootfs\":{\"diff_ids\":[\"%s\"]},\"history\":[{},{},{\"empty_layer\":true}]}", host_platform(),
		diff_id);
	const char *layer = add_blob(&files, "application/x-something", part_layer(&files, &unstated, 0));
	AUTO(bd_image_auto) struct bd_image *odd = NULL;
	expect_open(open_documents(&files, add_blob(&files, CONFIG, bd_str(config)),
			    bd_arena_printf(&files.arena, "{%s}", layer)),
		NULL, &odd);
	assert_true(has_warning(odd, "the config's history tells of 2 layers, there are 1"));
	assert_true(has_warning(odd, "layer 0: media type application/x-something is not a layer's"));
	files_end(&files);
}

static void test_layout_layers_at_once(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	add_layout(&files, named(&files, add_image(&files, &app), "app:1"));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(write_tar(&files, "image.tar", "ustar", BD_PLAIN), NULL, &image);
	struct bd_stream *streams[3];
	struct bd_error err;
	struct bd_str block;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bd_image_open_layer(image, 2 - i, &streams[i], &err), 0);
	}
	for (size_t i = 0; i < 3; i++) { /* by turns */
		assert_int_equal(bd_stream_next(streams[i], &block, &err), 0);
		assert_memory_equal(block.p, bd_arena_printf(&files.arena, "file-%zu", 2 - i), 6);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bd_stream_next(streams[i], &block, &err), 0);
		assert_int_equal(block.n, 0);
		bd_stream_close(streams[i]);
	}
	assert_int_equal(bd_image_open_layer(image, 3, &streams[0], &err), -BD_ERR_USAGE);
	files_end(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_one_image),
		cmocka_unit_test(test_layout_archive),
		cmocka_unit_test(test_layout_several_names),
		cmocka_unit_test(test_layout_two_names_one_image),
		cmocka_unit_test(test_layout_index_by_platform),
		cmocka_unit_test(test_layout_platform_from_config),
		cmocka_unit_test(test_layout_only_platform),
		cmocka_unit_test(test_layout_other_platforms_missing),
		cmocka_unit_test(test_layout_nested_indexes),
		cmocka_unit_test(test_layout_descriptor_limit),
		cmocka_unit_test(test_layout_spoiled_blobs),
		cmocka_unit_test(test_layout_wrong_diff_id),
		cmocka_unit_test(test_layout_missing_blobs),
		cmocka_unit_test(test_layout_lying_documents),
		cmocka_unit_test(test_layout_warnings),
		cmocka_unit_test(test_layout_layers_at_once),
	};
	return cmocka_run_group_tests_name("source_layout", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "build.h"

/* One entry of manifest.json over HEX.json and paths like "LAYER/layer.tar"; tags as JSON. */
static const char *add_entry(struct files *files, const struct parts *parts, const char *tags)
{
	struct bd_buf json = { 0 };
	const char *config = config_of(files, parts);
	const char *name = bd_arena_printf(&files->arena, "%s.json", digest_of(files, bd_str(config)) + 7);
	add_text(files, name, config);
	bd_buf_printf(&json, "{\"Config\":\"%s\",\"RepoTags\":%s,\"Layers\":[", name, tags);
	for (size_t i = 0; i < parts->layers; i++) {
		const char *path = bd_arena_printf(&files->arena, "%s-%zu/layer.tar", parts->seed, i);
		add_bytes(files, path, packed(files, part_layer(files, parts, i), parts->compression));
		bd_buf_printf(&json, "%s\"%s\"", i > 0 ? "," : "", path);
	}
	bd_buf_add_str(&json, "]}");
	const char *text = bd_arena_strdup(&files->arena, json.p);
	bd_buf_release(&json);
	return text;
}

static const char *save(struct files *files, const char *entries)
{
	add_text(files, "manifest.json", bd_arena_printf(&files->arena, "[%s]", entries)); /* last in the tar */
	return write_tar(files, "image.tar", "ustar", BD_PLAIN);
}

static const struct parts app = { AMD64, "app", 2, BD_PLAIN };

static void test_docker_archive_one_image(void **state)
{
	(void)state;
	static const enum bd_compression framings[] = { BD_PLAIN, BD_GZIP, BD_ZSTD };
	for (size_t i = 0; i < 3; i++) {
		const struct parts parts = { AMD64, "app", 2, framings[i] };
		struct files files;
		files_begin(&files);
		const char *path = save(&files, add_entry(&files, &parts, "[\"app:1\",\"app:2\"]"));
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(bd_arena_printf(&files.arena, "docker-archive:%s", path), NULL, &image);
		assert_string_equal(image->transport, "docker-archive");
		assert_string_equal(image->reference, "app:1");
		assert_int_equal(image->digests.len, 1);
		assert_string_equal(bd_digest_of_kind(&image->digests, BD_DIGEST_CONFIG),
			digest_of(&files, bd_str(config_of(&files, &parts))));
		assert_null(image->layers.v[0].digest.value);
		assert_int_equal(image->layers.v[0].digest.kind, BD_DIGEST_LAYER);
		assert_int_equal(
			image->layers.v[1].size_bytes, packed(&files, part_layer(&files, &parts, 1), framings[i]).n);
		assert_string_equal(image->layers.v[1].diff_id, digest_of(&files, part_layer(&files, &parts, 1)));
		AUTO(bd_image_auto) struct bd_image *second = NULL;
		expect_open(bd_arena_printf(&files.arena, "docker-archive:%s:docker.io/library/app:2", path), NULL,
			&second);
		assert_string_equal(second->reference, "app:2");
		files_end(&files);
	}
}

static void test_docker_archive_several(void **state)
{
	(void)state;
	const struct parts other = { ARM64, "other", 1, BD_PLAIN };
	const struct parts nameless = { AMD64, "nameless", 1, BD_PLAIN };
	struct files files;
	files_begin(&files);
	const char *one = add_entry(&files, &app, "[\"docker.io/team/app:1\"]");
	const char *two = add_entry(&files, &other, "[\"team/app:2\"]");
	const char *path =
		save(&files, bd_arena_printf(&files.arena, "%s,%s,%s", one, two, add_entry(&files, &nameless, "null")));
	const char *id = digest_of(&files, bd_str(config_of(&files, &nameless)));
	expect_refused(path, NULL, BD_ERR_USAGE,
		bd_arena_printf(&files.arena,
			"several images: say which after the path, :REF (there are: docker.io/team/app:1, team/app:2, %s)",
			id));
	const char *const wanted[] = { "team/app:2", "docker.io/team/app:2", "@1" };
	for (size_t i = 0; i < 3; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(
			bd_arena_printf(&files.arena, "docker-archive:%s:%s", path, wanted[i]), "linux/arm64", &image);
		assert_string_equal(image->config.author, "other");
	}
	const char *const ids[] = { id, id + 7, bd_arena_text(&files.arena, id + 7, 12), "@2" };
	for (size_t i = 0; i < 4; i++) {
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(bd_arena_printf(&files.arena, "%s:%s", path, ids[i]), NULL, &image);
		assert_string_equal(image->config.author, "nameless");
		assert_null(image->reference);
	}
	expect_refused(bd_arena_printf(&files.arena, "%s:team/app:3", path), NULL, BD_ERR_NOT_FOUND,
		"no such image (there are: ");
	expect_refused(bd_arena_printf(&files.arena, "%s:team/app:2", path), "linux/amd64", BD_ERR_NOT_FOUND,
		"the image is for linux/arm64/v8, not for linux/amd64");
	files_end(&files);
}

/* skopeo and podman: HEX/layer.tar are symbolic links to HEX.tar. */
static void test_docker_archive_links(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *entry = add_entry(&files, &app, "[\"app:1\"]");
	find_file(&files, "app-0/layer.tar")->path = "0.tar";
	find_file(&files, "app-1/layer.tar")->path = "1.tar";
	add_link(&files, "app-0/layer.tar", "../0.tar", NULL);
	add_link(&files, "app-1/layer.tar", NULL, "1.tar");
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(save(&files, entry), NULL, &image);
	assert_int_equal(image->layers.v[0].size_bytes, part_layer(&files, &app, 0).n);
	files_end(&files);
}

/* Docker 25: manifest.json and an OCI layout over the same blobs. */
static const char *save_docker25(struct files *files, const struct parts *parts, bool indexed, const char *index_suffix)
{
	struct bd_buf json = { 0 };
	const char *manifest = add_image(files, parts);
	bd_buf_printf(&json, "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[\"app:1\"],\"Layers\":[",
		digest_of(files, bd_str(config_of(files, parts))) + 7);
	for (size_t i = 0; i < parts->layers; i++) {
		bd_buf_printf(&json, "%s\"blobs/sha256/%s\"", i > 0 ? "," : "",
			digest_of(files, packed(files, part_layer(files, parts, i), parts->compression)) + 7);
	}
	bd_buf_add_str(&json, "]}]");
	const char *descriptor = manifest;
	if (indexed) {
		descriptor = add_blob(files, INDEX,
			bd_str(bd_arena_printf(&files->arena, "{\"schemaVersion\":2,\"manifests\":[{%s}]}", manifest)));
	}
	add_layout(files, bd_arena_printf(&files->arena, "{%s}%s", descriptor, index_suffix));
	add_text(files, "manifest.json", json.p);
	bd_buf_release(&json);
	return write_tar(files, "docker25.tar", "ustar", BD_PLAIN);
}

static void test_docker_archive_25(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct parts parts = { AMD64, "app", 2, i < 2 ? BD_PLAIN : BD_GZIP };
		struct files files;
		files_begin(&files);
		AUTO(bd_image_auto) struct bd_image *image = NULL;
		expect_open(save_docker25(&files, &parts, i % 2 == 1, ""), NULL, &image);
		assert_string_equal(image->transport, "docker-archive");
		assert_string_equal(image->reference, "app:1");
		assert_int_equal(image->digests.len, 2 + i % 2);
		assert_non_null(bd_digest_of_kind(&image->digests, BD_DIGEST_MANIFEST));
		assert_string_equal(image->layers.v[0].digest.value,
			digest_of(&files, packed(&files, part_layer(&files, &parts, 0), parts.compression)));
		assert_string_equal(bd_key_value_get(&image->annotations, "who"), "manifest");
		files_end(&files);
	}
}

static void test_docker_archive_25_broken_half(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(save_docker25(&files, &app, false, ",{}"), NULL, &image);
	assert_true(has_warning(image, "the OCI half of the archive is not used: index.json: manifests[1]"));
	assert_int_equal(image->digests.len, 1);
	assert_null(image->layers.v[0].digest.value);
	files_end(&files);
}

static void test_docker_archive_digests(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *entry = add_entry(&files, &app, "null");
	const char *config = config_of(&files, &app);
	const char *hex = digest_of(&files, bd_str(config)) + 7;
	struct file *layer = find_file(&files, "app-1/layer.tar");
	layer->bytes = layer_tar(&files, "evil", "content");
	expect_refused(save(&files, entry), NULL, BD_ERR_FORMAT,
		bd_arena_printf(&files.arena, "layer 1: diff_id: digest mismatch: expected %s, computed %s",
			digest_of(&files, part_layer(&files, &app, 1)), digest_of(&files, layer->bytes)));
	layer->bytes = part_layer(&files, &app, 1);
	struct file *file = find_file(&files, bd_arena_printf(&files.arena, "%s.json", hex));
	file->bytes = bd_str(bd_arena_printf(&files.arena, "%s\n", config));
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(save(&files, entry), NULL, &image);
	assert_true(has_warning(image,
		bd_arena_printf(&files.arena, "digest sha256:%s, computed %s", hex, digest_of(&files, file->bytes))));
	files_clear(&files);
	const char *path = save_docker25(&files, &app, false, "");
	file = find_file(&files, bd_arena_printf(&files.arena, "blobs/sha256/%s", hex));
	file->bytes = bd_str(bd_arena_printf(&files.arena, "%s\n", config));
	(void)path;
	expect_refused(write_tar(&files, "spoiled.tar", "ustar", BD_PLAIN), NULL, BD_ERR_FORMAT,
		bd_arena_printf(&files.arena, "config: digest mismatch: expected sha256:%s, computed sha256:", hex));
	files_end(&files);
}

static void refused_manifest(struct files *files, const char *json, enum bd_error_code code, const char *part)
{
	files_clear(files);
	add_text(files, "c.json", config_of(files, &app));
	add_bytes(files, "0", part_layer(files, &app, 0));
	add_text(files, "manifest.json", json);
	expect_refused(write_tar(files, "refused.tar", "ustar", BD_PLAIN), NULL, code, part);
}

static void test_docker_archive_lies(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	refused_manifest(&files, "null", BD_ERR_FORMAT, "manifest.json: document: null");
	refused_manifest(&files, "[]", BD_ERR_NOT_FOUND, "no image in manifest.json");
	refused_manifest(&files, "[{}]", BD_ERR_FORMAT, "manifest.json: [0].Config: missing");
	refused_manifest(
		&files, "[{\"Config\":\"d.json\"}]", BD_ERR_NOT_FOUND, "config: d.json: no such file in the archive");
	refused_manifest(&files, "[{\"Config\":\"../c.json\"}]", BD_ERR_FORMAT, "not a path in an archive");
	refused_manifest(&files, "[{\"Config\":\"0\"}]", BD_ERR_FORMAT, "config 0: JSON");
	refused_manifest(&files, "[{\"Config\":\"c.json\",\"Layers\":[\"0\"]}]", BD_ERR_FORMAT,
		"manifest.json names 1 layers, the config has 2 diff_ids");
	refused_manifest(&files, "[{\"Config\":\"c.json\",\"Layers\":[\"0\",\"1\"]}]", BD_ERR_NOT_FOUND,
		"layer 1: 1: no such file in the archive");
	refused_manifest(&files, "[{\"Config\":\"c.json\",\"Layers\":[\"0\",\"a\\u001b/../../x\"]}]", BD_ERR_FORMAT,
		"layer 1: \"a\\x1b/../../x\": not a path");
	files_end(&files);
}

static const char *add_legacy(struct files *files, const char *id, const char *parent, const char *content)
{
	add_text(files, bd_arena_printf(&files->arena, "%s/VERSION", id), "1.0");
	add_text(files, bd_arena_printf(&files->arena, "%s/json", id),
		bd_arena_printf(&files->arena,
			"{\"id\":\"%s\"%s%s%s,\"os\":\"linux\",\"architecture\":\"amd64\",\"author\":\"%s\",\"created\":\"2015-01-01T00:00:00Z\","
			"\"container_config\":{\"Cmd\":[\"/bin/sh\",\"-c\",\"%s\"]},\"config\":{\"Env\":[\"ID=%s\"]}}",
			id, parent != NULL ? ",\"parent\":\"" : "", parent != NULL ? parent : "",
			parent != NULL ? "\"" : "", id, content, id));
	const struct bd_str tar = layer_tar(files, "f", content);
	add_bytes(files, bd_arena_printf(&files->arena, "%s/layer.tar", id), tar);
	return digest_of(files, tar);
}

static void test_docker_archive_legacy(void **state)
{
	(void)state;
	struct files files;
	files_begin(&files);
	const char *lower = add_legacy(&files, "aaa", NULL, "lower");
	const char *upper = add_legacy(&files, "bbb", "aaa", "upper");
	add_legacy(&files, "ccc", "aaa", "third");
	add_text(&files, "repositories", "{\"app\":{\"1\":\"bbb\"}}");
	AUTO(bd_image_auto) struct bd_image *image = NULL;
	expect_open(write_tar(&files, "legacy.tar", "ustar", BD_PLAIN), NULL, &image);
	assert_string_equal(image->transport, "docker-archive");
	assert_string_equal(image->reference, "app:1");
	assert_int_equal(image->layers.len, 2);
	assert_int_equal(image->digests.len, 0);
	assert_string_equal(image->layers.v[0].diff_id, lower);
	assert_string_equal(image->layers.v[1].diff_id, upper);
	assert_string_equal(image->config.env.v[0], "ID=bbb");
	assert_int_equal(image->config.history.len, 2);
	assert_string_equal(image->config.history.v[0].created_by, "/bin/sh -c lower");
	assert_true(has_warning(image, "before 1.10"));
	add_text(&files, "repositories", "{\"app\":{\"1\":\"bbb\",\"2\":\"ccc\"}}");
	const char *two = write_tar(&files, "two.tar", "ustar", BD_PLAIN);
	expect_refused(
		two, NULL, BD_ERR_USAGE, "several images: say which after the path, :REF (there are: app:1, app:2)");
	expect_refused(bd_arena_printf(&files.arena, "%s:app:3", two), NULL, BD_ERR_NOT_FOUND,
		"no such image (there are: app:1, app:2)");
	AUTO(bd_image_auto) struct bd_image *second = NULL;
	expect_open(bd_arena_printf(&files.arena, "%s:docker.io/library/app:2", two), NULL, &second);
	assert_string_equal(second->config.env.v[0], "ID=ccc");
	add_legacy(&files, "aaa", "bbb", "lower");
	add_text(&files, "repositories", "{\"app\":{\"1\":\"bbb\"}}");
	expect_refused(write_tar(&files, "circle.tar", "ustar", BD_PLAIN), NULL, BD_ERR_LIMIT, "layers");
	add_text(&files, "repositories", "{\"app\":{\"1\":\"../x\"}}");
	expect_refused(write_tar(&files, "outside.tar", "ustar", BD_PLAIN), NULL, BD_ERR_FORMAT, "not a layer's id");
	add_text(&files, "repositories", "{}");
	expect_refused(write_tar(&files, "none.tar", "ustar", BD_PLAIN), NULL, BD_ERR_NOT_FOUND,
		"no such image (there are: none)");
	files_end(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docker_archive_one_image),
		cmocka_unit_test(test_docker_archive_several),
		cmocka_unit_test(test_docker_archive_links),
		cmocka_unit_test(test_docker_archive_25),
		cmocka_unit_test(test_docker_archive_25_broken_half),
		cmocka_unit_test(test_docker_archive_digests),
		cmocka_unit_test(test_docker_archive_lies),
		cmocka_unit_test(test_docker_archive_legacy),
	};
	return cmocka_run_group_tests_name("source_docker_archive", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Every parser over tests/data/oci/documents.txt, and what the good documents say. */
#include "test.h"

#include <jansson.h>

#include "basedrift/limits.h"
#include "basedrift/oci.h"

#include "files.h"

#define HEX_A  "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define HEX_B  "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"
#define LAYER  "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"size\":3,\"digest\":\"sha256:" HEX_A "\"}"
#define CONFIG "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":3,\"digest\":\"sha256:" HEX_A "\"}"

struct document {
	struct bd_index index;
	struct bd_manifest manifest;
	struct bd_config config;
	struct bd_archive_image_vec images;
	struct bd_legacy_tag_vec tags;
	struct bd_legacy_layer legacy;
};

static int parse(
	const char *kind, struct bd_str json, struct bd_arena *arena, struct document *out, struct bd_error *err)
{
	if (strcmp(kind, "index") == 0 || strcmp(kind, "imageIndex") == 0) {
		return bd_index_parse(json, arena, &out->index, err);
	}
	if (strcmp(kind, "manifest") == 0) {
		return bd_manifest_parse(json, arena, &out->manifest, err);
	}
	if (strcmp(kind, "config") == 0) {
		return bd_config_parse(json, arena, &out->config, err);
	}
	if (strcmp(kind, "archive") == 0) {
		return bd_archive_manifest_parse(json, arena, &out->images, err);
	}
	if (strcmp(kind, "repositories") == 0) {
		return bd_legacy_repositories_parse(json, arena, &out->tags, err);
	}
	if (strcmp(kind, "legacy") == 0) {
		return bd_legacy_layer_parse(json, arena, &out->legacy, err);
	}
	assert_true(strcmp(kind, "layout") == 0 || strcmp(kind, "imageLayout") == 0);
	return bd_image_layout_check(json, err);
}

static const char *const all_kinds[] = { "index", "manifest", "config", "archive", "repositories", "legacy", "layout" };
#define KINDS (sizeof(all_kinds) / sizeof(all_kinds[0]))

static enum bd_error_code code_of(const char *name)
{
	return strcmp(name, "format") == 0  ? BD_ERR_FORMAT
	       : strcmp(name, "limit") == 0 ? BD_ERR_LIMIT
					    : BD_ERR_UNSUPPORTED;
}

static void check_line(struct bd_str line)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct document document = { 0 };
	struct bd_error err = { 0 };
	const char *words[3];
	for (size_t i = 0; i < 3; i++) {
		const struct bd_str word = bd_str_cut(&line, '\t');
		words[i] = bd_arena_text(&arena, word.p, word.n);
	}
	const int result = parse(words[0], line, &arena, &document, &err);
	const int expected = strcmp(words[1], "ok") == 0 ? 0 : -(int)code_of(words[1]);
	if (result != expected || strstr(result < 0 ? err.msg : "-", words[2]) == NULL) {
		fail_msg("%s %.*s: %d \"%s\", expected %s \"%s\"", words[0], (int)line.n, line.p, result, err.msg,
			words[1], words[2]);
	}
}

static void test_documents(void **state)
{
	(void)state;
	AUTO(bd_buf_auto) struct bd_buf text = { 0 };
	assert_true(read_file(TEST_DATA "/oci/documents.txt", &text));
	struct bd_str rest = bd_buf_view(&text);
	struct bd_str line;
	size_t n = 0;
	while (bd_str_line(&rest, &line)) {
		if (!bd_str_starts(line, "#")) {
			check_line(line);
			n++;
		}
	}
	assert_true(n > 100);
}

static void expect_limit(const char *kind, struct bd_str json)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct document document = { 0 };
	struct bd_error err = { 0 };
	if (parse(kind, json, &arena, &document, &err) != -BD_ERR_LIMIT) {
		fail_msg("%s: %s", kind, err.msg);
	}
}

static void add_repeated(struct bd_buf *out, const char *text, size_t n, const char *between)
{
	for (size_t i = 0; i < n; i++) {
		bd_buf_add_str(out, i > 0 ? between : "");
		bd_buf_add_str(out, text);
	}
}

static void nest(struct bd_buf *json, size_t depth)
{
	bd_buf_clear(json);
	bd_buf_add_str(json, "{\"\\\"[\":");
	add_repeated(json, "[", depth - 1, "");
	add_repeated(json, "]", depth - 1, "");
	bd_buf_add_char(json, '}');
}

static void test_limit_depth(void **state)
{
	(void)state;
	AUTO(bd_buf_auto) struct bd_buf json = { 0 };
	struct bd_error err;
	enum bd_media media;
	nest(&json, BD_LIMIT_JSON_DEPTH);
	assert_int_equal(bd_document_media(bd_buf_view(&json), &media, &err), 0);
	nest(&json, BD_LIMIT_JSON_DEPTH + 1);
	assert_int_equal(bd_document_media(bd_buf_view(&json), &media, &err), -BD_ERR_LIMIT);
	for (size_t i = 0; i < KINDS; i++) {
		expect_limit(all_kinds[i], bd_buf_view(&json));
	}
	bd_buf_clear(&json);
	add_repeated(&json, "[", 1000000, "");
	expect_limit("archive", bd_buf_view(&json));
}

static void test_limit_bytes(void **state)
{
	(void)state;
	AUTO(bd_buf_auto) struct bd_buf json = { 0 };
	add_repeated(&json, " ", BD_LIMIT_CONFIG_BYTES + 1, "");
	for (size_t i = 0; i < KINDS; i++) {
		expect_limit(all_kinds[i], bd_buf_view(&json));
	}
}

static void test_limit_counts(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	AUTO(bd_buf_auto) struct bd_buf json = { 0 };
	struct document document = { 0 };
	struct bd_error err;

	bd_buf_add_str(&json, "{\"schemaVersion\":2,\"manifests\":[");
	add_repeated(&json, LAYER, BD_LIMIT_MANIFESTS + 1, ",");
	bd_buf_add_str(&json, "]}");
	expect_limit("index", bd_buf_view(&json));
	bd_buf_clear(&json);
	bd_buf_add_str(&json, "{\"schemaVersion\":2,\"config\":" CONFIG ",\"layers\":[");
	const size_t head = json.n;
	add_repeated(&json, LAYER, BD_LIMIT_LAYERS + 1, ",");
	bd_buf_add_str(&json, "]}");
	expect_limit("manifest", bd_buf_view(&json));
	json.n = head;
	add_repeated(&json, LAYER, BD_LIMIT_LAYERS, ",");
	bd_buf_add_str(&json, "]}");
	assert_int_equal(parse("manifest", bd_buf_view(&json), &arena, &document, &err), 0);
	assert_int_equal(document.manifest.layers.len, BD_LIMIT_LAYERS);
	bd_buf_clear(&json);
	bd_buf_add_str(&json, "{\"rootfs\":{\"diff_ids\":[");
	add_repeated(&json, "\"sha256:" HEX_A "\"", BD_LIMIT_LAYERS + 1, ",");
	bd_buf_add_str(&json, "]}}");
	expect_limit("config", bd_buf_view(&json));
	bd_buf_clear(&json);
	bd_buf_add_str(&json, "{\"rootfs\":{},\"history\":[");
	add_repeated(&json, "{}", BD_LIMIT_CONFIG_HISTORY + 1, ",");
	bd_buf_add_str(&json, "]}");
	expect_limit("config", bd_buf_view(&json));
	bd_buf_clear(&json);
	bd_buf_add_str(&json, "[");
	add_repeated(&json, "{\"Config\":\"c\"}", BD_LIMIT_MANIFESTS + 1, ",");
	bd_buf_add_str(&json, "]");
	expect_limit("archive", bd_buf_view(&json));
	bd_buf_clear(&json);
	bd_buf_add_str(&json, "{\"a\":{");
	for (size_t i = 0; i <= BD_LIMIT_MANIFESTS; i++) {
		bd_buf_printf(&json, "%s\"%zu\":\"x\"", i > 0 ? "," : "", i);
	}
	bd_buf_add_str(&json, "}}");
	expect_limit("repositories", bd_buf_view(&json));
}

/* jansson decodes valid UTF-8 only; what it quotes of the input must not reach a terminal. */
static void test_not_utf8(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	const struct bd_str wrong[] = { BD_STR("{\"a\":\"\xff\"}"), BD_STR("{\"a\":\"\xed\xa0\x80\"}"),
		BD_STR("{\"a\":\x1b[31m}"), BD_STR("{\"a\":\"\\u0000\"}"), BD_STR("{\"a\0b\":1}"),
		BD_STR("{\"a\":1}\0") };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		for (size_t k = 0; k < KINDS; k++) {
			struct document document = { 0 };
			struct bd_error err = { 0 };
			assert_int_equal(parse(all_kinds[k], wrong[i], &arena, &document, &err), -BD_ERR_FORMAT);
			assert_true(bd_utf8_valid(err.msg, strlen(err.msg)));
			assert_null(strchr(err.msg, 0x1b));
		}
	}
}

static void test_index_contents(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_index index;
	struct bd_error err;
	assert_int_equal(
		bd_index_parse(
			BD_STR("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
			       "\"annotations\":{\"a\":\"1\",\"b\":null},\"manifests\":[{\"mediaType\":\"a/b\",\"size\":7,"
			       "\"digest\":\"sha256:" HEX_A
			       "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\","
			       "\"variant\":\"v7\",\"os.version\":\"1\"},\"annotations\":{\"k\":\"v\"}}]}"),
			&arena, &index, &err),
		0);
	assert_string_equal(bd_key_value_get(&index.annotations, "a"), "1");
	assert_string_equal(bd_key_value_get(&index.annotations, "b"), "");
	assert_null(bd_key_value_get(&index.annotations, "c"));
	assert_int_equal(index.manifests.len, 1);
	const struct bd_descriptor *d = &index.manifests.v[0];
	assert_string_equal(d->digest, "sha256:" HEX_A);
	assert_int_equal(d->size_bytes, 7);
	assert_string_equal(bd_platform_text(&d->platform, &arena), "linux/arm/v7");
	assert_string_equal(d->platform.os_version, "1");
	assert_string_equal(bd_key_value_get(&d->annotations, "k"), "v");
}

static void test_config_contents(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct bd_config config;
	struct bd_error err;
	assert_int_equal(
		bd_config_parse(
			BD_STR("{\"architecture\":\"arm64\",\"variant\":\"v8\",\"os\":\"linux\",\"created\":\"2017-09-18T00:00:00Z\","
			       "\"author\":\"x\",\"config\":{\"Env\":[\"A=1\",\"B\"],\"Labels\":{\"l\":\"v\"},\"Entrypoint\":\"/bin/sh\","
			       "\"Cmd\":[\"a\",\"b\"],\"ExposedPorts\":{\"80/tcp\":{},\"443/tcp\":{}},\"Volumes\":{\"/z\":{},\"/a\":{}},"
			       "\"User\":\"0\",\"WorkingDir\":\"/w\",\"StopSignal\":\"SIGINT\",\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"]}},"
			       "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" HEX_A "\",\"sha256:" HEX_B
			       "\"]},"
			       "\"history\":[{\"created_by\":\"one\"},{\"created_by\":\"two\",\"empty_layer\":true,\"comment\":\"c\"}]}"),
			&arena, &config, &err),
		0);
	assert_string_equal(bd_platform_text(&config.platform, &arena), "linux/arm64/v8");
	assert_string_equal(config.created, "2017-09-18T00:00:00Z");
	assert_string_equal(config.author, "x");
	assert_int_equal(config.env.len, 2);
	assert_string_equal(config.env.v[1], "B"); /* Docker runs such images */
	assert_string_equal(bd_key_value_get(&config.labels, "l"), "v");
	assert_int_equal(config.entrypoint.len, 1);
	assert_string_equal(config.entrypoint.v[0], "/bin/sh");
	assert_int_equal(config.cmd.len, 2);
	assert_string_equal(config.exposed_ports.v[0], "443/tcp");
	assert_string_equal(config.volumes.v[0], "/a");
	assert_string_equal(config.user, "0");
	assert_string_equal(config.working_dir, "/w");
	assert_string_equal(config.stop_signal, "SIGINT");
	assert_string_equal(config.healthcheck.v[1], "x");
	assert_string_equal(config.diff_ids.v[1], "sha256:" HEX_B);
	assert_int_equal(config.history.len, 2);
	assert_false(config.history.v[0].empty_layer);
	assert_true(config.history.v[1].empty_layer);
	assert_string_equal(config.history.v[1].comment, "c");
}

static void test_archive_contents(void **state)
{
	(void)state;
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct document d = { 0 };
	struct bd_error err;
	assert_int_equal(
		parse("archive",
			BD_STR("[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\",\"a:2\"],\"Layers\":[\"x/layer.tar\"]}]"),
			&arena, &d, &err),
		0);
	assert_string_equal(d.images.v[0].config, "c.json");
	assert_string_equal(d.images.v[0].repo_tags.v[1], "a:2");
	assert_string_equal(d.images.v[0].layers.v[0], "x/layer.tar");
	assert_int_equal(
		parse("repositories", BD_STR("{\"z\":{\"1\":\"i\"},\"a\":{\"2\":\"j\"}}"), &arena, &d, &err), 0);
	assert_int_equal(d.tags.len, 2);
	assert_string_equal(d.tags.v[0].reference, "a:2");
	assert_string_equal(d.tags.v[0].layer_id, "j");
	assert_int_equal(
		parse("legacy",
			BD_STR("{\"id\":\"i\",\"parent\":\"\",\"created\":\"t\",\"container_config\":{\"Cmd\":[\"sh\",\"-c\",\"x\"]},"
			       "\"config\":{\"Env\":[\"A=1\"],\"Cmd\":null},\"os\":\"linux\",\"throwaway\":true}"),
			&arena, &d, &err),
		0);
	assert_null(d.legacy.parent);
	assert_string_equal(d.legacy.config.history.v[0].created_by, "sh -c x");
	assert_string_equal(d.legacy.config.history.v[0].created, "t");
	assert_true(d.legacy.config.history.v[0].empty_layer);
	assert_string_equal(d.legacy.config.env.v[0], "A=1");
}

static void media_of(const char *json, enum bd_media expected)
{
	struct bd_error err;
	enum bd_media media;
	assert_int_equal(bd_document_media(bd_str(json), &media, &err), 0);
	assert_int_equal(media, expected);
}

static void test_document_media(void **state)
{
	(void)state;
	struct bd_error err;
	enum bd_media media;
	media_of("{\"mediaType\":\"application/vnd.docker.distribution.manifest.list.v2+json\",\"manifests\":[]}",
		BD_MEDIA_LIST);
	media_of("{\"manifests\":[]}", BD_MEDIA_INDEX);
	media_of("{\"config\":{},\"layers\":[]}", BD_MEDIA_MANIFEST);
	media_of("{\"schemaVersion\":1}", BD_MEDIA_V2S1);
	media_of("{\"rootfs\":{},\"config\":{}}", BD_MEDIA_CONFIG);
	media_of("[]", BD_MEDIA_UNKNOWN);
	assert_int_equal(bd_document_media(BD_STR("{\"manifests\":[],\"layers\":[]}"), &media, &err), -BD_ERR_FORMAT);
}

/* Schema cases we answer otherwise, on purpose: the images run, so they are read. */
static bool is_lenient(const char *kind, const char *json)
{
	return (strcmp(kind, "manifest") == 0 &&
		       strstr(json, "\"layers\": []") != NULL) ||                /* FROM scratch and nothing else */
	       (strcmp(kind, "config") == 0 && strstr(json, "\"foo\"") != NULL); /* a setting without "=" */
}

static bool schema_agrees(const json_t *row)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	AUTO(bd_buf_auto) struct bd_buf wrapped = { 0 };
	struct document d = { 0 };
	struct bd_error err;
	const char *kind = json_string_value(json_object_get(row, "kind"));
	const char *json = json_string_value(json_object_get(row, "json"));
	if (kind == NULL) {
		return true; /* chain ids */
	}
	const bool descriptor = strcmp(kind, "descriptor") == 0;
	if (descriptor) {
		bd_buf_printf(&wrapped, "{\"schemaVersion\":2,\"manifests\":[%s]}", json);
	}
	const int result =
		parse(descriptor ? "index" : kind, descriptor ? bd_buf_view(&wrapped) : bd_str(json), &arena, &d, &err);
	return (result == 0) == json_is_true(json_object_get(row, "valid")) || (result == 0 && is_lenient(kind, json));
}

static void test_agrees_with_image_spec_schema(void **state)
{
	(void)state;
	json_t *document = json_load_file(SHARED_DATA "/oci/schema-cases.json", 0, NULL);
	if (document == NULL) {
		skip();
	}
	const json_t *rows = json_object_get(document, "cases");
	size_t disagreed = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (!schema_agrees(json_array_get(rows, i))) {
			disagreed++;
			print_error("row %zu\n", i);
		}
	}
	json_decref(document);
	assert_int_equal(disagreed, 0);
}

static bool example_is_read(const json_t *row)
{
	AUTO(bd_arena_auto) struct bd_arena arena = { 0 };
	struct document d = { 0 };
	struct bd_error err;
	const char *type = json_string_value(json_object_get(row, "mediatype"));
	const char *json = json_string_value(json_object_get(row, "text"));
	const char *kind = strstr(type, "image.index") != NULL      ? "index"
			   : strstr(type, "image.manifest") != NULL ? "manifest"
			   : strstr(type, "image.config") != NULL   ? "config"
			   : strstr(type, "layout") != NULL         ? "layout"
								    : NULL;
	if (kind != NULL && parse(kind, bd_str(json), &arena, &d, &err) < 0) {
		print_error("%s: %s\n", json_string_value(json_object_get(row, "title")), err.msg);
		return false;
	}
	return true;
}

static void test_reads_image_spec_examples(void **state)
{
	(void)state;
	json_t *document = json_load_file(SHARED_DATA "/oci/spec-examples.json", 0, NULL);
	if (document == NULL) {
		skip();
	}
	const json_t *rows = json_object_get(document, "examples");
	size_t failed = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		failed += !example_is_read(json_array_get(rows, i));
	}
	json_decref(document);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_limit_depth),
		cmocka_unit_test(test_limit_bytes),
		cmocka_unit_test(test_limit_counts),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_index_contents),
		cmocka_unit_test(test_config_contents),
		cmocka_unit_test(test_archive_contents),
		cmocka_unit_test(test_document_media),
		cmocka_unit_test(test_agrees_with_image_spec_schema),
		cmocka_unit_test(test_reads_image_spec_examples),
	};
	return cmocka_run_group_tests_name("oci_documents", tests, NULL, NULL);
}

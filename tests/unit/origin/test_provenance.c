/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <jansson.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "papers_file.h"

static void test_bd_provenance_parse_v02(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_provenance_parse(papers_file("provenance-v02.json", &arena), NULL, &arena, &p, &err), 0);
	assert_string_equal(materials_text(&p.materials, &arena),
		"frontend docker.io/acme/frontend:2 a -\n"
		"image docker.io/library/python:2.7 b linux/arm64\n"
		"image registry.example/acme/tools:v1 c linux/amd64\n"
		"scanner docker.io/docker/buildkit-syft-scanner:stable-1 c -\n"
		"scanner docker.io/acme/scan:9 c -\n"
		"image docker.io/library/local:dev - linux/arm64\n"
		"image - a linux/arm64\n"
		"other - a -\n"
		"git - 4 -\n"
		"http - d -\n");
	assert_no_secret(&p);
	assert_int_equal(p.build_args.len, 3);
	assert_string_equal(p.build_args.v[0].key, "DB_PASSWORD");
	assert_true(p.build_args.v[0].redacted);
	assert_null(p.build_args.v[0].value);
	assert_string_equal(p.build_args.v[1].value, "https://pypi.example/simple");
	assert_string_equal(p.build_args.v[2].value, "7");
	assert_string_equal(p.target, "release");
	assert_string_equal(p.frontend_image, "acme/frontend:2");
	assert_string_equal(p.builder_platform, "linux/arm64");
	assert_string_equal(p.config_source, "https://git.example/acme/app.git#refs/heads/main");
	assert_string_equal(p.config_commit, "4b220de5058abfd01ff619c9d2ff6b09a049bea0");
	assert_string_equal(p.started, "2022-12-16T08:26:28.651359794Z");
	assert_string_equal(p.finished, "2022-12-16T08:26:29Z");
	assert_string_equal(p.vcs_revision, "a9ba846486420e07d30db1107411ac3697ecab68");
	assert_string_equal(p.image_digest, DIGEST_D);
	assert_string_equal(
		p.dockerfile_text, "# syntax=acme/frontend:2\nFROM python:2.7\nARG DB_PASSWORD=REDACTED\nRUN true\n");
}

static void test_bd_provenance_parse_v1(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_provenance_parse(papers_file("provenance-v1.json", &arena), NULL, &arena, &p, &err), 0);
	assert_string_equal(
		materials_text(&p.materials, &arena), "image docker.io/library/alpine:latest a linux/amd64\n");
	assert_string_equal(p.invocation_id, "x7");
	assert_string_equal(p.frontend, "dockerfile.v0");
	assert_string_equal(p.dockerfile_path, "Dockerfile");
	assert_null(p.builder_id);
}

static void test_bd_provenance_parse_envelope(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	const struct bd_str statement = papers_file("provenance-v02.json", &arena);
	bd_buf_add_str(&text, "{\"dsseEnvelope\":{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"");
	bd_base64(&text, statement.p, statement.n);
	bd_buf_add_str(&text, "\"}}");
	assert_int_equal(bd_provenance_parse(bd_buf_view(&text), NULL, &arena, &p, &err), 0);
	assert_int_equal(p.materials.len, 10);
	assert_string_equal(p.image_digest, DIGEST_D);
}

static void test_bd_provenance_parse_platforms(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	const struct bd_str json = papers_file("provenance-platforms.json", &arena);
	assert_int_equal(bd_provenance_parse(json, "linux/arm64", &arena, &p, &err), 0);
	assert_string_equal(p.materials.v[0].platform, "linux/arm64");
	assert_int_equal(bd_provenance_parse(json, NULL, &arena, &p, &err), -BD_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "linux/amd64, linux/arm64"));
	assert_int_equal(bd_provenance_parse(json, "linux/s390x", &arena, &p, &err), -BD_ERR_NOT_FOUND);
}

static void refuse(const char *json, int code)
{
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	assert_int_equal(bd_provenance_parse(bd_str(json), NULL, &arena, &p, &err), code);
}

static void test_bd_provenance_parse_refuses(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	refuse("", -BD_ERR_FORMAT);
	refuse("[]", -BD_ERR_FORMAT);
	refuse("{}", -BD_ERR_FORMAT);
	refuse("{\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":{}}", -BD_ERR_UNSUPPORTED);
	refuse("{\"predicateType\":\"https://slsa.dev/provenance/v1\"}", -BD_ERR_FORMAT);
	refuse("{\"buildType\":\"t\",\"materials\":{}}", -BD_ERR_FORMAT);
	refuse("{\"payload\":\"***\"}", -BD_ERR_FORMAT);
	bd_buf_add_str(&text, "{\"buildType\":\"t\",\"materials\":[{}");
	for (unsigned int i = 0; i < BD_LIMIT_MATERIALS; i++) {
		bd_buf_add_str(&text, ",{}");
	}
	bd_buf_add_str(&text, "]}");
	refuse(text.p, -BD_ERR_LIMIT);
	bd_buf_clear(&text);
	bd_buf_add_str(&text, "{\"x\":[0");
	for (unsigned int i = 0; i <= BD_LIMIT_PAPERS_VALUES; i++) {
		bd_buf_add_str(&text, ",0");
	}
	bd_buf_add_str(&text, "]}");
	refuse(text.p, -BD_ERR_LIMIT);
}

/* Other tools' members have other types: they are not there. */
static void test_bd_provenance_parse_other_shapes(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	static const char json[] =
		"{\"buildType\":7,\"builder\":[],\"invocation\":\"x\",\"metadata\":{\"buildStartedOn\":3},"
		"\"materials\":[7,{\"uri\":1},{\"uri\":\"pkg:docker/a@1\",\"digest\":{\"sha256\":\"zz\"}},"
		"{\"uri\":\"oci://registry.example/b\",\"digest\":{\"sha256\":\""
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}}]}";
	assert_int_equal(bd_provenance_parse(bd_str(json), NULL, &arena, &p, &err), 0);
	assert_string_equal(materials_text(&p.materials, &arena),
		"image docker.io/library/a:1 - -\nimage registry.example/b:latest b -\n");
}

struct uri_case {
	const char *uri, *expected;
};

static void test_bd_provenance_parse_uris(void **state)
{
	(void)state;
	static const struct uri_case cases[] = {
		{ "pkg:docker/alpine@latest", "image docker.io/library/alpine:latest - -\n" },
		{ "pkg:docker/alpine", "image docker.io/library/alpine:latest - -\n" },
		{ "pkg:docker/user/test@v2?platform=linux%2Farm%2Fv7",
			"image docker.io/user/test:v2 - linux/arm/v7\n" },
		{ "pkg:docker/registry.example/foo/bar@v2", "image registry.example/foo/bar:v2 - -\n" },
		{ "pkg:docker/localhost:5000/foo@1", "image localhost:5000/foo:1 - -\n" },
		{ "pkg:docker/localhost%3A5000/foo@1", "image localhost:5000/foo:1 - -\n" },
		{ "pkg:docker/alpine@3.15?digest=" DIGEST_A, "image docker.io/library/alpine:3.15 a -\n" },
		{ "pkg:docker/alpine?digest=" DIGEST_A, "image docker.io/library/alpine@" DIGEST_A " a -\n" },
		{ "pkg:docker/alpine@" DIGEST_B, "image docker.io/library/alpine@" DIGEST_B " b -\n" },
		{ "pkg:docker/app@1?repository_url=registry.example", "image registry.example/app:1 - -\n" },
		{ "pkg:oci/debian@sha256%3Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?"
		  "repository_url=docker.io/library/debian&tag=11",
			"image docker.io/library/debian:11 a -\n" },
		{ "pkg:oci/name@x?platform=linux%2Famd64", "image - - linux/amd64\n" },
		{ "pkg:docker/acme/files@1?ref_type=blob", "other - - -\n" },
		{ "pkg:docker/acme/files@1?ref_type=bundle", "other - - -\n" },
		{ "pkg:docker/UPPER@1", "image - - -\n" },
		{ "pkg:deb/debian/curl@1", "other - - -\n" },
		{ "pkg:", "other - - -\n" },
		{ "git@github.com:acme/app.git", "git - - -\n" },
		{ "https://github.com/acme/app.git#main", "git - - -\n" },
		{ "https://files.example/a.git.tar", "http - - -\n" },
		{ "docker-image://docker.io/library/a:1@" DIGEST_C, "image docker.io/library/a:1 c -\n" },
		{ "input:x", "other - - -\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { 0 };
		struct bd_build_papers p;
		struct bd_error err;
		const char *json =
			bd_arena_printf(&arena, "{\"buildType\":\"t\",\"materials\":[{\"uri\":\"%s\"}]}", cases[i].uri);
		assert_int_equal(bd_provenance_parse(bd_str(json), NULL, &arena, &p, &err), 0);
		assert_string_equal(materials_text(&p.materials, &arena), cases[i].expected);
	}
}

/* ---- outside samples ----------------------------------------------------------------------------- */

static void check_text(const char *file, const char *found, json_t *expected, const char *key)
{
	const char *want = json_string_value(json_object_get(expected, key));
	if (want != NULL && *want == '\0') {
		want = NULL;
	}
	if (want != NULL && !bd_streq(found, want) && strchr(want, '<') == NULL) {
		fail_msg("%s: %s is %s, not %s", file, key, found != NULL ? found : "nothing", want);
	}
}

static void check_materials(const char *file, const struct bd_build_papers *p, json_t *list)
{
	if (p->materials.len != json_array_size(list)) {
		fail_msg("%s: %zu materials, not %zu", file, p->materials.len, json_array_size(list));
	}
	for (size_t i = 0; i < p->materials.len; i++) {
		json_t *want = json_array_get(list, i);
		json_t *set = json_array_get(want, 1);
		const char *algorithm = json_object_iter_key(json_object_iter(set));
		const char *hex = json_string_value(json_object_get(set, algorithm));
		assert_string_equal(p->materials.v[i].uri, json_string_value(json_array_get(want, 0)));
		assert_string_equal(strchr(p->materials.v[i].digest, ':') + 1, hex);
		assert_int_equal(p->materials.v[i].is_image, strcmp(algorithm, "sha256") == 0);
		assert_true(!p->materials.v[i].is_image || p->materials.v[i].reference != NULL);
	}
}

static void check_sample(json_t *c)
{
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_build_papers p;
	struct bd_error err;
	const char *file = json_string_value(json_object_get(c, "file"));
	const char *at = json_string_value(json_object_get(c, "at"));
	json_t *want = json_object_get(c, "expected");
	json_auto_t *whole =
		json_load_file(bd_arena_printf(&arena, "%s/provenance/%s", SHARED_DATA, file), JSON_ALLOW_NUL, NULL);
	json_t *document = strcmp(at, "/predicate_or_fragments") == 0 ? json_object_get(whole, at + 1) : whole;
	char *text = json_dumps(document, 0);
	if (bd_provenance_parse(bd_str(text), NULL, &arena, &p, &err) < 0) {
		fail_msg("%s: %s", file, err.msg);
	}
	free(text);
	json_t *config = json_object_get(want, "configSource");
	check_text(file, p.build_type, want, "buildType");
	check_text(file, p.builder_id, want, "builder_id");
	check_text(file, p.frontend, want, "frontend");
	check_text(file, p.builder_platform, want, "platform");
	check_text(file, p.started, want, "started");
	check_text(file, p.finished, want, "finished");
	check_text(file, p.target, json_object_get(want, "args"), "target");
	check_text(file, p.frontend_image, json_object_get(want, "args"), "source");
	check_text(file, p.config_source, config, "uri");
	check_text(file, p.config_commit, json_object_get(config, "digest"), "sha1");
	check_text(file, p.dockerfile_path, config, "path");
	check_text(file, p.dockerfile_path, config, "entryPoint");
	check_text(file, p.vcs_revision, json_object_get(want, "vcs"), "revision");
	check_materials(file, &p, json_object_get(want, "materials"));
}

static void test_bd_provenance_parse_samples(void **state)
{
	(void)state;
	json_auto_t *expected = json_load_file(SHARED_DATA "/provenance/expected.json", 0, NULL);
	json_t *cases = json_object_get(expected, "cases");
	for (size_t i = 0; i < json_array_size(cases); i++) {
		check_sample(json_array_get(cases, i));
	}
	print_message("%zu samples\n", json_array_size(cases));
}

#define D(c) "sha256:" c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c

/* BuildKit, docs/attestations/slsa-definitions.md, "buildkit_metadata": mode=max, v0.2 and v1. */
static void test_provenance_layer_steps(void **state)
{
	static const char metadata[] =
		"{\"source\":{\"locations\":{\"step1\":{\"locations\":[{\"ranges\":[{\"start\":{\"line\":7},\"end\":{\"line\":8}}]}]},"
		"\"step3\":{\"locations\":[{\"ranges\":[{\"start\":{\"line\":9}}]}]},"
		"\"step4\":{\"locations\":[{\"sourceIndex\":1,\"ranges\":[{\"start\":{\"line\":2}}]}]},"
		"\"step5\":{\"locations\":[{\"ranges\":[{\"start\":{\"line\":-3}}]}]}}},"
		"\"layers\":{\"step3:0\":[[{\"digest\":\"" D("aa") "\"},{\"digest\":\"" D(
			"bb") "\"}]],"
			      "\"step0:0\":[[{\"digest\":\"" D(
				      "aa") "\"}],[{\"digest\":\"broken\"}],7],"
					    "\"step1:0\":[[{\"digest\":\"" D("aa") "\"},{\"digest\":\"" D(
						    "bb") "\"}]],"
							  "\"step4:0\":[[{\"digest\":\"" D(
								  "cc") "\"}]],\"step5:0\":[[{\"digest\":\"" D("dd") "\"}]],\"odd\":{}}}";
	static const char definition[] =
		"[{\"id\":\"step0\",\"op\":{\"Op\":{\"source\":{\"identifier\":\"docker-image://docker.io/library/alpine:latest@" D(
			"ee") "\"}}}},{\"id\":\"step1\",\"op\":{\"Op\":{\"exec\":{}}}},3]";
	struct bd_arena arena = { 0 };
	const char *const documents[] = {
		bd_arena_printf(&arena,
			"{\"buildDefinition\":{\"internalParameters\":{\"buildConfig\":{\"llbDefinition\":%s}}},\"runDetails\":{\"metadata\":{"
			"\"buildkit_metadata\":%s}}}",
			definition, metadata),
		bd_arena_printf(&arena,
			"{\"buildType\":\"https://mobyproject.org/buildkit@v1\",\"buildConfig\":{\"llbDefinition\":%s},\"metadata\":{"
			"\"https://mobyproject.org/buildkit@v1#metadata\":%s}}",
			definition, metadata),
	};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bd_build_papers papers;
		struct bd_error err;
		assert_int_equal(bd_provenance_parse(bd_str(documents[i]), NULL, &arena, &papers, &err), 0);
		/* step3 ends in step1's layer: it changed nothing; step4 is of another file, step5 of no line */
		assert_int_equal(papers.layer_steps.len, 1);
		assert_string_equal(papers.layer_steps.v[0].digest, D("bb"));
		assert_int_equal(papers.layer_steps.v[0].line, 7);
		assert_int_equal(papers.image_layers.len, 1);
		assert_string_equal(papers.image_layers.v[0].reference, "docker.io/library/alpine:latest");
		assert_string_equal(papers.image_layers.v[0].digest, D("ee"));
		assert_int_equal(papers.image_layers.v[0].layers.len, 1);
		assert_string_equal(papers.image_layers.v[0].layers.v[0], D("aa"));
	}
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_provenance_parse_v02),
		cmocka_unit_test(test_bd_provenance_parse_v1),
		cmocka_unit_test(test_bd_provenance_parse_envelope),
		cmocka_unit_test(test_bd_provenance_parse_platforms),
		cmocka_unit_test(test_bd_provenance_parse_refuses),
		cmocka_unit_test(test_bd_provenance_parse_other_shapes),
		cmocka_unit_test(test_bd_provenance_parse_uris),
		cmocka_unit_test(test_bd_provenance_parse_samples),
		cmocka_unit_test(test_provenance_layer_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

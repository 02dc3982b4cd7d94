/* SPDX-License-Identifier: Apache-2.0 */
/* What Docker's engine answers, after the documentation of its API: a table, and an export that is made here. */
#include "test.h"

#include "build.h"
#include "faked_http.h"
#include "source/daemon.h"

#define A   "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B   "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define GET "http://localhost/images/"

static const char *no_query(const struct daemon_image *inspected)
{
	(void)inspected;
	return "";
}
static const struct daemon docker = { .what = "Docker", .prefix = "/images/", .query = no_query };
static const struct parts app = { AMD64, "app", 2, BD_PLAIN };

/* As `docker save` of Docker 25 writes it: manifest.json and an OCI layout around one set of blobs. */
static struct bd_str export_of(struct files *files, const char **manifest_digest)
{
	struct bd_buf tar = { 0 };
	const char *descriptor = add_image(files, &app);
	const char *config = digest_of(files, bd_str(config_of(files, &app)));
	struct bd_buf json = { 0 };
	add_layout(files, bd_arena_printf(&files->arena, "{%s}", descriptor));
	bd_buf_printf(&json, "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":null,\"Layers\":[", config + 7);
	for (size_t i = 0; i < app.layers; i++) {
		bd_buf_printf(&json, "%s\"blobs/sha256/%s\"", i > 0 ? "," : "",
			digest_of(files, part_layer(files, &app, i)) + 7);
	}
	bd_buf_add_str(&json, "]}]");
	add_text(files, "manifest.json", json.p);
	bd_buf_release(&json);
	*manifest_digest = descriptor_digest(files, descriptor);
	tar_of(files, "ustar", &tar);
	const struct bd_str bytes = { bd_arena_text(&files->arena, tar.p, tar.n), tar.n };
	bd_buf_release(&tar);
	return bytes;
}

struct opened {
	struct stored_image *image;
	struct bd_error err;
	int result;
};

static struct opened open_with(struct faked *faked, const char *name)
{
	static const struct bd_source_options options = { 0 };
	const struct bd_platform platform = { .os = "linux", .architecture = "amd64" };
	const struct request request = { .path = name, .options = &options, .platform = &platform };
	const struct daemon_address address = { .origin = "http://localhost", .unix_socket = "/run/x.sock" };
	struct opened opened = { .image = bd_xcalloc(1, sizeof(struct stored_image)) };
	opened.result = daemon_open(opened.image, &request, &docker, &address, &faked->base, &opened.err);
	return opened;
}

static struct opened open_inspected(
	struct files *files, const char *name, const char *inspect, struct bd_str tar, const char *id)
{
	struct faked faked;
	struct faked_row rows[] = {
		{ .url = bd_arena_printf(&files->arena, GET "%s/json", name), .status = 200, .body = inspect },
		{ .url = bd_arena_printf(&files->arena, GET "%s/get", id),
			.status = 200,
			.body = tar.p,
			.body_bytes = tar.n },
	};
	faked_init(&faked, rows, 2);
	const struct opened opened = open_with(&faked, name);
	if (opened.result < 0) {
		fail_msg("%s: %s", inspect, opened.err.msg);
	}
	faked_release(&faked);
	return opened;
}

/* EVIDENCE: null, none, several, twice; those that are no digests are left out. */
static void test_daemon_repo_digests(void **state)
{
	static const struct {
		const char *repo_digests;
		size_t count;
	} cases[] = { { "null", 0 }, { "[]", 0 }, { "[\"app@" A "\"]", 1 },
		{ "[\"app@" A "\",\"app@" B "\",\"app@" A "\"]", 2 },
		{ "[\"app:1\",\"<none>@<none>\",\"r:5000/app@" B "\"]", 1 } };
	struct files files;
	const char *manifest = NULL;
	(void)state;
	files_begin(&files);
	const struct bd_str tar = export_of(&files, &manifest);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *inspect =
			bd_arena_printf(&files.arena, "{\"Id\":\"" A "\",\"RepoDigests\":%s}", cases[i].repo_digests);
		const struct opened opened = open_inspected(&files, "app:1", inspect, tar, A);
		assert_int_equal(opened.image->base.repo_digests.len, cases[i].count);
		assert_string_equal(opened.image->base.reference, "app:1");
		assert_int_equal(opened.image->base.layers.len, 2);
		bd_image_close(&opened.image->base);
	}
	files_end(&files);
}

/* A manifest that the export made up is nobody's; one that the daemon knows is the image's. */
static void test_daemon_manifest_digest(void **state)
{
	struct files files;
	const char *manifest = NULL;
	(void)state;
	files_begin(&files);
	const struct bd_str tar = export_of(&files, &manifest);
	const char *const known[] = {
		bd_arena_printf(&files.arena, "{\"Id\":\"%s\"}", manifest), /* containerd store */
		bd_arena_printf(&files.arena, "{\"Id\":\"" A "\",\"RepoDigests\":[\"app@%s\"]}", manifest),
		bd_arena_printf(
			&files.arena, "{\"Id\":\"" A "\",\"Descriptor\":{\"digest\":\"%s\"}}", manifest), /* API 1.48 */
	};
	for (size_t i = 0; i < 3; i++) {
		const struct opened opened = open_inspected(&files, "app:1", known[i], tar, i == 0 ? manifest : A);
		assert_string_equal(bd_digest_of_kind(&opened.image->base.digests, BD_DIGEST_MANIFEST), manifest);
		bd_image_close(&opened.image->base);
	}
	const struct opened opened = open_inspected(&files, "app:1", "{\"Id\":\"" A "\",\"RepoDigests\":null}", tar, A);
	assert_null(bd_digest_of_kind(&opened.image->base.digests, BD_DIGEST_MANIFEST));
	assert_non_null(bd_digest_of_kind(&opened.image->base.digests, BD_DIGEST_CONFIG));
	bd_image_close(&opened.image->base);
	files_end(&files);
}

static void expect_failure(
	struct faked_row *rows, size_t count, const char *name, enum bd_error_code code, const char *part)
{
	struct faked faked;
	faked_init(&faked, rows, count);
	const struct opened opened = open_with(&faked, name);
	if (opened.result != -(int)code || strstr(opened.err.msg, part) == NULL) {
		fail_msg("%d: %s", opened.result, opened.result < 0 ? opened.err.msg : "no error");
	}
	bd_image_close(&opened.image->base);
	faked_release(&faked);
}

static void test_daemon_failures(void **state)
{
	(void)state;
	struct faked_row nothing[] = { { .status = 404, .body = "{\"message\":\"No such image: app\\u001b:1\"}" } };
	expect_failure(nothing, 1, "app:1", BD_ERR_NOT_FOUND,
		"Docker at /run/x.sock: 404 Not Found: \"No such image: app\\x1b:1\"");
	struct faked_row odd[] = { { .status = 200, .body = "[1]" } };
	expect_failure(odd, 1, "app:1", BD_ERR_FORMAT, "inspect: ");
	struct faked_row no_tar[] = { { .url = GET "app:1/json", .status = 200, .body = "{}" },
		{ .url = GET "app:1/get", .status = 200, .body = "hello" } };
	expect_failure(no_tar, 2, "app:1", BD_ERR_FORMAT, "export: ");
	struct faked_row breaks[] = { { .url = GET "app:1/json", .status = 200, .body = "{}" },
		{ .url = GET "app:1/get", .status = 200, .body = "hello", .breaks_after = 2 } };
	expect_failure(breaks, 2, "app:1", BD_ERR_IO, "broken");
	expect_failure(odd, 0, "", BD_ERR_USAGE, "which image");
	/* a name is never more of the address than a name */
	struct faked_row escaped[] = { { .url = GET "a%3Fb%23c%20d/json", .status = 500, .body = "" } };
	expect_failure(escaped, 1, "a?b#c d", BD_ERR_IO, "500 Internal Server Error");
}

/* What only Docker's engine answers: the Descriptor tells the kind of its digest, RepoDigests alone do not. */
static void test_daemon_inspect_digests(void **state)
{
	static const struct {
		const char *inspect;
		size_t repo_digests, diff_ids;
		enum bd_digest_kind kind;
		const char *descriptor;
	} cases[] = {
		{ "{\"Id\":\"" A "\",\"RepoDigests\":null,\"RootFS\":{\"Type\":\"layers\",\"Layers\":[\"" B "\"]}}", 0,
			1, BD_DIGEST_UNKNOWN, NULL },
		{ "{\"RepoDigests\":[\"app@" A "\",\"app@" B "\",\"app@" A "\"]}", 2, 0, BD_DIGEST_UNKNOWN, NULL },
		{ "{\"RepoDigests\":[\"app@" A "\"],\"Descriptor\":{\"digest\":\"" A
		  "\",\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}}",
			1, 0, BD_DIGEST_INDEX, A },
		{ "{\"Descriptor\":{\"digest\":\"" B
		  "\",\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\"}}",
			0, 0, BD_DIGEST_MANIFEST, B },
		{ "{\"Digest\":\"" A "\",\"ManifestType\":\"application/vnd.oci.image.manifest.v1+json\"}", 0, 0,
			BD_DIGEST_UNKNOWN, A }, /* podman's is of the index or of the manifest */
	};
	const struct daemon_address address = { .origin = "http://localhost", .unix_socket = "/run/x.sock" };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct faked_row rows[] = { { .url = GET "app:1/json", .status = 200, .body = cases[i].inspect } };
		struct bd_arena arena = { 0 };
		struct bd_local_image local;
		struct faked faked;
		struct bd_error err;
		faked_init(&faked, rows, 1);
		assert_int_equal(daemon_inspect("app:1", &docker, &address, &faked.base, &arena, &local, &err), 0);
		assert_int_equal(local.repo_digests.len, cases[i].repo_digests);
		assert_int_equal(local.diff_ids.len, cases[i].diff_ids);
		assert_int_equal(local.descriptor.kind, cases[i].kind);
		assert_true(bd_streq(local.descriptor.value, cases[i].descriptor));
		faked_release(&faked);
		bd_arena_release(&arena);
	}
}

static void test_daemon_address_parse(void **state)
{
	struct bd_arena arena = { 0 };
	struct daemon_address address;
	struct bd_error err;
	(void)state;
	assert_int_equal(unsetenv("DOCKER_TLS_VERIFY"), 0);
	assert_int_equal(daemon_address_parse("unix:///run/docker.sock", &arena, &address, &err), 0);
	assert_string_equal(address.unix_socket, "/run/docker.sock");
	assert_int_equal(daemon_address_parse("tcp://10.0.0.1:2375", &arena, &address, &err), 0);
	assert_null(address.unix_socket);
	assert_string_equal(address.origin, "http://10.0.0.1:2375");
	assert_int_equal(setenv("DOCKER_TLS_VERIFY", "1", 1), 0);
	assert_int_equal(setenv("DOCKER_CERT_PATH", "/certs", 1), 0);
	assert_int_equal(daemon_address_parse("tcp://10.0.0.1:2376", &arena, &address, &err), 0);
	assert_string_equal(address.origin, "https://10.0.0.1:2376");
	assert_string_equal(address.cert_dir, "/certs");
	assert_int_equal(unsetenv("DOCKER_TLS_VERIFY"), 0);
	assert_int_equal(unsetenv("DOCKER_CERT_PATH"), 0);
	assert_int_equal(daemon_address_parse("ssh://host", &arena, &address, &err), -BD_ERR_UNSUPPORTED);
	assert_int_equal(daemon_address_parse("npipe:////./pipe/docker", &arena, &address, &err), -BD_ERR_UNSUPPORTED);
	assert_int_equal(daemon_address_parse("nonsense", &arena, &address, &err), -BD_ERR_USAGE);
	assert_int_equal(daemon_address_parse("unix://", &arena, &address, &err), -BD_ERR_USAGE);
	bd_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_daemon_repo_digests),
		cmocka_unit_test(test_daemon_manifest_digest),
		cmocka_unit_test(test_daemon_failures),
		cmocka_unit_test(test_daemon_inspect_digests),
		cmocka_unit_test(test_daemon_address_parse),
	};
	return cmocka_run_group_tests_name("source_daemon", tests, NULL, NULL);
}

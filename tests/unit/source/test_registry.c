/* SPDX-License-Identifier: Apache-2.0 */
/* A registry that is a table of answers. */
#include "test.h"

#include "basedrift/limits.h"

#include "faked_http.h"
#include "source/registry.h"

#define HOST  "https://r.example"
#define REPO  HOST "/v2/team/app/"
#define REALM "https://auth.example/token"
#define ASKED REALM "?service=s&scope=repository%3Ateam%2Fapp%3Apull"

static const char bearer[] = "Bearer realm=\"" REALM "\",service=\"s\"";
static const char manifest[] = "{\"schemaVersion\":2}";
/* of the bytes of manifest */
static char digest[BD_DIGEST_TEXT];
static char authfile[] = "/tmp/basedrift-test-XXXXXX";

static struct registry *open_at(struct faked *faked, const char *host, enum bd_tls tls, struct bd_error *err)
{
	const struct bd_reference reference = { .registry = host, .repository = "team/app" };
	const struct bd_source_options options = { .authfile = authfile, .tls_verify = tls };
	const struct registry_settings settings = {
		.reference = &reference, .options = &options, .http_take = &faked->base
	};
	struct registry *registry = NULL;
	return registry_open(&settings, &registry, err) == 0 ? registry : NULL;
}

static struct registry *open_registry(struct faked *faked)
{
	struct bd_error err;
	struct registry *registry = open_at(faked, "r.example", BD_TLS_DEFAULT, &err);
	if (registry == NULL) {
		fail_msg("%s", err.msg);
	}
	bd_buf_clear(&faked->log);
	return registry;
}

static void write_authfile(const char *text)
{
	FILE *file = fopen(authfile, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int get_manifest(struct registry *registry, const char *name, struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	struct registry_manifest got = { 0 };
	const int result = registry_manifest(registry, name, &arena, &got, err);
	if (result == 0) {
		assert_string_equal(got.digest, digest);
		assert_true(bd_str_is(got.bytes, manifest));
	}
	bd_arena_release(&arena);
	return result;
}

#define FAKED(name, ...) \
	struct faked_row name##_rows[] = { __VA_ARGS__ }; \
	struct faked name; \
	faked_init(&name, name##_rows, sizeof(name##_rows) / sizeof(name##_rows[0]))

static void test_registry_open_schemes(void **state)
{
	struct bd_error err;
	(void)state;
	/* https first; plain http only on loopback, or when any certificate would do */
	static const struct {
		const char *host;
		enum bd_tls tls;
		bool opens;
	} cases[] = { { "127.0.0.1:5000", BD_TLS_DEFAULT, true }, { "127.0.0.1:5000", BD_TLS_VERIFY, false },
		{ "r.example", BD_TLS_DEFAULT, false }, { "r.example", BD_TLS_ANY, true } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FAKED(f, { .url = "http://127.0.0.1:5000/v2/", .status = 200 },
			{ .url = "http://r.example/v2/", .status = 200 });
		struct registry *registry = open_at(&f, cases[i].host, cases[i].tls, &err);
		assert_true((registry != NULL) == cases[i].opens);
		assert_true(bd_str_starts(bd_buf_view(&f.log), "GET https://"));
		registry_close(registry);
		faked_release(&f);
	}
	FAKED(hub, { .url = "https://index.docker.io/v2/", .status = 200 });
	struct registry *registry = open_at(&hub, "docker.io", BD_TLS_DEFAULT, &err);
	assert_non_null(registry);
	registry_close(registry);
	faked_release(&hub);
}

static void test_registry_manifest_head_before_get(void **state)
{
	(void)state;
	struct bd_error err;
	FAKED(f, { .url = HOST "/v2/", .status = 200 },
		{ .method = "HEAD", .url = REPO "manifests/1", .status = 200, .digest = digest },
		{ .method = "GET", .status = 200, .body = manifest });
	struct registry *registry = open_registry(&f);
	assert_int_equal(get_manifest(registry, "1", &err), 0);
	char wanted[512];
	(void)snprintf(wanted, sizeof(wanted), "HEAD " REPO "manifests/1\nGET " REPO "manifests/%s\n", digest);
	assert_string_equal(f.log.p, wanted);
	bd_buf_clear(&f.log);
	assert_int_equal(get_manifest(registry, digest, &err), 0); /* by digest no question is needed */
	assert_null(strstr(f.log.p, "HEAD"));
	registry_close(registry);
	faked_release(&f);
}

static void test_registry_manifest_verified(void **state)
{
	static const char other[] = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
	struct bd_error err;
	(void)state;
	FAKED(f, { .url = HOST "/v2/", .status = 200 },
		{ .method = "HEAD", .url = REPO "manifests/lies", .status = 200, .digest = other },
		{ .method = "HEAD", .status = 405 },
		{ .url = REPO "manifests/v1",
			.status = 200,
			.body = "{}",
			.content_type = "application/vnd.docker.distribution.manifest.v1+prettyjws" },
		{ .url = REPO "manifests/large", .status = 200, .body = "x", .length = 10LL << 30 },
		{ .url = REPO "manifests/nothing",
			.status = 404,
			.body = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no\\u001b such\"}]}" },
		{ .method = "GET", .status = 200, .body = manifest });
	struct registry *registry = open_registry(&f);
	assert_int_equal(get_manifest(registry, "lies", &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "digest mismatch"));
	assert_int_equal(get_manifest(registry, other, &err), -BD_ERR_FORMAT);
	assert_int_equal(get_manifest(registry, "no-head", &err), 0); /* nobody tells a digest: it is computed */
	assert_int_equal(get_manifest(registry, "v1", &err), -BD_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "schema 1"));
	assert_int_equal(get_manifest(registry, "large", &err), -BD_ERR_LIMIT);
	assert_int_equal(get_manifest(registry, "nothing", &err), -BD_ERR_NOT_FOUND);
	assert_string_equal(err.msg, "404 Not Found: \"MANIFEST_UNKNOWN: no\\x1b such\"");
	registry_close(registry);
	faked_release(&f);
}

static void test_registry_bearer(void **state)
{
	(void)state;
	struct bd_error err;
	write_authfile("{\"auths\": {\"r.example\": {\"auth\": \"dTpw\"}}}");
	FAKED(f, { .url = HOST "/v2/", .status = 401, .challenges = bearer },
		{ .url = REALM "?account=u&service=s&scope=repository%3Ateam%2Fapp%3Apull",
			.authorization = "Basic dTpw",
			.status = 200,
			.body = "{\"token\":\"one\",\"expires_in\":100}",
			.times = 1 },
		{ .url = REALM "?account=u&service=s&scope=repository%3Ateam%2Fapp%3Apull",
			.authorization = "Basic dTpw",
			.status = 200,
			.body = "{\"access_token\":\"two\",\"expires_in\":100}" },
		{ .authorization = "Bearer one", .status = 200, .body = manifest, .times = 1 },
		{ .authorization = "Bearer two", .status = 200, .body = manifest },
		{ .status = 401, .challenges = bearer });
	struct registry *registry = open_registry(&f);
	assert_int_equal(get_manifest(registry, digest, &err), 0);
	assert_null(strstr(f.log.p, "two"));
	/* refused in the middle: a new one, once */
	assert_int_equal(get_manifest(registry, digest, &err), 0);
	assert_non_null(strstr(f.log.p, "[Bearer two]"));
	/* run out: a new one before it is refused */
	bd_buf_clear(&f.log);
	f.now_ms += 96000;
	assert_int_equal(get_manifest(registry, digest, &err), 0);
	assert_true(bd_str_starts(bd_buf_view(&f.log), "GET " REALM));
	registry_close(registry);
	faked_release(&f);
	write_authfile("{}");
}

static void test_registry_identity_token(void **state)
{
	(void)state;
	struct bd_error err;
	write_authfile("{\"auths\": {\"r.example\": {\"identitytoken\": \"i d\"}}}");
	FAKED(f, { .url = HOST "/v2/", .status = 401, .challenges = bearer },
		{ .method = "POST",
			.url = REALM,
			.authorization = "",
			.status = 200,
			.body = "{\"access_token\":\"t\"}" },
		{ .authorization = "Bearer t", .status = 200, .body = manifest });
	struct registry *registry = open_registry(&f);
	assert_int_equal(get_manifest(registry, digest, &err), 0);
	assert_non_null(strstr(
		f.log.p, "form grant_type=refresh_token&client_id=basedrift&refresh_token=i%20d&service=s&scope="));
	registry_close(registry);
	faked_release(&f);
	write_authfile("{}");
}

static void test_registry_refusals(void **state)
{
	static const struct {
		const char *challenges, *token;
		enum bd_error_code code;
		const char *part;
	} cases[] = {
		{ bearer, "{\"token\":\"t\"}", BD_ERR_AUTH, "wants credentials, and none are known" },
		{ bearer, "{\"token\":\"a\\r\\nX: y\"}", BD_ERR_FORMAT, "no token" },
		{ bearer, "{}", BD_ERR_FORMAT, "no token" },
		{ bearer, "x", BD_ERR_FORMAT, "not valid JSON" },
		{ "Bearer realm=\"http://auth.example/token\"", "{\"token\":\"t\"}", BD_ERR_UNSUPPORTED,
			"without TLS" },
		{ "Bearer realm=\"file:///etc/passwd\"", "", BD_ERR_FORMAT, "no token service" },
		{ "Bearer", "", BD_ERR_FORMAT, "no token service" },
		{ "Bearer realm=\"", "", BD_ERR_FORMAT, "no WWW-Authenticate" },
		{ "Negotiate", "", BD_ERR_UNSUPPORTED, "neither by Basic nor by Bearer" },
		{ "Basic realm=\"x\"", "", BD_ERR_AUTH, "wants credentials, and none are known" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bd_error err;
		FAKED(f, { .url = ASKED, .status = 200, .body = cases[i].token },
			{ .status = 401, .body = "{}", .challenges = cases[i].challenges });
		struct registry *registry = open_registry(&f);
		const int result = get_manifest(registry, digest, &err);
		if (result != -(int)cases[i].code || strstr(err.msg, cases[i].part) == NULL) {
			fail_msg("%zu: %d %s", i, result, result < 0 ? err.msg : "");
		}
		registry_close(registry);
		faked_release(&f);
	}
}

static int read_blob(struct registry *registry, struct bd_buf *out, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *stream = NULL;
	int64_t size = 0;
	bd_buf_clear(out);
	if (registry_blob(registry, "sha256:x", &stream, &size, err) < 0) {
		return -(int)err->code;
	}
	return bd_stream_read_all(stream, 1000, out, err);
}

static void test_registry_blob_resumes(void **state)
{
	struct bd_error err;
	struct bd_buf got = { 0 };
	(void)state;
	FAKED(f, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .times = 1 }, { .status = 0, .times = 1 },
		{ .status = 206, .body = "456789", .range_from = 4 });
	struct registry *registry = open_registry(&f);
	assert_int_equal(read_blob(registry, &got, &err), 0);
	assert_string_equal(got.p, "0123456789");
	assert_non_null(strstr(f.log.p, " from 4\n"));
	registry_close(registry);
	faked_release(&f);
	/* no Range: what is there already is passed over */
	FAKED(whole, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .times = 1 },
		{ .status = 200, .body = "0123456789" });
	registry = open_registry(&whole);
	assert_int_equal(read_blob(registry, &got, &err), 0);
	assert_string_equal(got.p, "0123456789");
	registry_close(registry);
	faked_release(&whole);
	bd_buf_release(&got);
}

static void test_registry_blob_gives_up(void **state)
{
	struct bd_error err;
	struct bd_buf got = { 0 };
	(void)state;
	FAKED(others, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .times = 1 },
		{ .status = 206, .body = "56789", .range_from = 5 });
	struct registry *registry = open_registry(&others);
	assert_int_equal(read_blob(registry, &got, &err), -BD_ERR_FORMAT);
	registry_close(registry);
	faked_release(&others);
	FAKED(grows, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .times = 1 },
		{ .status = 200, .body = "0123456789a" });
	registry = open_registry(&grows);
	assert_int_equal(read_blob(registry, &got, &err), -BD_ERR_FORMAT);
	registry_close(registry);
	faked_release(&grows);
	FAKED(short_again, { .url = HOST "/v2/", .status = 200 }, { .status = 200, .body = "0123", .length = 10 });
	registry = open_registry(&short_again);
	assert_int_equal(read_blob(registry, &got, &err), -BD_ERR_IO);
	assert_non_null(strstr(err.msg, "given up after 5 tries: the connection broke after 4 of 10 bytes"));
	registry_close(registry);
	faked_release(&short_again);
	bd_buf_release(&got);
}

/* In the middle of a body, and when it is asked for the rest: altogether no more than for one request. */
static void test_registry_blob_silence_is_bounded(void **state)
{
	struct bd_error err;
	struct bd_buf got = { 0 };
	const int64_t stall = (int64_t)BD_LIMIT_STALL_SECONDS * 1000;
	(void)state;
	FAKED(body, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .silent_ms = stall });
	struct registry *registry = open_registry(&body);
	assert_int_equal(read_blob(registry, &got, &err), -BD_ERR_IO);
	assert_true(body.now_ms >= 2 * stall && body.now_ms <= (int64_t)BD_LIMIT_RETRY_SECONDS * 1000);
	registry_close(registry);
	faked_release(&body);
	FAKED(head, { .url = HOST "/v2/", .status = 200 },
		{ .status = 200, .body = "0123456789", .breaks_after = 4, .silent_ms = stall, .times = 1 },
		{ .status = 0, .silent_ms = stall });
	registry = open_registry(&head);
	assert_int_equal(read_blob(registry, &got, &err), -BD_ERR_IO);
	assert_true(head.now_ms >= 2 * stall && head.now_ms <= (int64_t)BD_LIMIT_RETRY_SECONDS * 1000);
	registry_close(registry);
	faked_release(&head);
	bd_buf_release(&got);
}

static int begin(void **state)
{
	(void)state;
	const int fd = mkstemp(authfile);
	bd_sha256_text(manifest, strlen(manifest), digest);
	if (fd < 0 || write(fd, "{}", 2) != 2) {
		return -1;
	}
	return close(fd);
}

static int end(void **state)
{
	(void)state;
	return unlink(authfile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_open_schemes),
		cmocka_unit_test(test_registry_manifest_head_before_get),
		cmocka_unit_test(test_registry_manifest_verified),
		cmocka_unit_test(test_registry_bearer),
		cmocka_unit_test(test_registry_identity_token),
		cmocka_unit_test(test_registry_refusals),
		cmocka_unit_test(test_registry_blob_resumes),
		cmocka_unit_test(test_registry_blob_gives_up),
		cmocka_unit_test(test_registry_blob_silence_is_bounded),
	};
	return cmocka_run_group_tests_name("source_registry", tests, begin, end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Redirects, trying again, addresses. */
#include "test.h"

#include "basedrift/limits.h"

#include "faked_http.h"
#include "source/fetch.h"

#define START "https://a.example/x"

struct outcome {
	int result, status;
	bool elsewhere;
	struct bd_error err;
};

static struct outcome fetch_from(struct faked *faked, const char *method, const char *form, bool plain_allowed)
{
	struct outcome outcome = { 0 };
	struct http_exchange *exchange = NULL;
	const struct fetch what = { .plain_allowed = plain_allowed,
		.request = { .method = method, .url = START, .authorization = "Basic secret", .form = form } };
	outcome.result = fetch(&faked->base, &what, &exchange, &outcome.elsewhere, &outcome.err);
	if (outcome.result == 0) {
		outcome.status = exchange->response.status;
		http_end(exchange);
	}
	return outcome;
}

#define FAKED(name, ...) \
	struct faked_row name##_rows[] = { __VA_ARGS__ }; \
	struct faked name; \
	faked_init(&name, name##_rows, sizeof(name##_rows) / sizeof(name##_rows[0]))

static void test_fetch_redirects(void **state)
{
	(void)state;
	FAKED(f, { .url = START, .status = 307, .location = "/y" },
		{ .url = "https://a.example/y", .status = 302, .location = "https://b.example:444/z?sig=1" },
		{ .url = "https://b.example:444/z?sig=1", .status = 301, .location = "https://a.example/back" },
		{ .url = "https://a.example/back", .status = 200 });
	const struct outcome outcome = fetch_from(&f, "GET", NULL, false);
	assert_int_equal(outcome.status, 200);
	assert_true(outcome.elsewhere);
	/* with credentials at the origin; never again once it was left */
	assert_string_equal(f.log.p, "GET https://a.example/x [Basic secret]\nGET https://a.example/y [Basic secret]\n"
				     "GET https://b.example:444/z?sig=1\nGET https://a.example/back\n");
	faked_release(&f);
}

static void test_fetch_refused_redirects(void **state)
{
	static const struct {
		const char *location;
		enum bd_error_code code;
	} cases[] = { { NULL, BD_ERR_FORMAT }, { "file:///etc/passwd", BD_ERR_FORMAT },
		{ "ftp://b.example/", BD_ERR_FORMAT }, { "http://a.example/x", BD_ERR_UNSUPPORTED },
		{ "https://", BD_ERR_FORMAT }, { START, BD_ERR_LIMIT } };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FAKED(f, { .status = 302, .location = cases[i].location });
		assert_int_equal(fetch_from(&f, "GET", NULL, false).result, -(int)cases[i].code);
		assert_int_equal(f.waits, 0);
		faked_release(&f);
	}
	FAKED(plain, { .url = START, .status = 302, .location = "http://a.example/x" }, { .status = 200 });
	assert_int_equal(fetch_from(&plain, "GET", NULL, true).status, 200);
	assert_non_null(strstr(plain.log.p, "GET http://a.example/x\n")); /* another scheme is another origin */
	faked_release(&plain);
	FAKED(form, { .status = 307, .location = "https://b.example/" });
	assert_int_equal(fetch_from(&form, "POST", "refresh_token=x", false).result, -BD_ERR_UNSUPPORTED);
	assert_null(strstr(form.log.p, "b.example"));
	faked_release(&form);
}

static void test_fetch_tries_again(void **state)
{
	(void)state;
	FAKED(f, { .status = 503, .times = 1 }, { .status = 0, .times = 1 },
		{ .status = 429, .retry_after_sec = 7, .times = 1 }, { .status = 200 });
	assert_int_equal(fetch_from(&f, "GET", NULL, false).status, 200);
	assert_int_equal(f.waits, 3);
	assert_int_equal(f.waited_ms, 500 + 1000 + 7000);
	faked_release(&f);
	FAKED(always, { .status = 500 });
	struct outcome outcome = fetch_from(&always, "GET", NULL, false);
	assert_int_equal(outcome.result, -BD_ERR_IO);
	assert_string_equal(outcome.err.msg, "given up after 5 tries: 500 Internal Server Error");
	assert_int_equal(always.waits, BD_LIMIT_RETRIES - 1);
	faked_release(&always);
	FAKED(for_long, { .status = 429, .retry_after_sec = BD_LIMIT_RETRY_SECONDS + 1 });
	outcome = fetch_from(&for_long, "GET", NULL, false);
	assert_int_equal(outcome.result, -BD_ERR_IO);
	assert_non_null(strstr(outcome.err.msg, "asked to wait 61 seconds, longer than the 60"));
	assert_int_equal(for_long.waits, 0);
	faked_release(&for_long);
	FAKED(twice_long, { .status = 429, .retry_after_sec = 40 }); /* one wait fits, two do not */
	assert_int_equal(fetch_from(&twice_long, "GET", NULL, false).result, -BD_ERR_IO);
	assert_int_equal(twice_long.waited_ms, 40000);
	faked_release(&twice_long);
	FAKED(final, { .status = 404 });
	assert_int_equal(fetch_from(&final, "GET", NULL, false).status, 404);
	assert_int_equal(final.waits, 0);
	faked_release(&final);
	FAKED(nobody, { .url = "https://elsewhere.example/" });
	assert_int_equal(fetch_from(&nobody, "GET", NULL, false).result, -BD_ERR_IO);
	assert_int_equal(nobody.waits, 0); /* a failure without errno is final */
	faked_release(&nobody);
}

/* A peer that sends nothing costs BD_LIMIT_RETRY_SECONDS at most: no try begins that would end later. */
static void test_fetch_silence_is_bounded(void **state)
{
	static const int64_t silences[] = { 1000, 14000, BD_LIMIT_STALL_SECONDS * 1000, 45000 };
	static const unsigned tries[] = { 2, 2, 2, 1 };
	(void)state;
	for (size_t i = 0; i < sizeof(silences) / sizeof(silences[0]); i++) {
		FAKED(f, { .status = 0, .silent_ms = silences[i] });
		const struct outcome outcome = fetch_from(&f, "GET", NULL, false);
		assert_int_equal(outcome.result, -BD_ERR_IO);
		assert_int_equal(f.waits, tries[i] - 1);
		assert_true(f.now_ms <= (int64_t)BD_LIMIT_RETRY_SECONDS * 1000);
		faked_release(&f);
	}
	FAKED(once, { .status = 0, .silent_ms = BD_LIMIT_STALL_SECONDS * 1000, .times = 1 }, { .status = 200 });
	assert_int_equal(fetch_from(&once, "GET", NULL, false).status, 200); /* one silence is got over */
	faked_release(&once);
}

static void test_http_url_join(void **state)
{
	static const struct {
		const char *base, *location, *wanted;
	} cases[] = {
		{ "https://a.example/v2/x?y=1", "/z", "https://a.example/z" },
		{ "https://a.example/v2/x", "z?q=1", "https://a.example/v2/z?q=1" },
		{ "https://a.example/v2/x", "//b.example/z", "https://b.example/z" },
		{ "https://a.example/", "https://user:pass@b.example/z#f", "https://b.example/z" },
		{ "https://a.example/", "javascript:alert(1)", NULL },
		{ "https://a.example/", "gopher://b.example/", NULL },
	};
	struct bd_arena arena = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = http_url_join(cases[i].base, cases[i].location, &arena);
		if (!bd_streq(got, cases[i].wanted)) {
			fail_msg("%s + %s: %s", cases[i].base, cases[i].location, got != NULL ? got : "none");
		}
	}
	struct http_url a, b;
	assert_true(http_url_parse("https://A.example/x", &arena, &a));
	assert_true(http_url_parse("https://a.example:443", &arena, &b));
	assert_true(http_url_same_origin(&a, &b));
	assert_true(http_url_parse("https://a.example:444", &arena, &b));
	assert_false(http_url_same_origin(&a, &b));
	assert_false(http_url_parse("file:///x", &arena, &a));
	bd_arena_release(&arena);
}

static void test_http_host_is_loopback(void **state)
{
	static const char *const yes[] = { "localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:5000", "127.1.2.3",
		"[::1]", "[::1]:5000", "::1" };
	static const char *const no[] = { "localhost.example", "127.evil.example", "127.0.0.1.example", "128.0.0.1",
		"[::2]", "127.0.0.256", "127.0.0", "docker.io", "" };
	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		assert_true(http_host_is_loopback(yes[i]));
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_false(http_host_is_loopback(no[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetch_redirects),
		cmocka_unit_test(test_fetch_refused_redirects),
		cmocka_unit_test(test_fetch_tries_again),
		cmocka_unit_test(test_fetch_silence_is_bounded),
		cmocka_unit_test(test_http_url_join),
		cmocka_unit_test(test_http_host_is_loopback),
	};
	return cmocka_run_group_tests_name("source_fetch", tests, NULL, NULL);
}

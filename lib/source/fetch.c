/* SPDX-License-Identifier: Apache-2.0 */
#include "source/fetch.h"

#include <errno.h>

#include "basedrift/limits.h"

#define FIRST_WAIT_MS 500

struct status_row {
	int status;
	const char *text;
};
/* RFC 9110, 15; RFC 6585 */
static const struct status_row status_rows[] = { { 400, "400 Bad Request" }, { 401, "401 Unauthorized" },
	{ 403, "403 Forbidden" }, { 404, "404 Not Found" }, { 405, "405 Method Not Allowed" },
	{ 406, "406 Not Acceptable" }, { 407, "407 Proxy Authentication Required" }, { 408, "408 Request Timeout" },
	{ 410, "410 Gone" }, { 416, "416 Range Not Satisfiable" }, { 429, "429 Too Many Requests" },
	{ 500, "500 Internal Server Error" }, { 501, "501 Not Implemented" }, { 502, "502 Bad Gateway" },
	{ 503, "503 Service Unavailable" }, { 504, "504 Gateway Timeout" } };

const char *http_status_text(int status)
{
	for (size_t i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++) {
		if (status_rows[i].status == status) {
			return status_rows[i].text;
		}
	}
	return status >= 500 ? "a server's error" : status >= 400 ? "a refusal" : "an unexpected status";
}

bool may_pass(const struct bd_error *err)
{
	return err->code == BD_ERR_IO && err->sys_errno != 0;
}

struct patience patience_since(struct http *http, int64_t begun_ms)
{
	return (struct patience){
		.http = http, .deadline_ms = begun_ms + (int64_t)BD_LIMIT_RETRY_SECONDS * 1000, .begun_ms = begun_ms
	};
}

struct patience patience_begin(struct http *http)
{
	return patience_since(http, http->ops->now_ms(http));
}

/* A peer that was silent will be silent as long again. */
static int64_t likely_ms(const struct patience *patience, const struct bd_error *err, int64_t now)
{
	return err->sys_errno == ETIMEDOUT ? now - patience->begun_ms : 0;
}

int patience_wait(struct patience *patience, int64_t retry_after_sec, struct bd_error *err)
{
	struct http *http = patience->http;
	const int64_t now = http->ops->now_ms(http);
	const int64_t left = patience->deadline_ms - now;
	int64_t wait = (int64_t)FIRST_WAIT_MS << patience->tries;
	if (retry_after_sec >= 0 && retry_after_sec > wait / 1000) {
		if (retry_after_sec > left / 1000) {
			return bd_error_wrap(err, "asked to wait %lld seconds, longer than the %u that are waited",
				(long long)retry_after_sec, BD_LIMIT_RETRY_SECONDS);
		}
		wait = retry_after_sec * 1000;
	}
	const unsigned most = err->sys_errno == ETIMEDOUT ? BD_LIMIT_SILENT_TRIES : BD_LIMIT_RETRIES;
	if (++patience->tries >= most || wait + likely_ms(patience, err, now) > left) {
		return bd_error_wrap(err, "given up after %u tr%s", patience->tries, patience->tries > 1 ? "ies" : "y");
	}
	http->ops->wait_ms(http, wait);
	patience->begun_ms = http->ops->now_ms(http);
	return 0;
}

/* RFC 9110, 15.4: those with a Location that is to be followed with the same method. */
static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool is_passing_status(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/* One walk along redirects. */
struct walk {
	struct http *http;
	const struct fetch *what;
	struct http_request request;
	struct http_url origin;
	struct bd_arena arena;
	bool elsewhere;
	int64_t retry_after_sec; /* of the failure, or -1 */
};

static void walk_auto(struct walk *walk)
{
	bd_arena_release(&walk->arena);
}

static int follow(struct walk *walk, const char *location, struct bd_error *err)
{
	struct http_url to;
	const char *next = location != NULL ? http_url_join(walk->request.url, location, &walk->arena) : NULL;
	if (next == NULL || !http_url_parse(next, &walk->arena, &to)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a redirect to nothing that http or https reaches");
	}
	if (walk->request.form != NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "a redirect of a request that carries credentials");
	}
	if (strcmp(to.scheme, "http") == 0 && strcmp(walk->origin.scheme, "https") == 0 && !walk->what->plain_allowed) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "a redirect from https to plain http (%.200s)", to.host);
	}
	if (!http_url_same_origin(&walk->origin, &to)) {
		walk->elsewhere = true; /* and for good: also when a later redirect leads back */
		walk->request.authorization = NULL;
	}
	walk->request.url = next;
	return 0;
}

static int check_status(struct walk *walk, const struct http_response *response, struct bd_error *err)
{
	if (!is_passing_status(response->status)) {
		return 0;
	}
	(void)bd_error_set(err, BD_ERR_IO, "%s", http_status_text(response->status));
	err->sys_errno = EAGAIN;
	walk->retry_after_sec = response->retry_after_sec;
	return -(int)err->code;
}

static int walk_once(struct walk *walk, struct http_exchange **out, struct bd_error *err)
{
	for (unsigned redirects = 0; redirects <= BD_LIMIT_REDIRECTS; redirects++) {
		AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
		if (http_begin(walk->http, &walk->request, &exchange, err) < 0) {
			return -(int)err->code;
		}
		if (!is_redirect(exchange->response.status)) {
			if (check_status(walk, &exchange->response, err) < 0) {
				return -(int)err->code;
			}
			*out = steal_ptr(&exchange);
			return 0;
		}
		if (follow(walk, exchange->response.location, err) < 0) {
			return -(int)err->code;
		}
	}
	return bd_error_set(err, BD_ERR_LIMIT, "more than %u redirects", BD_LIMIT_REDIRECTS);
}

int fetch(
	struct http *http, const struct fetch *what, struct http_exchange **out, bool *elsewhere, struct bd_error *err)
{
	AUTO(walk_auto) struct walk walk = { .http = http, .what = what };
	struct patience patience = patience_begin(http);

	if (what->deadline_ms > 0 && what->deadline_ms < patience.deadline_ms) {
		patience.deadline_ms = what->deadline_ms;
	}
	if (!http_url_parse(what->request.url, &walk.arena, &walk.origin)) {
		return bd_error_set(err, BD_ERR_FORMAT, "not an address of http or https");
	}
	for (;;) {
		walk.request = what->request; /* again from the begin: where a redirect led may have expired */
		walk.elsewhere = false;
		walk.retry_after_sec = -1;
		if (walk_once(&walk, out, err) == 0) {
			if (elsewhere != NULL) {
				*elsewhere = walk.elsewhere;
			}
			return 0;
		}
		if (!may_pass(err) || patience_wait(&patience, walk.retry_after_sec, err) < 0) {
			return -(int)err->code;
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows libcurl. */
#include "source/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "basedrift/limits.h"

#include "source/certificates.h"
#include "source/place.h"

#define CONNECT_SEC   15U
#define SLOW_BYTES    256L /* less in a second, for stall_sec seconds, is no transfer */
#define WAITING_BYTES (1U << 20)
#define RECEIVE_BYTES (256L << 10)
#define POLL_MS       1000
#define FIRST_MOMENT  INT64_C(1000000000) /* more is no span but a date */
#define USER_AGENT    "basedrift/" BASEDRIFT_VERSION

struct connection { /* keeps its TCP and TLS connections from one exchange to the next */
	CURL *easy;
	CURLM *multi;
	struct connection *next;
};

struct curl_http {
	struct http base;
	struct http_settings settings;
	struct bd_arena arena;
	struct certificates certificates;
	pthread_mutex_t lock; /* of idle */
	struct connection *idle;
};

struct curl_exchange {
	struct http_exchange base;
	struct curl_http *http;
	struct connection *connection;
	struct bd_arena arena;
	struct curl_slist *headers;
	struct bd_buf waiting, handed; /* received and not yet asked for; the block that was given out last */
	int64_t window_ends_sec;       /* RateLimit-Reset, -1: not sent */
	bool head_done, paused, done;
	CURLcode result;
	char problem[CURL_ERROR_SIZE];
};

static struct curl_http *curl_http_of(struct http *http)
{
	return (struct curl_http *)(void *)http; /* base is its first member */
}

static struct curl_exchange *curl_exchange_of(struct http_exchange *exchange)
{
	return (struct curl_exchange *)(void *)exchange; /* base is its first member */
}

/* ---- connections --------------------------------------------------------------------------- */

static void free_connection(struct connection *connection)
{
	curl_easy_cleanup(connection->easy);
	(void)curl_multi_cleanup(connection->multi);
	free(connection);
}

static struct connection *take_connection(struct curl_http *http)
{
	(void)pthread_mutex_lock(&http->lock);
	struct connection *connection = http->idle;
	if (connection != NULL) {
		http->idle = connection->next;
	}
	(void)pthread_mutex_unlock(&http->lock);
	if (connection != NULL) {
		return connection;
	}
	connection = bd_xcalloc(1, sizeof(*connection));
	connection->easy = curl_easy_init();
	connection->multi = curl_multi_init();
	if (connection->easy == NULL || connection->multi == NULL) {
		abort(); /* out of memory, like bd_xmalloc */
	}
	return connection;
}

static void give_back(struct curl_http *http, struct connection *connection)
{
	curl_easy_reset(connection->easy);
	(void)pthread_mutex_lock(&http->lock);
	connection->next = http->idle;
	http->idle = connection;
	(void)pthread_mutex_unlock(&http->lock);
}

/* ---- what comes in --------------------------------------------------------------------------- */

static const char *keep(struct curl_exchange *exchange, struct bd_str value)
{
	return bd_arena_text(&exchange->arena, value.p, value.n);
}

static void add_challenge(struct curl_exchange *exchange, struct bd_str value)
{
	struct http_response *response = &exchange->base.response;
	response->challenges = response->challenges == NULL ? keep(exchange, value)
							    : bd_arena_printf(&exchange->arena, "%s, %.*s",
								      response->challenges, (int)value.n, value.p);
}

static int64_t number_or(struct bd_str text, int64_t otherwise)
{
	uint64_t number = 0;
	return bd_str_to_u64(text, &number) && number <= INT64_MAX ? (int64_t)number : otherwise;
}

/* RFC 9110, 14.4: "bytes 100-199/200" */
static int64_t range_begin(struct bd_str value)
{
	if (!bd_str_starts(value, "bytes ")) {
		return -1;
	}
	value.p += 6;
	value.n -= 6;
	return number_or(bd_str_trim(bd_str_cut(&value, '-')), -1);
}

static bool header_is(struct bd_str name, const char *wanted)
{
	return name.n == strlen(wanted) && strncasecmp(name.p, wanted, name.n) == 0;
}

/* Seconds from now (draft-ietf-httpapi-ratelimit-headers); some send when that is, in seconds since 1970. */
static int64_t window_end(struct bd_str value)
{
	const int64_t now = (int64_t)time(NULL);
	const int64_t number = number_or(value, -1);
	return number > FIRST_MOMENT ? (number > now ? number - now : 0) : number;
}

static void read_header(struct curl_exchange *exchange, struct bd_str line)
{
	struct http_response *response = &exchange->base.response;
	struct bd_str value = line;
	const struct bd_str name = bd_str_cut(&value, ':');
	value = bd_str_trim(value);
	if (header_is(name, "WWW-Authenticate")) {
		add_challenge(exchange, value);
	} else if (header_is(name, "Location")) {
		response->location = keep(exchange, value);
	} else if (header_is(name, "Content-Type")) {
		response->content_type = keep(exchange, value);
	} else if (header_is(name, "Docker-Content-Digest")) {
		response->digest = keep(exchange, value);
	} else if (header_is(name, "Content-Length")) {
		response->length = number_or(value, -1);
	} else if (header_is(name, "Content-Range")) {
		response->range_from = range_begin(value);
	} else if (header_is(name, "RateLimit-Reset")) {
		exchange->window_ends_sec = window_end(value);
	}
}

static void forget_head(struct curl_exchange *exchange)
{
	exchange->base.response = (struct http_response){ .length = -1, .range_from = -1, .retry_after_sec = -1 };
	exchange->window_ends_sec = -1;
}

static void end_head(struct curl_exchange *exchange)
{
	struct http_response *response = &exchange->base.response;
	long status = 0;
	curl_off_t seconds = 0;
	(void)curl_easy_getinfo(exchange->connection->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200) {
		return; /* 100 Continue and its like: the head is still to come */
	}
	if (curl_easy_getinfo(exchange->connection->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0) {
		response->retry_after_sec = seconds; /* libcurl turns a date into seconds from now */
	}
	if (status == 429 && response->retry_after_sec < 0) {
		response->retry_after_sec = exchange->window_ends_sec;
	}
	response->status = (int)status;
	exchange->head_done = true;
}

/* libcurl's signature.  NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct curl_exchange *exchange = context;
	const struct bd_str line = bd_str_trim((struct bd_str){ bytes, size * count });
	if (bd_str_starts(line, "HTTP/")) {
		forget_head(exchange);
	} else if (line.n > 0) {
		read_header(exchange, line);
	} else if (!exchange->head_done) {
		end_head(exchange);
	}
	return size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct curl_exchange *exchange = context;
	if (exchange->waiting.n >= WAITING_BYTES) {
		exchange->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	bd_buf_add(&exchange->waiting, bytes, size * count);
	return size * count;
}

/* ---- failures -------------------------------------------------------------------------------- */

/* A proxy that refuses the tunnel does so again: RFC 9110, 15.5. */
static bool proxy_refused(CURL *easy)
{
	long status = 0;
	return curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK && status >= 400 && status < 500;
}

/* errno of what may pass by itself, else 0 */
static int passing_errno(CURLcode code)
{
	switch ((int)code) { /* not an enum's switch: the other hundred are final */
	case CURLE_OPERATION_TIMEDOUT:
		return ETIMEDOUT;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return ECONNRESET;
	default:
		return 0;
	}
}

static int fail(struct curl_exchange *exchange, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf shown = { 0 };
	const CURLcode code = exchange->result;
	const char *text = exchange->problem[0] != '\0' ? exchange->problem : curl_easy_strerror(code);
	bd_display_text(&shown, text, strlen(text));
	if (code == CURLE_OPERATION_TIMEDOUT && bd_str_starts(bd_str(text), "Operation too slow")) {
		(void)bd_error_set(err, BD_ERR_IO, "the connection stalled: nearly nothing came for %u seconds",
			exchange->http->settings.stall_sec);
	} else {
		(void)bd_error_set(err, BD_ERR_IO, "%s", bd_buf_str(&shown));
	}
	err->sys_errno = proxy_refused(exchange->connection->easy) ? 0 : passing_errno(code);
	return -(int)err->code;
}

/* ---- driving --------------------------------------------------------------------------------- */

static void read_messages(struct curl_exchange *exchange)
{
	int left = 0;
	for (CURLMsg *message = NULL; (message = curl_multi_info_read(exchange->connection->multi, &left)) != NULL;) {
		if (message->msg == CURLMSG_DONE) {
			exchange->done = true;
			exchange->result = message->data.result;
		}
	}
}

/* Until there is a head (want_body: a piece of the body), or the end. */
static int drive(struct curl_exchange *exchange, bool want_body, struct bd_error *err)
{
	CURLM *multi = exchange->connection->multi;
	for (;;) {
		int running = 0;
		CURLMcode code = curl_multi_perform(multi, &running);
		read_messages(exchange);
		if (!want_body && exchange->head_done) {
			return 0; /* a head that came is heard, also when the connection broke right behind it */
		}
		if (exchange->done && exchange->result != CURLE_OK && exchange->waiting.n == 0) {
			return fail(exchange, err);
		}
		if (exchange->done || (want_body && exchange->waiting.n > 0)) {
			return 0;
		}
		if (code == CURLM_OK) {
			code = curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
		}
		if (code != CURLM_OK) {
			return bd_error_set(err, BD_ERR_IO, "libcurl: %s", curl_multi_strerror(code));
		}
	}
}

static void add_headers(struct curl_exchange *exchange, const struct http_request *request)
{
	struct bd_arena *arena = &exchange->arena;
	struct curl_slist *list = NULL;
	list = curl_slist_append(
		list, bd_arena_printf(arena, "Accept: %s", request->accept != NULL ? request->accept : "*/*"));
	if (request->authorization != NULL) {
		list = curl_slist_append(list, bd_arena_printf(arena, "Authorization: %s", request->authorization));
	}
	if (request->from > 0) {
		list = curl_slist_append(list, bd_arena_printf(arena, "Range: bytes=%lld-", (long long)request->from));
	}
	exchange->headers = list;
}

static void set_certificates(CURL *easy, const struct curl_http *http)
{
	const struct certificates *certificates = &http->certificates;
	const char *file =
		secure_getenv("SSL_CERT_FILE"); /* OpenSSL's own variables; libcurl leaves them to programs */
	const char *folder = secure_getenv("SSL_CERT_DIR");
	(void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, http->settings.any_certificate ? 0L : 1L);
	(void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, http->settings.any_certificate ? 0L : 2L);
	if (file != NULL && file[0] != '\0') {
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	}
	if (folder != NULL && folder[0] != '\0') {
		(void)curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
	}
	if (certificates->authorities.n > 0) {
		struct curl_blob blob = { .data = certificates->authorities.p,
			.len = certificates->authorities.n,
			.flags = CURL_BLOB_NOCOPY };
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
	}
	if (certificates->own != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_SSLCERT, certificates->own);
		(void)curl_easy_setopt(easy, CURLOPT_SSLKEY, certificates->key);
	}
}

static void set_transport(CURL *easy, const struct curl_http *http)
{
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT);
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L); /* digests are of the bytes as stored */
	(void)curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* no credentials to a proxy */
	(void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
		http->settings.stall_sec < CONNECT_SEC ? (long)http->settings.stall_sec : (long)CONNECT_SEC);
	(void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	(void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)http->settings.stall_sec);
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	if (http->settings.unix_socket != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, http->settings.unix_socket);
	}
	if (http->settings.no_proxy || http->settings.unix_socket != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	}
}

/*
 * libcurl reads https_proxy, HTTPS_PROXY, ALL_PROXY and NO_PROXY, but http_proxy in lower case only: a web server
 * puts a request's header Proxy into HTTP_PROXY.  Where there is no such request it is read, as Go programs do.
 */
static const char *upper_case_proxy(const char *url)
{
	const char *proxy = secure_getenv("HTTP_PROXY");
	const bool wanted = strncasecmp(url, "http:", 5) == 0 && secure_getenv("http_proxy") == NULL &&
			    secure_getenv("REQUEST_METHOD") == NULL;
	return wanted && proxy != NULL && proxy[0] != '\0' ? proxy : NULL;
}

static void set_request(struct curl_exchange *exchange, const struct http_request *request)
{
	CURL *easy = exchange->connection->easy;
	add_headers(exchange, request);
	(void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, upper_case_proxy(request->url)); /* NULL: libcurl's own way */
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->problem);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	if (strcmp(request->method, "HEAD") == 0) {
		(void)curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else if (request->form != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->form);
	}
}

static int curl_begin(
	struct http *http, const struct http_request *request, struct http_exchange **out, struct bd_error *err)
{
	struct curl_exchange *exchange = bd_xcalloc(1, sizeof(*exchange));
	AUTO(http_exchange_auto) struct http_exchange *base = &exchange->base;

	base->ops = http->ops;
	exchange->http = curl_http_of(http);
	exchange->connection = take_connection(exchange->http);
	forget_head(exchange);
	set_transport(exchange->connection->easy, exchange->http);
	set_certificates(exchange->connection->easy, exchange->http);
	set_request(exchange, request);
	if (curl_multi_add_handle(exchange->connection->multi, exchange->connection->easy) != CURLM_OK) {
		return bd_error_set(err, BD_ERR_IO, "libcurl refuses the transfer");
	}
	if (drive(exchange, false, err) < 0) {
		return -(int)err->code;
	}
	if (!exchange->head_done) {
		return bd_error_set(err, BD_ERR_IO, "no response");
	}
	*out = steal_ptr(&base);
	return 0;
}

static int curl_next(struct http_exchange *base, struct bd_str *block, struct bd_error *err)
{
	struct curl_exchange *exchange = curl_exchange_of(base);
	bd_buf_clear(&exchange->handed);
	if (exchange->paused && exchange->waiting.n == 0) {
		exchange->paused = false;
		(void)curl_easy_pause(exchange->connection->easy, CURLPAUSE_CONT);
	}
	if (exchange->waiting.n == 0) {
		if (exchange->done && exchange->result != CURLE_OK) {
			return fail(exchange, err);
		}
		if (!exchange->done && drive(exchange, true, err) < 0) {
			return -(int)err->code;
		}
	}
	const struct bd_buf received = exchange->waiting;
	exchange->waiting = exchange->handed;
	exchange->handed = received;
	*block = bd_buf_view(&exchange->handed);
	return 0;
}

static void curl_end(struct http_exchange *base)
{
	struct curl_exchange *exchange = curl_exchange_of(base);
	(void)curl_multi_remove_handle(exchange->connection->multi, exchange->connection->easy);
	give_back(exchange->http, exchange->connection);
	curl_slist_free_all(exchange->headers);
	bd_buf_release(&exchange->waiting);
	bd_buf_release(&exchange->handed);
	bd_arena_release(&exchange->arena);
	free(exchange);
}

static int64_t curl_now(struct http *http)
{
	struct timespec now;
	(void)http;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void curl_wait(struct http *http, int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	(void)http;
	while (nanosleep(&left, &left) != 0 && errno == EINTR) {
	}
}

static void curl_close(struct http *base)
{
	struct curl_http *http = curl_http_of(base);
	for (struct connection *connection = http->idle; connection != NULL;) {
		struct connection *next = connection->next;
		free_connection(connection);
		connection = next;
	}
	certificates_release(&http->certificates);
	(void)pthread_mutex_destroy(&http->lock);
	bd_arena_release(&http->arena);
	free(http);
}

static const struct http_ops curl_ops = {
	.begin = curl_begin,
	.next = curl_next,
	.end = curl_end,
	.now_ms = curl_now,
	.wait_ms = curl_wait,
	.close = curl_close,
};

static void start_library(void)
{
	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
		abort();
	}
}

/* libcurl reads one bundle: what a certificate folder adds comes behind the system's. */
static const char *system_bundle(void)
{
	const char *file = secure_getenv("SSL_CERT_FILE");
	return file != NULL && file[0] != '\0' ? file : curl_version_info(CURLVERSION_NOW)->cainfo;
}

int http_open(const struct http_settings *settings, struct http **out, struct bd_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct curl_http *http = bd_xcalloc(1, sizeof(*http));
	AUTO(http_auto) struct http *base = &http->base;

	(void)pthread_once(&once, start_library);
	base->ops = &curl_ops;
	http->settings = *settings;
	http->settings.unix_socket = bd_arena_strdup(&http->arena, settings->unix_socket);
	if (http->settings.stall_sec == 0) {
		http->settings.stall_sec = BD_LIMIT_STALL_SECONDS;
	}
	(void)pthread_mutex_init(&http->lock, NULL);
	if (settings->cert_dir != NULL &&
		certificates_read(settings->cert_dir, system_bundle(), &http->arena, &http->certificates, err) < 0) {
		return -(int)err->code;
	}
	*out = steal_ptr(&base);
	return 0;
}

void http_close(struct http *http)
{
	if (http != NULL) {
		http->ops->close(http);
	}
}

/* No user name, and no query: where redirects lead it often is a key to a blob. */
static const char *address_to_tell(const char *url, struct bd_arena *arena)
{
	const char *plain = bd_url_without_credentials(arena, url);
	return bd_arena_text(arena, plain, strcspn(plain, "?#"));
}

static void tell(const struct http *http, const struct http_request *request, const struct http_exchange *exchange,
	const struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	const char *url = address_to_tell(request->url, &arena);
	const char *from =
		request->from > 0 ? bd_arena_printf(&arena, " from byte %lld", (long long)request->from) : "";
	const char *text =
		exchange != NULL
			? bd_arena_printf(&arena, "%s %s%s: %d", request->method, url, from, exchange->response.status)
			: bd_arena_printf(&arena, "%s %s%s: %s", request->method, url, from, err->msg);
	http->told(text, http->told_context);
	bd_arena_release(&arena);
}

int http_begin(struct http *http, const struct http_request *request, struct http_exchange **out, struct bd_error *err)
{
	*out = NULL;
	const int result = http->ops->begin(http, request, out, err);
	if (http->told != NULL) {
		tell(http, request, *out, err);
	}
	return result;
}

void http_end(struct http_exchange *exchange)
{
	if (exchange != NULL) {
		exchange->ops->end(exchange);
	}
}

int http_read_all(struct http_exchange *exchange, size_t limit, struct bd_buf *out, struct bd_error *err)
{
	struct bd_str block = { 0 };
	do {
		if (exchange->ops->next(exchange, &block, err) < 0) {
			return -(int)err->code;
		}
		if (block.n > limit - out->n) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %zu bytes", limit);
		}
		bd_buf_add(out, block.p, block.n);
	} while (block.n > 0);
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static bool is_web(CURLU *url)
{
	char *scheme = NULL;
	const bool known = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK;
	const bool web = known && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	curl_free(scheme);
	return web;
}

static const char *part(CURLU *url, CURLUPart which, unsigned flags, struct bd_arena *arena)
{
	char *text = NULL;
	const char *copy = NULL;
	if (curl_url_get(url, which, &text, flags) == CURLUE_OK) {
		copy = bd_arena_strdup(arena, text);
	}
	curl_free(text);
	return copy;
}

static const char *lower(struct bd_arena *arena, const char *text)
{
	char *copy = bd_arena_strdup(arena, text);
	for (char *c = copy; c != NULL && *c != '\0'; c++) {
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	}
	return copy;
}

bool http_url_parse(const char *text, struct bd_arena *arena, struct http_url *out)
{
	CURLU *url = curl_url();
	const bool good = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK && is_web(url);
	if (good) {
		out->scheme = part(url, CURLUPART_SCHEME, 0, arena);
		out->host = lower(arena, part(url, CURLUPART_HOST, 0, arena));
		out->port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena);
	}
	curl_url_cleanup(url);
	return good && out->scheme != NULL && out->host != NULL && out->port != NULL;
}

bool http_url_same_origin(const struct http_url *a, const struct http_url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

const char *http_url_join(const char *base, const char *location, struct bd_arena *arena)
{
	CURLU *url = curl_url();
	const char *joined = NULL;
	if (curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
		curl_url_set(url, CURLUPART_URL, location, CURLU_URLENCODE) == CURLUE_OK && is_web(url)) {
		(void)curl_url_set(url, CURLUPART_USER, NULL, 0);
		(void)curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
		(void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
		joined = part(url, CURLUPART_URL, 0, arena);
	}
	curl_url_cleanup(url);
	return joined;
}

bool http_host_is_loopback(const char *host)
{
	const struct bd_str text = bd_str(host);
	if (bd_str_starts(text, "[")) {
		return bd_str_starts(text, "[::1]");
	}
	struct bd_str rest = text;
	const struct bd_str name = bd_str_cut(&rest, ':');
	if (bd_str_is(name, "localhost") || strcmp(host, "::1") == 0) {
		return true;
	}
	/* 127.0.0.0/8 as four numbers; 127.evil.example is a name */
	struct bd_str numbers = name;
	size_t count = 0;
	uint64_t number = 0;
	while (numbers.n > 0) {
		if (!bd_str_to_u64(bd_str_cut(&numbers, '.'), &number) || number > 255) {
			return false;
		}
		count++;
	}
	return count == 4 && bd_str_starts(name, "127.");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP exchange at a time: a request, the response's head, its body pulled block by block.  No
 * redirect is followed here and nothing is tried twice (fetch.h).  The table is libcurl (http.c), or a
 * test's own.  Several threads may have exchanges of one struct http at once.
 */
#ifndef SOURCE_HTTP_H
#define SOURCE_HTTP_H

#include "basedrift/source.h"

#include "base/auto.h"

struct http_request {
	const char *method; /* "GET", "HEAD", "POST" */
	const char *url;
	const char *accept;        /* NULL: anything */
	const char *authorization; /* the header's value, or NULL */
	const char *form;          /* body of a POST: application/x-www-form-urlencoded */
	int64_t from;              /* above 0: "Range: bytes=from-" */
};

/* Strings are NULL where the header was not sent; they live as long as the exchange. */
struct http_response {
	int status;
	const char *content_type, *location, *digest; /* digest: Docker-Content-Digest */
	const char *challenges;                       /* all WWW-Authenticate headers, joined by ", " */
	int64_t length;                               /* Content-Length, -1: not sent */
	int64_t range_from;                           /* the begin in Content-Range, -1: not sent */
	int64_t retry_after_sec;                      /* -1: not sent */
};

struct http_ops;
struct http_exchange { /* the first member of every exchange */
	const struct http_ops *ops;
	struct http_response response;
};
struct http { /* the first member of every table's state */
	const struct http_ops *ops;
	bd_source_told_fn *told; /* of struct bd_source_options; or NULL */
	void *told_context;
};
/* Every request goes through this: ops->begin, and then it is told. */
int http_begin(struct http *http, const struct http_request *request, struct http_exchange **out,
	struct bd_error *err) BD_CHECKED;

/*
 * A failure of code BD_ERR_IO with sys_errno set may pass by itself (a connection that broke or
 * stalled); any other will not (no such host, a certificate that nobody vouches for).
 */
struct http_ops {
	/* Send the request and wait for the head of the response. */
	int (*begin)(struct http *http, const struct http_request *request, struct http_exchange **out,
		struct bd_error *err);
	/* The next block of the body, valid until the next call; block->n == 0: its end. */
	int (*next)(struct http_exchange *exchange, struct bd_str *block, struct bd_error *err);
	void (*end)(struct http_exchange *exchange); /* also in the middle of a body */
	int64_t (*now_ms)(struct http *http);        /* of a clock that only goes forward */
	void (*wait_ms)(struct http *http, int64_t ms);
	void (*close)(struct http *http);
};

struct http_settings {
	bool any_certificate;    /* --tls-verify=false */
	const char *cert_dir;    /* more authorities, and our own certificate; NULL: none */
	const char *unix_socket; /* NULL: TCP */
	bool no_proxy;           /* whatever the environment says */
	unsigned stall_sec;      /* a transfer that stands still so long has failed */
};
/* libcurl's.  Fails: the certificate folder cannot be read. */
int http_open(const struct http_settings *settings, struct http **out, struct bd_error *err) BD_CHECKED;
void http_close(struct http *http); /* NULL is accepted; no exchange is open any more */
void http_end(struct http_exchange *exchange);
DEFINE_AUTO(http, struct http, http_close)
DEFINE_AUTO(http_exchange, struct http_exchange, http_end)

/* The rest of the body, at most limit bytes. */
int http_read_all(struct http_exchange *exchange, size_t limit, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

/* An address of http or https, taken apart: scheme and host in lower case, the port always there. */
struct http_url {
	const char *scheme, *host, *port;
};
/* False: no such address, or one of another scheme. */
bool http_url_parse(const char *url, struct bd_arena *arena, struct http_url *out);
bool http_url_same_origin(const struct http_url *a, const struct http_url *b);
/* Where a Location (RFC 9110, 10.2.2) leads from base; NULL: to no http or https address.  User names are dropped. */
const char *http_url_join(const char *base, const char *location, struct bd_arena *arena);
/* The machine itself: localhost, 127.0.0.0/8, ::1.  host: with or without brackets and port. */
bool http_host_is_loopback(const char *host);

#endif

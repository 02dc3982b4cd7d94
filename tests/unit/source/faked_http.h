/* SPDX-License-Identifier: Apache-2.0 */
/* struct http_ops from a table of request -> response; time passes only by waiting. */
#ifndef FAKED_HTTP_H
#define FAKED_HTTP_H

#include <errno.h>
#include <string.h>

#include "source/http.h"

struct faked_row {
	const char *method, *url;  /* NULL: any */
	const char *authorization; /* NULL: any, "": none */
	int status;                /* 0: the connection breaks before an answer */
	const char *body;
	size_t body_bytes; /* 0: the body is text */
	const char *content_type, *location, *digest, *challenges;
	int64_t retry_after_sec;    /* 0: not sent */
	int64_t range_from, length; /* 0: not sent; length -1: not sent, else the body's */
	size_t breaks_after;        /* 0: never; so many bytes of the body, then the connection breaks */
	unsigned times;             /* 0: as often as asked */
	int64_t silent_ms;          /* it breaks only after so long a silence */
};

struct faked {
	struct http base;
	struct faked_row *rows;
	size_t count;
	struct bd_arena arena;
	int64_t now_ms, waited_ms;
	unsigned waits, open;
	struct bd_buf log; /* "METHOD URL [AUTHORIZATION] [from N]\n" */
};

struct faked_exchange {
	struct http_exchange base;
	const struct faked_row *row;
	struct faked *faked;
	size_t given;
};

static inline size_t body_bytes(const struct faked_row *row)
{
	return row->body_bytes > 0 ? row->body_bytes : row->body != NULL ? strlen(row->body) : 0;
}

static inline bool faked_matches(const struct faked_row *row, const struct http_request *request)
{
	const char *authorization = request->authorization != NULL ? request->authorization : "";
	return row->times != UINT32_MAX && (row->method == NULL || strcmp(row->method, request->method) == 0) &&
	       (row->url == NULL || strcmp(row->url, request->url) == 0) &&
	       (row->authorization == NULL || strcmp(row->authorization, authorization) == 0);
}

static inline int faked_break(struct faked *faked, const struct faked_row *row, struct bd_error *err)
{
	(void)bd_error_set(err, BD_ERR_IO, "broken");
	err->sys_errno = row->silent_ms > 0 ? ETIMEDOUT : ECONNRESET;
	faked->now_ms += row->silent_ms;
	return -BD_ERR_IO;
}

static inline int faked_begin(
	struct http *http, const struct http_request *request, struct http_exchange **out, struct bd_error *err)
{
	struct faked *faked = (struct faked *)(void *)http;
	struct faked_row *row = NULL;
	bd_buf_printf(&faked->log, "%s %s%s%s%s%s", request->method, request->url,
		request->authorization != NULL ? " [" : "",
		request->authorization != NULL ? request->authorization : "", request->authorization != NULL ? "]" : "",
		request->form != NULL ? " form " : "");
	bd_buf_add_str(&faked->log, request->form != NULL ? request->form : "");
	if (request->from > 0) {
		bd_buf_printf(&faked->log, " from %lld", (long long)request->from);
	}
	bd_buf_add_char(&faked->log, '\n');
	for (size_t i = 0; i < faked->count && row == NULL; i++) {
		row = faked_matches(&faked->rows[i], request) ? &faked->rows[i] : NULL;
	}
	if (row == NULL) {
		return bd_error_set(err, BD_ERR_IO, "nobody answers %s", request->url);
	}
	if (row->times > 0 && --row->times == 0) {
		row->times = UINT32_MAX;
	}
	if (row->status == 0) {
		return faked_break(faked, row, err);
	}
	struct faked_exchange *exchange = bd_xcalloc(1, sizeof(*exchange));
	exchange->base.ops = http->ops;
	exchange->row = row;
	exchange->faked = faked;
	exchange->base.response = (struct http_response){ .status = row->status,
		.content_type = row->content_type,
		.location = row->location,
		.digest = row->digest,
		.challenges = row->challenges,
		.length = row->length != 0 ? row->length : (int64_t)body_bytes(row),
		.range_from = row->range_from > 0 ? row->range_from : -1,
		.retry_after_sec = row->retry_after_sec > 0 ? row->retry_after_sec : -1 };
	faked->open++;
	*out = &exchange->base;
	return 0;
}

/* Three bytes of text at a time, so that every loop goes round. */
static inline int faked_next(struct http_exchange *base, struct bd_str *block, struct bd_error *err)
{
	struct faked_exchange *exchange = (struct faked_exchange *)(void *)base;
	const struct faked_row *row = exchange->row;
	const struct bd_str body = { row->body, body_bytes(row) };
	const size_t upto = row->breaks_after > 0 ? row->breaks_after : body.n;
	const size_t left = upto - exchange->given;
	if (left == 0 && row->breaks_after > 0) {
		return faked_break(exchange->faked, row, err);
	}
	const size_t most = row->body_bytes > 0 ? 1000 : 3;
	*block = (struct bd_str){ left > 0 ? body.p + exchange->given : NULL, left < most ? left : most };
	exchange->given += block->n;
	return 0;
}

static inline void faked_end(struct http_exchange *base)
{
	struct faked_exchange *exchange = (struct faked_exchange *)(void *)base;
	exchange->faked->open--;
	free(exchange);
}

static inline int64_t faked_now(struct http *http)
{
	return ((struct faked *)(void *)http)->now_ms;
}

static inline void faked_wait(struct http *http, int64_t ms)
{
	struct faked *faked = (struct faked *)(void *)http;
	faked->now_ms += ms;
	faked->waited_ms += ms;
	faked->waits++;
}

static inline void faked_close(struct http *http)
{
	(void)http; /* the test's own */
}

static const struct http_ops faked_ops = { .begin = faked_begin,
	.next = faked_next,
	.end = faked_end,
	.now_ms = faked_now,
	.wait_ms = faked_wait,
	.close = faked_close };

static inline void faked_init(struct faked *faked, struct faked_row *rows, size_t count)
{
	*faked = (struct faked){ .base = { .ops = &faked_ops }, .rows = rows, .count = count };
}

static inline void faked_release(struct faked *faked)
{
	assert_int_equal(faked->open, 0); /* every exchange was ended */
	bd_buf_release(&faked->log);
	bd_arena_release(&faked->arena);
}

#endif

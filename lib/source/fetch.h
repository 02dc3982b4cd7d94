/* SPDX-License-Identifier: Apache-2.0 */
/* A request seen through: redirects followed, what may pass by itself tried again, both within limits. */
#ifndef SOURCE_FETCH_H
#define SOURCE_FETCH_H

#include "source/http.h"

struct fetch {
	struct http_request request; /* authorization goes to the origin of this URL and nowhere else */
	bool plain_allowed;          /* a redirect may lead to http */
	int64_t deadline_ms;         /* no try begins when it cannot end by then; 0: BD_LIMIT_RETRY_SECONDS from now */
};
/*
 * Any final answer but a redirect, 429 and what is a server's passing trouble; those become errors.
 * *elsewhere (may be NULL): the answer comes from another origin than was asked.
 * Fails: BD_ERR_IO, BD_ERR_LIMIT (redirects, waiting), BD_ERR_FORMAT, BD_ERR_UNSUPPORTED (where a redirect leads).
 */
int fetch(struct http *http, const struct fetch *what, struct http_exchange **out, bool *elsewhere,
	struct bd_error *err) BD_CHECKED;

/* Trying again: a number of times, in bounded time, silence included. */
struct patience {
	struct http *http;
	int64_t deadline_ms;
	int64_t begun_ms; /* when this try began */
	unsigned tries;
};
struct patience patience_begin(struct http *http);
/* As if it had begun then: the silence since counts. */
struct patience patience_since(struct http *http, int64_t begun_ms);
/* *err tells what failed; 0: waited, try again.  retry_after_sec: what the server asked for, or -1. */
int patience_wait(struct patience *patience, int64_t retry_after_sec, struct bd_error *err) BD_CHECKED;
bool may_pass(const struct bd_error *err); /* see struct http_ops */

const char *http_status_text(int status); /* "404 Not Found" */

#endif

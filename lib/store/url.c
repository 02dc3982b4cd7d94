/* SPDX-License-Identifier: Apache-2.0 */
#include "store/url.h"

#include "base/auto.h"
#include "store/backends.h"

#define ROW(name) &bd_store_ops_##name,
static const struct bd_store_ops *const backends[] = { BACKENDS(ROW) };
#undef ROW
enum {
	BACKEND_COUNT = sizeof(backends) / sizeof(backends[0])
};

static bool has_scheme(const struct bd_store_ops *ops, struct bd_str scheme)
{
	for (const char *const *name = ops->schemes; *name != NULL; name++) {
		if (bd_str_is(scheme, *name)) {
			return true;
		}
	}
	return false;
}

static const struct bd_store_ops *ops_of_scheme(struct bd_str scheme)
{
	for (size_t i = 0; i < BACKEND_COUNT; i++) {
		if (has_scheme(backends[i], scheme)) {
			return backends[i];
		}
	}
	return NULL;
}

bool bd_store_url_likely(const char *text)
{
	const size_t n = strcspn(text, ":");
	return text[n] == ':' && ops_of_scheme((struct bd_str){ text, n }) != NULL;
}

const char *bd_store_library(size_t i)
{
	return i < BACKEND_COUNT ? backends[i]->library() : NULL;
}

/* ---- what must not be shown ----------------------------------------------------------------------------------- */

/* user:password@ of the authority, RFC 3986 3.2.1: the last "@" before the path; libpq takes it from there, too. */
static struct bd_str password_of_authority(const char *text)
{
	const char *authority = strstr(text, "://");
	if (authority == NULL) {
		return (struct bd_str){ NULL, 0 };
	}
	authority += 3;
	const size_t n = strcspn(authority, "/?#");
	const char *at = memrchr(authority, '@', n);
	const char *colon = at != NULL ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
	return colon != NULL ? (struct bd_str){ colon + 1, (size_t)(at - colon - 1) } : (struct bd_str){ NULL, 0 };
}

static bool is_secret_parameter(struct bd_str name)
{
	return bd_str_is(name, "password") || bd_str_is(name, "sslpassword") || bd_str_is(name, "passfile");
}

/* The URL with "?password=…" left out; *password_out: the last one found. */
static void copy_parameters(struct bd_str query, struct bd_buf *shown, struct bd_str *password_out)
{
	char before = '?';
	while (query.n > 0) {
		struct bd_str pair = bd_str_cut(&query, '&');
		struct bd_str value = pair;
		if (is_secret_parameter(bd_str_cut(&value, '='))) {
			*password_out = value;
			continue;
		}
		bd_buf_add_char(shown, before);
		bd_buf_add(shown, pair.p, pair.n);
		before = '&';
	}
}

/* A password may hold what ends an authority, written as it is: nothing up to the last "@" is then shown. */
static const char *without_userinfo(struct bd_arena *arena, const char *text)
{
	const char *slashes = strstr(text, "://");
	const char *at = strrchr(text, '@');
	if (slashes == NULL || at == NULL) {
		return text;
	}
	const char *authority = slashes + 3;
	const size_t n = strcspn(authority, "/?#");
	const char *in_authority = memrchr(authority, '@', n);
	if (in_authority == NULL && memchr(authority, ':', n) == NULL) {
		return text; /* an "@" of the path, and nothing like user:password before it */
	}
	const char *rest = in_authority != NULL ? in_authority + 1 : at + 1;
	return bd_arena_printf(arena, "%.*s%s", (int)(authority - text), text, rest);
}

static void hide(const char *text, struct bd_arena *arena, struct store_url *out)
{
	AUTO(bd_buf_release) struct bd_buf shown = { 0 };
	AUTO(bd_buf_release) struct bd_buf safe = { 0 };
	struct bd_str password = password_of_authority(text);
	const char *clean = without_userinfo(arena, text);
	const size_t n = strcspn(clean, "?");

	bd_buf_add(&shown, clean, n);
	if (clean[n] == '?') {
		copy_parameters(bd_str(clean + n + 1), &shown, &password);
	}
	bd_display_text(&safe, bd_buf_str(&shown), shown.n);
	out->shown = bd_arena_text(arena, bd_buf_str(&safe), safe.n);
	out->password = password.n > 0 ? bd_arena_text(arena, password.p, password.n) : NULL;
}

static void replace_all(struct bd_error *err, const char *secret)
{
	static const char mask[] = "***";
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	const char *from = err->msg;
	const char *hit = NULL;
	while ((hit = strstr(from, secret)) != NULL) {
		bd_buf_add(&text, from, (size_t)(hit - from));
		bd_buf_add_str(&text, mask);
		from = hit + strlen(secret);
	}
	bd_buf_add_str(&text, from);
	const size_t n = text.n < sizeof(err->msg) ? text.n : sizeof(err->msg) - 1;
	memcpy(err->msg, bd_buf_str(&text), n);
	err->msg[n] = '\0';
}

void store_url_redact(const struct store_url *url, struct bd_error *err)
{
	if (url->password != NULL) {
		replace_all(err, url->password);
	}
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

int store_url_parse(const char *text, struct bd_arena *arena, struct store_url *out, struct bd_error *err)
{
	const size_t n = strcspn(text, ":");
	*out = (struct store_url){ .text = bd_arena_strdup(arena, text) };
	hide(text, arena, out);
	if (text[n] != ':' || (out->ops = ops_of_scheme((struct bd_str){ text, n })) == NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			"store %s: write sqlite:PATH, postgresql://USER@HOST/DATABASE, or none", out->shown);
	}
	out->path = out->text + n + 1;
	if (*out->path == '\0') {
		return bd_error_set(err, BD_ERR_USAGE, "store %s: nothing follows the \":\"", out->shown);
	}
	return 0;
}

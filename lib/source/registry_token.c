/* SPDX-License-Identifier: Apache-2.0 */
/* Who we are to a registry: Basic, or tokens that run out and are asked for again. */
#include <jansson.h>

#include "basedrift/limits.h"

#include "oci/json.h"
#include "source/registry.h"

#define CLIENT            "basedrift"
#define TOKEN_SECONDS     INT64_C(60) /* distribution, "Token Response Fields": expires_in where it is left out */
#define TOKEN_EARLY_MS    INT64_C(5000)
#define TOKEN_MOST_SECOND (INT64_C(24) * 3600)

static void arena_auto(struct bd_arena *arena)
{
	bd_arena_release(arena);
}

/* RFC 3986, 2.3 */
static void add_encoded(struct bd_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		const char c = *text;
		const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
				   strchr("-._~", c) != NULL;
		if (plain) {
			bd_buf_add_char(out, c);
		} else {
			bd_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
		}
	}
}

static void add_field(struct bd_buf *out, const char *name, const char *value)
{
	if (value != NULL) {
		bd_buf_printf(out, "%s%s=", out->n > 0 ? "&" : "", name);
		add_encoded(out, value);
	}
}

static const char *basic(const struct credentials *credentials, struct bd_arena *arena)
{
	AUTO(buf_auto) struct bd_buf text = { 0 };
	AUTO(buf_auto) struct bd_buf encoded = { 0 };
	bd_buf_printf(&text, "%s:%s", credentials->user, credentials->password);
	bd_base64(&encoded, text.p, text.n);
	return bd_arena_printf(arena, "Basic %s", bd_buf_str(&encoded));
}

/* It becomes part of a header. */
static bool is_token(const char *text)
{
	for (const char *c = text; c != NULL && *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~') {
			return false;
		}
	}
	return text != NULL && text[0] != '\0';
}

static int read_token(
	struct bd_str body, struct bd_arena *arena, const char **token_out, int64_t *seconds_out, struct bd_error *err)
{
	json_t *document = NULL;
	const char *token = NULL;
	const char *access = NULL;
	if (json_open(body, BD_LIMIT_TOKEN_BYTES, &document, err) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "its answer is not valid JSON");
	}
	const struct at root = at_root(document, arena);
	*seconds_out = TOKEN_SECONDS;
	int result = at_object(&root, err) < 0 || get_text(&root, "token", &token, err) < 0 ||
				     get_text(&root, "access_token", &access, err) < 0 ||
				     get_integer(&root, "expires_in", seconds_out, err) < 0
			     ? -(int)err->code
			     : 0;
	json_decref(document);
	*token_out = token != NULL && token[0] != '\0' ? token : access;
	if (result == 0 && !is_token(*token_out)) {
		result = bd_error_set(err, BD_ERR_FORMAT, "its answer holds no token");
	}
	if (*seconds_out < TOKEN_SECONDS || *seconds_out > TOKEN_MOST_SECOND) {
		*seconds_out = *seconds_out <= 0 ? TOKEN_SECONDS : *seconds_out;
		*seconds_out = *seconds_out > TOKEN_MOST_SECOND ? TOKEN_MOST_SECOND : *seconds_out;
	}
	return result;
}

/* GET with Basic, or OAuth 2 (distribution, "OAuth2 Token Authentication") where we hold an identity token. */
static void token_request(const struct registry *registry, const struct challenge *challenge, struct bd_arena *arena,
	struct http_request *out)
{
	AUTO(buf_auto) struct bd_buf fields = { 0 };
	const struct credentials *credentials = &registry->credentials;
	const bool oauth = credentials->identity_token != NULL;

	if (oauth) {
		bd_buf_add_str(&fields, "grant_type=refresh_token&client_id=" CLIENT);
		add_field(&fields, "refresh_token", credentials->identity_token);
	} else if (credentials->user != NULL) {
		add_field(&fields, "account", credentials->user);
	}
	add_field(&fields, "service", challenge->service);
	add_field(&fields, "scope", bd_arena_printf(arena, "repository:%s:pull", registry->repository));
	if (oauth) {
		out->method = "POST";
		out->url = challenge->realm;
		out->form = bd_arena_strdup(arena, bd_buf_str(&fields));
		return;
	}
	out->method = "GET";
	out->url = bd_arena_printf(arena, "%s%s%s", challenge->realm, strchr(challenge->realm, '?') != NULL ? "&" : "?",
		bd_buf_str(&fields));
	out->authorization = credentials->user != NULL ? basic(credentials, arena) : NULL;
}

static int check_realm(const struct registry *registry, const struct challenge *challenge, struct bd_arena *arena,
	const char **host_out, struct bd_error *err)
{
	struct http_url realm;
	if (challenge->realm == NULL || !http_url_parse(challenge->realm, arena, &realm)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s names no token service that can be asked", registry->host);
	}
	if (strcmp(realm.scheme, "http") == 0 && !registry->plain_allowed) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s names a token service without TLS (%.200s)",
			registry->host, realm.host);
	}
	*host_out = realm.host;
	return 0;
}

static int explain_refusal(
	const struct registry *registry, struct http_exchange *exchange, const char *host, struct bd_error *err)
{
	(void)registry_refusal(exchange, err);
	if (err->code != BD_ERR_AUTH) {
		return bd_error_wrap(err, "token service %.200s", host);
	}
	if (registry->credentials_problem != NULL) {
		return bd_error_set(err, BD_ERR_AUTH,
			"token service %.200s refuses us, and credentials could not be read: %.400s", host,
			registry->credentials_problem);
	}
	return bd_error_wrap(err, "token service %.200s %s", host,
		credentials_any(&registry->credentials) ? "refuses our credentials"
							: "wants credentials, and none are known");
}

int registry_token(struct registry *registry, const struct challenge *challenge, struct bd_arena *arena,
	const char **token_out, int64_t *seconds_out, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	AUTO(buf_auto) struct bd_buf body = { 0 };
	struct fetch what = { .plain_allowed = registry->plain_allowed };
	const char *host = NULL;

	if (check_realm(registry, challenge, arena, &host, err) < 0) {
		return -(int)err->code;
	}
	token_request(registry, challenge, arena, &what.request);
	if (fetch(registry->http, &what, &exchange, NULL, err) < 0) {
		return bd_error_wrap(err, "token service %.200s", host);
	}
	if (exchange->response.status != 200) {
		return explain_refusal(registry, exchange, host, err);
	}
	if (http_read_all(exchange, BD_LIMIT_TOKEN_BYTES, &body, err) < 0 ||
		read_token(bd_buf_view(&body), arena, token_out, seconds_out, err) < 0) {
		return bd_error_wrap(err, "token service %.200s", host);
	}
	return 0;
}

/* ---- the one that is in use ------------------------------------------------------------------ */

static void keep_authorization(struct registry *registry, const char *value, int64_t until_ms)
{
	if (registry->authorization != NULL) {
		explicit_bzero(registry->authorization, strlen(registry->authorization));
		free(registry->authorization);
	}
	registry->authorization = value != NULL ? bd_xstrdup(value) : NULL;
	registry->authorization_until_ms = until_ms;
}

static int renew_bearer(
	struct registry *registry, const struct challenge *challenge, struct bd_arena *arena, struct bd_error *err)
{
	const char *token = registry->credentials.registry_token;
	int64_t seconds = 0;
	if (token != NULL) {
		if (!is_token(token)) {
			return bd_error_set(
				err, BD_ERR_AUTH, "the registry token known for %s is not one", registry->host);
		}
		keep_authorization(registry, bd_arena_printf(arena, "Bearer %s", token), INT64_MAX);
		return 0;
	}
	if (registry_token(registry, challenge, arena, &token, &seconds, err) < 0) {
		return -(int)err->code;
	}
	const int64_t lives_ms = seconds * 1000;
	const int64_t early_ms = lives_ms > 4 * TOKEN_EARLY_MS ? TOKEN_EARLY_MS : lives_ms / 4;
	keep_authorization(registry, bd_arena_printf(arena, "Bearer %s", token),
		registry->http->ops->now_ms(registry->http) + lives_ms - early_ms);
	return 0;
}

/* Answer the challenges that are kept; no answer known leaves no Authorization. */
static int renew(struct registry *registry, struct bd_arena *arena, struct bd_error *err)
{
	struct challenge challenge;
	if (!challenge_parse(bd_str(registry->challenges), arena, &challenge)) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s asks for credentials in a way that is no WWW-Authenticate",
			registry->host);
	}
	if (challenge.bearer) {
		return renew_bearer(registry, &challenge, arena, err);
	}
	if (!challenge.basic) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s asks for credentials neither by Basic nor by Bearer",
			registry->host);
	}
	const bool known = registry->credentials.user != NULL;
	keep_authorization(registry, known ? basic(&registry->credentials, arena) : NULL, INT64_MAX);
	return 0;
}

static int authorization_locked(struct registry *registry, const char *refused, const char *challenges,
	struct bd_arena *arena, struct bd_error *err)
{
	if (challenges == NULL) {
		const bool runs_out = registry->http->ops->now_ms(registry->http) >= registry->authorization_until_ms;
		const bool none_yet = registry->authorization == NULL && registry->challenges != NULL;
		return runs_out || none_yet ? renew(registry, arena, err) : 0;
	}
	if (!bd_streq(registry->authorization, refused)) {
		return 0; /* another thread has a new one already */
	}
	free(registry->challenges);
	registry->challenges = bd_xstrdup(challenges);
	return renew(registry, arena, err);
}

int registry_authorization(struct registry *registry, const char *refused, const char *challenges,
	struct bd_arena *arena, const char **out, struct bd_error *err)
{
	AUTO(arena_auto) struct bd_arena scratch = { 0 };
	(void)pthread_mutex_lock(&registry->lock);
	const int result = authorization_locked(registry, refused, challenges, &scratch, err);
	*out = result == 0 ? bd_arena_strdup(arena, registry->authorization) : NULL;
	(void)pthread_mutex_unlock(&registry->lock);
	return result;
}

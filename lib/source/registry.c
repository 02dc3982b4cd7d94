/* SPDX-License-Identifier: Apache-2.0 */
#include "source/registry.h"

#include <errno.h>
#include <jansson.h>

#include "basedrift/limits.h"

#include "oci/json.h"

#define HUB     "docker.io"
#define HUB_API "index.docker.io" /* where Docker Hub answers to the API */
#define ROUNDS  2U                /* with a token that was at hand, with a new one */

/* ---- refusals -------------------------------------------------------------------------------- */

/* OCI distribution-spec, "Error Codes".  Shown, so made safe to show; only the first. */
static void read_registry_words(struct bd_str body, struct bd_buf *out)
{
	struct bd_error ignored;
	json_t *document = NULL;
	if (json_open(body, BD_LIMIT_REFUSAL_BYTES, &document, &ignored) < 0) {
		return;
	}
	const json_t *first = json_array_get(json_object_get(document, "errors"), 0);
	const char *code = json_string_value(json_object_get(first, "code"));
	const char *message = json_string_value(json_object_get(first, "message"));
	if (code != NULL || message != NULL) {
		struct bd_buf text = { 0 };
		bd_buf_printf(&text, "%.60s%s%.200s", code != NULL ? code : "",
			code != NULL && message != NULL ? ": " : "", message != NULL ? message : "");
		bd_display_text(out, text.p, text.n);
		bd_buf_release(&text);
	}
	json_decref(document);
}

static enum bd_error_code code_of_status(int status)
{
	switch (status) {
	case 401:
	case 403:
		return BD_ERR_AUTH;
	case 404:
	case 410:
		return BD_ERR_NOT_FOUND;
	default:
		return BD_ERR_IO;
	}
}

int registry_refusal(struct http_exchange *exchange, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf body = { 0 };
	AUTO(buf_auto) struct bd_buf words = { 0 };
	const int status = exchange->response.status;
	struct bd_error ignored;
	if (http_read_all(exchange, BD_LIMIT_REFUSAL_BYTES, &body, &ignored) == 0) {
		read_registry_words(bd_buf_view(&body), &words);
	}
	return bd_error_set(err, code_of_status(status), "%s%s%s", http_status_text(status), words.n > 0 ? ": " : "",
		bd_buf_str(&words));
}

/* ---- requests -------------------------------------------------------------------------------- */

static int explain_unauthorised(
	const struct registry *registry, bool sent, struct http_exchange *exchange, struct bd_error *err)
{
	(void)registry_refusal(exchange, err);
	if (registry->credentials_problem != NULL) {
		return bd_error_set(err, BD_ERR_AUTH, "%s refuses us, and credentials could not be read: %.400s",
			registry->host, registry->credentials_problem);
	}
	if (!credentials_any(&registry->credentials)) {
		return bd_error_wrap(err, "%s wants credentials, and none are known for it", registry->host);
	}
	return bd_error_wrap(err, "%s refuses our %s", registry->host, sent ? "credentials" : "request");
}

/* One round: *again when the answer was a challenge that a new Authorization may meet. */
static int request_once(struct registry *registry, const struct fetch *what, const char **authorization,
	struct bd_arena *arena, struct http_exchange **out, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	bool elsewhere = false;
	if (fetch(registry->http, what, &exchange, &elsewhere, err) < 0) {
		return -(int)err->code;
	}
	if (exchange->response.status != 401 || elsewhere || exchange->response.challenges == NULL) {
		*out = steal_ptr(&exchange);
		return 0;
	}
	const char *challenges = bd_arena_strdup(arena, exchange->response.challenges);
	const char *refused = what->request.authorization;
	if (registry_authorization(registry, refused, challenges, arena, authorization, err) < 0) {
		return -(int)err->code;
	}
	if (bd_streq(*authorization, refused)) {
		return explain_unauthorised(registry, refused != NULL, exchange, err);
	}
	return 0;
}

static int check_answer(const struct registry *registry, const struct http_request *request,
	struct http_exchange *exchange, struct bd_error *err)
{
	const int status = exchange->response.status;
	if (status == 200 || (status == 206 && request->from > 0)) {
		return 0;
	}
	if (status == 401) {
		return explain_unauthorised(registry, request->authorization != NULL, exchange, err);
	}
	return registry_refusal(exchange, err);
}

static void arena_auto(struct bd_arena *arena)
{
	bd_arena_release(arena);
}

int registry_request(struct registry *registry, const struct registry_request *request, struct http_exchange **out,
	struct bd_error *err)
{
	AUTO(arena_auto) struct bd_arena arena = { 0 };
	const char *authorization = NULL;
	struct fetch what = { .plain_allowed = registry->plain_allowed,
		.deadline_ms = request->deadline_ms,
		.request = { .method = request->method, .accept = request->accept, .from = request->from } };

	what.request.url =
		bd_arena_printf(&arena, "%s/v2/%s/%s", registry->origin, registry->repository, request->path);
	if (registry_authorization(registry, NULL, NULL, &arena, &authorization, err) < 0) {
		return -(int)err->code;
	}
	for (unsigned round = 0; round <= ROUNDS; round++) {
		AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
		what.request.authorization = authorization;
		if (request_once(registry, &what, &authorization, &arena, &exchange, err) < 0) {
			return -(int)err->code;
		}
		if (exchange != NULL) {
			if (check_answer(registry, &what.request, exchange, err) < 0) {
				return -(int)err->code;
			}
			*out = steal_ptr(&exchange);
			return 0;
		}
	}
	return bd_error_set(err, BD_ERR_AUTH, "%s refuses every token that its own service gives out", registry->host);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* OCI distribution-spec, "Determining Support": any answer shows which scheme is spoken. */
static int ask_version(struct registry *registry, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	AUTO(arena_auto) struct bd_arena arena = { 0 };
	const struct fetch what = { .plain_allowed = registry->plain_allowed,
		.request = { .method = "GET", .url = bd_arena_printf(&arena, "%s/v2/", registry->origin) } };
	bool elsewhere = false;
	if (fetch(registry->http, &what, &exchange, &elsewhere, err) < 0) {
		return -(int)err->code;
	}
	if (exchange->response.status == 401 && !elsewhere && exchange->response.challenges != NULL) {
		registry->challenges = bd_xstrdup(exchange->response.challenges);
	}
	return 0;
}

static int find_origin(struct registry *registry, struct bd_error *err)
{
	const char *host = strcmp(registry->host, HUB) == 0 ? HUB_API : registry->host;
	struct bd_error plain;
	registry->origin = bd_arena_printf(&registry->arena, "https://%s", host);
	if (ask_version(registry, err) == 0) {
		return 0;
	}
	const bool silent = err->sys_errno == ETIMEDOUT && strchr(host, ':') != NULL; /* the same port would be */
	if (!registry->plain_allowed || err->code != BD_ERR_IO || silent) {
		return -(int)err->code;
	}
	registry->origin = bd_arena_printf(&registry->arena, "http://%s", host);
	if (ask_version(registry, &plain) == 0) {
		return 0;
	}
	if (strcmp(plain.msg, err->msg) != 0) {
		*err = plain;
	}
	return -(int)err->code;
}

/* containers-certs.d(5); --cert-dir instead of it */
static const char *certificate_folder(const struct bd_source_options *options, const char *host, struct bd_arena *arena)
{
	static const char *const folders[] = { "/etc/containers/certs.d", "/etc/docker/certs.d" };
	if (options->cert_dir != NULL) {
		return options->cert_dir;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *path = bd_arena_printf(arena, "%s/%s", folders[i], host);
		if (access(path, R_OK | X_OK) == 0) {
			return path;
		}
	}
	return NULL;
}

static int open_http(struct registry *registry, const struct registry_settings *settings, struct bd_error *err)
{
	const struct bd_source_options *options = settings->options;
	const bool loopback = http_host_is_loopback(registry->host);
	const struct http_settings web = {
		.any_certificate = options->tls_verify == BD_TLS_ANY,
		.cert_dir = certificate_folder(options, registry->host, &registry->arena),
		.no_proxy = loopback,
		.stall_sec = options->stall_sec,
	};
	registry->plain_allowed =
		options->tls_verify == BD_TLS_ANY || (options->tls_verify == BD_TLS_DEFAULT && loopback);
	if (registry->http == NULL && http_open(&web, &registry->http, err) < 0) {
		return -(int)err->code;
	}
	registry->http->told = options->told;
	registry->http->told_context = options->told_context;
	return 0;
}

int registry_open(const struct registry_settings *settings, struct registry **out, struct bd_error *err)
{
	struct registry *opened = bd_xcalloc(1, sizeof(*opened));
	AUTO(registry_auto) struct registry *registry = opened;

	registry->http = settings->http_take;
	registry->authorization_until_ms = INT64_MAX;
	(void)pthread_mutex_init(&registry->lock, NULL);
	registry->host = bd_arena_strdup(&registry->arena, settings->reference->registry);
	registry->repository = bd_arena_strdup(&registry->arena, settings->reference->repository);
	const struct auth_question question = {
		.authfile = settings->options->authfile, .registry = registry->host, .repository = registry->repository
	};
	if (open_http(registry, settings, err) < 0 ||
		auth_find(&question, &registry->arena, &registry->credentials, &registry->credentials_problem, err) <
			0 ||
		find_origin(registry, err) < 0) {
		return -(int)err->code;
	}
	*out = steal_ptr(&registry);
	return 0;
}

static void free_secret(char *text)
{
	if (text != NULL) {
		explicit_bzero(text, strlen(text));
		free(text);
	}
}

void registry_close(struct registry *registry)
{
	if (registry == NULL) {
		return;
	}
	http_close(registry->http);
	free_secret(registry->authorization);
	free(registry->challenges);
	(void)pthread_mutex_destroy(&registry->lock);
	bd_arena_release(&registry->arena);
	free(registry);
}

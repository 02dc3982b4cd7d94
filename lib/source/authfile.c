/* SPDX-License-Identifier: Apache-2.0 */
#include "source/authfile.h"

#include <jansson.h>
#include <string.h>

#include "basedrift/limits.h"

#include "oci/json.h"

/* What Docker and its credential helpers call Docker Hub. */
#define HUB        "docker.io"
#define HUB_SERVER "https://index.docker.io/v1/"

bool credentials_any(const struct credentials *c)
{
	return (c->user != NULL && c->password != NULL) || c->identity_token != NULL || c->registry_token != NULL;
}

/* "https://host/v1/" and "host" mean one registry; with a path behind the host, one namespace of it. */
static struct bd_str meant(const char *key)
{
	struct bd_str text = bd_str(key);
	const bool url = bd_str_starts(text, "https://") || bd_str_starts(text, "http://");
	if (url) {
		(void)bd_str_cut(&text, '/');
		(void)bd_str_cut(&text, '/');
		text = bd_str_cut(&text, '/');
	}
	while (text.n > 0 && text.p[text.n - 1] == '/') {
		text.n--;
	}
	return text;
}

static bool is_hub(struct bd_str host)
{
	return bd_str_is(host, HUB) || bd_str_is(host, "index." HUB) ||
	       (bd_str_starts(host, "registry-1.") && bd_str_ends(host, "." HUB));
}

/* How well a key fits: 0 not at all, else the more the longer. */
static size_t fit(const char *key, const char *registry, const char *repository)
{
	struct bd_str path = meant(key);
	const struct bd_str host = bd_str_cut(&path, '/');
	const size_t n = path.n;
	if (!bd_str_is(host, registry) && !(is_hub(host) && strcmp(registry, HUB) == 0)) {
		return 0;
	}
	if (n == 0) {
		return 1 + bd_str_is(host, registry); /* its own name before another of Docker Hub's */
	}
	const bool within = strncmp(repository, path.p, n) == 0 && (repository[n] == '\0' || repository[n] == '/');
	return within ? 2 + n : 0;
}

static int split_auth(const char *encoded, struct bd_arena *arena, struct credentials *out, struct bd_error *err)
{
	struct bd_buf text = { 0 };
	const bool good = bd_unbase64(&text, bd_str_trim(bd_str(encoded)));
	struct bd_str password = bd_buf_view(&text);
	const bool has_colon = good && text.n > 0 && memchr(text.p, ':', text.n) != NULL;
	const struct bd_str user = bd_str_cut(&password, ':');
	if (has_colon) {
		while (password.n > 0 && password.p[password.n - 1] == '\0') {
			password.n--; /* Docker pads so */
		}
		out->user = bd_arena_text(arena, user.p, user.n);
		out->password = bd_arena_text(arena, password.p != NULL ? password.p : "", password.n);
	}
	bd_buf_release(&text);
	return has_colon ? 0 : bd_error_set(err, BD_ERR_FORMAT, "\"auth\" is not base64 of USER:PASSWORD");
}

static const char *or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static int read_entry(const struct at *at, struct credentials *out, struct bd_error *err)
{
	const char *auth = NULL;
	if (at_object(at, err) < 0 || get_text(at, "auth", &auth, err) < 0 ||
		get_text(at, "username", &out->user, err) < 0 || get_text(at, "password", &out->password, err) < 0 ||
		get_text(at, "identitytoken", &out->identity_token, err) < 0 ||
		get_text(at, "registrytoken", &out->registry_token, err) < 0) {
		return -(int)err->code;
	}
	out->identity_token = or_null(out->identity_token);
	out->registry_token = or_null(out->registry_token);
	if (or_null(auth) != NULL) {
		return split_auth(auth, at->arena, out, err);
	}
	if (or_null(out->user) == NULL || out->password == NULL) {
		out->user = NULL;
		out->password = NULL;
	}
	return 0;
}

/* The key that fits best, or NULL. */
static const char *best_key(const struct at *object, const char *registry, const char *repository, size_t at_least)
{
	const char *key = NULL;
	const char *best = NULL;
	size_t most = at_least;
	json_t *value = NULL;
	json_object_foreach (object->value, key, value) {
		const size_t n = fit(key, registry, repository);
		if (n > most) {
			most = n;
			best = key;
		}
	}
	return best;
}

static int find_in_auths(const struct at *root, const char *registry, const char *repository,
	struct authfile_entry *out, struct bd_error *err)
{
	const struct at auths = at_member(root, "auths");
	/* ~/.dockercfg of Docker before 1.7 is that object itself */
	const struct at *object = auths.value != NULL ? &auths : root;
	if (at_object(object, err) < 0) {
		return -(int)err->code;
	}
	const char *key = best_key(object, registry, repository, 0);
	if (key == NULL) {
		return 0;
	}
	const struct at entry = at_member(object, key);
	return entry.value == NULL ? 0 : read_entry(&entry, &out->credentials, err);
}

/* A program's name, not a path to one. */
static int check_helper(const char *name, struct bd_error *err)
{
	const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
	if (name[n] != '\0' || n == 0 || n > 100) {
		return bd_error_set(err, BD_ERR_FORMAT, "the name of a credential helper is not one");
	}
	return 0;
}

static int find_helper(const struct at *root, const char *registry, const char *repository, struct authfile_entry *out,
	struct bd_error *err)
{
	const struct at helpers = at_member(root, "credHelpers");
	const char *name = NULL;
	out->server = strcmp(registry, HUB) == 0 ? HUB_SERVER : registry;
	if (at_object(&helpers, err) < 0) {
		return -(int)err->code;
	}
	const char *key = helpers.value != NULL ? best_key(&helpers, registry, repository, 0) : NULL;
	if (key != NULL) {
		if (get_text(&helpers, key, &name, err) < 0) {
			return -(int)err->code;
		}
	} else if (!credentials_any(&out->credentials) && get_text(root, "credsStore", &name, err) < 0) {
		return -(int)err->code;
	}
	out->helper = or_null(name) != NULL ? bd_arena_strdup(root->arena, name) : NULL;
	return out->helper != NULL ? check_helper(out->helper, err) : 0;
}

int authfile_find(struct bd_str json, const char *registry, const char *repository, struct bd_arena *arena,
	struct authfile_entry *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct authfile_entry){ 0 };
	if (json_open(json, BD_LIMIT_AUTHFILE_BYTES, &document, err) < 0) {
		/* jansson's message may quote the file */
		return bd_error_set(err, err->code, "%s", err->code == BD_ERR_LIMIT ? "too large" : "not valid JSON");
	}
	const struct at root = at_root(document, arena);
	int result = at_object(&root, err);
	if (result == 0) {
		result = find_in_auths(&root, registry, repository, out, err);
	}
	if (result == 0) {
		result = find_helper(&root, registry, repository, out, err);
	}
	json_decref(document);
	return result;
}

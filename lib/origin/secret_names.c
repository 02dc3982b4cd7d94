/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "origin/command_secrets.h"

static bool is_one_of(struct bd_str word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (word.n == strlen(*words) && strncasecmp(word.p, *words, word.n) == 0) {
			return true;
		}
	}
	return false;
}

static bool ends_with(struct bd_str name, const char *end)
{
	const size_t n = strlen(end);
	return name.n >= n && strncasecmp(name.p + name.n - n, end, n) == 0;
}

/* The next word of keyStorePassword, DB_PASSWORD, api-key; false at the end. */
static bool next_word(struct bd_str *rest, struct bd_str *word)
{
	while (rest->n > 0 && isalnum((unsigned char)rest->p[0]) == 0) {
		rest->p++;
		rest->n--;
	}
	size_t n = 0;
	while (n < rest->n && isalnum((unsigned char)rest->p[n]) != 0 &&
		(n == 0 || isupper((unsigned char)rest->p[n]) == 0 || islower((unsigned char)rest->p[n - 1]) == 0)) {
		n++;
	}
	*word = (struct bd_str){ rest->p, n };
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

/* What says that a name is about a secret, and is not the secret: PASSWORD_FILE, TOKEN_URL, SECRET_NAME. */
static const char *const about[] = { "file", "files", "path", "dir", "fd", "stdin", "env", "url", "uri", "host", "port",
	"id", "ids", "name", "type", "length", "len", "size", "policy", "ttl", "expiry", "expiration", "timeout",
	"ring", "keyring", "server", "servers", "fingerprint", "fingerprints", "algorithm", "method", "mode", "prefix",
	"header", "version", "checksum", "enabled", "required", "store", "command", "cmd", NULL };
/* Keys that are published: apt's, rpm's, those of releases. */
static const char *const published[] = { "gpg", "pgp", "apt", "rpm", "public", "pub", "release", "repo", NULL };

bool assignment_is_secret(struct bd_str name)
{
	struct bd_str rest = name;
	struct bd_str word;
	struct bd_str last = { name.p, 0 };
	size_t words = 0;
	bool public_key = false;
	while (next_word(&rest, &word)) {
		public_key = public_key || is_one_of(word, published);
		last = word;
		words++;
	}
	public_key = public_key || words == 1; /* key=…; gpg --recv-keys "$key" */
	return !is_one_of(last, about) && !(public_key && ends_with(last, "key")) && bd_name_is_secret(name.p, name.n);
}

bool option_is_secret(struct bd_str name)
{
	static const char *const ends[] = { "password", "passwd", "passphrase", "token", "secret", "apikey", "api-key",
		"api_key", "accesskey", "access-key", "secretkey", "secret-key", "storepass", "keypass", "-pass",
		"oauth2-bearer" };
	/* --disabled-password has no value */
	static const char *const none[] = { "no", "non", "disable", "disabled", "without", "require", "ask", "prompt",
		"skip", "allow", "empty", "read", "use", "show", "generate", "random", "print", "list", "create",
		"revoke", "delete", "get", NULL };
	struct bd_str rest = name;
	struct bd_str first;
	if (!next_word(&rest, &first) || is_one_of(first, none)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends_with(name, ends[i])) {
			return true;
		}
	}
	return is_one_of(name, (const char *const[]){ "pass", NULL });
}

bool header_is_secret(struct bd_str name)
{
	static const char *const names[] = { "authorization", "proxy-authorization", "cookie", "set-cookie",
		"private-token", "job-token", "deploy-token", "api-key", "apikey", "x-api-key", "x-apikey",
		"x-auth-token", "x-access-token", "x-gitlab-token", "x-vault-token", "x-consul-token",
		"x-jfrog-art-api", "x-registry-auth", "x-github-token", NULL };
	return is_one_of(name, names);
}

size_t known_token(struct bd_str text)
{
	static const struct {
		const char *prefix, *signs; /* besides letters and digits */
		size_t least;               /* behind the prefix */
	} shapes[] = {
		{ "ghp_", "", 30 }, { "gho_", "", 30 }, { "ghu_", "", 30 }, { "ghs_", "", 30 }, { "ghr_", "", 30 },
		{ "github_pat_", "_", 30 }, { "glpat-", "-_.", 20 }, { "npm_", "", 36 }, { "dckr_pat_", "-_", 20 },
		{ "pypi-AgE", "-_", 30 }, { "xoxb-", "-", 20 }, { "xoxp-", "-", 20 }, { "sk_live_", "", 20 },
		{ "dop_v1_", "", 40 }, { "hvs.", "-_", 24 }, { "AIza", "-_", 35 },
		{ "eyJ", "-_.", 60 }, /* a JSON web token */
	};
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (!bd_str_starts(text, shapes[i].prefix)) {
			continue;
		}
		const size_t start = strlen(shapes[i].prefix);
		size_t n = start;
		while (n < text.n && (isalnum((unsigned char)text.p[n]) != 0 ||
					     (text.p[n] != '\0' && strchr(shapes[i].signs, text.p[n]) != NULL))) {
			n++;
		}
		return n - start >= shapes[i].least ? n : 0;
	}
	return 0;
}

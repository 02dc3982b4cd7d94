/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: what image authors may put into a name must stay inert wherever it is shown. */
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

static bool is_bidi_control(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_noncharacter(uint32_t c)
{
	return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

static bool is_shown_as_it_is(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c <= 0x9f) && c != 0x2028 && c != 0x2029 && c != 0xfeff &&
	       !is_bidi_control(c) && !is_noncharacter(c);
}

static bool needs_quotes(const char *p, size_t n)
{
	uint32_t code;
	for (size_t len; n > 0; p += len, n -= len) {
		len = utf8_decode(p, n, &code);
		if (len == 0 || !is_shown_as_it_is(code)) {
			return true;
		}
	}
	return false;
}

static void add_escaped(struct bd_buf *out, uint32_t code)
{
	switch (code) {
	case '\n':
		bd_buf_add_str(out, "\\n");
		return;
	case '\t':
		bd_buf_add_str(out, "\\t");
		return;
	case '\r':
		bd_buf_add_str(out, "\\r");
		return;
	default:
		bd_buf_printf(out, code < 0x80 ? "\\x%02x" : code > 0xffff ? "\\U%08x" : "\\u%04x", code);
	}
}

void bd_display_text(struct bd_buf *out, const char *p, size_t n)
{
	if (!needs_quotes(p, n)) {
		bd_buf_add(out, p, n);
		return;
	}
	bd_buf_add_char(out, '"');
	while (n > 0) {
		uint32_t code;
		const size_t len = utf8_decode(p, n, &code);
		if (len == 0) {
			bd_buf_printf(out, "\\x%02x", (unsigned char)*p);
			p++;
			n--;
			continue;
		}
		if (!is_shown_as_it_is(code)) {
			add_escaped(out, code);
		} else {
			if (code == '"' || code == '\\') {
				bd_buf_add_char(out, '\\');
			}
			bd_buf_add(out, p, len);
		}
		p += len;
		n -= len;
	}
	bd_buf_add_char(out, '"');
}

const char *bd_display(struct bd_arena *arena, const char *s)
{
	if (s == NULL) {
		return "";
	}
	if (!needs_quotes(s, strlen(s))) {
		return s;
	}
	struct bd_buf buf = { 0 };
	bd_display_text(&buf, s, strlen(s));
	const char *text = bd_arena_text(arena, buf.p, buf.n);
	bd_buf_release(&buf);
	return text;
}

/* Words that make a name secret wherever they stand as a word of it: DB_PASSWORD, npmToken, api-key. */
static const char *const secret_words[] = { "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "PASS",
	"PWD", "KEY", "APIKEY", "CREDENTIAL", "CREDENTIALS", "CREDS", "AUTH", "AUTHORIZATION", "BEARER", "PRIVATE",
	"SIGNATURE", "COOKIE", "SESSION", "DSN", NULL };
/* Public by nature although a word says otherwise: key ids that official images publish in their settings. */
static const char *const public_names[] = { "GPG_KEY", "GPG_KEYS", "PWD", "OLDPWD", "SSH_AUTH_SOCK", NULL };
/* Also where they are glued to other letters: MYPASSWORD, GITHUBTOKEN. */
static const char *const secret_parts[] = { "PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY",
	"PRIVATEKEY", "ACCESSKEY", NULL };

static bool in_list(const char *const *list, struct bd_str word)
{
	for (; *list != NULL; list++) {
		if (bd_str_is(word, *list)) {
			return true;
		}
	}
	return false;
}

/* Does a word end before upper[i]?  DB_PASSWORD, db-password, npmToken and AWSKey all have two words. */
static bool is_word_start(const char *name, size_t n, size_t i)
{
	if (!isupper((unsigned char)name[i]) || i == 0) {
		return false;
	}
	return islower((unsigned char)name[i - 1]) ||
	       (isupper((unsigned char)name[i - 1]) && i + 1 < n && islower((unsigned char)name[i + 1]));
}

static bool has_secret_word(const char *name, const char *upper, size_t n)
{
	size_t start = 0;
	for (size_t i = 0; i <= n; i++) {
		const bool letter = i < n && isalpha((unsigned char)name[i]);
		if (!letter || is_word_start(name, n, i)) {
			if (in_list(secret_words, (struct bd_str){ upper + start, i - start })) {
				return true;
			}
			start = letter ? i : i + 1;
		}
	}
	return false;
}

bool bd_name_is_secret(const char *name, size_t n)
{
	struct bd_buf upper = { 0 };
	bool secret = false;

	bd_buf_add(&upper, name, n);
	for (size_t i = 0; i < n; i++) {
		upper.p[i] = (char)toupper((unsigned char)upper.p[i]);
	}
	if (!in_list(public_names, bd_buf_view(&upper))) {
		for (const char *const *part = secret_parts; *part != NULL && !secret; part++) {
			secret = bd_str_find(bd_buf_view(&upper), *part, NULL);
		}
		secret = secret || has_secret_word(name, upper.p, n);
	}
	bd_buf_release(&upper);
	return secret;
}

char *bd_url_without_credentials(struct bd_arena *arena, const char *url)
{
	const char *authority = strstr(url, "://");
	if (authority == NULL) {
		return bd_arena_strdup(arena, url);
	}
	authority += 3;
	const size_t authority_len = strcspn(authority, "/?# \t\n");
	const char *at = memrchr(authority, '@', authority_len);
	if (at == NULL) {
		return bd_arena_strdup(arena, url);
	}
	return bd_arena_printf(arena, "%.*s%s", (int)(authority - url), url, at + 1);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: what image authors may put into a name must stay inert wherever it is shown. */
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

static bool is_bidi_control(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
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
static const char *const secret_words[] = { "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "PWD",
	"KEY", "APIKEY", "CREDENTIAL", "CREDENTIALS", "CREDS", "AUTH", "AUTHORIZATION", "BEARER", "PRIVATE", "SIGNATURE", "COOKIE",
	"SESSION", "DSN", NULL };
/* Public by nature although a word says otherwise: key ids that official images publish in their settings. */
static const char *const public_names[] = { "GPG_KEY", "GPG_KEYS", "PWD", "OLDPWD", "SSH_AUTH_SOCK", NULL };
/* Also where they are glued to other letters: MYPASSWORD, GITHUBTOKEN. */
static const char *const secret_parts[] = { "PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY", "PRIVATEKEY",
	"ACCESSKEY", NULL };

static bool in_list(const char *const *list, const char *word)
{
	for (; *list != NULL; list++) {
		if (strcmp(*list, word) == 0) {
			return true;
		}
	}
	return false;
}

bool bd_name_is_secret(const char *name, size_t n)
{
	char upper[128];
	char word[128];
	size_t word_len = 0;

	if (n >= sizeof(upper)) {
		name += n - (sizeof(upper) - 1); /* the telling word stands at the end */
		n = sizeof(upper) - 1;
	}
	for (size_t i = 0; i < n; i++) {
		upper[i] = (char)toupper((unsigned char)name[i]);
	}
	upper[n] = '\0';
	if (in_list(public_names, upper)) {
		return false;
	}
	for (const char *const *part = secret_parts; *part != NULL; part++) {
		if (strstr(upper, *part) != NULL) {
			return true;
		}
	}
	for (size_t i = 0; i <= n; i++) {
		const bool letter = i < n && isalpha((unsigned char)name[i]) != 0;
		const bool hump = letter && i > 0 && isupper((unsigned char)name[i]) != 0 &&
			islower((unsigned char)name[i - 1]) != 0;
		if ((!letter || hump) && word_len > 0) {
			word[word_len] = '\0';
			if (in_list(secret_words, word)) {
				return true;
			}
			word_len = 0;
		}
		if (letter) {
			word[word_len++] = upper[i];
		}
	}
	return false;
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

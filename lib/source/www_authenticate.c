/* SPDX-License-Identifier: Apache-2.0 */
#include "source/www_authenticate.h"

#include <string.h>
#include <strings.h>

/* RFC 9110, 5.6.2 */
static bool is_token_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* RFC 9110, 11.2: the other form of credentials, "Negotiate YII…==" */
static bool is_token68_byte(char c)
{
	return is_token_byte(c) || c == '/' || c == '=';
}

/* Without quotes only a token is allowed; addresses come so as well. */
static bool is_value_byte(char c)
{
	return c > ' ' && c != ',' && c != '"' && c != '\x7f';
}

static void skip(struct bd_str *rest, size_t n)
{
	rest->p += n;
	rest->n -= n;
}

static void skip_blanks(struct bd_str *rest, bool commas)
{
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t' || (commas && rest->p[0] == ','))) {
		skip(rest, 1);
	}
}

static struct bd_str take(struct bd_str *rest, bool (*accepts)(char c))
{
	struct bd_str token = { rest->p, 0 };
	while (token.n < rest->n && accepts(rest->p[token.n])) {
		token.n++;
	}
	skip(rest, token.n);
	return token;
}

/* RFC 9110, 5.6.4; *rest stands behind the opening quote. */
static bool take_quoted(struct bd_str *rest, struct bd_arena *arena, const char **out)
{
	struct bd_buf text = { 0 };
	bool closed = false;
	while (rest->n > 0 && !closed) {
		closed = rest->p[0] == '"';
		if (rest->p[0] == '\\' && rest->n > 1) {
			skip(rest, 1);
		}
		if (!closed) {
			bd_buf_add_char(&text, rest->p[0]);
		}
		skip(rest, 1);
	}
	const bool good = closed && memchr(bd_buf_str(&text), '\0', text.n) == NULL;
	*out = good ? bd_arena_text(arena, bd_buf_str(&text), text.n) : NULL;
	bd_buf_release(&text);
	return good;
}

static bool is_called(struct bd_str name, const char *wanted)
{
	return name.n == strlen(wanted) && strncasecmp(name.p, wanted, name.n) == 0;
}

static void keep(struct challenge *out, struct bd_str name, const char *value)
{
	const struct {
		const char *name;
		const char **place;
	} rows[] = { { "realm", &out->realm }, { "service", &out->service }, { "scope", &out->scope },
		{ "error", &out->error } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (is_called(name, rows[i].name) && *rows[i].place == NULL) {
			*rows[i].place = value;
		}
	}
}

/* Behind "NAME=": of Bearer it is kept. */
static bool take_value(
	struct bd_str *rest, struct bd_str name, struct challenge *out, bool bearer, struct bd_arena *arena)
{
	const char *value = NULL;
	skip_blanks(rest, false);
	if (rest->n > 0 && rest->p[0] == '"') {
		skip(rest, 1);
		if (!take_quoted(rest, arena, &value)) {
			return false;
		}
	} else {
		const struct bd_str token = take(rest, is_value_byte);
		value = bd_arena_text(arena, token.p, token.n);
	}
	if (bearer) {
		keep(out, name, value);
	}
	return true;
}

/* Is what follows a parameter (BLANKS "="), not the next scheme?  "==" ends a token68. */
static bool is_parameter(struct bd_str rest)
{
	skip_blanks(&rest, false);
	return rest.n > 0 && rest.p[0] == '=';
}

bool challenge_parse(struct bd_str rest, struct bd_arena *arena, struct challenge *out)
{
	bool bearer = false; /* whose parameters these are */
	bool kept = false;   /* of several Bearer challenges the first counts */

	*out = (struct challenge){ 0 };
	for (skip_blanks(&rest, true); rest.n > 0; skip_blanks(&rest, true)) {
		const struct bd_str name = take(&rest, is_token_byte);
		if (name.n == 0) {
			return false;
		}
		if (is_parameter(rest)) {
			skip_blanks(&rest, false);
			skip(&rest, 1);
			if (!take_value(&rest, name, out, bearer, arena)) {
				return false;
			}
			continue;
		}
		if (rest.n > 0 && is_token68_byte(rest.p[0])) {
			(void)take(&rest, is_token68_byte); /* the rest of a token68, told by its "/" */
			continue;
		}
		kept = kept || bearer;
		bearer = is_called(name, "Bearer") && !kept;
		out->bearer = out->bearer || bearer;
		out->basic = out->basic || is_called(name, "Basic");
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xml.h"

#include <string.h>

static void skip(struct bd_str *rest, size_t n)
{
	rest->p += n;
	rest->n -= n;
}

/* What stands before `end`; *rest is what follows it.  false: there is no end. */
static bool cut_at(struct bd_str *rest, const char *end, struct bd_str *before)
{
	size_t at = 0;
	if (!bd_str_find(*rest, end, &at)) {
		return false;
	}
	*before = (struct bd_str){ rest->p, at };
	skip(rest, at + strlen(end));
	return true;
}

/* Up to the ">" that is not inside an attribute's quotes. */
static bool cut_tag(struct bd_str *rest, struct bd_str *tag)
{
	char quote = '\0';
	for (size_t i = 0; i < rest->n; i++) {
		const char c = rest->p[i];
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '>') {
			*tag = (struct bd_str){ rest->p, i };
			skip(rest, i + 1);
			return true;
		}
	}
	return false;
}

/* "<!DOCTYPE … [ … ]>": its internal subset may have ">" too. */
static bool skip_declaration(struct bd_str *rest)
{
	struct bd_str ignored;
	const char *bracket = memchr(rest->p, '[', rest->n);
	const char *end = memchr(rest->p, '>', rest->n);
	if (bracket != NULL && end != NULL && bracket < end && !cut_at(rest, "]", &ignored)) {
		return false;
	}
	return cut_at(rest, ">", &ignored);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void read_tag(struct bd_str tag, struct xml_event *out)
{
	size_t n = 0;
	*out = (struct xml_event){ .kind = XML_START };
	if (tag.n > 0 && tag.p[0] == '/') {
		out->kind = XML_END;
		skip(&tag, 1);
	} else if (tag.n > 0 && tag.p[tag.n - 1] == '/') {
		out->empty = true;
		tag.n--;
	}
	while (n < tag.n && !is_space(tag.p[n])) {
		n++;
	}
	out->name = (struct bd_str){ tag.p, n };
	out->text = (struct bd_str){ tag.p + n, tag.n - n };
	const char *colon = n > 0 ? memchr(tag.p, ':', n) : NULL;
	if (colon != NULL) {
		skip(&out->name, (size_t)(colon + 1 - tag.p));
	}
}

/* false: *rest was no markup that gives no event; else it was skipped, *ok says whether it ended. */
static bool skip_silent(struct bd_str *rest, bool *ok)
{
	struct bd_str ignored;
	if (bd_str_starts(*rest, "<!--")) {
		skip(rest, 4);
		*ok = cut_at(rest, "-->", &ignored);
	} else if (bd_str_starts(*rest, "<?")) {
		*ok = cut_at(rest, "?>", &ignored);
	} else if (bd_str_starts(*rest, "<!") && !bd_str_starts(*rest, "<![CDATA[")) {
		*ok = skip_declaration(rest);
	} else {
		return false;
	}
	return true;
}

static bool next_markup(struct bd_str *rest, struct xml_event *out)
{
	struct bd_str tag;
	if (bd_str_starts(*rest, "<![CDATA[")) {
		skip(rest, 9);
		*out = (struct xml_event){ .kind = XML_TEXT, .raw = true };
		return cut_at(rest, "]]>", &out->text);
	}
	skip(rest, 1);
	if (!cut_tag(rest, &tag)) {
		return false;
	}
	read_tag(tag, out);
	return true;
}

bool xml_next(struct bd_str *rest, struct xml_event *out)
{
	bool ok = true;
	while (ok && rest->n > 0 && rest->p[0] == '<' && skip_silent(rest, &ok)) {
	}
	if (!ok || rest->n == 0) {
		return false;
	}
	if (rest->p[0] == '<') {
		return next_markup(rest, out);
	}
	const char *tag = memchr(rest->p, '<', rest->n);
	const size_t n = tag != NULL ? (size_t)(tag - rest->p) : rest->n;
	*out = (struct xml_event){ .kind = XML_TEXT, .text = { rest->p, n } };
	skip(rest, n);
	return true;
}

/* "#65", "#x41": XML 1.0, 4.1; false: no character. */
static bool read_character(struct bd_str name, uint32_t *out)
{
	const uint32_t base = name.n > 2 && name.p[1] == 'x' ? 16 : 10;
	uint32_t value = 0;
	if (name.n < 2 || name.p[0] != '#') {
		return false;
	}
	for (size_t i = base == 16 ? 2 : 1; i < name.n; i++) {
		const char c = name.p[i];
		const uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				       : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
				       : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
							      : 16;
		if (digit >= base || value > 0x10ffff) {
			return false;
		}
		value = value * base + digit;
	}
	*out = value;
	return value > 0 && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

static bool resolve(struct bd_str name, uint32_t *out)
{
	static const struct {
		const char *name;
		uint32_t character;
	} known[] = { { "amp", '&' }, { "apos", '\'' }, { "gt", '>' }, { "lt", '<' }, { "quot", '"' } };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (bd_str_is(name, known[i].name)) {
			*out = known[i].character;
			return true;
		}
	}
	return read_character(name, out);
}

void xml_text(const struct xml_event *event, struct bd_buf *out)
{
	struct bd_str rest = event->text;
	while (!event->raw && rest.n > 0) {
		const char *mark = memchr(rest.p, '&', rest.n);
		const char *end = mark != NULL ? memchr(mark, ';', rest.n - (size_t)(mark - rest.p)) : NULL;
		uint32_t character = 0;
		if (end == NULL) {
			break;
		}
		bd_buf_add(out, rest.p, (size_t)(mark - rest.p));
		if (resolve((struct bd_str){ mark + 1, (size_t)(end - mark - 1) }, &character)) {
			bd_utf8_add(out, character);
		} else {
			bd_buf_add(out, mark, (size_t)(end + 1 - mark));
		}
		skip(&rest, (size_t)(end + 1 - rest.p));
	}
	if (rest.n > 0) {
		bd_buf_add(out, rest.p, rest.n);
	}
}

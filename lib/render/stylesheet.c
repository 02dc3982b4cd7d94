/* SPDX-License-Identifier: Apache-2.0 */
#include "render/stylesheet.h"

#include <libxml/parser.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What libxslt has to say becomes part of our error, never a line on standard error. */
void stylesheet_take_message(void *into, const char *fmt, ...)
{
	struct bd_buf *messages = into;
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (messages->n < 16384) {
		bd_buf_add_str(messages, text);
	}
}

/* "runtime error: file F line 12 element value-of" (xsltPrintErrorContext): the place of what follows. */
static bool is_place(struct bd_str line, struct bd_str *file, struct bd_str *number)
{
	size_t at = 0;
	size_t end = 0;
	if (!bd_str_find(line, "error: file ", &at)) {
		return false;
	}
	at += strlen("error: file ");
	const struct bd_str rest = { line.p + at, line.n - at };
	if (!bd_str_find(rest, " line ", &end)) {
		return false;
	}
	struct bd_str tail = { rest.p + end + strlen(" line "), rest.n - end - strlen(" line ") };
	*file = (struct bd_str){ rest.p, end };
	*number = bd_str_cut(&tail, ' ');
	return true;
}

/* The first place and what is said of it; further ones mostly follow from it. */
int stylesheet_error(const struct bd_buf *messages, struct bd_error *err)
{
	struct bd_str rest = bd_buf_view(messages);
	struct bd_str line;
	struct bd_str file = { NULL, 0 };
	struct bd_str number = { NULL, 0 };
	struct bd_buf said = { 0 };
	bool placed = false;
	while (bd_str_line(&rest, &line)) {
		if (is_place(line, &file, &number)) {
			if (placed) {
				break;
			}
			placed = true;
		} else if (line.n > 0) {
			bd_buf_add_str(&said, said.n > 0 ? "; " : "");
			bd_buf_add(&said, line.p, line.n);
		}
	}
	int status = placed ? bd_error_set(err, BD_ERR_FORMAT, "%.*s:%.*s: %.400s", (int)file.n, file.p, (int)number.n,
				      number.p, said.n > 0 ? said.p : "not understood")
			    : bd_error_set(err, BD_ERR_FORMAT, "the template failed: %.400s",
				      said.n > 0 ? said.p : "no reason given");
	bd_buf_release(&said);
	return status;
}

/* The first error of a document; the others follow from it. */
static void keep_first(void *into, xmlError *error)
{
	struct bd_buf *first = into;
	if (first->n == 0 && error->level >= XML_ERR_ERROR) {
		const char *text = error->message != NULL ? error->message : "not XML";
		bd_buf_printf(first, "%s:%d: %.*s", error->file != NULL ? error->file : "", error->line,
			(int)strcspn(text, "\n"), text);
	}
}

static xmlDoc *parse(struct bd_str text, const char *path, struct bd_error *err)
{
	struct bd_buf first = { 0 };
	xmlSetStructuredErrorFunc(&first, keep_first);
	xmlDoc *doc = xmlReadMemory(text.n > 0 ? text.p : " ", (int)(text.n > 0 ? text.n : 1), path, NULL,
		XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (doc == NULL) {
		(void)bd_error_set(err, BD_ERR_FORMAT, "%s", first.n > 0 ? first.p : path);
	}
	bd_buf_release(&first);
	return doc;
}

/* A stylesheet may include others that lie beside it; nothing of a network is ever loaded. */
static xsltStylesheet *compile(xmlDoc *doc, struct bd_buf *messages)
{
	const xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
	xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
	xsltSetGenericErrorFunc(messages, stylesheet_take_message);
	xmlSetGenericErrorFunc(messages, stylesheet_take_message);
	xsltStylesheet *sheet = xsltParseStylesheetDoc(doc);
	xmlSetGenericErrorFunc(NULL, NULL);
	xsltSetGenericErrorFunc(NULL, NULL);
	xmlSetExternalEntityLoader(loader);
	if (sheet != NULL && sheet->errors > 0) {
		xsltFreeStylesheet(sheet);
		return NULL;
	}
	if (sheet == NULL) {
		xmlFreeDoc(doc); /* a stylesheet owns its document only once it is one */
	}
	return sheet;
}

int stylesheet_load(const struct bd_page_template *page, xsltStylesheet **out, struct bd_error *err)
{
	const char *path;
	const struct bd_str text = page_layout(page, &path);
	struct bd_buf messages = { 0 };
	xmlDoc *doc = parse(text, path, err);
	if (doc == NULL) {
		return -(int)err->code;
	}
	*out = compile(doc, &messages);
	const int status = *out == NULL ? stylesheet_error(&messages, err) : 0;
	bd_buf_release(&messages);
	return status;
}

xsltSecurityPrefs *stylesheet_forbid_everything(void)
{
	static const xsltSecurityOption options[] = { XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
		XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK };
	xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();
	for (size_t i = 0; prefs != NULL && i < sizeof(options) / sizeof(options[0]); i++) {
		(void)xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid);
	}
	return prefs;
}

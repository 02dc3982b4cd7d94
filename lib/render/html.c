/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page: the report's tree through templates/report.xsl.  One file, no script, no request; a CSP
 * names the one style by its hash.  Names in it come from images and are
 * hostile until shown otherwise.
 */
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>

#include "base/auto.h"
#include "render/templates.h"
#include "render/tree.h"

DEFINE_AUTO(xml_doc, xmlDoc, xmlFreeDoc)
DEFINE_AUTO(stylesheet, xsltStylesheet, xsltFreeStylesheet)
DEFINE_AUTO(transform, xsltTransformContext, xsltFreeTransformContext)
DEFINE_AUTO(security, xsltSecurityPrefs, xsltFreeSecurityPrefs)

/* What libxslt has to say becomes part of our error, never a line on standard error. */
__attribute__((format(printf, 2, 3))) static void take_message(void *into, const char *fmt, ...)
{
	struct bd_buf *messages = into;
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bd_buf_add_str(messages, text);
}

static int load_stylesheet(xsltStylesheet **out, struct bd_error *err)
{
	xmlDoc *doc = xmlReadMemory((const char *)render_template_report_xsl, (int)render_template_report_xsl_size,
		"report.xsl", "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xsltStylesheet *sheet = doc == NULL ? NULL : xsltParseStylesheetDoc(doc);
	if (sheet == NULL) {
		xmlFreeDoc(doc); /* a stylesheet owns its document only once it is one */
		return bd_error_set(err, BD_ERR_FORMAT, "html: the template report.xsl is not a stylesheet");
	}
	*out = sheet;
	return 0;
}

/* A template reads the tree and nothing else: no file, no network, no writing. */
static xsltSecurityPrefs *forbid_everything(void)
{
	static const xsltSecurityOption options[] = { XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
		XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK };
	xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();
	for (size_t i = 0; prefs != NULL && i < sizeof(options) / sizeof(options[0]); i++) {
		(void)xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid);
	}
	return prefs;
}

/* default-src 'none' and the hash of the style: what the page may do is to show itself. */
static void add_policy(struct bd_buf *policy)
{
	uint8_t digest[64];
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, render_template_report_css, render_template_report_css_size);
	const size_t n = bd_hash_final(hash, digest);
	bd_hash_free(hash);
	bd_buf_add_str(policy, "default-src 'none'; style-src 'sha256-");
	bd_base64(policy, digest, n);
	bd_buf_add_str(policy, "'; base-uri 'none'; form-action 'none'");
}

static int set_parameters(xsltTransformContext *context, struct bd_error *err)
{
	struct bd_buf policy = { 0 };
	struct bd_buf style = { 0 };
	add_policy(&policy);
	bd_buf_add(&style, render_template_report_css, render_template_report_css_size);
	const int bad =
		xsltQuoteOneUserParam(context, (const xmlChar *)"policy", (const xmlChar *)bd_buf_str(&policy)) != 0 ||
		xsltQuoteOneUserParam(context, (const xmlChar *)"style", (const xmlChar *)bd_buf_str(&style)) != 0;
	bd_buf_release(&policy);
	bd_buf_release(&style);
	return bad ? bd_error_set(err, BD_ERR_FORMAT, "html: the template takes no parameters") : 0;
}

static int transform(xsltStylesheet *sheet, xmlDoc *tree, xmlDoc **out, struct bd_error *err)
{
	AUTO(security_auto) xsltSecurityPrefs *prefs = forbid_everything();
	AUTO(transform_auto) xsltTransformContext *context = xsltNewTransformContext(sheet, tree);
	struct bd_buf messages = { 0 };
	if (prefs == NULL || context == NULL || xsltSetCtxtSecurityPrefs(prefs, context) < 0) {
		return bd_error_set(err, BD_ERR_IO, "html: no XSLT context");
	}
	xsltSetCtxtParseOptions(context, XML_PARSE_NONET);
	xsltSetTransformErrorFunc(context, &messages, take_message);
	int status = set_parameters(context, err);
	if (status == 0) {
		*out = xsltApplyStylesheetUser(sheet, tree, NULL, NULL, NULL, context);
		if (*out == NULL || context->state != XSLT_STATE_OK) {
			status = bd_error_set(
				err, BD_ERR_FORMAT, "html: the template failed: %s", bd_buf_str(&messages));
		}
	}
	bd_buf_release(&messages);
	return status;
}

/* libxml2's serialiser knows which elements have no end tag; its doctype and meta are of HTML 4, so ours go first. */
static int write_page(xmlDoc *page, struct bd_buf *out, struct bd_error *err)
{
	xmlNode *root = xmlDocGetRootElement(page);
	xmlCharEncodingHandlerPtr utf8 = xmlFindCharEncodingHandler("UTF-8");
	xmlOutputBuffer *buffer = xmlAllocOutputBuffer(utf8);
	if (root == NULL || buffer == NULL) {
		if (buffer != NULL) {
			(void)xmlOutputBufferClose(buffer);
		}
		return bd_error_set(err, BD_ERR_FORMAT, "html: the template made no page");
	}
	htmlNodeDumpFormatOutput(buffer, page, root, "UTF-8", 0);
	(void)xmlOutputBufferFlush(buffer);
	bd_buf_add_str(out, "<!DOCTYPE html>\n");
	if (buffer->conv != NULL) {
		bd_buf_add(out, xmlBufContent(buffer->conv), xmlBufUse(buffer->conv));
	} else {
		bd_buf_add(out, xmlOutputBufferGetContent(buffer), xmlOutputBufferGetSize(buffer));
	}
	bd_buf_add_char(out, '\n');
	(void)xmlOutputBufferClose(buffer);
	return 0;
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	AUTO(xml_doc_auto) xmlDoc *tree = NULL;
	AUTO(stylesheet_auto) xsltStylesheet *sheet = NULL;
	AUTO(xml_doc_auto) xmlDoc *page = NULL;
	int status = render_tree(report, options, &tree, err);
	if (status == 0) {
		status = load_stylesheet(&sheet, err);
	}
	if (status == 0) {
		status = transform(sheet, tree, &page, err);
	}
	return status < 0 ? status : write_page(page, out, err);
}

const struct bd_renderer bd_renderer_html = {
	.name = "html",
	.extension = "html",
	.media_type = "text/html",
	.render = render,
};

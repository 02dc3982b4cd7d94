/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page: the report's tree through templates/report.xsl.  One file, or one with its style and script beside it; no
 * request goes elsewhere, and a policy in the page says so: style and script are named by their hashes.  Names in it
 * come from images and are hostile until shown otherwise.
 */
#include <libxml/HTMLtree.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltutils.h>
#include <string.h>

#include "base/auto.h"
#include "render/stylesheet.h"
#include "render/tree.h"

DEFINE_AUTO(xml_doc, xmlDoc, xmlFreeDoc)
DEFINE_AUTO(stylesheet, xsltStylesheet, xsltFreeStylesheet)
DEFINE_AUTO(transform, xsltTransformContext, xsltFreeTransformContext)
DEFINE_AUTO(security, xsltSecurityPrefs, xsltFreeSecurityPrefs)

/* CSP 3, "Hash usage": the browser takes this very text and no other. */
static void add_source(struct bd_buf *policy, const char *directive, struct bd_str text, const char *href)
{
	uint8_t digest[64];
	bd_buf_printf(policy, "; %s ", directive);
	if (href != NULL) {
		bd_buf_add_str(policy, "'self'");
		return;
	}
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, text.p, text.n);
	const size_t n = bd_hash_final(hash, digest);
	bd_hash_free(hash);
	bd_buf_add_str(policy, "'sha256-");
	bd_base64(policy, digest, n);
	bd_buf_add_char(policy, '\'');
}

static int set_parameter(xsltTransformContext *context, const char *name, struct bd_str text, struct bd_error *err)
{
	struct bd_buf value = { 0 };
	bd_buf_add(&value, text.p, text.n);
	const int bad = xsltQuoteOneUserParam(context, (const xmlChar *)name, (const xmlChar *)bd_buf_str(&value));
	bd_buf_release(&value);
	return bad != 0 ? bd_error_set(err, BD_ERR_FORMAT, "the template does not take the parameter %s", name) : 0;
}

static int set_parameters(xsltTransformContext *context, const struct bd_render_options *options, struct bd_error *err)
{
	const struct bd_str style = bd_page_style(options->page);
	const struct bd_str script = bd_page_script(options->page);
	const bool linked = options->style_href != NULL && options->script_href != NULL;
	struct bd_buf policy = { 0 };

	bd_buf_add_str(&policy, "default-src 'none'");
	add_source(&policy, "style-src", style, options->style_href);
	add_source(&policy, "script-src", script, options->script_href);
	bd_buf_add_str(&policy, "; base-uri 'none'; form-action 'none'");
	int status = set_parameter(context, "policy", bd_buf_view(&policy), err);
	bd_buf_release(&policy);
	if (status == 0) {
		status = linked ? set_parameter(context, "style-href", bd_str(options->style_href), err)
				: set_parameter(context, "style", style, err);
	}
	if (status == 0) {
		status = linked ? set_parameter(context, "script-href", bd_str(options->script_href), err)
				: set_parameter(context, "script", script, err);
	}
	return status;
}

static int transform(xsltStylesheet *sheet, xmlDoc *tree, const struct bd_render_options *options, xmlDoc **out,
	struct bd_error *err)
{
	AUTO(security_auto) xsltSecurityPrefs *prefs = stylesheet_forbid_everything();
	AUTO(transform_auto) xsltTransformContext *context = xsltNewTransformContext(sheet, tree);
	struct bd_buf messages = { 0 };
	if (prefs == NULL || context == NULL || xsltSetCtxtSecurityPrefs(prefs, context) < 0) {
		return bd_error_set(err, BD_ERR_IO, "no XSLT context");
	}
	xsltSetCtxtParseOptions(context, XML_PARSE_NONET);
	xsltSetTransformErrorFunc(context, &messages, stylesheet_take_message);
	xmlSetGenericErrorFunc(&messages, stylesheet_take_message); /* of XPath */
	int status = set_parameters(context, options, err);
	if (status == 0) {
		*out = xsltApplyStylesheetUser(sheet, tree, NULL, NULL, NULL, context);
		if (*out == NULL || context->state != XSLT_STATE_OK) {
			status = stylesheet_error(&messages, err);
		}
	}
	xmlSetGenericErrorFunc(NULL, NULL);
	bd_buf_release(&messages);
	return status;
}

/* libxml2's serialiser knows which elements have no end tag; its doctype and meta are of HTML 4, so ours go first. */
static int write_html(xmlDoc *page, struct bd_buf *out, struct bd_error *err)
{
	xmlNode *root = xmlDocGetRootElement(page);
	xmlOutputBuffer *buffer = xmlAllocOutputBuffer(xmlFindCharEncodingHandler("UTF-8"));
	if (root == NULL || buffer == NULL) {
		if (buffer != NULL) {
			(void)xmlOutputBufferClose(buffer);
		}
		return bd_error_set(err, BD_ERR_FORMAT, "the template made no page");
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

/* A template of somebody's own may write XML or text as well: XSLT 1.0, 16 "Output". */
static int write_page(xsltStylesheet *sheet, xmlDoc *page, struct bd_buf *out, struct bd_error *err)
{
	if (sheet->method == NULL || xmlStrEqual(sheet->method, (const xmlChar *)"html") != 0) {
		return write_html(page, out, err);
	}
	xmlChar *text = NULL;
	int size = 0;
	if (xsltSaveResultToString(&text, &size, page, sheet) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "what the template made cannot be written");
	}
	bd_buf_add(out, text, (size_t)size);
	xmlFree(text);
	return 0;
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	AUTO(xml_doc_auto) xmlDoc *tree = NULL;
	AUTO(stylesheet_auto) xsltStylesheet *sheet = NULL;
	AUTO(xml_doc_auto) xmlDoc *page = NULL;
	int status = stylesheet_load(options->page, &sheet, err);
	if (status == 0) {
		status = render_tree(report, options, &tree, err);
	}
	if (status == 0) {
		status = transform(sheet, tree, options, &page, err);
	}
	return status < 0 ? status : write_page(sheet, page, out, err);
}

const struct bd_renderer bd_renderer_html = {
	.name = "html",
	.extension = "html",
	.media_type = "text/html",
	.render = render,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The report's tree as it is, for other templates: templates/README.md. */
#include "base/auto.h"
#include "render/tree.h"

DEFINE_AUTO(xml_doc, xmlDoc, xmlFreeDoc)

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	AUTO(xml_doc_auto) xmlDoc *doc = NULL;
	xmlChar *text = NULL;
	int size = 0;
	const int status = render_tree(report, options, &doc, err);
	if (status < 0) {
		return status;
	}
	xmlDocDumpFormatMemoryEnc(doc, &text, &size, "UTF-8", 1);
	if (text == NULL || size < 0) {
		return bd_error_set(err, BD_ERR_IO, "xml: the document could not be written");
	}
	bd_buf_add(out, text, (size_t)size);
	xmlFree(text);
	return 0;
}

const struct bd_renderer bd_renderer_xml = {
	.name = "xml",
	.extension = "xml",
	.media_type = "application/xml",
	.render = render,
};

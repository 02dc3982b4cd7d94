/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start tags, end tags and texts of an XML document, as far as package metadata goes: no document type, no
 * entities but the five and characters, nothing is fetched or expanded.
 */
#ifndef FORMAT_XML_H
#define FORMAT_XML_H

#include "basedrift/base.h"

enum xml_kind {
	XML_START,
	XML_END,
	XML_TEXT /* between two tags, comments left out; a CDATA section is one of its own */
};
struct xml_event {
	enum xml_kind kind;
	struct bd_str name; /* of a tag, without its namespace prefix */
	struct bd_str text; /* as it stands there: xml_text() resolves it; of a start tag its attributes */
	bool raw;           /* text of a CDATA section: nothing to resolve */
	bool empty;         /* a start tag that ends itself: no XML_END follows */
};
/* The next event off *rest; false at the end, or where it is no XML any more. */
bool xml_next(struct bd_str *rest, struct xml_event *out);
/* Append the event's text with its references resolved; unknown ones stay as they are. */
void xml_text(const struct xml_event *event, struct bd_buf *out);

#endif

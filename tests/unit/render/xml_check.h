/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_XML_CHECK_H
#define RENDER_XML_CHECK_H

#include <libxml/tree.h>

/* Parse strictly and without a network; the test fails when the text is not well-formed. */
xmlDoc *parse_xml(const char *text);
/* 1: valid, 0: not (the reason goes to standard error), -1: there is no such schema file. */
int validate_xml(const char *text, const char *schema_path);
/* What an XPath expression counts or says. */
double count_xpath(xmlDoc *doc, const char *expression);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "xml_check.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <string.h>
#include <unistd.h>

xmlDoc *parse_xml(const char *text)
{
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), "report.xml", NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
	assert_non_null(doc);
	return doc;
}

int validate_xml(const char *text, const char *schema_path)
{
	if (access(schema_path, R_OK) != 0) {
		return -1;
	}
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(schema_path);
	xmlSchema *schema = xmlSchemaParse(parser);
	assert_non_null(schema);
	xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(schema);
	xmlDoc *doc = parse_xml(text);
	const int result = xmlSchemaValidateDoc(context, doc);
	xmlFreeDoc(doc);
	xmlSchemaFreeValidCtxt(context);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	return result == 0;
}

double count_xpath(xmlDoc *doc, const char *expression)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *object = xmlXPathEvalExpression((const xmlChar *)expression, context);
	assert_non_null(object);
	const double value = xmlXPathCastToNumber(object);
	xmlXPathFreeObject(object);
	xmlXPathFreeContext(context);
	return value;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "base/auto.h"
#include "format/xml.h"

/* "<a" start, "/a" end, "text" for text, one a line. */
static void expect(const char *document, const char *events)
{
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_str rest = bd_str(document);
	struct xml_event event;
	bd_buf_add_str(&out, "");
	while (xml_next(&rest, &event)) {
		if (event.kind == XML_TEXT) {
			xml_text(&event, &out);
		} else {
			bd_buf_printf(&out, "%s%.*s%s", event.kind == XML_START ? "<" : "/", (int)event.name.n,
				event.name.p, event.empty ? "/" : "");
		}
		bd_buf_add_char(&out, '|');
	}
	assert_string_equal(bd_buf_str(&out), events);
}

static void test_xml_next_events(void **state)
{
	(void)state;
	expect("", "");
	expect("<?xml version=\"1.0\"?><!-- < --><a x='>'>t<b/>u</a>", "<a|t|<b/|u|/a|");
	expect("<!DOCTYPE a [<!ENTITY e \"x>\">]><m:a>&lt;&#65;&#x42;&e;&amp;</m:a>", "<a|<AB&e;&|/a|");
	expect("<a><![CDATA[<&amp;]]></a\n>", "<a|<&amp;|/a|");
	expect("<a>\xc3\xa9&#233;&#8364;&#x1F600;", "<a|\xc3\xa9\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80|");
}

static void test_xml_next_broken(void **state)
{
	(void)state;
	expect("<a", "");
	expect("<a>x<!-- ", "<a|x|");
	expect("<a>&", "<a|&|");
	expect("<a>&#0;&#xd800;&#1114112;&#;&#x;&;", "<a|&#0;&#xd800;&#1114112;&#;&#x;&;|");
	expect("<>", "<|");
	expect("<![CDATA[x", "");
	expect("<!DOCTYPE [", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml_next_events),
		cmocka_unit_test(test_xml_next_broken),
	};
	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "render/renderers.h"

#define HEAD "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">\n"
#define TAIL "</xsl:stylesheet>\n"

struct folder {
	char path[64];
};

static struct folder make_folder(void)
{
	struct folder folder = { "/tmp/basedrift-template-XXXXXX" };
	assert_non_null(mkdtemp(folder.path));
	return folder;
}

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[128];
	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void remove_folder(const struct folder *folder)
{
	static const char *const names[] = { "report.xsl", "report.css", "report.js", "part.xsl" };
	char path[128];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder->path), 0);
}

/* The page with the templates of that folder, or NULL and the error. */
static char *render_with(const struct folder *folder, struct bd_error *err)
{
	struct bd_page_template *page = NULL;
	struct bd_buf out = { 0 };
	if (bd_page_template_open(folder->path, &page, err) < 0) {
		return NULL;
	}
	const struct bd_render_options options = { .page = page };
	struct fixture *f = fixture_new(FIXTURE_BASE_MOVED);
	const int status = bd_renderer_html.render(&f->report, &options, &out, err);
	fixture_free(f);
	bd_page_template_free(page);
	if (status < 0) {
		assert_int_equal(out.n, 0);
		bd_buf_release(&out);
		return NULL;
	}
	return out.p;
}

static void test_page_template_replaces_the_layout(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	struct bd_error err;
	write_file(&folder, "report.xsl",
		HEAD "<xsl:output method=\"html\"/><xsl:template match=\"/report\"><html><body><p>"
		     "<xsl:value-of select=\"verdict/headline/hot\"/></p></body></html></xsl:template>\n" TAIL);
	char *page = render_with(&folder, &err);
	assert_string_equal(page, "<!DOCTYPE html>\n<html><body><p>The base image did.</p></body></html>\n");
	free(page);
	remove_folder(&folder);
}

static void test_page_template_may_include_what_lies_beside_it(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	struct bd_error err;
	write_file(&folder, "report.xsl", HEAD "<xsl:include href=\"part.xsl\"/>\n<xsl:output method=\"text\"/>" TAIL);
	write_file(&folder, "part.xsl", HEAD "<xsl:template match=\"/report\">hello &lt;</xsl:template>\n" TAIL);
	char *page = render_with(&folder, &err);
	assert_string_equal(page, "hello <");
	free(page);
	remove_folder(&folder);
}

static void test_page_template_style_alone(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	struct bd_error err;
	write_file(&folder, "report.css", "p { color: red }");
	char *page = render_with(&folder, &err);
	assert_non_null(page);
	assert_non_null(strstr(page, "<style>p { color: red }</style>"));
	assert_non_null(strstr(page, "The base image did."));
	free(page);
	remove_folder(&folder);
}

static void test_page_template_errors_have_file_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ HEAD "<xsl:template match=\"/report\">\n<p>\n</xsl:template>" TAIL, "report.xsl:4: " },
		{ "<html/>", "report.xsl:" },
		{ HEAD "\n<xsl:template match=\"/report\">\n<xsl:value-of select=\"((\"/></xsl:template>" TAIL,
			"report.xsl:4: " },
		{ HEAD "<xsl:template match=\"/report\">\n\n<xsl:value-of select=\"$nothing\"/></xsl:template>" TAIL,
			"report.xsl:4: " },
		{ HEAD "<xsl:template match=\"/report\">\n<xsl:call-template name=\"nobody\"/></xsl:template>" TAIL,
			"report.xsl:3: " },
		{ HEAD "<xsl:template match=\"/report\">\n<xsl:message terminate=\"yes\">no way"
		       "</xsl:message></xsl:template>" TAIL,
			"no way" },
		{ HEAD "<xsl:template match=\"/report\"/>" TAIL, "the template made no page" },
		{ HEAD "<xsl:include href=\"http://192.0.2.1/x.xsl\"/>" TAIL, "report.xsl:2: " },
		{ HEAD "<xsl:template match=\"/report\">\n<p><xsl:copy-of "
		       "select=\"document('/etc/hostname')\"/></p></xsl:template>" TAIL,
			"report.xsl" },
		{ "", "report.xsl" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct folder folder = make_folder();
		struct bd_error err = { 0 };
		write_file(&folder, "report.xsl", cases[i].text);
		char *page = render_with(&folder, &err);
		remove_folder(&folder);
		if (page != NULL || strstr(err.msg, cases[i].said) == NULL || strchr(err.msg, '\n') != NULL) {
			fail_msg("case %zu: %s, not %s", i, page != NULL ? page : err.msg, cases[i].said);
		}
		assert_int_equal(err.code, BD_ERR_FORMAT);
	}
}

static void test_page_template_needs_a_file(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	struct bd_page_template *page = NULL;
	struct bd_error err;
	assert_int_equal(bd_page_template_open(folder.path, &page, &err), -BD_ERR_NOT_FOUND);
	remove_folder(&folder);
	assert_int_equal(bd_page_template_open(folder.path, &page, &err), -BD_ERR_NOT_FOUND);
	assert_null(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_template_replaces_the_layout),
		cmocka_unit_test(test_page_template_may_include_what_lies_beside_it),
		cmocka_unit_test(test_page_template_style_alone),
		cmocka_unit_test(test_page_template_errors_have_file_and_line),
		cmocka_unit_test(test_page_template_needs_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

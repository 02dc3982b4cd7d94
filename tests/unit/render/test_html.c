/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "render/parts.h"
#include "render/renderers.h"
#include "xml_check.h"

static char *page_of(enum fixture_kind kind, const struct bd_render_options *options)
{
	struct fixture *f = fixture_new(kind);
	char *page = fixture_render(f, &bd_renderer_html, options);
	fixture_free(f);
	return page;
}

/* libxml2's HTML parser knows no HTML 5 element names; it still builds the tree that is there. */
static xmlDoc *parse_html(const char *page)
{
	xmlDoc *doc = htmlReadMemory(page, (int)strlen(page), "report.html", "UTF-8",
		HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
	assert_non_null(doc);
	return doc;
}

static void assert_count(xmlDoc *doc, const char *expression, int expected)
{
	const double n = count_xpath(doc, expression);
	if ((int)n != expected) {
		fail_msg("%s is %d, not %d", expression, (int)n, expected);
	}
}

static void assert_has(const char *text, const char *needle)
{
	if (strstr(text, needle) == NULL) {
		fail_msg("not in the report: %s", needle);
	}
}

/* Where BASEDRIFT_PAGES names a folder, the pages are left there for a look in a browser. */
static void keep_page(int kind, const char *page)
{
	const char *folder = getenv("BASEDRIFT_PAGES");
	char path[512];
	if (folder != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s.html", folder, fixture_names[kind]);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(page, 1, strlen(page), file), strlen(page));
		assert_int_equal(fclose(file), 0);
	}
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The values of that attribute, sorted; they live in the arena. */
static void collect(struct bd_arena *arena, const char *page, const char *attribute, struct bd_string_vec *out)
{
	for (const char *p = page; (p = strstr(p, attribute)) != NULL;) {
		p += strlen(attribute);
		*bd_vec_push(out) = bd_arena_text(arena, p, strcspn(p, "\""));
	}
	assert_true(out->len > 0);
	qsort(out->v, out->len, sizeof(*out->v), compare_texts);
}

/* Ids are unique, and every link into the page has its target. */
static void assert_anchors(const char *page)
{
	struct bd_arena arena = { 0 };
	struct bd_string_vec ids = { 0 };
	struct bd_string_vec links = { 0 };
	collect(&arena, page, " id=\"", &ids);
	collect(&arena, page, " href=\"#", &links);
	for (size_t i = 1; i < ids.len; i++) {
		assert_string_not_equal(ids.v[i - 1], ids.v[i]);
	}
	for (size_t i = 0; i < links.len; i++) {
		assert_non_null(bsearch(&links.v[i], ids.v, ids.len, sizeof(*ids.v), compare_texts));
	}
	free(ids.v);
	free(links.v);
	bd_arena_release(&arena);
}

static void test_render_every_page_is_safe_and_whole(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		char *page = page_of((enum fixture_kind)kind, NULL);
		keep_page(kind, page);
		assert_ptr_equal(strstr(page, "<!DOCTYPE html>\n<html lang=\"en\">"), page);
		assert_true(is_inert(page, 0));
		xmlDoc *doc = parse_html(page);
		assert_count(doc, "count(//h1)", 1);
		assert_count(doc, "count(//script)", 1); /* ours: the policy's hash is of it */
		assert_count(doc, "count(//img | //link | //iframe | //object | //form)", 0);
		assert_count(doc, "count(//@style | //@src | //@onclick | //@onload)", 0);
		/* links lead into the page or to the builds, and each one into the page has its target */
		assert_count(doc,
			"count(//a[not(starts-with(@href, '#')) and not(starts-with(@href, 'https://ci.example/'))])",
			0);
		assert_anchors(page);
		assert_count(doc, "count(//style)", 1);
		xmlFreeDoc(doc);
		free(page);
	}
}

/* The text between the first tag of that name and its end, and its hash as a policy names it. */
static void add_hash(struct bd_buf *out, const char *page, const char *tag)
{
	char start_tag[32];
	char end_tag[32];
	(void)snprintf(start_tag, sizeof(start_tag), "<%s>", tag);
	(void)snprintf(end_tag, sizeof(end_tag), "</%s>", tag);
	const char *start = strstr(page, start_tag);
	const char *end = strstr(page, end_tag);
	assert_true(start != NULL && end != NULL);
	start += strlen(start_tag);
	uint8_t digest[64];
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, start, (size_t)(end - start));
	const size_t n = bd_hash_final(hash, digest);
	bd_hash_free(hash);
	bd_buf_add_str(out, "'sha256-");
	bd_base64(out, digest, n);
	bd_buf_add_char(out, '\'');
}

/* The browser takes style and script only if the policy's hashes are those of the very bytes between the tags. */
static void test_render_policy_has_the_hashes_of_style_and_script(void **state)
{
	(void)state;
	char *page = page_of(FIXTURE_BASE_MOVED, NULL);
	struct bd_buf expected = { 0 };
	bd_buf_add_str(&expected, "content=\"default-src 'none'; style-src ");
	add_hash(&expected, page, "style");
	bd_buf_add_str(&expected, "; script-src ");
	add_hash(&expected, page, "script");
	bd_buf_add_str(&expected, "; base-uri 'none'; form-action 'none'\"");
	assert_has(page, expected.p);
	bd_buf_release(&expected);
	free(page);
}

static void test_render_linked_page_has_no_style_of_its_own(void **state)
{
	(void)state;
	const struct bd_render_options options = { .style_href = "r.css", .script_href = "r.js" };
	char *page = page_of(FIXTURE_BASE_MOVED, &options);
	assert_has(page, "<link rel=\"stylesheet\" href=\"r.css\">");
	assert_has(page, "<script src=\"r.js\">");
	assert_has(
		page, "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'");
	assert_null(strstr(page, "<style>"));
	assert_null(strstr(page, "function"));
	free(page);
}

static void test_render_timeline_has_its_lanes(void **state)
{
	(void)state;
	char *page = page_of(FIXTURE_BASE_MOVED, NULL);
	assert_has(page, "the same tree 80655da throughout");
	assert_has(page, "new image first seen 19 Oct 03:30");
	assert_has(page, "first failure");
	assert_has(page, "The git lane does not change. The lane of python:2.7 changes. Builds: build 4809 passed,");
	assert_has(page, "build 4811 passed, watch (looked at the tag), build 4812 failed,");
	assert_has(page, "was already the image of the failing build (watch)");
	assert_has(page, "build 4810 passed on the base image of the last good build");
	free(page);
}

static void test_render_filter_counts_the_kinds(void **state)
{
	(void)state;
	char *page = page_of(FIXTURE_BASE_MOVED, NULL);
	assert_has(page, "<label for=\"show-all\">All <span>7</span></label>");
	assert_has(page, "<label for=\"show-changed\">Changed <span>5</span></label>");
	assert_has(page, "<label for=\"show-added\">Added <span>1</span></label>");
	assert_has(page, "<label for=\"show-removed\">Removed <span>1</span></label>");
	free(page);
	page = page_of(FIXTURE_NOTHING, NULL);
	assert_null(strstr(page, "<fieldset"));
	free(page);
}

static void test_render_base_moved_has_all_sections(void **state)
{
	(void)state;
	static const char *const in_order[] = { "id=\"verdict\"", "id=\"fix\"", "<nav", "id=\"compared\"",
		"id=\"timeline\"", "id=\"layers\"", "id=\"settings\"", "id=\"packages\"", "id=\"pkg-base\"",
		"id=\"pkg-your\"", "id=\"files\"", "id=\"evidence\"", "<footer>" };
	char *page = page_of(FIXTURE_BASE_MOVED, NULL);
	const char *at = page;
	for (size_t i = 0; i < sizeof(in_order) / sizeof(in_order[0]); i++) {
		at = strstr(at, in_order[i]);
		if (at == NULL) {
			fail_msg("no %s, or not there", in_order[i]);
		}
	}
	assert_has(page, "Nothing in git changed. <span class=\"hot\">The base image did.</span>");
	assert_has(page, "<del>FROM python:2.7</del>\n<ins>FROM python:2.7@sha256:79bd10b2");
	assert_has(page, "id=\"env-python_version\"");
	assert_has(page, "id=\"pkg-deb-openssl\"");
	assert_has(page, "2.7.<b>16</b>");
	assert_has(page, "Everything else that differs follows from it:");
	assert_has(page, "<code>sha256:4924b67b58e513cd1ca778ee389f516873c048a04ad173ed91a932c863cb0f81</code>");
	/* a build's address is a link only when it is one */
	assert_has(page, "href=\"https://ci.example/builds/4811\"");
	assert_null(strstr(page, "javascript:"));
	/* made at 1970-01-01 is no time */
	assert_null(strstr(page, "datetime=\"1970"));
	free(page);
}

static void test_render_caps_are_said(void **state)
{
	(void)state;
	struct bd_render_options options = { .json_name = "report.json" };
	char *page = page_of(FIXTURE_HUGE, &options);
	xmlDoc *doc = parse_html(page);
	assert_count(doc, "count(//div[@id='pkg-base']//tr[@id])", 500);
	assert_count(doc, "count(//div[@id='pkg-base']//summary[.='100 more packages'])", 1);
	assert_count(doc, "count(//summary[.='200 more settings'])", 1);
	assert_count(doc, "count(//summary[.='3,003 files'])", 1);
	xmlFreeDoc(doc);
	assert_has(page, "~ lib595  1.0-1 → 1.0-2  base layer 2\n");
	assert_has(page, "/usr/share/file-2999");
	assert_null(strstr(page, "see report.json"));
	free(page);
}

static void test_render_bytes_are_capped_and_the_rest_counted(void **state)
{
	(void)state;
	static const size_t limits[] = { 100U << 10, 300U << 10, 600U << 10 };
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct bd_render_options options = { .json_name = "report.json", .html_max_bytes = limits[i] };
		char *page = page_of(FIXTURE_HUGE, &options);
		assert_true(strlen(page) <= limits[i]);
		if (i == 0) {
			assert_has(page, " files: see report.json.");
		}
		free(page);
	}
}

static void test_render_hostile_names_are_visible(void **state)
{
	(void)state;
	char *page = page_of(FIXTURE_HOSTILE, NULL);
	xmlDoc *doc = parse_html(page);
	assert_count(doc, "count(//i | //img)", 0);
	/* as text, in the package table */
	assert_true(count_xpath(doc, "count(//a[.='<script>alert(1)</script>'])") >= 1);
	assert_true(count_xpath(doc, "count(//a[.='--><!--'])") >= 1);
	assert_true(count_xpath(doc, "count(//a[.=']]>'])") >= 1);
	xmlFreeDoc(doc);
	assert_has(page, "<code>`code`</code> <code>``more``</code>"); /* the space between two names is kept */
	assert_has(page, "\\u202egnp.exe");
	assert_has(page, "… (4,096 bytes)");
	free(page);
}

static void test_render_xml_tree_is_well_formed(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		struct fixture *f = fixture_new((enum fixture_kind)kind);
		char *text = fixture_render(f, &bd_renderer_xml, NULL);
		assert_true(is_inert(text, 0));
		xmlDoc *doc = parse_xml(text);
		assert_count(doc, "count(/report[@schema='basedrift/tree/1'])", 1);
		assert_count(doc, "count(/report/side)", 2);
		assert_count(doc, "count(/report/verdict/headline/part)", 1);
		xmlFreeDoc(doc);
		free(text);
		fixture_free(f);
	}
}

static void test_render_parts_keep_numbers_whole(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		size_t head, tail;
	} cases[] = {
		{ "2.7.16", "2.7.17", 4, 0 },
		{ "41.2.0", "41.4.0", 3, 2 },
		{ "1.1.1c-1", "1.1.1d-0+deb10u2", 5, 0 },
		{ "2.2.6-2", "2.2.6-2+deb10u1", 7, 0 },
		{ "2019b-0+deb10u1", "2019c-0+deb10u1", 4, 10 },
		{ "1", "10", 0, 0 },
		{ "9", "19", 0, 0 },
		{ "same", "same", 4, 0 },
		{ "", "x", 0, 0 },
		{ "a\xc3\xa9", "a\xc3\xa8", 1, 0 },
		{ "1.1", "1.1.1", 3, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct render_parts parts = render_parts(cases[i].a, cases[i].b);
		assert_int_equal(parts.head, cases[i].head);
		assert_int_equal(parts.tail, cases[i].tail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_every_page_is_safe_and_whole),
		cmocka_unit_test(test_render_policy_has_the_hashes_of_style_and_script),
		cmocka_unit_test(test_render_linked_page_has_no_style_of_its_own),
		cmocka_unit_test(test_render_timeline_has_its_lanes),
		cmocka_unit_test(test_render_filter_counts_the_kinds),
		cmocka_unit_test(test_render_base_moved_has_all_sections),
		cmocka_unit_test(test_render_caps_are_said),
		cmocka_unit_test(test_render_bytes_are_capped_and_the_rest_counted),
		cmocka_unit_test(test_render_hostile_names_are_visible),
		cmocka_unit_test(test_render_xml_tree_is_well_formed),
		cmocka_unit_test(test_render_parts_keep_numbers_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The same dialect as the reports' (lib/render/junit.c): flat suites, `file` and `line` at a case. */
#include <string.h>

#include "basedrift/cases.h"

#define NAME_BYTES    240U   /* GitHub and GitLab cut longer ones */
#define DETAIL_BYTES  30000U /* of one case */
#define MESSAGE_BYTES 1000U

static void add_escaped(struct bd_buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (text[i]) {
		case '&':
			bd_buf_add_str(out, "&amp;");
			break;
		case '<':
			bd_buf_add_str(out, "&lt;");
			break;
		case '>':
			bd_buf_add_str(out, "&gt;");
			break;
		case '"':
			bd_buf_add_str(out, "&quot;");
			break;
		default:
			bd_buf_add_char(out, text[i]);
		}
	}
}

/* Safe text of one line, cut at a character. */
static void add_line(struct bd_buf *out, struct bd_str text, size_t most)
{
	struct bd_buf shown = { 0 };
	bd_display_text(&shown, text.p, text.n);
	size_t n = shown.n;
	if (n > most) {
		n = most;
		while (n > 0 && ((unsigned char)shown.p[n] & 0xc0) == 0x80) {
			n--;
		}
	}
	add_escaped(out, bd_buf_str(&shown), n);
	bd_buf_add_str(out, n < shown.n ? "…" : "");
	bd_buf_release(&shown);
}

static void add_attribute(struct bd_buf *out, const char *name, const char *value, size_t most)
{
	bd_buf_printf(out, " %s=\"", name);
	add_line(out, bd_str_trim(bd_str(value)), most);
	bd_buf_add_char(out, '"');
}

static void add_detail(struct bd_buf *out, const struct bd_case *one)
{
	struct bd_str rest = bd_str(one->detail);
	struct bd_str line;
	const size_t begins = out->n;
	add_line(out, bd_str(one->message), DETAIL_BYTES);
	while (bd_str_line(&rest, &line) && out->n - begins < DETAIL_BYTES) {
		bd_buf_add_char(out, '\n');
		add_line(out, line, DETAIL_BYTES);
	}
	if (rest.n > 0) {
		bd_buf_add_str(out, "\n…");
	}
}

static void add_result(struct bd_buf *out, const struct bd_case *one)
{
	static const char *const names[] = { "", "failure", "skipped", "error" };
	bd_buf_printf(out, "><%s", names[one->result]);
	if (one->result != BD_CASE_SKIPPED) {
		add_attribute(out, "type", one->type, NAME_BYTES);
	}
	add_attribute(out, "message", one->message, MESSAGE_BYTES);
	bd_buf_add_char(out, '>');
	add_detail(out, one);
	bd_buf_printf(out, "</%s></testcase>\n", names[one->result]);
}

static void add_case(struct bd_buf *out, const struct bd_case *one, bool strict)
{
	bd_buf_add_str(out, "    <testcase classname=\"basedrift.");
	add_line(out, bd_str(one->group), NAME_BYTES);
	bd_buf_add_char(out, '"');
	add_attribute(out, "name", one->name, NAME_BYTES);
	bd_buf_add_str(out, " time=\"0.000\"");
	if (one->file != NULL && !strict) {
		add_attribute(out, "file", one->file, NAME_BYTES);
		if (one->line > 0) {
			bd_buf_printf(out, " line=\"%d\"", one->line);
		}
	}
	if (one->result == BD_CASE_PASSED) {
		bd_buf_add_str(out, "/>\n");
	} else {
		add_result(out, one);
	}
}

static size_t count_in(const struct bd_case *v, size_t n, enum bd_case_result result)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		found += v[i].result == result;
	}
	return found;
}

static void add_counts(struct bd_buf *out, const struct bd_case *v, size_t n)
{
	bd_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", n, count_in(v, n, BD_CASE_FAILED),
		count_in(v, n, BD_CASE_ERROR));
}

/* What Ant's schema demands of a suite beside its cases. */
static void add_strict(struct bd_buf *out, const struct bd_cases *cases, size_t id)
{
	const char *time = cases->time != NULL ? cases->time : "1970-01-01T00:00:00Z"; /* required, and nobody knows */
	bd_buf_printf(out, " package=\"\" id=\"%zu\" hostname=\"localhost\" timestamp=\"%.*s\"", id,
		(int)strcspn(time, ".Z+"), time);
}

static void add_suite(struct bd_buf *out, const struct bd_cases *cases, const struct bd_case *v, size_t n, size_t id)
{
	bd_buf_add_str(out, "  <testsuite");
	add_attribute(out, "name", v[0].group, NAME_BYTES);
	if (cases->strict) {
		add_strict(out, cases, id);
	}
	add_counts(out, v, n);
	bd_buf_printf(out, " skipped=\"%zu\" time=\"0.000\">\n", count_in(v, n, BD_CASE_SKIPPED));
	bd_buf_add_str(out, cases->strict ? "    <properties/>\n" : "");
	for (size_t i = 0; i < n; i++) {
		add_case(out, &v[i], cases->strict);
	}
	bd_buf_add_str(out, cases->strict ? "    <system-out/>\n    <system-err/>\n" : "");
	bd_buf_add_str(out, "  </testsuite>\n");
}

void bd_cases_junit(const struct bd_cases *cases, struct bd_buf *out)
{
	/* consumers refuse a report without a case */
	static struct bd_case nothing = { .group = "Nothing", .name = "There was something to judge" };
	const bool empty = cases->len == 0;
	const struct bd_case *v = empty ? &nothing : cases->v;
	const size_t len = empty ? 1 : cases->len;

	bd_buf_add_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	if (!cases->strict) {
		add_attribute(out, "name", cases->title, NAME_BYTES);
		add_counts(out, v, len);
	}
	bd_buf_add_str(out, ">\n");
	for (size_t first = 0, id = 0; first < len; id++) {
		size_t end = first + 1;
		while (end < len && strcmp(v[end].group, v[first].group) == 0) {
			end++;
		}
		add_suite(out, cases, v + first, end - first, id);
		first = end;
	}
	bd_buf_add_str(out, "</testsuites>\n");
}

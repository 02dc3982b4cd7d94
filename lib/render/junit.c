/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML in two dialects: by default with `file` and `line`, strict as both
 * public XSDs want it.  xmlTextWriter writes control bytes and bad UTF-8 as they are, so no string
 * reaches it that did not go through bd_display_text().
 */
#include <libxml/xmlwriter.h>

#include "base/auto.h"
#include "render/junit_cases.h"
#include "render/words.h"

#define TEXT_MAX_BYTES 30000U
#define TEXT_PACKAGES  50U
#define TEXT_SETTINGS  20U
#define TEXT_CAUSES    10U

struct junit {
	const struct bd_report *report;
	const struct bd_render_options *options;
	struct bd_arena arena;
	struct junit_case_vec cases;
	const char *project;   /* of --name or the record; displayable, or NULL */
	const char *timestamp; /* UTC without a zone: the Ant XSD forbids one */
	xmlTextWriterPtr writer;
	bool failed; /* the writer said no once */
};

DEFINE_AUTO(xml_buffer, xmlBuffer, xmlBufferFree)
DEFINE_AUTO(xml_writer, xmlTextWriter, xmlFreeTextWriter)

static const xmlChar *xml(const char *s)
{
	return (const xmlChar *)s;
}

static void start(struct junit *j, const char *name)
{
	j->failed = xmlTextWriterStartElement(j->writer, xml(name)) < 0 || j->failed;
}

static void end(struct junit *j)
{
	j->failed = xmlTextWriterEndElement(j->writer) < 0 || j->failed;
}

static void attribute(struct junit *j, const char *name, const char *value)
{
	j->failed = xmlTextWriterWriteAttribute(j->writer, xml(name), xml(value)) < 0 || j->failed;
}

static void number(struct junit *j, const char *name, size_t value)
{
	attribute(j, name, bd_arena_printf(&j->arena, "%zu", value));
}

static void content(struct junit *j, const char *text)
{
	j->failed = xmlTextWriterWriteString(j->writer, xml(text)) < 0 || j->failed;
}

static size_t count(const struct junit *j, int suite, enum junit_result result, bool any)
{
	size_t n = 0;
	for (size_t i = 0; i < j->cases.len; i++) {
		n += (suite < 0 || (int)j->cases.v[i].suite == suite) && (any || j->cases.v[i].result == result);
	}
	return n;
}

/* Jenkins splits a class name at its last dot; no stray dot may reach it. */
static const char *class_name(struct junit *j, enum junit_suite suite)
{
	if (j->options->name == NULL || *j->options->name == '\0') {
		return bd_arena_printf(&j->arena, "basedrift.%s", junit_suite_names[suite]);
	}
	char *name = bd_arena_strdup(&j->arena, j->options->name);
	for (char *p = name; *p != '\0'; p++) {
		const bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
				   *p == '_' || *p == '-';
		if (!plain) {
			*p = '_';
		}
	}
	return bd_arena_printf(&j->arena, "basedrift.%s.%s", junit_cut(&j->arena, name, 60), junit_suite_names[suite]);
}

static void add_side(struct junit *j, struct bd_buf *text, const char *who, const struct bd_side *side)
{
	bd_buf_printf(text, "%-10s %s", who, render_shown(&j->arena, side->label));
	if (side->runtime != NULL) {
		bd_buf_printf(text, "  %s", render_shown(&j->arena, side->runtime));
	}
	if (side->base_digest != NULL) {
		bd_buf_printf(text, "  base %s", render_shown(&j->arena, side->base_digest));
	}
	bd_buf_add_char(text, '\n');
}

static void add_remedies(struct junit *j, struct bd_buf *text)
{
	for (size_t i = 0; i < j->report->remedy.len && i < TEXT_CAUSES; i++) {
		const struct bd_remedy *remedy = &j->report->remedy.v[i];
		bd_buf_printf(text, "\n%s\n", render_shown(&j->arena, remedy->text));
		if (remedy->new_text != NULL) {
			bd_buf_printf(
				text, "  %s\n", junit_cut(&j->arena, bd_display(&j->arena, remedy->new_text), 2000));
		}
		if (remedy->test != NULL) {
			bd_buf_printf(text, "%s\n", render_shown(&j->arena, remedy->test));
		}
	}
}

static const char *or_nothing(struct junit *j, const char *version)
{
	return version == NULL ? "not installed" : render_shown(&j->arena, version);
}

static void add_more(struct junit *j, struct bd_buf *text, size_t left)
{
	if (left > 0) {
		bd_buf_printf(text, "  and %s more in %s\n", bd_count_text(&j->arena, left),
			render_json_name(&j->arena, j->options));
	}
}

static void add_packages(struct junit *j, struct bd_buf *text, int cause)
{
	size_t n = 0;
	for (size_t i = 0; i < j->report->package_rows.len; i++) {
		const struct bd_package_row *row = &j->report->package_rows.v[i];
		if (cause >= 0 && row->explained_by != cause) {
			continue;
		}
		/* a row must fit whole, with room for the line about the rest */
		if (n < TEXT_PACKAGES && text->n < TEXT_MAX_BYTES - 4 * RENDER_SHOWN_BYTES) {
			bd_buf_add_str(text, n == 0 ? "\nPackages that differ:\n" : "");
			bd_buf_printf(text, "  %s %s  %s → %s", render_mark(row->change),
				render_package_name(&j->arena, row), or_nothing(j, row->version_a),
				or_nothing(j, row->version_b));
			bd_buf_printf(
				text, row->where != NULL ? "  %s\n" : "%s\n", render_shown(&j->arena, row->where));
			n++;
		} else {
			size_t left = 0;
			for (; i < j->report->package_rows.len; i++) {
				left += cause < 0 || j->report->package_rows.v[i].explained_by == cause;
			}
			add_more(j, text, left);
		}
	}
}

static void add_settings(struct junit *j, struct bd_buf *text, int cause)
{
	const struct bd_setting_change_vec *settings = &j->report->diff.settings;
	size_t n = 0;
	for (size_t i = 0; i < settings->len; i++) {
		const struct bd_setting_change *s = &settings->v[i];
		if (cause >= 0 && s->explained_by != cause) {
			continue;
		}
		if (n < TEXT_SETTINGS && text->n < TEXT_MAX_BYTES - 4 * RENDER_SHOWN_BYTES) {
			bd_buf_add_str(text, n == 0 ? "\nSettings that differ:\n" : "");
			bd_buf_printf(text, "  %s  %s → %s\n", render_setting_name(&j->arena, s),
				render_setting_value(&j->arena, s, s->a), render_setting_value(&j->arena, s, s->b));
			n++;
		} else {
			size_t left = 0;
			for (; i < settings->len; i++) {
				left += cause < 0 || settings->v[i].explained_by == cause;
			}
			add_more(j, text, left);
		}
	}
}

/* Several causes of one kind share a case: the other ones' sentences are in its text. */
static void add_causes(struct junit *j, struct bd_buf *text, int cause)
{
	if (cause < 0) {
		return;
	}
	const struct bd_cause *own = &j->report->causes.v[cause];
	for (size_t i = 0; i < own->evidence.len && i < TEXT_CAUSES; i++) {
		bd_buf_printf(text, "%s%s\n", i == 0 ? "\n" : "", render_shown(&j->arena, own->evidence.v[i]));
	}
	for (size_t i = 0, n = 0; i < j->report->causes.len && n < TEXT_CAUSES; i++) {
		if ((int)i != cause) {
			bd_buf_printf(text, "%sAlso: %s\n", n == 0 ? "\n" : "",
				render_shown(&j->arena, j->report->causes.v[i].sentence));
			n++;
		}
	}
}

/* First the message itself (GitLab shows only the text, EnricoMi only once what both begin with). */
static const char *failure_text(struct junit *j, const struct junit_case *test)
{
	struct bd_buf text = { 0 };
	bd_buf_printf(&text, "%s\n\n", test->message);
	add_side(j, &text, "last good", &j->report->side_a);
	add_side(j, &text, "failing", &j->report->side_b);
	add_remedies(j, &text);
	add_causes(j, &text, test->cause);
	add_packages(j, &text, test->cause);
	add_settings(j, &text, test->cause);
	const char *copy = bd_arena_text(&j->arena, text.p, text.n);
	bd_buf_release(&text);
	return copy;
}

static void put_result(struct junit *j, const struct junit_case *test)
{
	static const char *const names[] = { "", "failure", "skipped", "error" };
	if (test->result == JUNIT_PASSED) {
		return;
	}
	start(j, names[test->result]);
	if (test->result != JUNIT_SKIPPED) {
		attribute(j, "type", test->type);
	}
	attribute(j, "message", test->message);
	content(j, test->result == JUNIT_FAILED ? failure_text(j, test) : test->message);
	end(j);
	if (test->result != JUNIT_SKIPPED && j->options->attach != NULL && !j->options->junit_strict) {
		start(j, "system-out");
		content(j, bd_arena_printf(&j->arena, "[[ATTACHMENT|%s]]", j->options->attach));
		end(j);
	}
}

static void put_case(struct junit *j, const struct junit_case *test)
{
	start(j, "testcase");
	attribute(j, "classname", class_name(j, test->suite));
	attribute(j, "name", test->name);
	attribute(j, "time", "0.000"); /* three decimals: the XSD's pattern; missing is NaN in dorny */
	if (!j->options->junit_strict && test->in_dockerfile) {
		attribute(j, "file",
			render_shown(&j->arena, j->report->dockerfile != NULL ? j->report->dockerfile : "Dockerfile"));
		if (test->line > 0) {
			number(j, "line", (size_t)test->line);
		}
	}
	put_result(j, test);
	end(j);
}

static void put_property(struct junit *j, const char *name, const char *value)
{
	if (value != NULL) {
		start(j, "property");
		attribute(j, "name", name);
		attribute(j, "value", render_shown(&j->arena, value));
		end(j);
	}
}

/* In "Build inputs": xunit-viewer shows properties above the cases of a suite. */
static void put_properties(struct junit *j, enum junit_suite suite)
{
	start(j, "properties");
	if (suite == JUNIT_BUILD_INPUTS) {
		put_property(j, "git.tree", j->report->b->source.tree);
		put_property(j, "build.last_good", j->report->side_a.label);
		put_property(j, "build.failing", j->report->side_b.label);
	}
	end(j);
}

static void put_suite(struct junit *j, enum junit_suite suite)
{
	const int i = (int)suite;
	start(j, "testsuite");
	attribute(j, "name", junit_suite_names[suite]);
	if (j->options->junit_strict) {
		attribute(j, "package", ""); /* Jenkins puts any other one before the suite's name */
		number(j, "id", (size_t)suite);
	}
	attribute(j, "timestamp", j->timestamp);
	attribute(j, "hostname", "localhost");
	number(j, "tests", count(j, i, JUNIT_PASSED, true));
	number(j, "failures", count(j, i, JUNIT_FAILED, false));
	number(j, "errors", count(j, i, JUNIT_ERROR, false));
	number(j, "skipped", count(j, i, JUNIT_SKIPPED, false));
	attribute(j, "time", "0.000");
	put_properties(j, suite);
	for (size_t k = 0; k < j->cases.len; k++) {
		if (j->cases.v[k].suite == suite) {
			put_case(j, &j->cases.v[k]);
		}
	}
	if (j->options->junit_strict) {
		start(j, "system-out");
		end(j);
		start(j, "system-err");
		end(j);
	}
	end(j);
}

static void put_suites(struct junit *j)
{
	j->failed = xmlTextWriterStartDocument(j->writer, NULL, "UTF-8", NULL) < 0;
	start(j, "testsuites");
	if (!j->options->junit_strict) {
		attribute(j, "name",
			j->project == NULL ? "basedrift" : bd_arena_printf(&j->arena, "basedrift %s", j->project));
		number(j, "tests", count(j, -1, JUNIT_PASSED, true));
		number(j, "failures", count(j, -1, JUNIT_FAILED, false));
		number(j, "errors", count(j, -1, JUNIT_ERROR, false));
		attribute(j, "time", "0.000");
	}
	for (int suite = 0; suite < JUNIT_SUITES; suite++) {
		put_suite(j, (enum junit_suite)suite);
	}
	end(j);
	j->failed = xmlTextWriterEndDocument(j->writer) < 0 || j->failed;
}

static const char *timestamp_of(struct junit *j)
{
	const struct bd_build *build = &j->report->b->build;
	const char *const times[] = { j->report->generated, build->finished, build->started };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t seconds = 0;
		if (times[i] != NULL && bd_time_parse(times[i], &seconds)) {
			char text[BD_TIME_TEXT];
			bd_time_text(seconds, text);
			return bd_arena_text(&j->arena, text, strcspn(text, "Z"));
		}
	}
	return "1970-01-01T00:00:00"; /* required by the Ant XSD, and nobody knows */
}

/* GitLab's own pattern takes no other path; a line break would end the line that it looks at. */
static bool is_attachable(const char *path)
{
	if (strpbrk(path, "[]|") != NULL) {
		return false;
	}
	struct bd_arena arena = { 0 };
	const bool plain = bd_streq(bd_display(&arena, path), path);
	bd_arena_release(&arena);
	return plain;
}

static int write_document(struct junit *j, struct bd_buf *out, struct bd_error *err)
{
	AUTO(xml_buffer_auto) xmlBuffer *buffer = xmlBufferCreate();
	AUTO(xml_writer_auto) xmlTextWriter *writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);
	if (writer == NULL) {
		return bd_error_set(err, BD_ERR_IO, "junit: no XML writer");
	}
	j->writer = writer;
	xmlTextWriterSetIndent(writer, 1);
	xmlTextWriterSetIndentString(writer, xml("  "));
	put_suites(j);
	if (j->failed || xmlTextWriterFlush(writer) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "junit: the XML writer refused a string");
	}
	bd_buf_add(out, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
	return 0;
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	struct junit j = { .report = report, .options = options };
	if (options->attach != NULL && !is_attachable(options->attach)) {
		return bd_error_set(
			err, BD_ERR_USAGE, "junit: a path to attach cannot hold [ ] | or control characters");
	}
	const char *project = options->name != NULL ? options->name : report->b->build.project;
	j.project = project == NULL || *project == '\0' ? NULL : render_shown(&j.arena, project);
	j.timestamp = timestamp_of(&j);
	junit_cases(&j.arena, report, &j.cases);
	const int status = write_document(&j, out, err);
	free(j.cases.v);
	bd_arena_release(&j.arena);
	return status;
}

const struct bd_renderer bd_renderer_junit = {
	.name = "junit",
	.extension = "xml",
	.media_type = "application/xml",
	.render = render,
};

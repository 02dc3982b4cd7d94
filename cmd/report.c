/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a comparison: its options, its outputs. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/render.h"

#include "build.h"
#include "console.h"
#include "output.h"
#include "served.h"

static int take_ignore(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	text_list_add(&a->ignore, *value == '/' ? value + 1 : value); /* paths in images have no leading slash */
	return 0;
}

static int take_strict(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->strict = true;
	return 0;
}

static int take_exit_zero(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->exit_zero = true;
	return 0;
}

int take_junit_strict(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->junit_strict = true;
	return 0;
}

static int take_junit_attach(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->junit_attach = value;
	return 0;
}

static int take_name(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->name = value;
	return 0;
}

static int take_number(
	const char *option, const char *value, uint64_t least, uint64_t most, size_t *out, struct bd_error *err)
{
	uint64_t n;
	if (!bd_str_to_u64(bd_str(value), &n) || n < least || n > most) {
		return bd_error_set(err, BD_ERR_USAGE, "--%s %s: a number from %llu to %llu", option, value,
			(unsigned long long)least, (unsigned long long)most);
	}
	*out = (size_t)n;
	return 0;
}

static int take_md_max_bytes(struct arguments *a, const char *value, struct bd_error *err)
{
	return take_number("md-max-bytes", value, 1000, 1000000, &a->md_max_bytes, err);
}

static int take_html_max_rows(struct arguments *a, const char *value, struct bd_error *err)
{
	return take_number("html-max-rows", value, 1, 1000000, &a->html_max_rows, err);
}

static int take_html_max_bytes(struct arguments *a, const char *value, struct bd_error *err)
{
	return take_number("html-max-bytes", value, 100000, 1000000000, &a->html_max_bytes, err);
}

static int take_template(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->template_folder = value;
	return 0;
}

static int take_html_assets(struct arguments *a, const char *value, struct bd_error *err)
{
	if (strcmp(value, "inline") != 0 && strcmp(value, "linked") != 0) {
		return bd_error_set(err, BD_ERR_USAGE, "--html-assets %s: inline or linked", value);
	}
	a->html_linked = value[0] == 'l';
	return 0;
}

const struct option_row report_options[] = {
	{ .name = "ignore", .value = "GLOB", .help = "count these paths as noise; repeatable", .take = take_ignore },
	{ .name = "strict", .help = "metadata counts; anything not compared is trouble", .take = take_strict },
	{ .name = "exit-zero", .help = "differences do not fail the step", .take = take_exit_zero },
	{ .name = "name", .value = "NAME", .help = "junit: put into every class name", .take = take_name },
	{ .name = "junit-strict",
		.help = "junit: valid against the public schemas (no file, no line)",
		.take = take_junit_strict },
	{ .name = "junit-attach",
		.value = "PATH",
		.help = "junit: name this file as attachment of a failure",
		.take = take_junit_attach },
	{ .name = "md-max-bytes", .value = "N", .help = "markdown: ceiling; default 60000", .take = take_md_max_bytes },
	{ .name = "html-assets",
		.value = "HOW",
		.help = "html: inline, or linked: style and script in files beside it (Jenkins)",
		.take = take_html_assets },
	{ .name = "html-max-rows",
		.value = "N",
		.help = "html: open rows of a table, the others are folded; default 500",
		.take = take_html_max_rows },
	{ .name = "html-max-bytes",
		.value = "N",
		.help = "html: size of the page; default 5242880",
		.take = take_html_max_bytes },
	{ .name = "template",
		.value = "DIR",
		.help = "html: report.xsl, report.css, report.js from there instead of our own",
		.take = take_template },
	{ 0 },
};

int check_report_formats(const struct arguments *arguments, struct bd_error *err)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		if (bd_renderer_for(arguments->outputs.v[i].format) == NULL) {
			return bd_error_set(err, BD_ERR_USAGE, "-o %s: no such format; there are %s",
				arguments->outputs.v[i].format, bd_renderer_names());
		}
	}
	for (size_t i = 0; arguments->html_linked && i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (strcmp(output->format, "html") == 0 && output->file == NULL) {
			return bd_error_set(err, BD_ERR_USAGE,
				"--html-assets=linked: style and script lie beside the page, so write -o html=FILE");
		}
	}
	return check_outputs(arguments, err);
}

static const char *json_file(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (strcmp(output->format, "json") == 0 && output->file != NULL) {
			const char *slash = strrchr(output->file, '/');
			return slash != NULL ? slash + 1 : output->file;
		}
	}
	return NULL;
}

/* What is written: the reports asked for, and for a linked page its style and script. */
struct reports {
	const struct arguments *arguments;
	const struct bd_report *report;
	struct bd_page_template *page; /* NULL: the program's own */
	struct output *outputs;
	struct bd_buf *texts; /* one each */
	size_t count;
};

/* "out/report.css" of "out/report.html". */
static const char *beside(struct bd_arena *arena, const char *file, const char *extension)
{
	const char *slash = strrchr(file, '/');
	const char *dot = strrchr(file, '.');
	const bool has_dot = dot != NULL && dot != file && (slash == NULL || dot > slash + 1);
	const size_t n = has_dot ? (size_t)(dot - file) : strlen(file);
	return bd_arena_printf(arena, "%.*s.%s", (int)n, file, extension);
}

/* A file of the same folder as an address: RFC 3986, 2.3 "Unreserved Characters". */
static const char *address_of(struct bd_arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct bd_buf text = { 0 };
	for (const char *p = slash != NULL ? slash + 1 : file; *p != '\0'; p++) {
		const unsigned char c = (unsigned char)*p;
		const bool plain =
			(c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr("-._~", c) != NULL;
		bd_buf_printf(&text, plain ? "%c" : "%%%02X", c);
	}
	const char *copy = bd_arena_strdup(arena, bd_buf_str(&text));
	bd_buf_release(&text);
	return copy;
}

static bool is_linked(const struct reports *r, const struct output *output)
{
	return r->arguments->html_linked && output->file != NULL && strcmp(output->format, "html") == 0;
}

static void add_beside(struct reports *r, struct bd_arena *arena, const char *page, const char *extension,
	const char *name, struct bd_str bytes)
{
	bd_buf_add(&r->texts[r->count], bytes.p, bytes.n);
	r->outputs[r->count++] = (struct output){ name, beside(arena, page, extension) };
}

static int render_one(struct reports *r, struct bd_arena *arena, const struct output *output, struct bd_error *err)
{
	const struct arguments *arguments = r->arguments;
	const bool terminal = output->file == NULL;
	struct bd_render_options options = {
		.color = terminal && wants_color(arguments),
		.ascii = terminal ? wants_ascii(arguments) : arguments->ascii,
		.width = terminal ? terminal_width() : 0,
		.junit_strict = arguments->junit_strict,
		.name = arguments->name,
		.attach = arguments->junit_attach,
		.md_max_bytes = arguments->md_max_bytes,
		.html_max_rows = arguments->html_max_rows,
		.html_max_bytes = arguments->html_max_bytes,
		.page = r->page,
		.json_name = json_file(arguments),
	};
	if (is_linked(r, output)) {
		options.style_href = address_of(arena, beside(arena, output->file, "css"));
		options.script_href = address_of(arena, beside(arena, output->file, "js"));
	}
	if (bd_renderer_for(output->format)->render(r->report, &options, &r->texts[r->count], err) < 0) {
		return bd_error_wrap(err, "%s report", output->format);
	}
	r->outputs[r->count++] = *output;
	return 0;
}

/* Everything is rendered before anything is written: a failing renderer leaves no half set of reports. */
static int render_all(struct reports *r, struct bd_arena *arena, struct bd_error *err)
{
	static const struct output text = { "text", NULL };
	const size_t asked = r->arguments->outputs.len;
	if (r->arguments->template_folder != NULL &&
		bd_page_template_open(r->arguments->template_folder, &r->page, err) < 0) {
		return bd_error_wrap(err, "--template");
	}
	for (size_t i = 0; i < (asked > 0 ? asked : 1); i++) {
		const struct output *output = asked > 0 ? &r->arguments->outputs.v[i] : &text;
		if (render_one(r, arena, output, err) < 0) {
			return -(int)err->code;
		}
		if (is_linked(r, output)) {
			add_beside(r, arena, output->file, "css", "style of the html", bd_page_style(r->page));
			add_beside(r, arena, output->file, "js", "script of the html", bd_page_script(r->page));
		}
	}
	return 0;
}

static int write_rendered(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct reports *r = context;
	return bd_output_write(to, bd_buf_view(&r->texts[output - r->outputs]), err);
}

static int write_all(struct reports *r, struct bd_error *err)
{
	if (write_output_set(r->outputs, r->count, write_rendered, r, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < r->count; i++) {
		if (r->outputs[i].file != NULL) {
			print_hint(r->arguments, "%s report: %s", r->outputs[i].format, r->outputs[i].file);
		}
	}
	return 0;
}

static int write_reports(struct arguments *arguments, const struct bd_report *report, struct bd_error *err)
{
	const size_t most = 3 * (arguments->outputs.len + 1);
	struct reports r = { .arguments = arguments, .report = report };
	r.outputs = bd_xcalloc(most, sizeof(*r.outputs));
	r.texts = bd_xcalloc(most, sizeof(*r.texts));

	int result = render_all(&r, &arguments->arena, err);
	if (result == 0) {
		result = write_all(&r, err);
	}
	for (size_t i = 0; i < most; i++) {
		bd_buf_release(&r.texts[i]);
	}
	free(r.texts);
	free(r.outputs);
	bd_page_template_free(r.page);
	return result;
}

int report_comparison(struct arguments *arguments, const struct comparison *comparison, struct bd_error *err)
{
	const char *commands[] = { comparison->command, NULL };
	const struct bd_record *b = comparison->b;
	const char *date = source_date(&arguments->arena);
	struct bd_explain_options options = {
		.ignore = arguments->ignore.v,
		.strict = arguments->strict,
		.label_a = comparison->label_a,
		.label_b = comparison->label_b,
		.generated = date != NULL                ? date
			     : b->build.finished != NULL ? b->build.finished
			     : b->build.started != NULL  ? b->build.started
							 : b->image.created,
		.commands = commands,
		.choice = comparison->choice,
		.observations = comparison->observations,
		.observation_count = comparison->observation_count,
	};
	struct served_list served = { .len = 0 };
	struct bd_report *report = bd_explain(comparison->a, b, &options);
	while (ask_served(arguments, report, &served)) { /* what is gone makes room for another remedy */
		bd_report_free(report);
		options.served = served.v;
		options.served_count = served.len;
		report = bd_explain(comparison->a, b, &options);
	}
	int result = write_reports(arguments, report, err);
	if (result == 0) {
		result = report->exit_status;
	}
	bd_report_free(report);
	free(served.v);
	return result == EXIT_DIFFERENT && arguments->exit_zero ? EXIT_SAME : result;
}

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

static int take_junit_strict(struct arguments *a, const char *value, struct bd_error *err)
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

static int take_md_max_bytes(struct arguments *a, const char *value, struct bd_error *err)
{
	uint64_t bytes;
	if (!bd_str_to_u64(bd_str(value), &bytes) || bytes < 1000 || bytes > 1000000) {
		return bd_error_set(err, BD_ERR_USAGE, "--md-max-bytes %s: a number from 1000 to 1000000", value);
	}
	a->md_max_bytes = (size_t)bytes;
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

/* Everything is rendered before anything is written: a failing renderer leaves no half set of reports. */
static int render_all(const struct arguments *arguments, const struct bd_report *report, const struct output *outputs,
	size_t count, struct bd_buf *rendered, struct bd_error *err)
{
	for (size_t i = 0; i < count; i++) {
		const bool terminal = outputs[i].file == NULL;
		const struct bd_render_options options = {
			.color = terminal && wants_color(arguments),
			.ascii = terminal ? wants_ascii(arguments) : arguments->ascii,
			.width = terminal ? terminal_width() : 0,
			.junit_strict = arguments->junit_strict,
			.name = arguments->name,
			.attach = arguments->junit_attach,
			.md_max_bytes = arguments->md_max_bytes,
			.json_name = json_file(arguments),
		};
		if (bd_renderer_for(outputs[i].format)->render(report, &options, &rendered[i], err) < 0) {
			return bd_error_wrap(err, "%s report", outputs[i].format);
		}
	}
	return 0;
}

struct rendered {
	const struct output *outputs;
	const struct bd_buf *texts; /* one each */
};

static int write_rendered(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct rendered *rendered = context;
	return bd_output_write(to, bd_buf_view(&rendered->texts[output - rendered->outputs]), err);
}

static int write_all(const struct arguments *arguments, const struct output *outputs, size_t count,
	const struct bd_buf *texts, struct bd_error *err)
{
	struct rendered rendered = { .outputs = outputs, .texts = texts };
	if (write_output_set(outputs, count, write_rendered, &rendered, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < count; i++) {
		if (outputs[i].file != NULL) {
			print_hint(arguments, "%s report: %s", outputs[i].format, outputs[i].file);
		}
	}
	return 0;
}

static int write_reports(const struct arguments *arguments, const struct bd_report *report, struct bd_error *err)
{
	static const struct output text = { "text", NULL };
	const size_t count = arguments->outputs.len > 0 ? arguments->outputs.len : 1;
	const struct output *outputs = arguments->outputs.len > 0 ? arguments->outputs.v : &text;
	struct bd_buf *rendered = bd_xcalloc(count, sizeof(*rendered));

	int result = render_all(arguments, report, outputs, count, rendered, err);
	if (result == 0) {
		result = write_all(arguments, outputs, count, rendered, err);
	}
	for (size_t i = 0; i < count; i++) {
		bd_buf_release(&rendered[i]);
	}
	free(rendered);
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

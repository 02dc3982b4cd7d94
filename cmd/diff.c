/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/render.h"

#include "build.h"
#include "commands.h"
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

static const struct option_row diff_options[] = {
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

/* The file's name without folders and endings: what a build without an id is called. */
static const char *label_of(struct bd_arena *arena, const char *name)
{
	struct bd_str text = bd_path_name(bd_str(name));
	static const char *const endings[] = { ".zst", ".gz", ".jsonl" };
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (bd_str_ends(text, endings[i])) {
			text.n -= strlen(endings[i]);
		}
	}
	return text.n > 0 ? bd_arena_text(arena, text.p, text.n) : NULL;
}

/* As a shell reads it back: in single quotes, unless nothing in it means anything to a shell. */
static void add_word(struct bd_buf *text, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/:@=,";
	if (*word != '\0' && strspn(word, plain) == strlen(word)) {
		bd_buf_add_str(text, word);
		return;
	}
	bd_buf_add_char(text, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'') {
			bd_buf_add_str(text, "'\\'");
		}
		bd_buf_add_char(text, *word);
	}
	bd_buf_add_char(text, '\'');
}

static const char *command_to_repeat(struct arguments *arguments)
{
	struct bd_buf text = { 0 };
	bd_buf_add_str(&text, "basedrift diff");
	for (size_t i = 0; i < arguments->operands.len; i++) {
		bd_buf_add_char(&text, ' ');
		add_word(&text, arguments->operands.v[i]);
	}
	const char *copy = bd_arena_text(&arguments->arena, text.p, text.n);
	bd_buf_release(&text);
	return copy;
}

static int check_formats(const struct arguments *arguments, struct bd_error *err)
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

static int compare(
	struct arguments *arguments, const struct bd_record *a, const struct bd_record *b, struct bd_error *err)
{
	const char *commands[] = { command_to_repeat(arguments), NULL };
	const char *date = source_date(&arguments->arena);
	struct bd_explain_options options = {
		.ignore = arguments->ignore.v,
		.strict = arguments->strict,
		.label_a = label_of(&arguments->arena, arguments->operands.v[0]),
		.label_b = label_of(&arguments->arena, arguments->operands.v[1]),
		.generated = date != NULL                ? date
			     : b->build.finished != NULL ? b->build.finished
			     : b->build.started != NULL  ? b->build.started
							 : b->image.created,
		.commands = commands,
	};
	struct served_list served = { .len = 0 };
	struct bd_report *report = bd_explain(a, b, &options);
	while (ask_served(arguments, report, &served)) { /* what is gone makes room for another remedy */
		bd_report_free(report);
		options.served = served.v;
		options.served_count = served.len;
		report = bd_explain(a, b, &options);
	}
	int result = write_reports(arguments, report, err);
	if (result == 0) {
		result = report->exit_status;
	}
	bd_report_free(report);
	free(served.v);
	return result == EXIT_DIFFERENT && arguments->exit_zero ? EXIT_SAME : result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_record *a = NULL;
	struct bd_record *b = NULL;

	if (arguments->operands.len != 2) {
		return bd_error_set(err, BD_ERR_USAGE, "diff takes two builds: the last good one and the failing one");
	}
	if (strcmp(arguments->operands.v[0], "-") == 0 && strcmp(arguments->operands.v[1], "-") == 0) {
		return bd_error_set(err, BD_ERR_USAGE, "both builds are standard input, which can be read once");
	}
	int result = check_formats(arguments, err);
	if (result == 0) {
		result = open_build(arguments, arguments->operands.v[0], &a, err);
	}
	if (result == 0) {
		result = open_build(arguments, arguments->operands.v[1], &b, err);
	}
	if (result == 0) {
		result = compare(arguments, a, b, err);
	}
	bd_record_free(a);
	bd_record_free(b);
	return result;
}

static const struct option_row *const options[] = { output_options, diff_options, image_options, registry_options,
	common_options, NULL };

const struct command command_diff = {
	.name = "diff",
	.synopsis = "LAST-GOOD FAILING [options]",
	.summary = "compare two builds and say why the second one differs",
	.example = "basedrift diff good.jsonl bad.jsonl -o text -o html=report.html -o junit=report.xml",
	.details =
		"A build is a record file (*.jsonl, .zst, .gz) or an image, as 'basedrift collect' takes it.\n"
		"Without -o the text report goes to standard output.\n"
		"Exit status: 0 nothing differs (or only what is ruled out, metadata and noise), 1 something differs,\n"
		"2 trouble, or what would decide was not recorded.\n",
	.options = options,
	.run = run,
};

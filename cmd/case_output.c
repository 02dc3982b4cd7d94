/* SPDX-License-Identifier: Apache-2.0 */
#include "case_output.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "build.h"
#include "output.h"
#include "report.h"

const struct option_row case_options[] = {
	{ .name = "junit-strict",
		.help = "junit: valid against the public schemas (no file, no line)",
		.take = take_junit_strict },
	{ 0 },
};

static const struct {
	const char *name;
	void (*add)(const struct bd_cases *cases, struct bd_buf *out);
} case_formats[] = {
	{ "junit", bd_cases_junit },
	{ "github", bd_cases_github },
	{ "markdown", bd_cases_markdown },
};
#define CASE_FORMATS (sizeof(case_formats) / sizeof(case_formats[0]))

static bool is_known(const struct case_outputs *outputs, const char *format)
{
	for (size_t i = 0; i < CASE_FORMATS; i++) {
		if (strcmp(case_formats[i].name, format) == 0) {
			return true;
		}
	}
	for (const struct own_format *own = outputs->formats; own->name != NULL; own++) {
		if (strcmp(own->name, format) == 0) {
			return true;
		}
	}
	return false;
}

int check_case_outputs(const struct arguments *arguments, const struct case_outputs *outputs, struct bd_error *err)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const char *format = arguments->outputs.v[i].format;
		struct bd_buf own = { 0 };
		if (is_known(outputs, format)) {
			continue;
		}
		for (const struct own_format *one = outputs->formats; one->name != NULL; one++) {
			bd_buf_printf(&own, "%s, ", one->name);
		}
		(void)bd_error_set(err, BD_ERR_USAGE, "-o %s: %s writes %sjunit, github and markdown", format,
			arguments->command->name, bd_buf_str(&own));
		bd_buf_release(&own);
		return -(int)err->code;
	}
	return check_outputs(arguments, err);
}

struct writing {
	const struct arguments *arguments;
	const struct case_outputs *outputs;
	void *context;
	struct bd_arena arena;
};

static void add_cases(struct writing *writing, const char *format, struct bd_buf *out)
{
	const char *date = source_date(&writing->arena);
	char now[BD_TIME_TEXT];
	bd_time_text((int64_t)time(NULL), now);
	struct bd_cases cases = { .title = writing->outputs->title,
		.strict = writing->arguments->junit_strict,
		.time = date != NULL ? date : now };
	writing->outputs->list_cases(writing->context, &cases);
	for (size_t i = 0; i < CASE_FORMATS; i++) {
		if (strcmp(case_formats[i].name, format) == 0) {
			case_formats[i].add(&cases, out);
		}
	}
	free(cases.v);
}

static int write_one(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	struct writing *writing = context;
	struct bd_buf bytes = { 0 };
	const struct own_format *own = writing->outputs->formats;
	while (own->name != NULL && strcmp(own->name, output->format) != 0) {
		own++;
	}
	if (own->name != NULL) {
		own->add(writing->context, &bytes);
	} else {
		add_cases(writing, output->format, &bytes);
	}
	const int result = bd_output_write(to, bd_buf_view(&bytes), err);
	bd_buf_release(&bytes);
	return result;
}

int write_case_outputs(
	const struct arguments *arguments, const struct case_outputs *outputs, void *context, struct bd_error *err)
{
	const struct output plain = { outputs->plain, NULL };
	const size_t count = arguments->outputs.len;
	struct writing writing = { .arguments = arguments, .outputs = outputs, .context = context };
	const int result = write_output_set(
		count > 0 ? arguments->outputs.v : &plain, count > 0 ? count : 1, write_one, &writing, err);
	bd_arena_release(&writing.arena);
	return result;
}

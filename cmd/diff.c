/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "build.h"
#include "commands.h"
#include "report.h"

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

static int compare(
	struct arguments *arguments, const struct bd_record *a, const struct bd_record *b, struct bd_error *err)
{
	const struct comparison comparison = {
		.a = a,
		.b = b,
		.label_a = label_of(&arguments->arena, arguments->operands.v[0]),
		.label_b = label_of(&arguments->arena, arguments->operands.v[1]),
		.command = command_to_repeat(arguments),
	};
	return report_comparison(arguments, &comparison, err);
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
	int result = check_report_formats(arguments, err);
	if (result == 0) {
		result = open_builds(arguments, arguments->operands.v[0], arguments->operands.v[1], &a, &b, err);
	}
	if (result == 0) {
		result = compare(arguments, a, b, err);
	}
	bd_record_free(a);
	bd_record_free(b);
	return result;
}

static const struct option_row *const options[] = { output_options, report_options, select_options, image_options,
	registry_options, common_options, NULL };

const struct command command_diff = {
	.name = "diff",
	.synopsis = "LAST-GOOD FAILING [options]",
	.summary = "compare two builds and say why the second one differs",
	.example = "basedrift diff good.jsonl bad.jsonl -o text -o html=report.html -o junit=report.xml",
	.details =
		"A build is a record file (*.jsonl, .zst, .gz), an SBOM, an image, as 'basedrift collect' takes it, or one of the\n"
		"store: PROJECT#ID, #ID, #ID.ATTEMPT, @last-good, @last-failed, @last, @-N (see --project, --branch).\n"
		"Without -o the text report goes to standard output.\n"
		"Exit status: 0 nothing differs (or only what is ruled out, metadata and noise), 1 something differs,\n"
		"2 trouble, or what would decide was not recorded.\n",
	.options = options,
	.run = run,
};

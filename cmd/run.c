/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a build command as if nobody stood between, then records the build, whether it passed or not. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "build.h"
#include "commands.h"
#include "console.h"
#include "keep.h"
#include "output.h"
#include "run_command.h"

enum {
	EXIT_NOT_RUN = 126, /* as a shell has them */
	EXIT_NO_COMMAND = 127
};

static int take_image(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->image = value;
	return 0;
}

static int take_as_is(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->as_is = true;
	return 0;
}

static int take_no_version(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->no_version = true;
	return 0;
}

static const struct option_row run_options[] = {
	{ .name = "image",
		.value = "IMAGE",
		.help = "what the command builds; default: found out from the command",
		.take = take_image },
	{ .name = "as-is", .help = "run the command without --iidfile and --metadata-file", .take = take_as_is },
	{ .name = "no-version", .help = "do not ask the build tool for its version", .take = take_no_version },
	{ 0 },
};

/* ---- before the build ------------------------------------------------------------------------------------------ */

/* A record that cannot be written is said now, and not at the end of a long build. */
static int check_writable(const char *file, struct bd_error *err)
{
	struct stat st;
	struct bd_output *output = NULL;
	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode)) {
		return 0; /* a pipe would wait for its reader */
	}
	if (bd_output_open(file, &output, err) < 0) {
		return bd_error_wrap(err, "-o record");
	}
	bd_output_close(output);
	return 0;
}

static int check(struct arguments *arguments, struct bd_error *err)
{
	if (arguments->operands.len == 0) {
		return bd_error_set(
			err, BD_ERR_USAGE, "run takes a build command: basedrift run -o record=FILE -- docker build …");
	}
	if (arguments->outputs.len == 0 && store_url(arguments) == NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			"name a file for the record, or a store, or the build leaves nothing to compare: -o record=build.jsonl");
	}
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (strcmp(output->format, "record") != 0) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s: run writes the record; 'basedrift diff' writes reports", output->format);
		}
		if (output->file == NULL) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o record: standard output is the build's; give the record a file: -o record=build.jsonl");
		}
		if (check_writable(output->file, err) < 0) {
			return -(int)err->code;
		}
	}
	const bool must_be_kept = arguments->outputs.len == 0 || !store_is_default(arguments);
	return must_be_kept ? check_store(arguments, err) : 0;
}

/* ---- after it ------------------------------------------------------------------------------------------------------
 */

static int write_record(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	struct bd_record *record = context;
	return bd_record_write_to(record, output->file, to, err);
}

static void tell(const struct build_run *run, const struct bd_record *record, const char *name,
	const struct bd_error *image_error)
{
	const struct arguments *arguments = run->arguments;
	const char *where = arguments->outputs.len > 0 ? arguments->outputs.v[0].file : name;

	if (record->image.present) {
		print_hint(arguments, "recorded %s in %s", record->image.name, where);
	} else if (run->child.status != 0) {
		print_hint(arguments, "recorded the failed build in %s%s", where,
			name != NULL ? "; 'basedrift why' compares it with the last good one" : "");
	} else {
		print_hint(arguments,
			"recorded the build in %s without its image, which was not found%s%s: name it with --image",
			where, image_error->msg[0] != '\0' ? ": " : "", image_error->msg);
	}
}

/* What is wrong with recording is said; it decides the exit status only of a build that passed. */
static int record_and_tell(struct build_run *run, struct bd_error *err)
{
	struct bd_record *record = NULL;
	struct bd_error image_error;
	const char *name = NULL;
	int result = record_build(run, &record, &image_error, err);

	if (result == 0) {
		const struct arguments *arguments = run->arguments;
		result = write_output_set(arguments->outputs.v, arguments->outputs.len, write_record, record, err);
	}
	if (result == 0) {
		result = keep_record(run->arguments, record, run->arguments->outputs.len > 0, &name, err);
	}
	if (result == 0 && run->arguments->image != NULL && image_error.msg[0] != '\0') {
		*err = image_error;
		result = bd_error_wrap(err, "the build is recorded without its image");
	} else if (result == 0) {
		tell(run, record, name, &image_error);
	}
	bd_record_free(record);
	return result;
}

static int not_run(const struct bd_error *err)
{
	print_error(err);
	return err->code == BD_ERR_NOT_FOUND ? EXIT_NO_COMMAND : EXIT_NOT_RUN;
}

static int run_and_record(struct build_run *run, struct bd_error *err)
{
	int interrupted = 0;
	const struct bd_child_options options = { .argv = prepare_command(run, &interrupted) };

	if (interrupted != 0) {
		return 128 + interrupted;
	}
	if (bd_child_run(&options, &run->child, err) < 0) {
		return not_run(err);
	}
	if (run->command.builder != BD_BUILDER_UNKNOWN && !run->arguments->no_version) {
		run->version = ask_version(run);
	}
	int result = record_and_tell(run, err);
	if (result == 0 && run->child.output_errno != 0) {
		result = bd_error_set(err, BD_ERR_IO, "the build's output could not be passed on: %s",
			strerrordesc_np(run->child.output_errno));
	}
	if (result < 0 && run->child.status != 0) {
		print_error(err);
	}
	bd_child_release(&run->child);
	return run->child.status != 0 ? run->child.status : result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct build_run build = { .arguments = arguments, .argv = arguments->operands.v };
	int result = check(arguments, err);

	if (result < 0) {
		return result;
	}
	describe_command(&build);
	result = run_and_record(&build, err);
	remove_folder(&build);
	return result;
}

static const struct option_row *const options[] = { output_options, run_options, build_options, image_options,
	paper_options, registry_options, common_options, NULL };

const struct command command_run = {
	.name = "run",
	.synopsis = "-o record=FILE [options] -- COMMAND...",
	.summary = "run a build command, keep its status, and record the build",
	.example = "basedrift run -o record=build.jsonl -- docker build -t app .",
	.details =
		"COMMAND is what builds: docker build, docker buildx build, podman build, buildah bud, nerdctl build,\n"
		"kaniko's executor, or any other command or script (then name its image with --image).  Its output is\n"
		"passed on as it is, signals reach it, and its exit status is ours.  Dockerfile, context, build arguments,\n"
		"target and platform are taken from it; --iidfile and --metadata-file are added where it takes them.\n"
		"A failed build is recorded without an image.\n"
		"Exit status: that of COMMAND (128 + N when signal N ended it, 127 when there is no such command);\n"
		"0: it passed and was recorded; 2: it passed and recording failed.\n",
	.runs_command = true,
	.options = options,
	.run = run,
};

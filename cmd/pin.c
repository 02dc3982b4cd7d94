/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/store.h"

#include "build.h"
#include "commands.h"
#include "keep.h"
#include "output.h"
#include "pinning.h"

/* ---- options ------------------------------------------------------------------------------------------------------
 */

static int take_to(struct arguments *a, const char *value, struct bd_error *err)
{
	if (strcmp(value, "current") != 0 && strcmp(value, "last-good") != 0 && strcmp(value, "recorded") != 0) {
		return bd_error_set(err, BD_ERR_USAGE, "--to %s: one of current, last-good, recorded", value);
	}
	a->pin_to = value;
	return 0;
}

static int take_record(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->record = value;
	return 0;
}

static int take_write(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->write = true;
	return 0;
}

static int take_check(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->check_only = true;
	return 0;
}

static int take_build_arg(struct arguments *a, const char *value, struct bd_error *err)
{
	struct bd_str rest = bd_str(value);
	const struct bd_str key = bd_str_cut(&rest, '=');
	if (key.n == 0 || value[key.n] != '=') {
		return bd_error_set(err, BD_ERR_USAGE, "--build-arg %s: write KEY=VALUE", value);
	}
	struct key_value *pair = bd_vec_push(&a->build_args);
	*pair = (struct key_value){ bd_arena_text(&a->arena, key.p, key.n), rest.p };
	return 0;
}

static const struct option_row pin_options[] = {
	{ .name = "to",
		.value = "WHAT",
		.help = "current: what the registry serves now (the default); last-good: what the last good build used; recorded: the last build",
		.take = take_to },
	{ .name = "record",
		.value = "BUILD",
		.help = "that build, a record file or a name in the store; alone it means --to recorded",
		.take = take_record },
	{ .name = "write", .help = "change the files themselves, and nothing else in them", .take = take_write },
	{ .name = "check",
		.help = "only judge: is every image pinned by a digest that is served?",
		.take = take_check },
	{ .name = "build-arg",
		.value = "KEY=VALUE",
		.help = "as the build has it; repeatable",
		.take = take_build_arg },
	{ 0 },
};

/* ---- the record ---------------------------------------------------------------------------------------------------
 */

static int read_newest(struct pinning *pinning, bool good, struct bd_error *err)
{
	struct bd_store *store = NULL;
	struct bd_store_builds builds = { 0 };
	const struct bd_store_filter filter = selected_builds(pinning->arguments);
	int result = need_project(&filter, err);
	if (result == 0) {
		result = open_store(pinning->arguments, false, &store, err);
	}
	if (result == 0) {
		result = bd_store_find(store, good ? "@last-good" : "@last", &filter, &builds, err);
	}
	if (result == 0) {
		pinning->record_name = bd_arena_strdup(&pinning->arguments->arena, builds.v[0].name);
		result = bd_store_read(store, &builds.v[0], &pinning->record, err);
		bd_store_builds_release(&builds);
	}
	bd_store_close(store);
	return result;
}

static int read_record(struct pinning *pinning, struct bd_error *err)
{
	struct arguments *arguments = pinning->arguments;
	const char *to = arguments->pin_to != NULL   ? arguments->pin_to
			 : arguments->record != NULL ? "recorded"
						     : "current";
	if (strcmp(to, "current") == 0) {
		return arguments->record == NULL
			       ? 0
			       : bd_error_set(err, BD_ERR_USAGE, "--to current asks the registry: leave --record out");
	}
	if (arguments->record != NULL) {
		pinning->record_name = arguments->record;
		return open_build(arguments, arguments->record, &pinning->record, err);
	}
	return read_newest(pinning, strcmp(to, "last-good") == 0, err);
}

/* ---- outputs ------------------------------------------------------------------------------------------------------
 */

struct rewriting {
	struct pinning *pinning;
	const struct output *outputs; /* one for each file */
	struct bd_edit_vec *edits;
	const size_t *files;
};

static int write_pinned(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct rewriting *rewriting = context;
	const size_t i = (size_t)(output - rewriting->outputs);
	const struct bd_pin_file *file = &rewriting->pinning->files.v[rewriting->files[i]];
	struct bd_buf bytes = { 0 };
	bd_edits_apply(file->bytes, rewriting->edits[i].v, rewriting->edits[i].len, &bytes);
	const int result = bd_output_write(to, bd_buf_view(&bytes), err);
	bd_buf_release(&bytes);
	return result;
}

/* All or none, and only what has changed. */
static int rewrite(struct pinning *pinning, struct bd_error *err)
{
	struct bd_arena *arena = &pinning->files.arena;
	const size_t most = pinning->files.len + 1;
	struct output *outputs = bd_arena_alloc(arena, most * sizeof(*outputs));
	struct bd_edit_vec *edits = bd_arena_alloc(arena, most * sizeof(*edits));
	size_t *files = bd_arena_alloc(arena, most * sizeof(*files));
	size_t count = 0;
	for (size_t i = 0; i < pinning->files.len; i++) {
		bd_pin_edits(&pinning->files.v[i], arena, &edits[count]);
		if (edits[count].len > 0) {
			outputs[count] = (struct output){ "text", pinning->files.v[i].path };
			files[count++] = i;
		}
	}
	struct rewriting rewriting = { pinning, outputs, edits, files };
	return count == 0 ? 0 : write_output_set(outputs, count, write_pinned, &rewriting, err);
}

static int check_arguments(const struct arguments *arguments, const struct case_outputs *outputs, struct bd_error *err)
{
	if (arguments->check_only && (arguments->write || arguments->pin_to != NULL || arguments->record != NULL)) {
		return bd_error_set(err, BD_ERR_USAGE, "--check only judges: leave --write, --to and --record out");
	}
	return check_case_outputs(arguments, outputs, err);
}

static int status_of_check(struct pinning *pinning)
{
	int status = EXIT_SAME;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		const enum bd_tri holds = bd_pin_holds(use);
		status = holds == BD_DIFFERENT                            ? EXIT_DIFFERENT
			 : holds == BD_CANNOT_TELL && status == EXIT_SAME ? EXIT_TROUBLE
									  : status;
	}
	return status;
}

static int pin(struct pinning *pinning, const struct case_outputs *outputs, struct bd_error *err)
{
	struct arguments *arguments = pinning->arguments;
	if (open_pin_files(arguments, &pinning->files, err) < 0 ||
		(!arguments->check_only && read_record(pinning, err) < 0)) {
		return -(int)err->code;
	}
	pinning_decide(pinning);
	if ((arguments->write && rewrite(pinning, err) < 0) ||
		write_case_outputs(arguments, outputs, pinning, err) < 0) {
		return -(int)err->code;
	}
	if (arguments->check_only) {
		return status_of_check(pinning);
	}
	pin_tell_rest(pinning);
	return pinning->trouble ? EXIT_TROUBLE : EXIT_SAME;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	const struct case_outputs outputs = { .title = "basedrift pin",
		.formats = pin_formats,
		.plain = arguments->check_only || arguments->write ? "text" : "patch",
		.list_cases = pin_list_cases };
	struct pinning pinning = { .arguments = arguments };
	int result = check_arguments(arguments, &outputs, err);
	if (result == 0) {
		result = pin(&pinning, &outputs, err);
	}
	bd_record_free(pinning.record);
	questions_release(&pinning.questions);
	pin_files_release(&pinning.files);
	return result;
}

static const struct option_row *const options[] = { output_options, pin_options, case_options, select_options,
	registry_options, common_options, NULL };

const struct command command_pin = {
	.name = "pin",
	.synopsis = "[DOCKERFILE | COMPOSE-FILE]... [options]",
	.summary = "pin the images of Dockerfiles and compose files by digest, as a patch",
	.example = "basedrift pin --to last-good | git apply",
	.details =
		"Each FROM, COPY --from, RUN --mount=from and # syntax= of a Dockerfile, each image of a compose file (*.yml,\n"
		"*.yaml): how it is pinned, and NAME:TAG@DIGEST in its stead.  Nothing else in the files changes.  An\n"
		"ARG that a FROM is made of gets the digest, when nothing else is made of it; any other variable is explained\n"
		"and left as it is.\n"
		"Formats: patch (the default), text (of --check and --write), json, junit, github, markdown.\n"
		"Exit status: 0 done, 2 a digest could not be told; of --check 0 every image is pinned, 1 not, 2 a registry could\n"
		"not be asked.\n",
	.options = options,
	.run = run,
};

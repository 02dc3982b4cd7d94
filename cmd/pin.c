/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/cases.h"
#include "basedrift/store.h"

#include "ask.h"
#include "build.h"
#include "commands.h"
#include "console.h"
#include "keep.h"
#include "listing.h"
#include "output.h"
#include "pin_files.h"

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

/* ---- what to write ------------------------------------------------------------------------------------------------
 */

struct pinning {
	struct arguments *arguments;
	struct pin_files files;
	struct question_vec questions;
	struct bd_record *record; /* NULL: --to current, or only judging */
	const char *record_name;
	bool trouble; /* something that was wanted could not be told */
};

static struct bd_pin_use *each_use(struct pinning *pinning, size_t *file, size_t *use)
{
	while (*file < pinning->files.len) {
		if (*use < pinning->files.v[*file].uses.len) {
			return &pinning->files.v[*file].uses.v[(*use)++];
		}
		(*file)++;
		*use = 0;
	}
	return NULL;
}

static bool has_tag(const struct bd_pin_use *use)
{
	return use->name != NULL && strchr(strrchr(use->name, '/'), ':') != NULL;
}

/* "docker.io/library/python@sha256:…" of a name with a tag. */
static const char *by_digest(struct bd_arena *arena, const char *name, const char *digest)
{
	const int n = (int)((size_t)(strrchr(name, '/') - name) + strcspn(strrchr(name, '/'), ":"));
	return bd_arena_printf(arena, "%.*s@%s", n, name, digest);
}

/* The record's digests of this use, best first. */
static const char *recorded(const struct pinning *pinning, const struct bd_pin_use *use, const char *than)
{
	const struct bd_base *base = pinning->record != NULL ? bd_pin_base_of(use, pinning->record) : NULL;
	return base != NULL ? bd_pin_pullable(base, than) : NULL;
}

static void put_questions(struct pinning *pinning)
{
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		if (use->name == NULL) {
			continue;
		}
		if (has_tag(use)) {
			(void)put_question(&pinning->questions, use->name);
		}
		if (use->digest != NULL) {
			(void)put_question(&pinning->questions, by_digest(arena, use->name, use->digest));
		}
		for (const char *digest = recorded(pinning, use, NULL); digest != NULL;
			digest = recorded(pinning, use, digest)) {
			(void)put_question(&pinning->questions, by_digest(arena, use->name, digest));
		}
	}
}

static enum bd_pin_served is_served(
	const struct pinning *pinning, struct bd_arena *arena, const char *name, const char *digest)
{
	const struct question *one = find_question(&pinning->questions, by_digest(arena, name, digest));
	return one != NULL ? one->answer : BD_PIN_NOT_ASKED;
}

static void take_answers(struct pinning *pinning, struct bd_pin_use *use)
{
	const struct question *now = has_tag(use) ? find_question(&pinning->questions, use->name) : NULL;
	if (now != NULL) {
		use->now.answer = now->answer;
		use->now.problem = now->problem;
		use->now.index = now->digest.kind == BD_DIGEST_INDEX ? now->digest.value : NULL;
		use->now.manifest = now->digest.kind == BD_DIGEST_MANIFEST ? now->digest.value : NULL;
	}
	if (use->digest != NULL) {
		use->served = is_served(pinning, &pinning->files.arena, use->name, use->digest);
	}
}

static void want_current(struct pinning *pinning, struct bd_pin_use *use)
{
	use->wanted_from = "the registry";
	use->wanted = use->now.index != NULL ? use->now.index : use->now.manifest;
	if (use->wanted == NULL && has_tag(use)) {
		use->unwanted = use->now.answer == BD_PIN_GONE ? "The registry has no such tag."
				: use->now.problem != NULL
					? bd_arena_printf(&pinning->files.arena, "The registry could not be asked: %s.",
						  use->now.problem)
					: "The registry was not asked: this is offline.";
	}
}

static void want_recorded(struct pinning *pinning, struct bd_pin_use *use)
{
	struct bd_arena *arena = &pinning->files.arena;
	const char *gone = NULL;
	use->wanted_from = pinning->record_name;
	for (const char *digest = recorded(pinning, use, NULL); digest != NULL && use->wanted == NULL;
		digest = recorded(pinning, use, digest)) {
		if (is_served(pinning, arena, use->name, digest) == BD_PIN_GONE) {
			gone = gone != NULL ? gone : digest;
		} else {
			use->wanted = digest;
		}
	}
	if (use->wanted == NULL) {
		use->unwanted = gone != NULL
					? bd_arena_printf(arena, "The registry no longer serves %s, which %s used.",
						  gone, pinning->record_name)
				: bd_pin_base_of(use, pinning->record) == NULL
					? bd_arena_printf(arena, "%s has no such image.", pinning->record_name)
					: bd_arena_printf(arena, "%s does not say for certain which digest it had.",
						  pinning->record_name);
	}
}

static void decide(struct pinning *pinning)
{
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		if (use->name == NULL) {
			continue;
		}
		take_answers(pinning, use);
		if (pinning->record != NULL) {
			want_recorded(pinning, use);
		} else {
			want_current(pinning, use);
		}
		pinning->trouble = pinning->trouble || (use->wanted == NULL && use->unwanted != NULL);
	}
}

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

static void add_patches(struct pinning *pinning, struct bd_buf *out)
{
	for (size_t i = 0; i < pinning->files.len; i++) {
		struct bd_edit_vec edits;
		bd_pin_edits(&pinning->files.v[i], &pinning->files.arena, &edits);
		bd_patch_add(out, pinning->files.v[i].patch, pinning->files.v[i].bytes, edits.v, edits.len, NULL);
	}
}

static void add_text(struct pinning *pinning, struct bd_buf *out)
{
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		add_shown(out, "%s:%d: %s %s%s\n", use->file, use->line, use->where, use->as_written,
			use->reachable ? "" : " (the last stage does not need it)");
		add_shown(out, "    %s\n", bd_pin_sentence(use, arena));
		if (use->now.answer == BD_PIN_UNKNOWN) {
			add_shown(out, "    The registry could not be asked: %s\n", use->now.problem);
		}
		if (use->unwanted != NULL && !pinning->arguments->check_only) {
			add_shown(out, "    %s\n", use->unwanted);
		} else if (use->wanted != NULL && !bd_streq(use->wanted, use->digest) &&
			   !pinning->arguments->check_only) {
			add_shown(out, use->n > 0 ? "    → %s\n" : "    would be %s\n",
				bd_pin_text(use, use->wanted, arena));
		}
		if (use->not_editable != NULL) {
			add_shown(out, "    Not to be edited: %s.\n", use->not_editable);
		}
	}
}

static const char *case_name(struct bd_arena *arena, const struct bd_pin_use *use, const struct bd_cases *cases)
{
	const char *name = bd_arena_printf(
		arena, "%s %.*s is pinned", use->where, (int)strcspn(use->as_written, "@"), use->as_written);
	size_t same = 0;
	for (size_t i = 0; i < cases->len; i++) {
		same += strcmp(cases->v[i].group, use->file) == 0 && bd_str_starts(bd_str(cases->v[i].name), name);
	}
	return same == 0 ? name : bd_arena_printf(arena, "%s (%zu)", name, same + 1);
}

static void list_cases(struct pinning *pinning, struct bd_cases *cases)
{
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		const enum bd_tri holds = bd_pin_holds(use);
		struct bd_case one = { .result = holds == BD_SAME        ? BD_CASE_PASSED
						 : holds == BD_DIFFERENT ? BD_CASE_FAILED
									 : BD_CASE_ERROR,
			.group = use->file,
			.name = case_name(arena, use, cases),
			.type = use->served == BD_PIN_GONE            ? "digest-gone"
				: holds == BD_CANNOT_TELL             ? "registry-not-asked"
				: use->pinned == BD_PINNED_UNRESOLVED ? "unresolved-image"
								      : bd_pinned_name(use->pinned),
			.message = holds == BD_SAME ? NULL : bd_pin_sentence(use, arena),
			.detail = use->wanted != NULL && holds == BD_DIFFERENT
					  ? bd_arena_printf(arena, "Write: %s", bd_pin_text(use, use->wanted, arena))
					  : use->not_editable,
			.file = use->file,
			.line = use->line };
		*bd_vec_push(cases) = one;
	}
}

static void add_cases(struct pinning *pinning, const char *format, struct bd_buf *out)
{
	struct bd_cases cases = { .title = "basedrift pin" };
	list_cases(pinning, &cases);
	if (strcmp(format, "junit") == 0) {
		bd_cases_junit(&cases, out);
	} else if (strcmp(format, "github") == 0) {
		bd_cases_github(&cases, out);
	} else {
		bd_cases_markdown(&cases, out);
	}
	free(cases.v);
}

static int write_one(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	struct pinning *pinning = context;
	struct bd_buf bytes = { 0 };
	if (strcmp(output->format, "patch") == 0) {
		add_patches(pinning, &bytes);
	} else if (strcmp(output->format, "text") == 0) {
		add_text(pinning, &bytes);
	} else if (strcmp(output->format, "json") == 0) {
		bd_pin_json(pinning->files.v, pinning->files.len, &bytes);
	} else {
		add_cases(pinning, output->format, &bytes);
	}
	const int result = bd_output_write(to, bd_buf_view(&bytes), err);
	bd_buf_release(&bytes);
	return result;
}

/* Whole or not at all, and only what has changed. */
static int rewrite(struct pinning *pinning, struct bd_error *err)
{
	for (size_t i = 0; i < pinning->files.len; i++) {
		const struct bd_pin_file *file = &pinning->files.v[i];
		struct bd_edit_vec edits;
		struct bd_buf bytes = { 0 };
		bd_pin_edits(file, &pinning->files.arena, &edits);
		bd_edits_apply(file->bytes, edits.v, edits.len, &bytes);
		const int result = edits.len > 0 ? write_output(file->path, bd_buf_view(&bytes), err) : 0;
		bd_buf_release(&bytes);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

static int check_formats(const struct arguments *arguments, struct bd_error *err)
{
	static const char *const formats[] = { "patch", "text", "json", "junit", "github", "markdown" };
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		bool known = false;
		for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++) {
			known = known || strcmp(arguments->outputs.v[i].format, formats[k]) == 0;
		}
		if (!known) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s: pin writes patch, text, json, junit, github and markdown",
				arguments->outputs.v[i].format);
		}
	}
	if (arguments->check_only && (arguments->write || arguments->pin_to != NULL || arguments->record != NULL)) {
		return bd_error_set(err, BD_ERR_USAGE, "--check only judges: leave --write, --to and --record out");
	}
	return check_outputs(arguments, err);
}

static int write_outputs(struct pinning *pinning, struct bd_error *err)
{
	const struct arguments *arguments = pinning->arguments;
	const struct output plain = { arguments->check_only || arguments->write ? "text" : "patch", NULL };
	const size_t count = arguments->outputs.len;
	return write_output_set(
		count > 0 ? arguments->outputs.v : &plain, count > 0 ? count : 1, write_one, pinning, err);
}

/* What a patch cannot say. */
static void tell_rest(struct pinning *pinning)
{
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		const char *why = use->unwanted != NULL                                       ? use->unwanted
				  : use->wanted != NULL && bd_streq(use->wanted, use->digest) ? NULL
											      : use->not_editable;
		if (why != NULL) {
			print_hint(pinning->arguments, "%s:%d: %s is left as it is: %s", use->file, use->line,
				use->as_written, why);
		}
	}
}

static int status_of_check(struct pinning *pinning)
{
	int status = EXIT_SAME;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = each_use(pinning, &file, &at); use != NULL; use = each_use(pinning, &file, &at)) {
		const enum bd_tri holds = bd_pin_holds(use);
		status = holds == BD_DIFFERENT                            ? EXIT_DIFFERENT
			 : holds == BD_CANNOT_TELL && status == EXIT_SAME ? EXIT_TROUBLE
									  : status;
	}
	return status;
}

static int pin(struct pinning *pinning, struct bd_error *err)
{
	struct arguments *arguments = pinning->arguments;
	if (open_pin_files(arguments, &pinning->files, err) < 0 ||
		(!arguments->check_only && read_record(pinning, err) < 0)) {
		return -(int)err->code;
	}
	put_questions(pinning);
	ask_registries(arguments, &pinning->questions);
	decide(pinning);
	if ((arguments->write && rewrite(pinning, err) < 0) || write_outputs(pinning, err) < 0) {
		return -(int)err->code;
	}
	if (arguments->check_only) {
		return status_of_check(pinning);
	}
	tell_rest(pinning);
	return pinning->trouble ? EXIT_TROUBLE : EXIT_SAME;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct pinning pinning = { .arguments = arguments };
	int result = check_formats(arguments, err);
	if (result == 0) {
		result = pin(&pinning, err);
	}
	bd_record_free(pinning.record);
	questions_release(&pinning.questions);
	pin_files_release(&pinning.files);
	return result;
}

static const struct option_row *const options[] = { output_options, pin_options, select_options, registry_options,
	common_options, NULL };

const struct command command_pin = {
	.name = "pin",
	.synopsis = "[DOCKERFILE | COMPOSE-FILE]... [options]",
	.summary = "pin the images of Dockerfiles and compose files by digest, as a patch",
	.example = "basedrift pin --to last-good | git apply",
	.details =
		"Each FROM, COPY --from, RUN --mount=from and # syntax= of a Dockerfile, each image of a compose file (*.yml,\n"
		"*.yaml): how it is pinned, and NAME:TAG@DIGEST in its stead.  Nothing else in the files changes.  What is made\n"
		"from a variable is explained and left as it is.\n"
		"Formats: patch (the default), text (of --check and --write), json, junit, github, markdown.\n"
		"Exit status: 0 done, 2 a digest could not be told; of --check 0 every image is pinned, 1 not, 2 a registry could\n"
		"not be asked.\n",
	.options = options,
	.run = run,
};

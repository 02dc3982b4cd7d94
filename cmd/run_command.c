/* SPDX-License-Identifier: Apache-2.0 */
/* The build command as it is run: what it says of itself, what its tool can add. */
#include "run_command.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"

#define QUESTION_MS 10000

/* ---- what the command says ---------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static void describe_context(struct build_run *run)
{
	const struct bd_build_command *command = &run->command;
	struct arguments *arguments = run->arguments;

	if (arguments->context != NULL) {
		return;
	}
	arguments->context = command->context;
	if (command->context_elsewhere || (command->context != NULL && !is_folder(command->context))) {
		arguments->context = NULL;
		arguments->context_elsewhere = true;
		arguments->dockerfile_elsewhere = true; /* -f is a path in there */
	}
}

/* Seen from here, as docker has it, or from the context, as the others do as well. */
static void describe_dockerfile(struct build_run *run)
{
	const struct bd_build_command *command = &run->command;
	struct arguments *arguments = run->arguments;

	if (arguments->dockerfile != NULL || arguments->dockerfile_elsewhere) {
		return;
	}
	arguments->dockerfile_elsewhere = command->dockerfile_elsewhere || command->bake;
	if (command->dockerfile == NULL) {
		return;
	}
	const char *in_context = arguments->context != NULL ? bd_arena_printf(&arguments->arena, "%s/%s",
								      arguments->context, command->dockerfile)
							    : command->dockerfile;
	if (is_file(command->dockerfile)) {
		arguments->dockerfile = command->dockerfile;
	} else if (is_file(in_context)) {
		arguments->dockerfile = in_context;
	} else {
		arguments->dockerfile_elsewhere = true;
	}
}

static bool is_said(const struct arguments *arguments, const char *key)
{
	for (size_t i = 0; i < arguments->build_args.len; i++) {
		if (strcmp(arguments->build_args.v[i].key, key) == 0) {
			return true;
		}
	}
	return false;
}

static void describe_build_args(struct build_run *run)
{
	struct arguments *arguments = run->arguments;
	const struct bd_build_arg_vec *args = &run->command.build_args;

	for (size_t i = 0; i < args->len; i++) {
		const char *key = args->v[i].key;
		const char *value = args->v[i].value != NULL ? args->v[i].value : environment_variable(key);
		bool repeated = *key == '\0' || is_said(arguments, key);
		for (size_t k = i + 1; k < args->len && !repeated; k++) {
			repeated = strcmp(args->v[k].key, key) == 0; /* the last one wins */
		}
		if (!repeated && value != NULL) {
			*bd_vec_push(&arguments->build_args) = (struct key_value){ key, value };
		}
	}
}

/* Whose store holds the images that it pulled: the one that can say what they were. */
static const char *daemon_of(enum bd_builder builder)
{
	const bool docker = builder == BD_BUILDER_DOCKER || builder == BD_BUILDER_BUILDX;
	const bool podman = builder == BD_BUILDER_PODMAN || builder == BD_BUILDER_BUILDAH;
	return docker ? "docker-daemon" : podman ? "podman" : NULL;
}

void describe_command(struct build_run *run)
{
	struct arguments *arguments = run->arguments;

	bd_build_command_parse(run->argv, &arguments->arena, &run->command);
	if (run->command.builder == BD_BUILDER_UNKNOWN) {
		return;
	}
	describe_context(run);
	describe_dockerfile(run);
	describe_build_args(run);
	arguments->daemon = daemon_of(run->command.builder);
	if (arguments->target == NULL) {
		arguments->target = run->command.target;
	}
	if (arguments->platform == NULL) {
		arguments->platform = run->command.platform;
	}
}

/* ---- what its tool can add ------------------------------------------------------------------------------------ */

/* The output of a short command, in the arena; NULL: there is none, it failed, or it took too long. */
static const char *ask(const struct build_run *run, const char *const *argv, int *interrupted_out)
{
	const struct bd_child_options options = { .argv = argv, .kept_only = true, .timeout_ms = QUESTION_MS };
	struct bd_child child;
	struct bd_error err;
	const char *text = NULL;

	if (bd_child_run(&options, &child, &err) < 0) {
		return NULL; /* the command itself will say why */
	}
	*interrupted_out = child.interrupted;
	if (child.status == 0 && child.log.head.n > 0) {
		text = bd_arena_text(&run->arguments->arena, child.log.head.p, child.log.head.n);
	}
	bd_child_release(&child);
	return text;
}

static const char *const *words_and(
	const struct build_run *run, size_t count, const char *const *more, const char *const *rest)
{
	struct text_list words = { .len = 0 };
	for (size_t i = 0; i < count; i++) {
		text_list_add(&words, run->argv[i]);
	}
	for (; *more != NULL; more++) {
		text_list_add(&words, *more);
	}
	for (; rest != NULL && *rest != NULL; rest++) {
		text_list_add(&words, *rest);
	}
	const char *const *copy = bd_arena_copy(&run->arguments->arena, words.v, (words.len + 1) * sizeof(*words.v));
	free(words.v);
	return copy;
}

/* A tool out of a snap sees another temporary folder: a file named there would fail its build. */
static bool sees_our_files(const struct build_run *run)
{
	const char *path = environment_variable("PATH");
	struct bd_str rest = bd_str(path);
	const char *program = run->argv[run->command.program];

	if (strchr(program, '/') != NULL) {
		return strncmp(program, "/snap/", 6) != 0;
	}
	while (rest.n > 0) {
		const struct bd_str folder = bd_str_cut(&rest, ':');
		const char *candidate =
			bd_arena_printf(&run->arguments->arena, "%.*s/%s", (int)folder.n, folder.p, program);
		if (access(candidate, X_OK) == 0) {
			return !bd_str_starts(folder, "/snap/");
		}
	}
	return true;
}

static void make_folder(struct build_run *run)
{
	const char *top = environment_variable("TMPDIR");
	char *name = bd_arena_printf(
		&run->arguments->arena, "%s/basedrift-run-XXXXXX", top != NULL && *top != '\0' ? top : "/tmp");
	run->folder = mkdtemp(name);
}

static const char *in_folder(const struct build_run *run, const char *name)
{
	return bd_arena_printf(&run->arguments->arena, "%s/%s", run->folder, name);
}

void remove_folder(struct build_run *run)
{
	static const char *const names[] = { "iidfile", "metadata.json", "image.tar" };
	for (size_t i = 0; run->folder != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		(void)unlink(in_folder(run, names[i]));
	}
	if (run->folder != NULL) {
		(void)rmdir(run->folder);
	}
}

/* Of docker's family an option more changes nothing else; with --iidfile buildah and podman no longer print the id. */
static bool may_be_extended(const struct bd_build_command *command)
{
	return command->builder == BD_BUILDER_DOCKER || command->builder == BD_BUILDER_BUILDX ||
	       command->builder == BD_BUILDER_NERDCTL;
}

/* nerdctl fails where no image comes out. */
static bool takes_iidfile(const struct bd_build_command *command)
{
	return command->iidfile == NULL && !command->several_platforms && !command->bake && !command->makes_no_image &&
	       !command->exports_files;
}

static bool takes_metadata_file(const struct bd_build_command *command)
{
	return command->metadata_file == NULL && !command->makes_no_image &&
	       (!command->several_platforms || command->builder == BD_BUILDER_BUILDX);
}

/* The tool itself says which options it has: `docker build` is another program where buildx is installed. */
const char *const *prepare_command(struct build_run *run, int *interrupted_out)
{
	static const char *const help[] = { "--help", NULL };
	const struct bd_build_command *command = &run->command;
	const char *added[5] = { NULL };
	size_t count = 0;

	make_folder(run);
	run->iidfile = command->iidfile;
	run->metadata_file = command->metadata_file;
	if (!may_be_extended(command) || run->arguments->as_is || run->folder == NULL ||
		(!takes_iidfile(command) && !takes_metadata_file(command)) || !sees_our_files(run)) {
		return run->argv;
	}
	const char *text = ask(run, words_and(run, command->options, help, NULL), interrupted_out);
	if (text != NULL && takes_iidfile(command) && strstr(text, "--iidfile") != NULL) {
		run->iidfile = in_folder(run, "iidfile");
		added[count++] = "--iidfile";
		added[count++] = run->iidfile;
	}
	if (text != NULL && takes_metadata_file(command) && strstr(text, "--metadata-file") != NULL) {
		run->metadata_file = in_folder(run, "metadata.json");
		added[count++] = "--metadata-file";
		added[count++] = run->metadata_file;
	}
	return words_and(run, command->options, added, run->argv + command->options);
}

/* "Docker version 24.0.7, build afdd53b", "github.com/docker/buildx v0.11.2 9872040": the first word that is one. */
static const char *version_in(struct bd_arena *arena, const char *text)
{
	const char *p = text;
	while (p != NULL && *p != '\0') {
		p += strspn(p, " \t\r\n:");
		const size_t n = strcspn(p, " \t\r\n,");
		const size_t v = n > 1 && p[0] == 'v';
		if (n > v && p[v] >= '0' && p[v] <= '9') {
			return n - v <= 64 ? bd_arena_text(arena, p + v, n - v) : NULL;
		}
		p += n + (p[n] == ',');
	}
	return NULL;
}

const char *ask_version(const struct build_run *run)
{
	const struct bd_build_command *command = &run->command;
	const bool plugin = command->builder == BD_BUILDER_BUILDX &&
			    bd_str_is(bd_path_name(bd_str(run->argv[command->program])), "docker");
	const bool by_word = command->builder == BD_BUILDER_BUILDX || command->builder == BD_BUILDER_KANIKO;
	const char *question[4] = { run->argv[command->program], plugin ? "buildx" : NULL, NULL, NULL };
	int ignored = 0;

	question[plugin ? 2 : 1] = by_word ? "version" : "--version";
	return version_in(&run->arguments->arena, ask(run, question, &ignored));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a build command as its tool would: which tool, what is built from what, what comes out. */
#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/build_flags.h"

/* Programs that run another one; whatever options they have, the tool's name comes behind them. */
static const char *const wrappers[] = { "chrt", "doas", "env", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo",
	"time", "timeout", "unshare", NULL };

struct subcommand {
	const char *words[2]; /* the second may be NULL */
	enum bd_builder builder;
	bool bake;
};

static const struct subcommand docker_subcommands[] = {
	{ { "build", NULL }, BD_BUILDER_DOCKER, false },
	{ { "image", "build" }, BD_BUILDER_DOCKER, false },
	{ { "builder", "build" }, BD_BUILDER_DOCKER, false },
	{ { "buildx", "build" }, BD_BUILDER_BUILDX, false },
	{ { "buildx", "b" }, BD_BUILDER_BUILDX, false },
	{ { "buildx", "bake" }, BD_BUILDER_BUILDX, true },
	{ { "buildx", "f" }, BD_BUILDER_BUILDX, true },
	{ { NULL, NULL }, BD_BUILDER_UNKNOWN, false },
};
static const struct subcommand buildx_subcommands[] = {
	{ { "build", NULL }, BD_BUILDER_BUILDX, false },
	{ { "b", NULL }, BD_BUILDER_BUILDX, false },
	{ { "bake", NULL }, BD_BUILDER_BUILDX, true },
	{ { "f", NULL }, BD_BUILDER_BUILDX, true },
	{ { NULL, NULL }, BD_BUILDER_UNKNOWN, false },
};
static const struct subcommand podman_subcommands[] = {
	{ { "build", NULL }, BD_BUILDER_PODMAN, false },
	{ { "image", "build" }, BD_BUILDER_PODMAN, false },
	{ { "buildx", "build" }, BD_BUILDER_PODMAN, false },
	{ { NULL, NULL }, BD_BUILDER_UNKNOWN, false },
};
static const struct subcommand buildah_subcommands[] = {
	{ { "build", NULL }, BD_BUILDER_BUILDAH, false },
	{ { "bud", NULL }, BD_BUILDER_BUILDAH, false },
	{ { "build-using-dockerfile", NULL }, BD_BUILDER_BUILDAH, false },
	{ { NULL, NULL }, BD_BUILDER_UNKNOWN, false },
};
static const struct subcommand nerdctl_subcommands[] = {
	{ { "build", NULL }, BD_BUILDER_NERDCTL, false },
	{ { "image", "build" }, BD_BUILDER_NERDCTL, false },
	{ { "builder", "build" }, BD_BUILDER_NERDCTL, false },
	{ { NULL, NULL }, BD_BUILDER_UNKNOWN, false },
};

static const struct tool {
	const char *program, *name;
	const struct subcommand *subcommands; /* NULL: the program builds by itself */
	const struct flag *globals, *flags;
} tools[] = {
	{ "buildah", "buildah", buildah_subcommands, containers_globals, containers_flags },
	{ "buildx", "buildx", buildx_subcommands, docker_globals, docker_flags },
	{ "docker", "docker", docker_subcommands, docker_globals, docker_flags },
	{ "docker-buildx", "buildx", buildx_subcommands, docker_globals, docker_flags },
	{ "kaniko", "kaniko", NULL, NULL, kaniko_flags },
	{ "kaniko-executor", "kaniko", NULL, NULL, kaniko_flags },
	{ "nerdctl", "nerdctl", nerdctl_subcommands, docker_globals, docker_flags },
	{ "podman", "podman", podman_subcommands, containers_globals, containers_flags },
	{ "podman-remote", "podman", podman_subcommands, containers_globals, containers_flags },
};

/* ---- which tool ------------------------------------------------------------------------------------------ */

static const struct tool *find_tool(const char *word)
{
	const struct bd_str name = bd_path_name(bd_str(word));
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (bd_str_is(name, tools[i].program) ||
			(tools[i].subcommands == NULL && bd_str_ends(bd_str(word), "kaniko/executor"))) {
			return &tools[i];
		}
	}
	return NULL;
}

/* The first word from `at` that is neither an option of the table nor its value. */
static size_t skip_options(const char *const *argv, size_t at, const struct flag *table)
{
	while (argv[at] != NULL && argv[at][0] == '-' && argv[at][1] != '\0') {
		const char *word = argv[at];
		struct bd_str rest = bd_str(word + 2);
		const struct bd_str name = bd_str_cut(&rest, '=');
		const bool is_long = word[1] == '-';
		const bool has_value = is_long ? word[2 + name.n] == '=' : word[2] != '\0';
		const char letter = word[1];
		const struct flag *flag = is_long ? find_flag(table, '\0', name) : find_flag(table, letter, name);
		at++;
		if (flag != NULL && !has_value && argv[at] != NULL) {
			at++;
		}
	}
	return at;
}

static const struct subcommand *find_subcommand(
	const struct tool *tool, const char *const *argv, size_t at, size_t *options_out)
{
	for (const struct subcommand *row = tool->subcommands; row->words[0] != NULL; row++) {
		if (!bd_streq(argv[at], row->words[0])) {
			continue;
		}
		const size_t second = row->words[1] != NULL ? skip_options(argv, at + 1, tool->globals) : at;
		if (row->words[1] == NULL || bd_streq(argv[second], row->words[1])) {
			*options_out = second + 1;
			return row;
		}
	}
	return NULL;
}

static const struct tool *recognise_at(const char *const *argv, size_t at, struct bd_build_command *out)
{
	const struct tool *tool = find_tool(argv[at]);
	const struct subcommand *found = NULL;
	size_t options = at + 1;
	size_t subcommand = options;

	if (tool == NULL) {
		return NULL;
	}
	if (tool->subcommands != NULL) {
		subcommand = skip_options(argv, at + 1, tool->globals);
		found = argv[subcommand] != NULL ? find_subcommand(tool, argv, subcommand, &options) : NULL;
		if (found == NULL) {
			return NULL;
		}
	}
	out->builder = found != NULL ? found->builder : BD_BUILDER_KANIKO;
	out->bake = found != NULL && found->bake;
	out->tool = out->builder == BD_BUILDER_BUILDX ? "buildx" : tool->name;
	out->program = at;
	out->subcommand = subcommand;
	out->options = options;
	return tool;
}

static bool is_wrapper(const char *word)
{
	const struct bd_str name = bd_path_name(bd_str(word));
	for (const char *const *wrapper = wrappers; *wrapper != NULL; wrapper++) {
		if (bd_str_is(name, *wrapper)) {
			return true;
		}
	}
	return false;
}

/* "sudo -u docker docker build": a word that only looks like a tool has no build command behind it. */
static const struct tool *recognise(const char *const *argv, struct bd_build_command *out)
{
	const struct tool *tool = NULL;
	for (size_t i = 0; argv[i] != NULL && tool == NULL && (i == 0 || is_wrapper(argv[0])); i++) {
		tool = recognise_at(argv, i, out);
	}
	return tool;
}

/* ---- what its options say ---------------------------------------------------------------------------------- */

struct reader {
	struct bd_build_command *command;
	struct bd_arena *arena;
	size_t positional;
	const char *os, *arch, *variant;
};

static bool is_elsewhere(const char *text)
{
	return strcmp(text, "-") == 0 || strstr(text, "://") != NULL || strncmp(text, "git@", 4) == 0 ||
	       strncmp(text, "github.com/", 11) == 0;
}

static void take_context(struct bd_build_command *command, const char *value)
{
	if (strncmp(value, "dir://", 6) == 0) { /* kaniko's word for a folder */
		value += 6;
	}
	command->context_elsewhere = is_elsewhere(value);
	command->context = command->context_elsewhere ? NULL : value;
}

static void take_file(struct bd_build_command *command, const char *value)
{
	if (command->dockerfile == NULL && !command->dockerfile_elsewhere) { /* of several the first has the FROM */
		command->dockerfile_elsewhere = is_elsewhere(value);
		command->dockerfile = command->dockerfile_elsewhere ? NULL : value;
	}
}

static void take_build_arg(struct reader *reader, const char *value)
{
	struct bd_str rest = bd_str(value);
	const struct bd_str key = bd_str_cut(&rest, '=');
	*arena_push(reader->arena, &reader->command->build_args) =
		(struct bd_build_arg){ bd_arena_text(reader->arena, key.p, key.n),
			value[key.n] == '=' ? value + key.n + 1 : NULL };
}

static void take_platform(struct bd_build_command *command, const char *value)
{
	if (command->platform != NULL || strchr(value, ',') != NULL) {
		command->several_platforms = true;
	} else if (strcmp(value, "local") != 0) {
		command->platform = value;
	}
}

/* buildah and podman take an image of any transport as a tag. */
static void take_tag(struct reader *reader, const char *value)
{
	static const char *const transports[] = { "oci:", "oci-archive:", "docker-archive:", "dir:", "docker://",
		"docker-daemon:" };
	struct bd_build_command *command = reader->command;
	const bool any = command->builder == BD_BUILDER_BUILDAH || command->builder == BD_BUILDER_PODMAN;
	for (size_t i = 0; any && i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (strncmp(value, transports[i], strlen(transports[i])) == 0) {
			*arena_push(reader->arena, &command->images) = value;
			return;
		}
	}
	*arena_push(reader->arena, &command->tags) = value;
}

/* The value of one key of "type=oci,dest=out.tar", or NULL. */
static const char *field(struct bd_arena *arena, const char *list, const char *key)
{
	struct bd_str rest = bd_str(list);
	while (rest.n > 0) {
		struct bd_str value = bd_str_cut(&rest, ',');
		const struct bd_str name = bd_str_cut(&value, '=');
		if (bd_str_is(name, key)) {
			return bd_arena_text(arena, value.p, value.n);
		}
	}
	return NULL;
}

static void take_output(struct reader *reader, const char *value)
{
	struct bd_build_command *command = reader->command;
	const char *type = field(reader->arena, value, "type");
	const char *dest = field(reader->arena, value, "dest");
	const char *name = field(reader->arena, value, "name");
	const bool folder = bd_streq(field(reader->arena, value, "tar"), "false");

	if (type == NULL || strcmp(type, "local") == 0 || strcmp(type, "tar") == 0) {
		command->exports_files = true;
		return;
	}
	if (strcmp(type, "registry") == 0 || bd_streq(field(reader->arena, value, "push"), "true")) {
		command->pushes = true;
	}
	if (name != NULL && *name != '\0') {
		*arena_push(reader->arena, &command->tags) = name;
	}
	if (dest != NULL && *dest != '\0' && strcmp(dest, "-") != 0) {
		const char *transport = strcmp(type, "oci") == 0      ? (folder ? "oci" : "oci-archive")
					: strcmp(type, "docker") == 0 ? (folder ? "oci" : "docker-archive")
								      : NULL;
		if (transport != NULL) {
			*arena_push(reader->arena, &command->images) =
				bd_arena_printf(reader->arena, "%s:%s", transport, dest);
		}
	}
}

static void take_secret(struct reader *reader, const char *value)
{
	const char *name = field(reader->arena, value, "env");
	if (name == NULL && bd_streq(field(reader->arena, value, "type"), "env")) {
		name = field(reader->arena, value, "src");
		name = name != NULL ? name : field(reader->arena, value, "source");
	}
	name = name != NULL ? name
			    : field(reader->arena, value, "id"); /* buildx looks for a variable of that name too */
	if (name != NULL) {
		*arena_push(reader->arena, &reader->command->secret_variables) = name;
	}
}

static void add_image(struct reader *reader, const char *transport, const char *path)
{
	*arena_push(reader->arena, &reader->command->images) = bd_arena_printf(reader->arena, "%s:%s", transport, path);
}

static bool is_on(const char *value)
{
	return value == NULL || (strcmp(value, "false") != 0 && strcmp(value, "0") != 0);
}

/* value NULL: only of flags that need none. */
static void take_flag(struct reader *reader, enum flag_meaning meaning, const char *value)
{
	struct bd_build_command *command = reader->command;
	/* clang-format off: a case a line */
	switch (meaning) {
	case FLAG_FILE:
		take_file(command, value);
		break;
	case FLAG_CONTEXT:
		take_context(command, value);
		break;
	case FLAG_BUILD_ARG:
		take_build_arg(reader, value);
		break;
	case FLAG_TARGET:
		command->target = value;
		break;
	case FLAG_PLATFORM:
		take_platform(command, value);
		break;
	case FLAG_OS:
		reader->os = value;
		break;
	case FLAG_ARCH:
		reader->arch = value;
		break;
	case FLAG_VARIANT:
		reader->variant = value;
		break;
	case FLAG_TAG:
		take_tag(reader, value);
		break;
	case FLAG_IIDFILE:
		command->iidfile = value;
		break;
	case FLAG_METADATA_FILE:
		command->metadata_file = value;
		break;
	case FLAG_OUTPUT:
		take_output(reader, value);
		break;
	case FLAG_SECRET:
		take_secret(reader, value);
		break;
	case FLAG_SIGNATURE_POLICY:
		command->signature_policy = value;
		break;
	case FLAG_TAR_PATH:
		add_image(reader, "docker-archive", value);
		break;
	case FLAG_LAYOUT_PATH:
		add_image(reader, "oci", value);
		break;
	case FLAG_INFORMS:
		command->makes_no_image = !bd_streq(value, "build");
		break;
	case FLAG_PUSH:
		command->pushes = is_on(value);
		break;
	case FLAG_NO_PUSH:
		command->pushes = !is_on(value);
		break;
	case FLAG_CHECK:
		command->makes_no_image = is_on(value);
		break;
	case FLAG_ALL_PLATFORMS:
		command->several_platforms = is_on(value);
		break;
	case FLAG_NO_MATTER:
	default:
		break;
	}
	/* clang-format on */
}

/* "--file=x", "--file x": how many words were read. */
static size_t take_long(struct reader *reader, const struct flag *table, const char *const *words)
{
	const char *word = words[0];
	struct bd_str rest = bd_str(word + 2);
	const struct bd_str name = bd_str_cut(&rest, '=');
	const struct flag *flag = find_flag(table, '\0', name);
	const char *value = word[2 + name.n] == '=' ? word + 2 + name.n + 1 : NULL;
	size_t taken = 1;

	if (flag == NULL) {
		return 1;
	}
	if (flag_takes_value(flag) && value == NULL) {
		value = words[1];
		taken = value != NULL ? 2 : 1;
		if (value == NULL) {
			return 1;
		}
	}
	take_flag(reader, flag->meaning, value);
	return taken;
}

/* "-f x", "-fx", "-qt name": flags without a value may stand before one that has one. */
static size_t take_short(struct reader *reader, const struct flag *table, const char *const *words)
{
	for (const char *letter = words[0] + 1; *letter != '\0'; letter++) {
		const struct flag *flag = find_flag(table, *letter, (struct bd_str){ NULL, 0 });
		if (flag == NULL) {
			continue;
		}
		if (letter[1] != '\0') {
			take_flag(reader, flag->meaning, letter + 1 + (letter[1] == '='));
			return 1;
		}
		if (words[1] != NULL) {
			take_flag(reader, flag->meaning, words[1]);
		}
		return words[1] != NULL ? 2 : 1;
	}
	return 1;
}

static void take_word(struct reader *reader, const char *word)
{
	if (reader->positional++ == 0 && !reader->command->bake) {
		take_context(reader->command, word);
	}
}

static void read_options(struct reader *reader, const struct flag *table, const char *const *words)
{
	while (*words != NULL) {
		if (strcmp(*words, "--") == 0) {
			for (words++; *words != NULL; words++) {
				take_word(reader, *words);
			}
			return;
		}
		if ((*words)[0] != '-' || (*words)[1] == '\0') {
			take_word(reader, *words);
			words++;
		} else {
			words +=
				(*words)[1] == '-' ? take_long(reader, table, words) : take_short(reader, table, words);
		}
	}
}

void bd_build_command_parse(const char *const *argv, struct bd_arena *arena, struct bd_build_command *out)
{
	*out = (struct bd_build_command){ .builder = BD_BUILDER_UNKNOWN };
	const struct tool *tool = recognise(argv, out);
	if (tool == NULL) {
		*out = (struct bd_build_command){ .builder = BD_BUILDER_UNKNOWN };
		return;
	}
	struct reader reader = { .command = out, .arena = arena };
	out->pushes = out->builder == BD_BUILDER_KANIKO;
	if (out->builder == BD_BUILDER_KANIKO) {
		out->context = "/workspace"; /* its default */
	}
	read_options(&reader, tool->flags, argv + out->options);
	if (out->platform == NULL && reader.arch != NULL) {
		out->platform = bd_arena_printf(arena, "%s/%s%s%s", reader.os != NULL ? reader.os : "linux",
			reader.arch, reader.variant != NULL ? "/" : "", reader.variant != NULL ? reader.variant : "");
	}
	if (out->several_platforms) {
		out->platform = NULL;
	}
}

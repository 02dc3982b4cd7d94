/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command; everything else is its own. */
#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/compress.h"
#include "basedrift/origin.h"
#include "basedrift/render.h"
#include "basedrift/source.h"
#include "basedrift/store.h"

#include "commands.h"
#include "console.h"

#define ROW(name) &command_##name,
static const struct command *const commands[] = { COMMANDS(ROW) };
#undef ROW
enum {
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0])
};

static void print_help(FILE *to)
{
	(void)fputs("basedrift says why master broke when nothing in git changed\n\n"
		    "  basedrift collect docker-archive:app.tar -o record=build.jsonl   in every build\n"
		    "  basedrift diff good.jsonl bad.jsonl                              when one fails\n\n"
		    "Usage: basedrift COMMAND [options]\n\nCommands:\n",
		to);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		(void)fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	}
	(void)fputs(
		"\n'basedrift COMMAND --help' lists its options; 'basedrift --version' says what this one is built with.\n",
		to);
}

static void print_version(void)
{
	(void)printf("basedrift %s\n  gzip: %s, zstd: %s, git: %s\n  images: %s\n  reports: %s\n", BASEDRIFT_VERSION,
		bd_gzip_library(), bd_zstd_library(), bd_git_library(), bd_transport_names(), bd_renderer_names());
	(void)fputs("  stores:", stdout);
	for (size_t i = 0; bd_store_library(i) != NULL; i++) {
		(void)printf("%s %s", i > 0 ? "," : "", bd_store_library(i));
	}
	(void)putchar('\n');
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i]->name, name) == 0) {
			return commands[i];
		}
	}
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COMMAND_COUNT];
	struct bd_error err;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		names[i] = commands[i]->name;
	}
	const char *near = nearest_word(name, names, COMMAND_COUNT);
	(void)bd_error_set(&err, BD_ERR_USAGE, "%s: no such command%s%s%s", name,
		near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
	print_error(&err);
	return EXIT_TROUBLE;
}

/*
 * A reader that went away and a file size limit are write errors like a full disk: said, and nothing is left half
 * written.  A descriptor that the caller closed is not given to a file, which would then get what is printed.
 */
/*
 * What is large, the files of a layer or a database, goes back to the system when it is freed: glibc would soon keep
 * all of it in its heaps, in pieces.
 */
#define LARGE_BYTES (256 << 10)

static void prepare_process(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_PATH) != fd) {
			_exit(EXIT_TROUBLE);
		}
	}
}

/* Ends what was printed with stdio. */
static int finish_printing(void)
{
	struct bd_error err;
	if (fflush(stdout) == 0 && ferror(stdout) == 0) {
		return EXIT_SAME;
	}
	(void)bd_error_set_errno(&err, "standard output");
	print_error(&err);
	return EXIT_TROUBLE;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct bd_error err;
	int result = parse_arguments(command, argc, argv, 2, &arguments, &err);

	if (result == 0 && arguments.help) {
		print_command_help(command);
		result = finish_printing();
	} else if (result == 0) {
		result = command->run(&arguments, &err);
	}
	if (result < 0) {
		print_error(&err);
		result = EXIT_TROUBLE;
	}
	arguments_release(&arguments);
	return result;
}

int main(int argc, char **argv)
{
	prepare_process();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_TROUBLE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return finish_printing();
	}
	if (strcmp(argv[1], "--version") == 0) {
		print_version();
		return finish_printing();
	}
	const struct command *command = find_command(argv[1]);
	return command != NULL ? run_command(command, argc, argv) : unknown_command(argv[1]);
}

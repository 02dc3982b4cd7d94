/* SPDX-License-Identifier: Apache-2.0 */
/*
 * basedrift-probe: a test tool, not installed.  Feeds outside vectors to one module, without writing C:
 * one command a module, each in probe_NAME.c.
 */
#include "probe.h"

#include <stdio.h>
#include <string.h>

static int reference(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return probe_reference();
}

static int os_release(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return probe_os_release();
}

static int purl(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return probe_purl();
}

static int vers(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return probe_vers();
}

static const struct {
	const char *name, *usage;
	int (*run)(int argc, char **argv); /* the words behind the name */
} commands[] = {
	{ "catalog", "PATH-IN-IMAGE < bytes", probe_catalog },
	{ "dockerfile", "FILE [--build-arg K=V]... [--target T] [--platform P]", probe_dockerfile },
	{ "image", "NAME [--authfile F] [--cert-dir D] [--tls-verify BOOL] [--platform P] [--offline] [--resolve]",
		probe_image },
	{ "os-release", "< bytes", os_release },
	{ "provenance", "FILE [--kind K] [--platform P] [--target T]", probe_provenance },
	{ "purl", "< lines", purl },
	{ "reference", "< lines", reference },
	{ "tree", "IMAGE", probe_tree },
	{ "vers", "< lines of RANGE[<TAB>VERSION]", vers },
	{ "version", "ECOSYSTEM < lines of a<TAB>b", probe_version },
	{ "version-valid", "ECOSYSTEM < lines", probe_version_valid },
};
enum {
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0])
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < COMMAND_COUNT; i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			return commands[i].run(argc - 2, argv + 2);
		}
	}
	(void)fprintf(stderr, "usage:\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		(void)fprintf(stderr, "  basedrift-probe %s %s\n", commands[i].name, commands[i].usage);
	}
	return 2;
}

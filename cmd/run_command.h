/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `basedrift run`: the command as it is run, what is asked of its tool, where its image is. */
#ifndef CMD_RUN_COMMAND_H
#define CMD_RUN_COMMAND_H

#include "basedrift/origin.h"
#include "basedrift/record.h"

#include "options.h"

/* One build under way; text is in the arguments' arena. */
struct build_run {
	struct arguments *arguments;
	const char *const *argv; /* as the user wrote it */
	struct bd_build_command command;
	const char *folder;                  /* for files of ours, removed afterwards; NULL: none could be made */
	const char *iidfile, *metadata_file; /* the user's, or ours in the folder; NULL: none */
	const char *version;                 /* of the tool, or NULL */
	struct bd_child child;
};

/* Fill what the user left open in the arguments from the command itself: Dockerfile, context, target … */
void describe_command(struct build_run *run);
/* The command with --iidfile and --metadata-file where its tool takes them.  *interrupted_out: a signal, or 0. */
const char *const *prepare_command(struct build_run *run, int *interrupted_out);
/* "1.28.2", or NULL when the tool does not say so within some seconds. */
const char *ask_version(const struct build_run *run);
void remove_folder(struct build_run *run);

/*
 * The record of this build, with its image where there is one: *image_error is then empty.  Fails only where
 * nothing could be recorded.
 */
int record_build(
	struct build_run *run, struct bd_record **out, struct bd_error *image_error, struct bd_error *err) BD_CHECKED;

#endif

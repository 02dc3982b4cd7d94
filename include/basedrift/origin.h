/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a build came from: the Dockerfile, the git checkout, the CI's own variables.
 */
#ifndef BASEDRIFT_ORIGIN_H
#define BASEDRIFT_ORIGIN_H

#include "basedrift/oci.h"
#include "basedrift/record.h"

/* ---- Dockerfile (BuildKit's frontend is the reference) ----------------------------------------- */

struct bd_build_arg {
	const char *key, *value;
};
struct bd_dockerfile_options {
	const struct bd_build_arg *build_args;
	size_t build_arg_count;
	const char *target;   /* --target, or NULL: the last stage */
	const char *platform; /* of the result, for TARGETPLATFORM …; NULL: this machine's */
};

/* One instruction; text views are of the parsed copy, in the arena. */
struct bd_instruction {
	int line, end_line; /* from 1, as in the file */
	const char *name;   /* upper case: "RUN" */
	const char *flags;  /* "--mount=… --network=…", joined by one space; "" when none */
	const char *args;   /* continuation lines joined, comments out, as written (variables not expanded) */
	/*
	 * What builders write into the history: args with ARG/ENV variables put in where Docker expands them (one
	 * that only the base image can have set stays as written), quotes off, words joined by one space, ENV and
	 * LABEL as KEY=VALUE; of RUN its heredoc's command, or the words of its JSON form; else equal to args.
	 */
	const char *expanded;
	const char *raw; /* the file's own bytes of these lines, without the last newline */
	bool heredoc;
	int stage;             /* -1: before the first FROM */
	const char *copy_from; /* COPY --from= as written, or NULL */
	int copy_from_stage;   /* its stage, or -1 */
};
struct bd_instruction_vec {
	struct bd_instruction *v;
	size_t len, cap;
};
struct bd_stage {
	int index, line;
	const char *name;       /* AS name as written, or NULL */
	const char *as_written; /* FROM's image as written */
	const char *expanded;   /* variables put in; NULL: a variable has no value */
	const char *reference;  /* normalised with tag; NULL for scratch, for a stage, and when not resolvable */
	int from_stage;         /* FROM an earlier stage: its index; -1 otherwise */
	bool scratch;
	const char *platform; /* FROM --platform=, expanded, or NULL */
	bool reachable;       /* the target needs it */
};
struct bd_stage_vec {
	struct bd_stage *v;
	size_t len, cap;
};
/* An image that the build pulls: FROM, COPY --from, RUN --mount from=, # syntax=. */
struct bd_image_use {
	enum bd_role role; /* FROM of the target's own chain: base; of other stages: builder */
	int line, stage;
	const char *as_written, *reference; /* reference NULL: not resolvable, `problem` says why */
	const char *problem;
	const char *platform;
	bool reachable;
};
struct bd_image_use_vec {
	struct bd_image_use *v;
	size_t len, cap;
};
struct bd_dockerfile {
	char escape;                /* '\\' or '`' */
	const char *syntax, *check; /* parser directives, or NULL */
	struct bd_stage_vec stages;
	struct bd_image_use_vec images; /* in file order */
	struct bd_instruction_vec instructions;
	int target_stage;                     /* index */
	struct bd_string_vec build_args_used; /* names of ARGs the target and what it needs see */
	struct bd_string_vec warnings;
};
/*
 * Parse a Dockerfile; everything lives in the arena.
 * Fails: BD_ERR_FORMAT ("line 12: …"), BD_ERR_LIMIT, BD_ERR_NOT_FOUND (no such target; the message lists the stages).
 */
int bd_dockerfile_parse(struct bd_str bytes, const struct bd_dockerfile_options *options, struct bd_arena *arena,
	struct bd_dockerfile *out, struct bd_error *err) BD_CHECKED;
/*
 * The same bytes with the values of ARG/ENV/LABEL whose names look secret, and credentials in URLs, replaced by
 * "REDACTED", as is what commands give away (docs/record.md, "Secrets"); also of files that do not parse, and of such
 * instructions commented out.  Lines keep their numbers.
 */
char *bd_dockerfile_redact(struct bd_str bytes, struct bd_arena *arena);

/* ---- git (libgit2; nothing is run) ------------------------------------------------------------- */

/*
 * Fill present, vcs, commit, tree, branch, remote, dirty, dirty_digest of the repository that holds dir.
 * Detached HEAD: no branch; no commit yet: neither commit nor tree.  dirty is BD_CANNOT_TELL for a bare repository
 * and when the work tree cannot be compared; dirty_digest is over path, kind of change and content, staged or not,
 * and absent when a changed file cannot be read.  Submodules and untracked files count, ignored files do not.
 * *root_out (may be NULL): its work tree, in the arena (NULL when bare).
 * Fails, out untouched: BD_ERR_NOT_FOUND (no repository), BD_ERR_UNSUPPORTED (SHA-256 names), BD_ERR_FORMAT.
 */
int bd_git_read(const char *dir, struct bd_arena *arena, struct bd_vcs *out, const char **root_out,
	struct bd_error *err) BD_CHECKED;
const char *bd_git_library(void); /* "libgit2 1.5.1" */

/* ---- CI variables ------------------------------------------------------------------------------- */

/*
 * Fill what the environment of the known CI products says about this build (members already set stay).
 * get: getenv, or a table in tests.  commit_out: the CI's commit, or NULL.
 */
typedef const char *bd_getenv_fn(const char *name, void *context);
void bd_ci_read(
	bd_getenv_fn *get, void *context, struct bd_arena *arena, struct bd_build *build, const char **commit_out);

/* ---- a build's log ------------------------------------------------------------------------------ */

/* What a command wrote: its first BD_LIMIT_OUTPUT_HEAD and last BD_LIMIT_OUTPUT_TAIL bytes.  A zeroed struct is empty.
 */
struct bd_log_copy {
	struct bd_buf head, tail; /* nothing is between them when size_bytes == head.n + tail.n */
	uint64_t size_bytes;
	struct bd_hash *hash;
	char digest[BD_DIGEST_TEXT]; /* of all bytes; after bd_log_copy_end */
};
void bd_log_copy_add(struct bd_log_copy *log, const void *p, size_t n);
void bd_log_copy_end(struct bd_log_copy *log);
void bd_log_copy_release(struct bd_log_copy *log);
/* What is kept of it, with each of these secrets "REDACTED". */
void bd_log_copy_text(const struct bd_log_copy *log, const struct bd_string_vec *secrets, struct bd_buf *out);
/*
 * The last lines of a log, at most BD_LIMIT_OUTPUT_RECORDED bytes, in the arena; the values of secret looking ARG,
 * ENV and LABEL instructions that the builder echoes, and credentials in URLs, are "REDACTED".
 */
const char *bd_log_tail(struct bd_str log, struct bd_arena *arena);

/* ---- running a command --------------------------------------------------------------------------- */

struct bd_child_options {
	const char *const *argv; /* NULL-ended; argv[0] is looked for in PATH; no shell */
	bool kept_only;          /* its output is not passed on, its standard input is empty */
	int timeout_ms;          /* killed after that; 0: never */
};
struct bd_child {
	int status;      /* as a shell has it: the exit status, or 128 + the signal that ended it */
	int signal;      /* that ended it, or 0 */
	int interrupted; /* SIGINT, SIGTERM … that we got while it ran, or 0 */
	int64_t started_sec, finished_sec;
	bool timed_out;
	bool left_open;   /* something it started still held its output when we stopped listening */
	int output_errno; /* why our own standard output or error could not be written (a closed pipe is no reason) */
	struct bd_log_copy log;
};
/*
 * Run a command: its output goes byte for byte to our own and into the log; signals sent to us go to it, but
 * not those of the terminal, which it gets itself.  Returns when it has ended and its output is read.
 * Fails: BD_ERR_NOT_FOUND (no such command), BD_ERR_IO; out then needs no release.
 */
int bd_child_run(const struct bd_child_options *options, struct bd_child *out, struct bd_error *err) BD_CHECKED;
void bd_child_release(struct bd_child *child);

/* ---- build commands -------------------------------------------------------------------------------- */

enum bd_builder {
	BD_BUILDER_UNKNOWN, /* not a build command that is known here */
	BD_BUILDER_DOCKER,
	BD_BUILDER_BUILDX,
	BD_BUILDER_PODMAN,
	BD_BUILDER_BUILDAH,
	BD_BUILDER_NERDCTL,
	BD_BUILDER_KANIKO,
};
struct bd_build_arg_vec {
	struct bd_build_arg *v;
	size_t len, cap;
};
/* A build command as its own words describe it; everything is in the arena or in argv. */
struct bd_build_command {
	enum bd_builder builder;
	const char *tool;       /* "docker", "buildx", …; NULL when unknown */
	size_t program;         /* argv[program]: the tool, after sudo, env … */
	size_t subcommand;      /* argv[0 … subcommand) begins every command of this tool */
	size_t options;         /* argv[options]: the first word of the build's own; equals argc when there is none */
	const char *context;    /* directory, or NULL: the default */
	const char *dockerfile; /* NULL: the default */
	bool context_elsewhere; /* a URL, standard input: no folder here was built */
	bool dockerfile_elsewhere;
	const char *target;
	const char *platform; /* NULL: the machine's, or several */
	bool several_platforms;
	struct bd_build_arg_vec build_args; /* value NULL: of the environment, if it has one */
	struct bd_string_vec tags;
	struct bd_string_vec images;           /* images that the command's own outputs write: "oci-archive:FILE" */
	struct bd_string_vec secret_variables; /* names of environment variables given as --secret env= */
	const char *iidfile, *metadata_file;   /* the user's own */
	const char *signature_policy;
	bool bake, pushes, makes_no_image;
	bool exports_files; /* --output to a folder or tar of files, instead of an image or beside it */
};
/* Which builder this is, and what it says of the build.  builder BD_BUILDER_UNKNOWN: nothing else is set. */
void bd_build_command_parse(const char *const *argv, struct bd_arena *arena, struct bd_build_command *out);
/*
 * Names under which the image of a build that passed may be open to bd_image_open, the surest first.  image_id:
 * "sha256:…" as --iidfile got it, or NULL.
 */
void bd_build_command_images(const struct bd_build_command *command, const char *image_id, struct bd_arena *arena,
	struct bd_string_vec *out);
/*
 * The command by which the tool itself writes that image to file; *image_out is its name for bd_image_open.
 * NULL: this tool has none.
 */
const char *const *bd_build_command_export(const struct bd_build_command *command, const char *const *argv,
	const char *image_id, const char *file, struct bd_arena *arena, const char **image_out);

#endif

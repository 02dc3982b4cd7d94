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
 * "REDACTED"; also of files that do not parse, and of such instructions commented out.  Lines keep their numbers.
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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the instructions: variables, stages, and the images they name (dockerfile2llb/convert.go). */
#ifndef ORIGIN_DOCKERFILE_WALK_H
#define ORIGIN_DOCKERFILE_WALK_H

#include "origin/dockerfile.h"
#include "origin/dockerfile_variables.h"

struct stage_scope {
	const char *name; /* what others call the stage, or NULL */
	struct variables vars;
	struct instruction_vec triggers; /* its ONBUILD instructions */
};
struct stage_scope_vec {
	struct stage_scope *v;
	size_t len, cap;
};
/* Stage `stage` needs stage `needs`. */
struct stage_need {
	int stage, needs;
};
struct stage_need_vec {
	struct stage_need *v;
	size_t len, cap;
};
/* Stage `stage` sees the ARG. */
struct arg_use {
	int stage;
	const char *name;
};
struct arg_use_vec {
	struct arg_use *v;
	size_t len, cap;
};
struct walk {
	const struct bd_dockerfile_options *options;
	struct bd_arena *arena;
	struct bd_dockerfile *out;
	struct variables globals;
	struct stage_scope_vec scopes; /* one a stage */
	struct stage_need_vec needs;
	struct arg_use_vec arg_uses;
	size_t expanded_bytes;
	unsigned triggered;
};

/* Expand one word; every word counts against BD_LIMIT_EXPANDED_TOTAL. */
int walk_expand(struct walk *w, const struct variables *vars, const char *text, struct shell_result *out,
	struct bd_error *err) BD_CHECKED;
void walk_warn(struct walk *w, int line, const char *text);

/* FROM: a new stage.  *expanded: the instruction's text with variables put in. */
int walk_from(struct walk *w, const struct instruction *in, const char **expanded, struct bd_error *err) BD_CHECKED;
/* What COPY --from= or a mount's from= names; *stage_out: the stage, or -1. */
struct image_source {
	enum bd_role role;
	int line, stage;
	const char *as_written;
};
int walk_source(struct walk *w, const struct image_source *source, int *stage_out, struct bd_error *err) BD_CHECKED;
/* An image that the build pulls; expanded NULL: `problem` says why. */
int walk_add_image(
	struct walk *w, const struct bd_image_use *use, const char *expanded, struct bd_error *err) BD_CHECKED;

/* An instruction of a stage (or, with stage -1, before the first): its effect, and its expanded text. */
int walk_instruction(struct walk *w, int stage, const struct instruction *in, const char **expanded,
	struct bd_error *err) BD_CHECKED;

/* The stage that name (or a number) means to an instruction of stage `before`; -1: none. */
int stage_find(const struct walk *w, const char *name, int before);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The variables that FROM lines, or the instructions of one stage, see. */
#ifndef ORIGIN_DOCKERFILE_VARIABLES_H
#define ORIGIN_DOCKERFILE_VARIABLES_H

#include "basedrift/origin.h"

#include "origin/shell_word.h"

struct variable {
	const char *name;
	const char *value;         /* NULL: an ARG without value */
	struct bd_string_vec from; /* the variables its value was made of */
	bool declared;             /* by an ARG of the Dockerfile */
};
struct variables {
	struct variable *v;
	size_t len, cap;
	bool complete; /* nothing else, like the base image, can have set one */
};

struct variable *variables_find(const struct variables *vars, struct bd_str name);
/* The variable of that name, new if need be.  Fails: BD_ERR_LIMIT. */
int variables_set(struct variables *vars, const char *name, const char *value, struct bd_arena *arena,
	struct variable **out, struct bd_error *err) BD_CHECKED;
struct variables variables_copy(const struct variables *vars, struct bd_arena *arena);
/* shell_get_fn over struct variables */
enum shell_variable variables_get(struct bd_str name, const void *context, const char **value_out);

/* TARGETPLATFORM, BUILDARCH … (dockerfile2llb, defaultArgs); a build argument of the same name wins. */
int variables_predefined(const struct bd_dockerfile_options *options, struct bd_arena *arena, struct variables *out,
	struct bd_error *err) BD_CHECKED;
/* --build-arg's value, or NULL; the last of a name counts. */
const char *build_arg_value(const struct bd_dockerfile_options *options, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/dockerfile_variables.h"

#include "basedrift/limits.h"

#include "origin/arena_vec.h"

struct variable *variables_find(const struct variables *vars, struct bd_str name)
{
	for (size_t i = 0; i < vars->len; i++) {
		if (bd_str_is(name, vars->v[i].name)) {
			return &vars->v[i];
		}
	}
	return NULL;
}

int variables_set(struct variables *vars, const char *name, const char *value, struct bd_arena *arena,
	struct variable **out, struct bd_error *err)
{
	struct variable *var = variables_find(vars, bd_str(name));
	if (var == NULL && vars->len >= BD_LIMIT_VARIABLES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u variables", BD_LIMIT_VARIABLES);
	}
	if (var == NULL) {
		var = arena_push(arena, vars);
		*var = (struct variable){ .name = name };
	}
	var->value = value;
	*out = var;
	return 0;
}

struct variables variables_copy(const struct variables *vars, struct bd_arena *arena)
{
	struct variables copy = *vars;
	copy.cap = copy.len;
	copy.v = copy.len > 0 ? bd_arena_copy(arena, vars->v, vars->len * sizeof(*vars->v)) : NULL;
	return copy;
}

enum shell_variable variables_get(struct bd_str name, const void *context, const char **value_out)
{
	const struct variables *vars = context;
	const struct variable *var = variables_find(vars, name);
	if (var == NULL) {
		return vars->complete ? SHELL_UNSET : SHELL_UNKNOWN;
	}
	if (var->value == NULL) {
		return SHELL_UNSET;
	}
	*value_out = var->value;
	return SHELL_SET;
}

const char *build_arg_value(const struct bd_dockerfile_options *options, const char *name)
{
	for (size_t i = options->build_arg_count; i > 0; i--) {
		if (strcmp(options->build_args[i - 1].key, name) == 0) {
			return options->build_args[i - 1].value;
		}
	}
	return NULL;
}

static const char *or_empty(const char *s)
{
	return s != NULL ? s : "";
}

int variables_predefined(const struct bd_dockerfile_options *options, struct bd_arena *arena, struct variables *out,
	struct bd_error *err)
{
	const struct bd_platform build = bd_platform_host();
	struct bd_platform target = build;
	if (options->platform != NULL && bd_platform_parse(options->platform, arena, &target, err) < 0) {
		return bd_error_wrap(err, "platform");
	}
	const struct {
		const char *name, *value;
	} all[] = {
		{ "BUILDPLATFORM", bd_platform_text(&build, arena) },
		{ "BUILDOS", build.os },
		{ "BUILDOSVERSION", build.os_version },
		{ "BUILDARCH", build.architecture },
		{ "BUILDVARIANT", build.variant },
		{ "TARGETPLATFORM", bd_platform_text(&target, arena) },
		{ "TARGETOS", target.os },
		{ "TARGETOSVERSION", target.os_version },
		{ "TARGETARCH", target.architecture },
		{ "TARGETVARIANT", target.variant },
		{ "TARGETSTAGE", options->target != NULL ? options->target : "default" },
	};
	*out = (struct variables){ .complete = true };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *given = build_arg_value(options, all[i].name);
		struct variable *var;
		if (variables_set(out, all[i].name, given != NULL ? given : or_empty(all[i].value), arena, &var, err) <
			0) {
			return -(int)err->code;
		}
	}
	return 0;
}

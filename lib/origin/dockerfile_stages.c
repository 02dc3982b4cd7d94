/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <strings.h>

#include "basedrift/limits.h"

#include "origin/arena_vec.h"
#include "origin/dockerfile_walk.h"

int stage_find(const struct walk *w, const char *name, int before)
{
	for (int i = before - 1; i >= 0; i--) {
		if (w->scopes.v[i].name != NULL && strcasecmp(w->scopes.v[i].name, name) == 0) {
			return i;
		}
	}
	uint64_t number;
	if (bd_str_to_u64(bd_str(name), &number) && before > 0 && number < (uint64_t)before) {
		return (int)number;
	}
	return -1;
}

int walk_add_image(struct walk *w, const struct bd_image_use *use, const char *expanded, struct bd_error *err)
{
	if (w->out->images.len >= BD_LIMIT_DOCKERFILE_IMAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u images", BD_LIMIT_DOCKERFILE_IMAGES);
	}
	struct bd_image_use *added = arena_push(w->arena, &w->out->images);
	*added = *use;
	if (expanded == NULL) {
		return 0;
	}
	struct bd_reference ref;
	struct bd_error why;
	if (bd_reference_parse(bd_str(expanded), w->arena, &ref, &why) < 0) {
		added->problem = bd_arena_printf(w->arena, "\"%s\" is no image reference: %s", expanded, why.msg);
		return 0;
	}
	added->reference = bd_reference_with_tag(&ref, w->arena).text;
	return 0;
}

static const char *no_value(struct walk *w, const char *name)
{
	return bd_arena_printf(w->arena, "build argument \"%s\" has no value", name);
}

/* Expand what must come out whole: NULL and a problem otherwise.  Fails only: BD_ERR_LIMIT. */
static int expand_whole(struct walk *w, const struct variables *vars, const char *text, const char **out,
	const char **problem, struct bd_error *err)
{
	struct variables all = *vars;
	struct shell_result result;
	all.complete = true; /* what nobody in the Dockerfile sets has no value here */
	*out = NULL;
	*problem = NULL;
	if (walk_expand(w, &all, text, &result, err) < 0) {
		if (err->code != BD_ERR_FORMAT) {
			return -(int)err->code;
		}
		*problem = bd_arena_strdup(w->arena, err->msg);
	} else if (result.missing != NULL) {
		*problem = no_value(w, result.missing);
	} else if (result.text[0] == '\0') {
		*problem = bd_arena_printf(w->arena, "\"%s\" expands to nothing", text);
	} else {
		*out = result.text;
	}
	return 0;
}

static int note_arg_uses(struct walk *w, int stage, const char *text, struct bd_error *err)
{
	struct shell_result result;
	if (walk_expand(w, &w->globals, text, &result, err) < 0 && err->code != BD_ERR_FORMAT) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < result.names.len; i++) {
		const struct variable *var = variables_find(&w->globals, bd_str(result.names.v[i]));
		if (var != NULL && var->declared) {
			*arena_push(w->arena, &w->arg_uses) = (struct arg_use){ stage, var->name };
		}
	}
	return 0;
}

static int take_platform(struct walk *w, const struct instruction *in, struct bd_stage *stage, struct bd_error *err)
{
	size_t at = 0;
	const char *problem;
	const char *platform = instruction_flag(in, "platform", &at);
	if (platform == NULL) {
		return 0;
	}
	if (expand_whole(w, &w->globals, platform, &stage->platform, &problem, err) < 0 ||
		note_arg_uses(w, stage->index, platform, err) < 0) {
		return -(int)err->code;
	}
	if (problem != NULL) {
		walk_warn(w, in->line, bd_arena_printf(w->arena, "--platform=%s: %s", platform, problem));
	}
	return 0;
}

/* ONBUILD instructions of the stage below run first (initOnBuildTriggers). */
static int run_triggers(struct walk *w, int stage, int from, struct bd_error *err)
{
	const struct instruction_vec triggers = w->scopes.v[from].triggers;
	for (size_t i = 0; i < triggers.len; i++) {
		struct instruction trigger;
		const char *unused;
		if (++w->triggered > BD_LIMIT_DOCKERFILE_IMAGES) {
			return bd_error_set(
				err, BD_ERR_LIMIT, "more than %u ONBUILD triggers", BD_LIMIT_DOCKERFILE_IMAGES);
		}
		if (instruction_parse(bd_str(triggers.v[i].args), w->out->escape, w->arena, &trigger, err) < 0) {
			return bd_error_wrap(err, "ONBUILD of line %d", triggers.v[i].line);
		}
		trigger.line = triggers.v[i].line;
		trigger.heredocs = triggers.v[i].heredocs;
		if (walk_instruction(w, stage, &trigger, &unused, err) < 0) {
			return bd_error_wrap(err, "ONBUILD of line %d", trigger.line);
		}
	}
	return 0;
}

/* ^[a-z][a-z0-9-_.]*$, in lower case (validStageName) */
static bool is_stage_name(const char *name)
{
	if (isalpha((unsigned char)name[0]) == 0) {
		return false;
	}
	for (const char *p = name; *p != '\0'; p++) {
		if (isalnum((unsigned char)*p) == 0 && strchr("-_.", *p) == NULL) {
			return false;
		}
	}
	return true;
}

/* Buildah puts variables into the name and allows any sign in it; BuildKit refuses both. */
static int name_scope(struct walk *w, const struct bd_stage *stage, struct bd_error *err)
{
	const char *problem;
	const char **name = &w->scopes.v[stage->index].name;
	*name = stage->name;
	if (stage->name == NULL || is_stage_name(stage->name)) {
		return 0;
	}
	walk_warn(w, stage->line, bd_arena_printf(w->arena, "BuildKit takes no stage name like \"%s\"", stage->name));
	return strchr(stage->name, '$') != NULL ? expand_whole(w, &w->globals, stage->name, name, &problem, err) : 0;
}

static int begin_scope(struct walk *w, const struct bd_stage *stage, struct bd_error *err)
{
	static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	struct variables vars = { .complete = stage->scratch };
	struct variable *path;
	if (stage->from_stage >= 0) {
		vars = variables_copy(&w->scopes.v[stage->from_stage].vars, w->arena);
	} else if (stage->scratch && variables_set(&vars, "PATH", default_path, w->arena, &path, err) < 0) {
		return -(int)err->code;
	}
	*arena_push(w->arena, &w->scopes) = (struct stage_scope){ .vars = vars };
	if (name_scope(w, stage, err) < 0) {
		return -(int)err->code;
	}
	if (stage->from_stage < 0) {
		return 0;
	}
	*arena_push(w->arena, &w->needs) = (struct stage_need){ stage->index, stage->from_stage };
	return run_triggers(w, stage->index, stage->from_stage, err);
}

int walk_from(struct walk *w, const struct instruction *in, const char **expanded, struct bd_error *err)
{
	const int index = (int)w->out->stages.len;
	const char *problem;
	if (index >= (int)BD_LIMIT_STAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u stages", BD_LIMIT_STAGES);
	}
	struct bd_stage stage = { .index = index,
		.line = in->line,
		.as_written = in->words.v[0],
		.from_stage = -1,
		.name = in->words.len == 3 ? in->words.v[2] : NULL };
	if (expand_whole(w, &w->globals, stage.as_written, &stage.expanded, &problem, err) < 0 ||
		note_arg_uses(w, index, stage.as_written, err) < 0 || take_platform(w, in, &stage, err) < 0) {
		return -(int)err->code;
	}
	if (stage.expanded != NULL) {
		stage.scratch = strcmp(stage.expanded, "scratch") == 0;
		stage.from_stage = stage.scratch ? -1 : stage_find(w, stage.expanded, index);
		*expanded = stage.name != NULL ? bd_arena_printf(w->arena, "%s AS %s", stage.expanded, stage.name)
					       : stage.expanded;
	}
	if (!stage.scratch && stage.from_stage < 0) {
		const struct bd_image_use use = { .role = BD_ROLE_BUILDER,
			.line = in->line,
			.stage = index,
			.as_written = stage.as_written,
			.problem = problem,
			.platform = stage.platform };
		if (walk_add_image(w, &use, stage.expanded, err) < 0) {
			return -(int)err->code;
		}
		stage.reference = w->out->images.v[w->out->images.len - 1].reference;
	}
	*arena_push(w->arena, &w->out->stages) = stage;
	return begin_scope(w, &stage, err);
}

int walk_source(struct walk *w, const struct image_source *source, int *stage_out, struct bd_error *err)
{
	struct bd_image_use use = {
		.role = source->role, .line = source->line, .stage = source->stage, .as_written = source->as_written
	};
	const char *expanded;
	uint64_t number;
	*stage_out = -1;
	if (expand_whole(w, &w->scopes.v[source->stage].vars, source->as_written, &expanded, &use.problem, err) < 0) {
		return -(int)err->code;
	}
	if (expanded == NULL) {
		return walk_add_image(w, &use, NULL, err);
	}
	*stage_out = stage_find(w, expanded, source->stage);
	if (*stage_out >= 0) {
		*arena_push(w->arena, &w->needs) = (struct stage_need){ source->stage, *stage_out };
		return 0;
	}
	if (strcmp(expanded, "scratch") == 0) {
		return 0;
	}
	if (bd_str_to_u64(bd_str(expanded), &number)) {
		use.problem = bd_arena_printf(w->arena, "no stage %s before this one", expanded);
		return walk_add_image(w, &use, NULL, err);
	}
	return walk_add_image(w, &use, expanded, err);
}

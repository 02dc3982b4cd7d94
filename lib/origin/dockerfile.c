/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/dockerfile_walk.h"

static const char *join(const struct bd_string_vec *words, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	for (size_t i = 0; i < words->len; i++) {
		bd_buf_add(&text, " ", i > 0 ? 1 : 0);
		bd_buf_add_str(&text, words->v[i]);
	}
	return bd_arena_text(arena, text.p, text.n);
}

static int find_copy_stage(const struct walk *w, int stage, const char *from)
{
	struct variables all = w->scopes.v[stage].vars;
	struct shell_result result;
	struct bd_error ignored;
	all.complete = true;
	const struct shell_options options = { .escape = w->out->escape, .get = variables_get, .context = &all };
	if (shell_expand(&options, bd_str(from), w->arena, &result, &ignored) < 0) {
		return -1;
	}
	return stage_find(w, result.text, stage);
}

static int take(struct walk *w, const struct instruction *in, struct bd_error *err)
{
	const char *expanded = in->args;
	const bool from = strcmp(in->name, "FROM") == 0;
	const int stage = from ? (int)w->out->stages.len : (int)w->out->stages.len - 1;
	const int rc = from ? walk_from(w, in, &expanded, err) : walk_instruction(w, stage, in, &expanded, err);
	if (rc < 0) {
		return bd_error_wrap(err, "line %d", in->line);
	}
	size_t at = 0;
	const char *copy_from = strcmp(in->name, "COPY") == 0 ? instruction_flag(in, "from", &at) : NULL;
	*arena_push(w->arena, &w->out->instructions) = (struct bd_instruction){
		.line = in->line,
		.end_line = in->end_line,
		.name = in->name,
		.flags = join(&in->flags, w->arena),
		.args = in->args,
		.expanded = expanded,
		.raw = bd_arena_text(w->arena, in->raw.p, in->raw.n),
		.heredoc = in->heredocs.len > 0,
		.stage = stage,
		.copy_from = copy_from,
		.copy_from_stage = copy_from != NULL ? find_copy_stage(w, stage, copy_from) : -1,
	};
	return 0;
}

/* # syntax=: the frontend that reads the file is an image too. */
static int take_directives(struct walk *w, struct bd_str bytes, struct bd_error *err)
{
	struct directive directive;
	if (directive_find("check", bytes, w->arena, &directive)) {
		w->out->check = bd_arena_text(w->arena, directive.value.p, directive.value.n);
	}
	if (!directive_find("syntax", bytes, w->arena, &directive)) {
		return 0;
	}
	w->out->syntax = bd_arena_text(w->arena, directive.value.p, directive.value.n);
	const struct bd_image_use use = {
		.role = BD_ROLE_FRONTEND, .line = directive.line, .stage = -1, .as_written = w->out->syntax
	};
	return walk_add_image(w, &use, w->out->syntax, err);
}

/* The name that an error shows for a stage. */
static void add_stage_name(const struct bd_stage *stage, struct bd_buf *out)
{
	bd_buf_add_str(out, stage->index > 0 ? ", " : "");
	if (stage->name != NULL) {
		bd_buf_add_str(out, stage->name);
	} else {
		bd_buf_printf(out, "%d (FROM %s)", stage->index, stage->as_written);
	}
}

static int find_target(const struct walk *w, const char *target, int *out, struct bd_error *err)
{
	const struct bd_stage_vec *stages = &w->out->stages;
	AUTO(bd_buf_release) struct bd_buf names = { 0 };
	*out = (int)stages->len - 1;
	if (target == NULL || target[0] == '\0') {
		return 0;
	}
	*out = stage_find(w, target, (int)stages->len);
	if (*out >= 0) {
		return 0;
	}
	for (size_t i = 0; i < stages->len; i++) {
		add_stage_name(&stages->v[i], &names);
	}
	return bd_error_set(
		err, BD_ERR_NOT_FOUND, "no stage \"%s\" to build; the Dockerfile has %s", target, bd_buf_str(&names));
}

/* Stages need earlier stages only, so one pass from the target down finds them all. */
static void mark_reachable(const struct walk *w)
{
	struct bd_stage *stages = w->out->stages.v;
	stages[w->out->target_stage].reachable = true;
	for (size_t i = w->needs.len; i > 0; i--) {
		const struct stage_need need = w->needs.v[i - 1];
		if (stages[need.stage].reachable) {
			stages[need.needs].reachable = true;
		}
	}
	for (size_t i = 0; i < w->out->images.len; i++) {
		struct bd_image_use *use = &w->out->images.v[i];
		use->reachable = use->stage < 0 || stages[use->stage].reachable;
	}
}

/* The image under the target's own chain of FROMs is its base. */
static void mark_base(struct bd_dockerfile *out)
{
	int bottom = out->target_stage;
	while (out->stages.v[bottom].from_stage >= 0) {
		bottom = out->stages.v[bottom].from_stage;
	}
	for (size_t i = 0; i < out->images.len; i++) {
		if (out->images.v[i].stage == bottom && out->images.v[i].role == BD_ROLE_BUILDER) {
			out->images.v[i].role = BD_ROLE_BASE;
		}
	}
}

/* A name that only a later stage has is that stage to BuildKit, which then refuses it. */
static void refuse_later_stages(const struct walk *w)
{
	const struct bd_stage_vec *stages = &w->out->stages;
	for (size_t i = 0; i < w->out->images.len; i++) {
		struct bd_image_use *use = &w->out->images.v[i];
		if (use->role != BD_ROLE_COPY && use->role != BD_ROLE_MOUNT) {
			continue;
		}
		for (size_t k = (size_t)use->stage; k < stages->len; k++) {
			const char *name = w->scopes.v[k].name;
			if (name != NULL && strcasecmp(name, use->as_written) == 0) {
				use->reference = NULL;
				use->problem = bd_arena_printf(
					w->arena, "stage \"%s\" is not before this one", use->as_written);
				break;
			}
		}
	}
}

static int by_line(const void *a, const void *b)
{
	const struct bd_image_use *x = a;
	const struct bd_image_use *y = b;
	if (x->line != y->line) {
		return x->line < y->line ? -1 : 1;
	}
	if (x->stage != y->stage) {
		return x->stage < y->stage ? -1 : 1;
	}
	return strcmp(x->as_written, y->as_written);
}

static void add_arg(struct walk *w, const char *name)
{
	struct bd_string_vec *used = &w->out->build_args_used;
	for (size_t i = 0; i < used->len; i++) {
		if (strcmp(used->v[i], name) == 0) {
			return;
		}
	}
	*arena_push(w->arena, used) = name;
}

/* What reachable stages ask for, and what the values of that were made of. */
static void add_args(struct walk *w)
{
	struct bd_string_vec *used = &w->out->build_args_used;
	for (size_t i = 0; i < w->arg_uses.len; i++) {
		if (w->out->stages.v[w->arg_uses.v[i].stage].reachable) {
			add_arg(w, w->arg_uses.v[i].name);
		}
	}
	for (size_t i = 0; i < used->len; i++) {
		const struct variable *global = variables_find(&w->globals, bd_str(used->v[i]));
		for (size_t k = 0; global != NULL && k < global->from.len; k++) {
			const struct variable *from = variables_find(&w->globals, bd_str(global->from.v[k]));
			if (from != NULL && from->declared) {
				add_arg(w, from->name);
			}
		}
	}
}

static int finish(struct walk *w, struct bd_error *err)
{
	struct bd_dockerfile *out = w->out;
	if (out->stages.len == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "dockerfile contains no stages to build");
	}
	if (find_target(w, w->options->target, &out->target_stage, err) < 0) {
		return -(int)err->code;
	}
	mark_reachable(w);
	mark_base(out);
	refuse_later_stages(w);
	if (out->images.len > 0) {
		qsort(out->images.v, out->images.len, sizeof(*out->images.v), by_line);
	}
	add_args(w);
	return 0;
}

int bd_dockerfile_parse(struct bd_str bytes, const struct bd_dockerfile_options *options, struct bd_arena *arena,
	struct bd_dockerfile *out, struct bd_error *err)
{
	static const struct bd_dockerfile_options defaults = { 0 };
	struct walk w = { .options = options != NULL ? options : &defaults, .arena = arena, .out = out };
	struct dockerfile_text text;
	*out = (struct bd_dockerfile){ 0 };
	if (dockerfile_read(bytes, arena, &text, err) < 0) {
		return -(int)err->code;
	}
	out->escape = text.escape;
	out->warnings = text.warnings;
	if (variables_predefined(w.options, arena, &w.globals, err) < 0 || take_directives(&w, bytes, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < text.instructions.len; i++) {
		if (take(&w, &text.instructions.v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return finish(&w, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What each instruction does to its stage, and where Docker puts variables in (instructions/commands.go, Expand). */
#include <strings.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/dockerfile_walk.h"

struct step {
	struct walk *walk;
	int stage;
	const struct instruction *in;
	struct variables *vars;
	struct bd_buf text; /* the expanded arguments */
	struct bd_error *err;
};
typedef int effect_fn(struct step *step);

void walk_warn(struct walk *w, int line, const char *text)
{
	*arena_push(w->arena, &w->out->warnings) = bd_arena_printf(w->arena, "line %d: %s", line, text);
}

int walk_expand(
	struct walk *w, const struct variables *vars, const char *text, struct shell_result *out, struct bd_error *err)
{
	const struct shell_options options = { .escape = w->out->escape, .get = variables_get, .context = vars };
	if (shell_expand(&options, bd_str(text), w->arena, out, err) < 0) {
		return -(int)err->code;
	}
	w->expanded_bytes += strlen(out->text);
	if (w->expanded_bytes > BD_LIMIT_EXPANDED_TOTAL) {
		return bd_error_set(
			err, BD_ERR_LIMIT, "variables expand to more than %u bytes", BD_LIMIT_EXPANDED_TOTAL);
	}
	return 0;
}

static int expand(struct step *step, const char *text, const char **out)
{
	struct shell_result result = { 0 };
	const int rc = walk_expand(step->walk, step->vars, text, &result, step->err);
	*out = rc < 0 ? text : result.text;
	return rc;
}

static void add_word(struct step *step, const char *word)
{
	if (step->text.n > 0) {
		bd_buf_add_char(&step->text, ' ');
	}
	bd_buf_add_str(&step->text, word);
}

static int nothing(struct step *step)
{
	bd_buf_add_str(&step->text, step->in->args);
	return 0;
}

static int expand_text(struct step *step)
{
	const char *text;
	if (expand(step, step->in->args, &text) < 0) {
		return -(int)step->err->code;
	}
	bd_buf_add_str(&step->text, text);
	return 0;
}

static int expand_words(struct step *step)
{
	for (size_t i = 0; i < step->in->words.len; i++) {
		const char *word;
		if (expand(step, step->in->words.v[i], &word) < 0) {
			return -(int)step->err->code;
		}
		add_word(step, word);
	}
	return 0;
}

/* Each value sees the variables as they were before the instruction. */
static int expand_pairs(struct step *step, struct bd_string_vec *pairs)
{
	for (size_t i = 0; i + 1 < step->in->words.len; i += 2) {
		const char *key;
		const char *value;
		if (expand(step, step->in->words.v[i], &key) < 0 ||
			expand(step, step->in->words.v[i + 1], &value) < 0) {
			return -(int)step->err->code;
		}
		add_word(step, key);
		bd_buf_printf(&step->text, "=%s", value);
		*arena_push(step->walk->arena, pairs) = key;
		*arena_push(step->walk->arena, pairs) = value;
	}
	return 0;
}

static int label(struct step *step)
{
	struct bd_string_vec pairs = { 0 };
	return expand_pairs(step, &pairs);
}

static int env(struct step *step)
{
	struct bd_string_vec pairs = { 0 };
	if (expand_pairs(step, &pairs) < 0) {
		return -(int)step->err->code;
	}
	for (size_t i = 0; i < pairs.len; i += 2) {
		struct variable *var;
		if (variables_set(step->vars, pairs.v[i], pairs.v[i + 1], step->walk->arena, &var, step->err) < 0) {
			return -(int)step->err->code;
		}
	}
	return 0;
}

/*
 * --build-arg wins, then the default, then the global argument of that name (dispatchArg); an ARG
 * without any of them leaves a variable that ENV set alone.
 */
static int declare(struct step *step, const char *name, const char *preset, struct bd_string_vec *from)
{
	struct walk *w = step->walk;
	const char *value = build_arg_value(w->options, name);
	if (value == NULL && preset != NULL) {
		struct shell_result result = { 0 };
		if (walk_expand(w, step->vars, preset, &result, step->err) < 0) {
			return -(int)step->err->code;
		}
		value = result.text;
		*from = result.names;
	} else if (value == NULL && step->stage >= 0) {
		const struct variable *global = variables_find(&w->globals, bd_str(name));
		value = global != NULL ? global->value : NULL;
	}
	const struct variable *before = variables_find(step->vars, bd_str(name));
	if (value == NULL && before != NULL) {
		value = before->value;
	}
	struct variable *var;
	if (variables_set(step->vars, name, value, w->arena, &var, step->err) < 0) {
		return -(int)step->err->code;
	}
	var->from = *from;
	var->declared = true;
	add_word(step, name);
	if (value != NULL) {
		bd_buf_printf(&step->text, "=%s", value);
	}
	return 0;
}

static int arg(struct step *step)
{
	for (size_t i = 0; i < step->in->words.len; i++) {
		struct bd_str preset = bd_str(step->in->words.v[i]);
		const bool has_preset = memchr(preset.p, '=', preset.n) != NULL;
		const struct bd_str key = bd_str_cut(&preset, '=');
		const char *name = bd_arena_text(step->walk->arena, key.p, key.n);
		struct bd_string_vec from = { 0 };
		if (step->stage >= 0) {
			*arena_push(step->walk->arena, &step->walk->arg_uses) = (struct arg_use){ step->stage, name };
		}
		if (declare(step, name, has_preset ? preset.p : NULL, &from) < 0) {
			return -(int)step->err->code;
		}
	}
	return 0;
}

static int copy(struct step *step)
{
	const struct instruction *in = step->in;
	for (size_t i = 0; i < in->words.len; i++) {
		struct heredoc heredoc;
		struct bd_error ignored;
		if (in->heredocs.len > 0 &&
			heredoc_parse(bd_str(in->words.v[i]), step->walk->arena, &heredoc, &ignored) == 1) {
			add_word(step, "<<");
			bd_buf_add_str(&step->text, heredoc.name);
			continue;
		}
		const char *word;
		if (expand(step, in->words.v[i], &word) < 0) {
			return -(int)step->err->code;
		}
		add_word(step, word);
	}
	return 0;
}

static bool key_is(struct bd_str key, const char *name)
{
	return key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0;
}

/* type=bind,from=IMAGE,…; a tmpfs, secret or ssh mount has no source (detectRunMount). */
static const char *mount_from(const char *mount, struct bd_arena *arena)
{
	struct bd_str rest = bd_str(mount);
	struct bd_str from = { 0 };
	while (rest.n > 0) {
		struct bd_str value = bd_str_cut(&rest, ',');
		const struct bd_str key = bd_str_cut(&value, '=');
		if (key_is(key, "from")) {
			from = value;
		} else if (key_is(key, "type") && !key_is(value, "bind") && !key_is(value, "cache")) {
			return NULL;
		}
	}
	return from.n > 0 ? bd_arena_text(arena, from.p, from.n) : NULL;
}

static int take_mounts(struct step *step)
{
	struct walk *w = step->walk;
	size_t at = 0;
	for (const char *mount = instruction_flag(step->in, "mount", &at); mount != NULL;
		mount = instruction_flag(step->in, "mount", &at)) {
		const struct image_source source = { BD_ROLE_MOUNT, step->in->line, step->stage,
			mount_from(mount, w->arena) };
		int unused;
		if (source.as_written != NULL && walk_source(w, &source, &unused, step->err) < 0) {
			return -(int)step->err->code;
		}
	}
	return 0;
}

static int run(struct step *step)
{
	const struct instruction *in = step->in;
	const char *heredoc = heredoc_command(in, step->walk->arena);
	if (heredoc != NULL) {
		bd_buf_add_str(&step->text, heredoc);
	} else if (in->words.len == 0 || !in->json) {
		bd_buf_add_str(&step->text, in->args);
	}
	for (size_t i = 0; in->json && i < in->words.len; i++) {
		add_word(step, in->words.v[i]);
	}
	return take_mounts(step);
}

static int onbuild(struct step *step)
{
	*arena_push(step->walk->arena, &step->walk->scopes.v[step->stage].triggers) = *step->in;
	return nothing(step);
}

static effect_fn *effect_of(const char *name)
{
	static const struct {
		const char *name;
		effect_fn *effect;
	} effects[] = { { "ADD", copy }, { "ARG", arg }, { "COPY", copy }, { "ENV", env }, { "EXPOSE", expand_words },
		{ "LABEL", label }, { "ONBUILD", onbuild }, { "RUN", run }, { "STOPSIGNAL", expand_text },
		{ "USER", expand_text }, { "VOLUME", expand_words }, { "WORKDIR", expand_text } };
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		if (strcmp(effects[i].name, name) == 0) {
			return effects[i].effect;
		}
	}
	return nothing;
}

static int take_copy_source(struct walk *w, int stage, const struct instruction *in, struct bd_error *err)
{
	size_t at = 0;
	const struct image_source source = { BD_ROLE_COPY, in->line, stage, instruction_flag(in, "from", &at) };
	int unused;
	if (strcmp(in->name, "COPY") != 0 || source.as_written == NULL) {
		return 0;
	}
	return walk_source(w, &source, &unused, err);
}

int walk_instruction(
	struct walk *w, int stage, const struct instruction *in, const char **expanded, struct bd_error *err)
{
	struct step step = { .walk = w,
		.stage = stage,
		.in = in,
		.err = err,
		.vars = stage < 0 ? &w->globals : &w->scopes.v[stage].vars };
	if (stage < 0 && strcmp(in->name, "ARG") != 0) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "no build stage in current context: %s before the first FROM", in->name);
	}
	int rc = effect_of(in->name)(&step);
	*expanded = rc < 0 ? in->args : bd_arena_text(w->arena, step.text.p, step.text.n);
	bd_buf_release(&step.text);
	if (rc < 0 && err->code == BD_ERR_FORMAT) {
		walk_warn(w, in->line, err->msg);
		rc = 0;
	}
	return rc < 0 ? rc : take_copy_source(w, stage, in, err);
}

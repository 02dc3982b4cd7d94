/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/dockerfile.h"
#include "origin/dockerfile_words.h"
#include "origin/white_space.h"

enum {
	ONE = 1,         /* exactly one argument */
	SOME = 2,        /* at least one */
	DESTINATION = 4, /* at least two */
	NO_FLAGS = 8,
	HEREDOCS = 16,
};
struct keyword {
	const char *name;
	enum instruction_form form;
	unsigned rules;
};
static const struct keyword keywords[] = {
	{ "ADD", FORM_PATHS, DESTINATION | HEREDOCS },
	{ "ARG", FORM_ARGUMENTS, SOME },
	{ "CMD", FORM_COMMAND, NO_FLAGS },
	{ "COPY", FORM_PATHS, DESTINATION | HEREDOCS },
	{ "ENTRYPOINT", FORM_COMMAND, NO_FLAGS },
	{ "ENV", FORM_PAIRS, SOME | NO_FLAGS },
	{ "EXPOSE", FORM_WORDS, SOME | NO_FLAGS },
	{ "FROM", FORM_WORDS, 0 },
	{ "HEALTHCHECK", FORM_HEALTH, SOME },
	{ "LABEL", FORM_PAIRS, SOME | NO_FLAGS },
	{ "MAINTAINER", FORM_TEXT, ONE | NO_FLAGS },
	{ "ONBUILD", FORM_TRIGGER, SOME | NO_FLAGS },
	{ "RUN", FORM_COMMAND, HEREDOCS },
	{ "SHELL", FORM_COMMAND, NO_FLAGS },
	{ "STOPSIGNAL", FORM_TEXT, ONE },
	{ "USER", FORM_TEXT, ONE | NO_FLAGS },
	{ "VOLUME", FORM_PATHS, SOME | NO_FLAGS },
	{ "WORKDIR", FORM_TEXT, ONE | NO_FLAGS },
};

static const struct keyword *find_keyword(struct bd_str name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (strlen(keywords[i].name) == name.n && strncasecmp(keywords[i].name, name.p, name.n) == 0) {
			return &keywords[i];
		}
	}
	return NULL;
}

static void add_word(struct bd_arena *arena, struct instruction *out, struct bd_str word)
{
	*arena_push(arena, &out->words) = bd_arena_text(arena, word.p, word.n);
}

/* parseNameVal: a first word without '=' means the old form, KEY and the rest of the line. */
static int parse_pairs(
	struct bd_str args, char escape, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	struct word_range_vec ranges = { 0 };
	cut_words(args, escape, arena, &ranges);
	for (size_t i = 0; i < ranges.len; i++) {
		struct bd_str value = word_text(args, ranges.v[i], escape);
		if (memchr(value.p, '=', value.n) == NULL) {
			if (i > 0) {
				return bd_error_set(err, BD_ERR_FORMAT,
					"Syntax error - can't find = in \"%.*s\". Must be of the form: name=value",
					(int)(value.n < 200 ? value.n : 200), value.p);
			}
			struct bd_str rest = args;
			const struct bd_str key = cut_blank(&rest);
			if (rest.p == key.p + key.n) {
				return bd_error_set(err, BD_ERR_FORMAT, "%s must have two arguments", out->name);
			}
			add_word(arena, out, key);
			add_word(arena, out, rest);
			return 0;
		}
		const struct bd_str key = bd_str_cut(&value, '=');
		if (key.n == 0) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s names can not be blank", out->name);
		}
		add_word(arena, out, key);
		add_word(arena, out, value);
	}
	return 0;
}

static int parse_arguments(
	struct bd_str args, char escape, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	struct word_range_vec ranges = { 0 };
	cut_words(args, escape, arena, &ranges);
	for (size_t i = 0; i < ranges.len; i++) {
		const struct bd_str word = word_text(args, ranges.v[i], escape);
		if (bd_str_starts(word, "=")) {
			return bd_error_set(err, BD_ERR_FORMAT, "ARG names can not be blank");
		}
		add_word(arena, out, word);
	}
	return 0;
}

/* A JSON list, or else one text (whole) or words. */
static int parse_maybe_json(
	struct bd_str args, bool whole, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	const int json = split_json(args, arena, &out->words, err);
	if (json < 0) {
		return json;
	}
	out->json = json == 1;
	if (json == 0 && whole && args.n > 0) {
		add_word(arena, out, args);
	} else if (json == 0 && !whole) {
		split_blanks(args, arena, &out->words);
	}
	return 0;
}

static int parse_health(struct bd_str args, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	if (args.n == 0) {
		return 0;
	}
	add_word(arena, out, cut_blank(&args));
	struct instruction command = { 0 };
	if (parse_maybe_json(args, true, arena, &command, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < command.words.len; i++) {
		*arena_push(arena, &out->words) = command.words.v[i];
	}
	out->json = command.json;
	return 0;
}

/* An ONBUILD in an ONBUILD is refused, so this goes one level deep. NOLINTBEGIN(misc-no-recursion) */

/* ONBUILD: its trigger must parse, and its heredocs are this line's. */
static int parse_trigger(
	struct bd_str args, char escape, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	if (args.n == 0) {
		return 0;
	}
	struct bd_str rest = args;
	const struct bd_str name = cut_blank(&rest);
	const struct keyword *keyword = find_keyword(name);
	add_word(arena, out, args);
	if (keyword == NULL) {
		return 0; /* refused when it is triggered */
	}
	if (keyword->form == FORM_TRIGGER) {
		return bd_error_set(err, BD_ERR_FORMAT, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
	}
	if (strcmp(keyword->name, "FROM") == 0 || strcmp(keyword->name, "MAINTAINER") == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s isn't allowed as an ONBUILD trigger", keyword->name);
	}
	struct instruction trigger;
	if (instruction_parse(args, escape, arena, &trigger, err) < 0) {
		return -(int)err->code;
	}
	out->heredocs = trigger.heredocs;
	return 0;
}

static int parse_form(
	struct bd_str args, char escape, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	switch (out->form) {
	case FORM_TEXT:
		if (args.n > 0) {
			add_word(arena, out, args);
		}
		return 0;
	case FORM_WORDS:
		split_blanks(args, arena, &out->words);
		return 0;
	case FORM_PAIRS:
		return parse_pairs(args, escape, arena, out, err);
	case FORM_ARGUMENTS:
		return parse_arguments(args, escape, arena, out, err);
	case FORM_COMMAND:
		return parse_maybe_json(args, true, arena, out, err);
	case FORM_PATHS:
		return parse_maybe_json(args, false, arena, out, err);
	case FORM_HEALTH:
		return parse_health(args, arena, out, err);
	case FORM_TRIGGER:
		return parse_trigger(args, escape, arena, out, err);
	}
	return 0;
}

int instruction_parse(
	struct bd_str text, char escape, struct bd_arena *arena, struct instruction *out, struct bd_error *err)
{
	struct bd_str args = trim_space(text);
	const struct bd_str name = cut_blank(&args);
	const struct keyword *keyword = find_keyword(name);
	*out = (struct instruction){ 0 };
	if (keyword == NULL) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "unknown instruction: %.*s", (int)(name.n < 100 ? name.n : 100), name.p);
	}
	out->name = keyword->name;
	out->form = keyword->form;
	split_flags(&args, arena, &out->flags);
	args = trim_space(args);
	out->args = bd_arena_text(arena, args.p, args.n);
	if (parse_form(args, escape, arena, out, err) < 0) {
		return -(int)err->code;
	}
	if ((keyword->rules & HEREDOCS) != 0 && !out->json) {
		return heredocs_of_line(text, arena, &out->heredocs, err);
	}
	return 0;
}

/* NOLINTEND(misc-no-recursion) */

static int check_count(const struct instruction *in, unsigned rules, struct bd_error *err)
{
	if ((rules & ONE) != 0 && in->words.len != 1) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s requires exactly one argument", in->name);
	}
	if ((rules & SOME) != 0 && in->words.len == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s requires at least one argument", in->name);
	}
	if ((rules & DESTINATION) != 0 && in->words.len < 2) {
		return bd_error_set(err, BD_ERR_FORMAT,
			"%s requires at least two arguments, but only %s provided. Destination could not be determined",
			in->name, in->words.len == 0 ? "none was" : "one was");
	}
	if ((rules & NO_FLAGS) != 0 && in->flags.len > 0) {
		const char *flag = in->flags.v[0] + 2;
		return bd_error_set(err, BD_ERR_FORMAT, "unknown flag: --%.*s", (int)strcspn(flag, "="), flag);
	}
	return 0;
}

static int check_health(const struct instruction *in, struct bd_error *err)
{
	const char *type = in->words.v[0];
	if (strcasecmp(type, "NONE") == 0) {
		return in->words.len == 1 ? 0 : bd_error_set(err, BD_ERR_FORMAT, "HEALTHCHECK NONE takes no arguments");
	}
	if (strcasecmp(type, "CMD") != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "Unknown type \"%s\" in HEALTHCHECK (try CMD)", type);
	}
	return in->words.len > 1 ? 0 : bd_error_set(err, BD_ERR_FORMAT, "Missing command after HEALTHCHECK CMD");
}

static int check_from(const struct instruction *in, struct bd_error *err)
{
	const struct bd_string_vec *words = &in->words;
	if (words->len == 1) {
		return 0;
	}
	if (words->len != 3 || strcasecmp(words->v[1], "AS") != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "FROM requires either one or three arguments");
	}
	return 0;
}

static int check_destination(const struct instruction *in, struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	struct heredoc heredoc;
	struct bd_error ignored;
	const int rc = heredoc_parse(bd_str(in->words.v[in->words.len - 1]), &arena, &heredoc, &ignored);
	bd_arena_release(&arena);
	if (rc == 1) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s cannot accept a heredoc as a destination", in->name);
	}
	return 0;
}

int instruction_check(const struct instruction *in, struct bd_error *err)
{
	const struct keyword *keyword = find_keyword(bd_str(in->name));
	const unsigned rules = keyword != NULL ? keyword->rules : 0;
	if (check_count(in, rules, err) < 0) {
		return -(int)err->code;
	}
	if (in->form == FORM_HEALTH) {
		return check_health(in, err);
	}
	if (strcmp(in->name, "FROM") == 0) {
		return check_from(in, err);
	}
	if (strcmp(in->name, "SHELL") == 0 && (!in->json || in->words.len == 0)) {
		return bd_error_set(err, BD_ERR_FORMAT,
			in->json ? "SHELL requires at least one argument"
				 : "SHELL requires the arguments to be in JSON form");
	}
	if ((rules & DESTINATION) != 0 && !in->json) {
		return check_destination(in, err);
	}
	return 0;
}

const char *instruction_flag(const struct instruction *in, const char *name, size_t *from)
{
	const size_t n = strlen(name);
	for (; *from < in->flags.len; (*from)++) {
		const char *flag = in->flags.v[*from] + 2;
		if (strncmp(flag, name, n) == 0 && flag[n] == '=') {
			(*from)++;
			return flag + n + 1;
		}
	}
	return NULL;
}

/* ---- the whole file -------------------------------------------------------------------------- */

static bool ends_heredoc(struct bd_str line, const struct heredoc *heredoc)
{
	while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r')) {
		line.n--;
	}
	while (heredoc->chomp && line.n > 0 && line.p[0] == '\t') {
		line.p++;
		line.n--;
	}
	return bd_str_is(line, heredoc->name);
}

static int take_heredoc(
	struct line_source *source, struct bd_arena *arena, struct heredoc *heredoc, struct bd_error *err)
{
	const size_t start = source->at;
	size_t end = start;
	struct bd_str line;
	while (line_source_take(source, &line)) {
		if (ends_heredoc(line, heredoc)) {
			heredoc->content = bd_arena_text(arena, source->file.p + start, end - start);
			return 0;
		}
		end = source->at;
	}
	return bd_error_set(err, BD_ERR_FORMAT, "unterminated heredoc <<%s", heredoc->name);
}

static int take_instruction(struct line_source *source, struct logical_line *line, struct bd_arena *arena,
	struct instruction *out, struct bd_error *err)
{
	if (instruction_parse(bd_buf_view(&line->text), source->escape, arena, out, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < out->heredocs.len; i++) {
		if (take_heredoc(source, arena, &out->heredocs.v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	out->line = line->line;
	out->end_line = source->line;
	size_t n = source->at - line->start;
	n -= n > 0 && source->file.p[source->at - 1] == '\n';
	out->raw = (struct bd_str){ source->file.p + line->start, n };
	return instruction_check(out, err);
}

static int check_bytes(struct bd_str bytes, struct bd_error *err)
{
	if (bytes.n > BD_LIMIT_DOCKERFILE_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "larger than %u bytes", BD_LIMIT_DOCKERFILE_BYTES);
	}
	const char *nul = bytes.n > 0 ? memchr(bytes.p, '\0', bytes.n) : NULL;
	if (nul == NULL) {
		return 0;
	}
	int line = 1;
	for (const char *p = bytes.p; p < nul; p++) {
		line += *p == '\n';
	}
	return bd_error_set(err, BD_ERR_FORMAT, "line %d: a NUL byte; is the file UTF-16?", line);
}

int dockerfile_read(struct bd_str bytes, struct bd_arena *arena, struct dockerfile_text *out, struct bd_error *err)
{
	AUTO(logical_line_release) struct logical_line line = { 0 };
	struct line_source source;
	*out = (struct dockerfile_text){ 0 };
	line_source_init(&source, bytes);
	if (check_bytes(bytes, err) < 0) {
		return -(int)err->code;
	}
	int rc = logical_line_next(&source, &line, err);
	while (rc > 0) {
		struct instruction instruction;
		if (take_instruction(&source, &line, arena, &instruction, err) < 0) {
			return bd_error_wrap(err, "line %d", line.line);
		}
		*arena_push(arena, &out->instructions) = instruction;
		if (line.empty_continuation) {
			*arena_push(arena, &out->warnings) =
				bd_arena_printf(arena, "line %d: empty continuation line", line.line);
		}
		rc = logical_line_next(&source, &line, err);
	}
	out->escape = source.escape;
	if (rc == 0 && out->instructions.len == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "file with no instructions");
	}
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Dockerfile parser's own parts, each as BuildKit's frontend/dockerfile has it: bytes to logical
 * lines (parser/parser.go), lines to instructions (parser/line_parsers.go, instructions/parse.go).
 */
#ifndef ORIGIN_DOCKERFILE_H
#define ORIGIN_DOCKERFILE_H

#include "basedrift/origin.h"

/* ---- directives (parser/directives.go) ------------------------------------------------------- */

/* "KEY = VALUE" behind the comment sign. */
bool directive_split(struct bd_str line, const char *sign, struct bd_str *key, struct bd_str *value);
struct directive {
	struct bd_str value; /* its first word */
	int line;
};
/* What builders look for before they parse: `syntax` also as "// syntax=" and {"syntax": …}. */
bool directive_find(const char *key, struct bd_str file, struct bd_arena *arena, struct directive *out);

/* ---- lines ----------------------------------------------------------------------------------- */

struct line_source {
	struct bd_str file;
	size_t at; /* behind the last line taken */
	int line;  /* its number */
	char escape;
	bool past_directives;
	unsigned directives_seen;
	bool want_origin;
};
struct logical_line {
	int line, end_line;
	size_t start, end; /* in the file, the last newline included */
	struct bd_buf text;
	struct {
		size_t *v, len, cap;
	} origin; /* for each byte of text where in the file it is from, if wanted */
	bool empty_continuation;
};
void line_source_init(struct line_source *source, struct bd_str file);
/* The next physical line with its newline; false at the end. */
bool line_source_take(struct line_source *source, struct bd_str *line);
/* The next line that is not empty, continuation lines joined: 1, or 0 at the end.  Fails: a bad directive. */
int logical_line_next(struct line_source *source, struct logical_line *out, struct bd_error *err) BD_CHECKED;
void logical_line_release(struct logical_line *line);

/* ---- instructions ---------------------------------------------------------------------------- */

struct heredoc {
	const char *name, *content;
	bool expand, chomp;
};
struct heredoc_vec {
	struct heredoc *v;
	size_t len, cap;
};
enum instruction_form {
	FORM_TEXT,      /* the rest of the line */
	FORM_WORDS,     /* cut at blanks */
	FORM_PAIRS,     /* KEY=VALUE ..., or KEY VALUE */
	FORM_ARGUMENTS, /* KEY[=VALUE] ... */
	FORM_COMMAND,   /* JSON list, or the rest of the line */
	FORM_PATHS,     /* JSON list, or cut at blanks */
	FORM_HEALTH,    /* a word, then a command */
	FORM_TRIGGER,   /* another instruction */
};
struct instruction {
	int line, end_line;
	struct bd_str raw;
	const char *name; /* upper case */
	enum instruction_form form;
	struct bd_string_vec flags; /* "--from=x", quotes off */
	const char *args;           /* behind the flags, trimmed */
	struct bd_string_vec words; /* FORM_PAIRS: key, value, key, value …, quotes on */
	bool json;
	struct heredoc_vec heredocs;
};
struct instruction_vec {
	struct instruction *v;
	size_t len, cap;
};
/* One logical line; heredocs are found by name, without their content.  Everything is in the arena. */
int instruction_parse(struct bd_str text, char escape, struct bd_arena *arena, struct instruction *out,
	struct bd_error *err) BD_CHECKED;
/* What BuildKit's instructions package refuses; heredocs and all. */
int instruction_check(const struct instruction *instruction, struct bd_error *err) BD_CHECKED;
/* The value of --NAME=, or NULL; *from: where to look, then where to go on. */
const char *instruction_flag(const struct instruction *instruction, const char *name, size_t *from);
/* The heredocs that a line begins ("<<EOF", "3<<-'EOF'"). */
int heredocs_of_line(
	struct bd_str line, struct bd_arena *arena, struct heredoc_vec *out, struct bd_error *err) BD_CHECKED;
/* Is this word one?  1, 0, or an error. */
int heredoc_parse(struct bd_str word, struct bd_arena *arena, struct heredoc *out, struct bd_error *err) BD_CHECKED;
/* What BuildKit gives to the shell for a RUN with heredocs, or NULL. */
const char *heredoc_command(const struct instruction *run, struct bd_arena *arena);

struct dockerfile_text {
	char escape;
	struct instruction_vec instructions;
	struct bd_string_vec warnings;
};
int dockerfile_read(
	struct bd_str bytes, struct bd_arena *arena, struct dockerfile_text *out, struct bd_error *err) BD_CHECKED;

#endif

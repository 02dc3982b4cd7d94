/* SPDX-License-Identifier: Apache-2.0 */
/* BuildKit's shell lexer (frontend/dockerfile/shell/lex.go): quotes, escapes, $NAME and the ${NAME…} forms. */
#ifndef ORIGIN_SHELL_WORD_H
#define ORIGIN_SHELL_WORD_H

#include "basedrift/oci.h"

enum shell_variable {
	SHELL_UNKNOWN, /* somebody else, the base image, may have set it */
	SHELL_UNSET,
	SHELL_SET
};
typedef enum shell_variable shell_get_fn(struct bd_str name, const void *context, const char **value_out);

struct shell_options {
	char escape;
	bool raw_quotes, raw_escapes; /* keep them */
	bool split;                   /* into out->words too */
	shell_get_fn *get;            /* NULL: every variable is unknown */
	const void *context;
};
struct shell_result {
	const char *text;           /* unknown variables stay in it as written */
	struct bd_string_vec words; /* as ProcessWords cuts */
	struct bd_string_vec names; /* every variable asked for */
	const char *missing;        /* the first unset one that no ${X-default} or the like cares for, or NULL */
};
/* Everything lives in the arena.  Fails: BD_ERR_FORMAT (unmatched quote, bad substitution, ${X?}), BD_ERR_LIMIT. */
int shell_expand(const struct shell_options *options, struct bd_str source, struct bd_arena *arena,
	struct shell_result *out, struct bd_error *err) BD_CHECKED;

#endif

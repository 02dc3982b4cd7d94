/* SPDX-License-Identifier: Apache-2.0 */
/* Erlang terms in text files (file:consult/1), as a run of tokens: Erlang Reference Manual, "Data Types". */
#ifndef FORMAT_ERLANG_H
#define FORMAT_ERLANG_H

#include "basedrift/base.h"

enum format_erlang_kind {
	FORMAT_ERLANG_END,
	FORMAT_ERLANG_OPEN,   /* { or [ or << or #{ */
	FORMAT_ERLANG_CLOSE,  /* } or ] or >> */
	FORMAT_ERLANG_ATOM,   /* also a quoted one, without its quotes */
	FORMAT_ERLANG_STRING, /* without its quotes, escapes as written */
	FORMAT_ERLANG_NUMBER,
	FORMAT_ERLANG_COMMA,
	FORMAT_ERLANG_DOT,  /* the end of a term */
	FORMAT_ERLANG_OTHER /* | => / : */
};
struct format_erlang_token {
	enum format_erlang_kind kind;
	struct bd_str text; /* into the bytes */
	size_t depth;       /* brackets around it; an opening one counts itself, its closing one too */
};
struct format_erlang {
	struct bd_str bytes;
	size_t at, line, depth;
	char open[64]; /* the brackets that are open */
};
/* A zeroed struct with bytes set starts.  Fails: BD_ERR_FORMAT with the line, BD_ERR_LIMIT. */
int format_erlang_next(struct format_erlang *reader, struct format_erlang_token *out, struct bd_error *err) BD_CHECKED;

#endif

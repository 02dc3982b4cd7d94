/* SPDX-License-Identifier: Apache-2.0 */
/* Lua 5.4 Reference Manual, 3.1 "Lexical Conventions". */
#ifndef FORMAT_LUA_TOKENS_H
#define FORMAT_LUA_TOKENS_H

#include "basedrift/base.h"

enum format_lua_kind {
	FORMAT_LUA_END,
	FORMAT_LUA_NAME, /* also a keyword */
	FORMAT_LUA_STRING,
	FORMAT_LUA_NUMBER,
	FORMAT_LUA_SIGN /* punctuation, an operator */
};
struct format_lua_token {
	enum format_lua_kind kind;
	struct bd_str text; /* of a string: its value, in the arena */
	size_t line;        /* from 1 */
};
struct format_lua_tokens {
	struct bd_str rest;
	size_t line; /* from 0 */
	struct bd_arena *arena;
};
/* Fails: BD_ERR_FORMAT with the line. */
int format_lua_next(struct format_lua_tokens *tokens, struct format_lua_token *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lua files that are data: assignments of strings and tables, as LuaRocks writes and reads them (rockspec, manifests).
 * Nothing is run: a string, strings joined with "..", and the names of such locals have a value, no other expression
 * has.
 */
#ifndef FORMAT_LUA_H
#define FORMAT_LUA_H

#include "basedrift/base.h"

/*
 * keys[0] is the variable's name, the others lead through its tables; the key of a list's item is "".
 * All texts are in the arena.
 */
typedef void format_lua_fn(const struct bd_str *keys, size_t count, struct bd_str value, void *context);
/* Every string that is assigned, in order.  Fails: BD_ERR_FORMAT with the line, BD_ERR_LIMIT. */
int format_lua_strings(struct bd_str bytes, struct bd_arena *arena, format_lua_fn *each, void *context,
	struct bd_error *err) BD_CHECKED;

#endif

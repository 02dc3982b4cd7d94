/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets in command lines, as people really write them (docs/record.md, "Secrets"): options, assignments, headers,
 * known shapes of tokens.  What only refers to a secret (a variable, a file, standard input) is none.
 */
#ifndef ORIGIN_COMMAND_SECRETS_H
#define ORIGIN_COMMAND_SECRETS_H

#include "basedrift/base.h"

#include "origin/dockerfile_words.h"

/*
 * The ranges of a line that are secrets, in no order, maybe overlapping, in the arena.  assignments: NAME=VALUE counts
 * as well; not so in prose.
 */
void command_secrets(struct bd_str line, bool assignments, struct bd_arena *arena, struct word_range_vec *out);

/* ---- values ------------------------------------------------------------------------------------ */

/*
 * The value that begins at `at`: in its own quotes (also \"), else up to a blank or an operator; `around`: the quote
 * that the whole word stands in, or NUL.  Substitutions are skipped as one.
 */
struct word_range command_value(struct bd_str line, size_t at, char around);
/* Is there something to hide: no reference, path, number of truth, or nothing? */
bool value_is_secret(struct bd_str value);

/* ---- names ------------------------------------------------------------------------------------- */

bool assignment_is_secret(struct bd_str name);
bool option_is_secret(struct bd_str name); /* without its dashes */
bool header_is_secret(struct bd_str name);

/* How long the token is that begins here, by the prefix its issuer gives it; 0: none does. */
size_t known_token(struct bd_str text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The patterns of ${X#p} ${X%p} ${X/a/b} as BuildKit knows them (shell/lex.go, convertShellPatternToRegex):
 * '*' and '?', both escaped by '\'; no sets.
 */
#ifndef ORIGIN_SHELL_PATTERN_H
#define ORIGIN_SHELL_PATTERN_H

#include "basedrift/base.h"

struct shell_trim {
	bool suffix;  /* ${X%p}; else ${X#p} */
	bool longest; /* the doubled form */
};
/* Add value without the part that the pattern matches to out. */
int shell_pattern_trim(struct bd_str pattern, struct bd_str value, struct shell_trim how, struct bd_buf *out,
	struct bd_error *err) BD_CHECKED;

struct shell_replace {
	struct bd_str pattern, replacement;
	bool all; /* ${X//a/b} */
};
int shell_pattern_replace(
	const struct shell_replace *how, struct bd_str value, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Ruby literals as gem specifications have them: the source is read, never run. */
#ifndef FORMAT_RUBY_H
#define FORMAT_RUBY_H

#include "basedrift/base.h"

/*
 * The string literal at the front of *rest ("…", '…', %q{…}, %Q(…), %<…>) into out, escapes resolved; *rest is
 * what follows it.  false: no literal, one without an end, or one that computes something (#{…}).
 */
bool format_ruby_string(struct bd_str *rest, struct bd_buf *out);

/* An array of string literals: ["a", 'b'.freeze] or %w[a b]. */
struct format_ruby_list {
	struct bd_str rest;
	char end; /* its closing bracket; 0: not a literal */
	bool words;
};
struct format_ruby_list format_ruby_list_at(struct bd_str rest);
/* The next string into out; false at the end, and at the first thing that is no string literal. */
bool format_ruby_list_next(struct format_ruby_list *list, struct bd_buf *out);

/* White space, line ends and comments off the front. */
struct bd_str format_ruby_skip(struct bd_str rest);

#endif

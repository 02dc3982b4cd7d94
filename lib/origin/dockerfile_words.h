/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORIGIN_DOCKERFILE_WORDS_H
#define ORIGIN_DOCKERFILE_WORDS_H

#include "basedrift/oci.h"

/* The first word of text; *rest is what follows the blanks behind it. */
struct bd_str cut_blank(struct bd_str *rest);
void split_blanks(struct bd_str text, struct bd_arena *arena, struct bd_string_vec *out);

/* Cut as BuildKit's parseWords: quotes and escapes stay. */
struct word_range {
	size_t start, end;
};
struct word_range_vec {
	struct word_range *v;
	size_t len, cap;
};
void cut_words(struct bd_str text, char escape, struct bd_arena *arena, struct word_range_vec *out);
struct bd_str word_text(struct bd_str text, struct word_range range, char escape);

/* A JSON list of strings: 1; something else: 0.  Fails: a list of other things. */
int split_json(struct bd_str text, struct bd_arena *arena, struct bd_string_vec *out, struct bd_error *err) BD_CHECKED;
/* Take the flags off the front of *text. */
void split_flags(struct bd_str *text, struct bd_arena *arena, struct bd_string_vec *out);

#endif

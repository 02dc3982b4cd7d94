/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to registries: several at once, each thing once, and a registry that fails is left alone. */
#ifndef CMD_ASK_H
#define CMD_ASK_H

#include "basedrift/pin.h"

#include "options.h"

struct question {
	const char *reference; /* normalised, with a tag or a digest */
	enum bd_pin_served answer;
	struct bd_digest digest; /* what it leads to, if served */
	const char *problem;     /* answer UNKNOWN */
	struct bd_arena arena;
};
struct question_vec {
	struct question *v;
	size_t len, cap;
};
/* The question of that reference, put once; its index. */
size_t put_question(struct question_vec *questions, const char *reference);
/* NULL: nobody put it. */
const struct question *find_question(const struct question_vec *questions, const char *reference);
/* Nobody is asked when offline. */
void ask_registries(const struct arguments *arguments, struct question_vec *questions);
void questions_release(struct question_vec *questions);

#endif

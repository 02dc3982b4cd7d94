/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLLECT_INSTRUCTION_MATCH_H
#define COLLECT_INSTRUCTION_MATCH_H

#include "basedrift/origin.h"

enum {
	MATCH_NONE = 0,
	MATCH_KEYWORD = 1, /* the same kind of instruction */
	MATCH_PART = 6,    /* its destination or first key is the same */
	MATCH_WHOLE = 8    /* the same text */
};

/* How well a history entry fits a Dockerfile instruction. */
unsigned int instruction_match(const struct bd_history *entry, const struct bd_instruction *instruction);
/* What an entry "ONBUILD RUN …" will run, in the arena; false: it is no such entry. */
bool instruction_of_trigger(const struct bd_history *entry, struct bd_arena *arena, struct bd_instruction *out);
/* Does this instruction leave an entry in the history at all? */
bool instruction_leaves_history(const struct bd_instruction *instruction);
/* Does it always make a layer (RUN, COPY, ADD)? */
bool instruction_makes_layer(const struct bd_instruction *instruction);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics of a layer or tree: bounded, and safe to show. */
#ifndef LAYER_DIAGNOSE_H
#define LAYER_DIAGNOSE_H

#include "basedrift/record.h"

struct diagnoser {
	struct bd_diagnostic_vec *list;
	struct bd_arena *arena;
	size_t limit, dropped;
};
/* where: bytes, written as display text and shortened. */
void diagnose(struct diagnoser *to, const char *code, struct bd_str where, const char *fmt, ...) BD_PRINTF(4, 5);
/* Says how many were too many. */
void diagnose_end(struct diagnoser *to);

#endif

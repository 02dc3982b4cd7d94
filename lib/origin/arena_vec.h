/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors whose elements live in an arena: an early return leaks nothing. */
#ifndef ORIGIN_ARENA_VEC_H
#define ORIGIN_ARENA_VEC_H

#include <string.h>

#include "basedrift/base.h"

static inline void *arena_grow(struct bd_arena *arena, void *v, size_t len, size_t *cap, size_t elem_size)
{
	if (len < *cap) {
		return v;
	}
	*cap = *cap == 0 ? 4 : *cap * 2;
	char *grown = bd_arena_alloc(arena, *cap * elem_size);
	if (len > 0) {
		memcpy(grown, v, len * elem_size);
	}
	return grown;
}

/* Like bd_vec_push; never free(vec.v). */
#define arena_push(arena, vec) \
	((vec)->v = arena_grow((arena), (vec)->v, (vec)->len, &(vec)->cap, sizeof(*(vec)->v)), &(vec)->v[(vec)->len++])

#endif

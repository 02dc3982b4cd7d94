/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of two values differs: only that is set bold. */
#ifndef RENDER_PARTS_H
#define RENDER_PARTS_H

#include "basedrift/base.h"

/* a and b agree in their first head and their last tail bytes; runs of digits and letters stay whole. */
struct render_parts {
	size_t head, tail;
};
struct render_parts render_parts(const char *a, const char *b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORIGIN_WHITE_SPACE_H
#define ORIGIN_WHITE_SPACE_H

#include "basedrift/base.h"

/* Bytes of the white space character that p begins with (Go's unicode.IsSpace, as BuildKit asks), or 0. */
size_t white_space(const char *p, size_t n);
struct bd_str trim_left(struct bd_str s);
struct bd_str trim_space(struct bd_str s);

#endif

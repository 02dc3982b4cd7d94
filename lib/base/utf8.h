/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "basedrift/base.h"

/* Bytes of the first character, 0 when it is not valid UTF-8; its code point goes to *code_out. */
size_t utf8_decode(const char *p, size_t n, uint32_t *code_out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of nothing but numbers and harmless text, printed without a JSON value in between: most of a large record is
 * file lines, and building a value for each costs more than everything else about them.
 */
#ifndef RECORD_PLAIN_H
#define RECORD_PLAIN_H

#include "record/shapes.h"

/*
 * ",KEY:VALUE" for each member of item, in the order of the rows, which is that of the keys.  False, with out as it
 * was: something is to be escaped, is no scalar, or is not allowed; then shape_encode knows what to do or to say.
 */
bool plain_print(const struct shape *shape, const void *item, struct bd_buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tables of other projects and counting what agrees. */
#ifndef VECTORS_H
#define VECTORS_H

#include <jansson.h>

#include "basedrift/base.h"

#define VECTORS SHARED_DATA "/dockerfile/"

struct tally {
	unsigned passed, failed, known; /* known: differs for a reason that is written down */
};

void tell(struct tally *tally, bool good, const char *what, const char *found);
void report(const char *what, struct tally tally); /* nothing failed, or the test does */
bool read_file(const char *path, struct bd_buf *out);
json_t *load(const char *name); /* skips the test when it is not at hand */
const char *text_of(const json_t *object, const char *key);

#endif

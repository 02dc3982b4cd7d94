/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the record's enums, in the enums' own order. */
#ifndef RECORD_NAMES_H
#define RECORD_NAMES_H

#include "basedrift/record.h"

struct names {
	const char *const *v;
	size_t len;
};
extern const struct names names_status, names_confidence, names_role, names_pin, names_layer_origin, names_file_kind,
	names_digest_kind;

/* "unknown" for a value that has no name. */
const char *name_at(const struct names *names, int64_t value);
/* The value of a name, or -1. */
int name_find(const struct names *names, const char *name);

#endif
